"""Duties to report and notify: what triggers them, told in three truths."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

Value = bool | int | str
"""What an answer may be; ``None`` in an ``Answer`` means: asked, and not known yet."""


class Truth(Enum):
    """Whether something holds; UNKNOWN is an answer of its own (Kleene's strong logic)."""

    NO = "no", "非該当"
    UNKNOWN = "unknown", "未確定"
    YES = "yes", "該当"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja

    @property
    def rank(self) -> int:
        """Return 0 for NO, 1 for UNKNOWN, 2 for YES: AND is the minimum, OR the maximum."""
        return list(Truth).index(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the analyst answered to a trigger question.

    Attributes:
        value: ``None`` when asked but not known.
        since: When this became known, if later than the incident itself (the 101st person);
            ``None`` lets it count from the moment the city knew of the incident.
    """

    value: Value | None
    since: datetime | None = None


Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Always:
    """Holds for every incident."""


@dataclass(frozen=True, slots=True)
class Is:
    """Holds when the answer equals ``value``."""

    question: str
    value: Value


@dataclass(frozen=True, slots=True)
class Over:
    """Holds when the answer is a number above ``count``."""

    question: str
    count: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when the part does not."""

    part: "Condition"


Condition = Always | Is | Over | AllOf | AnyOf | Not


class QuestionKind(Enum):
    """How a trigger question is answered."""

    YES_NO = "yes-no"
    COUNT = "count"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A trigger question.

    Attributes:
        choices: (value, Japanese label) of a CHOICE; empty otherwise.
        default: Assumed until somebody answers; ``None`` assumes nothing.
    """

    id: str
    ask: str
    help: str
    kind: QuestionKind
    choices: tuple[tuple[str, str], ...] = ()
    default: Value | None = None


class DeadlineKind(Enum):
    """What sort of deadline a duty has."""

    LIMIT = "limit", "期限"
    GUIDE = "guide", "目安"
    PROMPTLY = "promptly", "速やかに"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How the last day follows from the start.

    Attributes:
        days: Days allowed; for GUIDE the outer end. 0 for PROMPTLY without a target.
        earliest: Inner end of a GUIDE (3 of "3 to 5 days"); 0 when there is none.
        counts_first_day: True when the day of the start is day 1.
        rolls: True when a last day on which offices are closed moves to the next open day.
        longer_days: Days allowed when ``longer_when`` holds; 0 for none.
    """

    kind: DeadlineKind
    days: int
    earliest: int = 0
    counts_first_day: bool = False
    rolls: bool = False
    longer_days: int = 0
    longer_when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something the city must (or decided to) tell somebody by a day.

    Attributes:
        group: Duties of one group run on one clock (``appi``, ``my-number``); shown together.
        start: Which of the incident's times starts the clock; ``known`` for the statutory ones.
        stage: ``preliminary``, ``final``, ``notify``, ``inform`` or ``publish``.
        basis: Article or rule it rests on.
        source: Where that was read.
        verify: True while the official text itself was not checked; shown beside the duty.
    """

    id: str
    title: str
    group: str
    stage: str
    who: str
    to: str
    how: str
    start: str
    when: Condition
    deadline: Deadline
    basis: str
    source: str
    verify: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class DutyBook:
    """The questions and duties of rules/runbooks/duties.yml, in file order."""

    questions: tuple[Question, ...]
    duties: tuple[Duty, ...]
    scope_notes: tuple[str, ...] = ()

    def question(self, question_id: str) -> Question | None:
        """Return the question with this id, or None."""
        return next((q for q in self.questions if q.id == question_id), None)

    def duty(self, duty_id: str) -> Duty | None:
        """Return the duty with this id, or None."""
        return next((d for d in self.duties if d.id == duty_id), None)


def judge(condition: Condition, answers: Answers) -> Truth:
    """Return whether the condition holds under the answers; an unanswered question is UNKNOWN."""
    match condition:
        case Always():
            return Truth.YES
        case Is(question, value):
            given = answers.get(question, Answer(None)).value
            return Truth.UNKNOWN if given is None else _truth(given == value)
        case Over(question, count):
            given = answers.get(question, Answer(None)).value
            return Truth.UNKNOWN if given is None else _truth(int(given) > count)
        case AllOf(parts):
            return min((judge(part, answers) for part in parts), key=lambda t: t.rank)
        case AnyOf(parts):
            return max((judge(part, answers) for part in parts), key=lambda t: t.rank)
        case Not(part):
            inner = judge(part, answers)
            return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(inner, inner)


def questions_of(condition: Condition) -> Iterator[str]:
    """Yield the ids of the questions a condition asks, in order, repeats included."""
    match condition:
        case Is(question, _) | Over(question, _):
            yield question
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from questions_of(part)
        case Not(part):
            yield from questions_of(part)
        case Always():
            return


def open_questions(condition: Condition, answers: Answers) -> tuple[str, ...]:
    """Return the unanswered questions that keep the condition UNKNOWN, in order.

    Empty when the condition is already decided: no one is asked what cannot matter.
    """
    if judge(condition, answers) is not Truth.UNKNOWN:
        return ()
    asked = dict.fromkeys(questions_of(condition))
    return tuple(q for q in asked if answers.get(q, Answer(None)).value is None)


def _truth(value: bool) -> Truth:
    return Truth.YES if value else Truth.NO
