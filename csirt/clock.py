"""Which duties run, since when and until when. Pure: the clock is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from csirt.clock_calendar import day_number, next_open_day
from csirt.duty import (
    Answer,
    Answers,
    Deadline,
    DeadlineKind,
    Duty,
    DutyBook,
    Truth,
    judge,
    open_questions,
    questions_of,
)
from kanmon.dates import JST

SOON_DAYS = 2
"""A duty due within this many days is shown as pressing."""


class Urgency(Enum):
    """How a duty stands today."""

    DONE = "done", "済"
    NOT_DUE = "not-due", "非該当"
    RUNNING = "running", "進行中"
    SOON = "soon", "間近"
    OVERDUE = "overdue", "期限超過"
    WAITING = "waiting", "起算時刻が未入力"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the clocks are computed from.

    Attributes:
        times: The incident's times by name (``known``, ``detected`` …), aware.
        done: When each duty was fulfilled, by duty id.
    """

    times: Mapping[str, datetime]
    answers: Answers
    done: Mapping[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One duty as it stands.

    Attributes:
        truth: UNKNOWN means an answer is missing; its days are then provisional.
        start: When the clock started; ``None`` when the time it starts from is not recorded.
        earliest: First day of a guide (the 3 of 3 to 5 days), Japan time; else ``None``.
        last: Last day, Japan time; ``None`` without a start or a number of days.
        days: Days that were allowed.
        missing: Questions whose answers are missing.
        rolled_from: The day before it was moved to an open day; ``None`` when it was not moved.
    """

    duty: Duty
    truth: Truth
    start: datetime | None
    earliest: date | None
    last: date | None
    days: int
    missing: tuple[str, ...]
    rolled_from: date | None
    done_at: datetime | None

    def urgency(self, today: date) -> Urgency:
        """Return how the duty stands on ``today`` (Japan time)."""
        if self.done_at is not None:
            return Urgency.DONE
        if self.truth is Truth.NO:
            return Urgency.NOT_DUE
        if self.start is None:
            return Urgency.WAITING
        if self.last is None:
            return Urgency.RUNNING
        if today > self.last:
            return Urgency.OVERDUE
        soon = today >= self.last - timedelta(days=SOON_DAYS)
        return Urgency.SOON if soon else Urgency.RUNNING

    @property
    def was_late(self) -> bool:
        """Return whether the duty was fulfilled after its last day."""
        if self.done_at is None or self.last is None:
            return False
        return self.done_at.astimezone(JST).date() > self.last


def compute_dues(book: DutyBook, facts: Facts) -> tuple[Due, ...]:
    """Return every duty as it stands, in the book's order, those that do not apply included."""
    answers = with_defaults(book, facts.answers)
    return tuple(_due(duty, facts, answers) for duty in book.duties)


def with_defaults(book: DutyBook, answers: Answers) -> dict[str, Answer]:
    """Return the answers, with each question's default where nobody answered."""
    assumed = {q.id: Answer(q.default) for q in book.questions if q.default is not None}
    return {**assumed, **answers}


def _due(duty: Duty, facts: Facts, answers: Answers) -> Due:
    truth = judge(duty.when, answers)
    begun = facts.times.get(duty.start)
    start = None if begun is None else _start(duty, begun, answers)
    days = _days(duty.deadline, answers)
    earliest, last, rolled_from = _days_of(duty.deadline, start, days)
    return Due(
        duty=duty,
        truth=truth,
        start=start,
        earliest=earliest,
        last=last,
        days=days,
        missing=open_questions(duty.when, answers),
        rolled_from=rolled_from,
        done_at=facts.done.get(duty.id),
    )


def _start(duty: Duty, begun: datetime, answers: Answers) -> datetime:
    """Return the first moment at which the duty's trigger held.

    An answer counts from its ``since`` (the day the 101st person was found), else from the
    start of the incident, so that a late answer never lengthens a deadline by itself.

    Source: 個人情報保護委員会 特定個人情報ガイドライン（行政機関等編）別添2 3A(4): when more than
    100 persons are found later, the situation arises at that moment.
    """
    asked = dict.fromkeys(questions_of(duty.when))
    sinces = {answers[q].since for q in asked if q in answers}
    moments = sorted({begun, *(since for since in sinces if since and since > begun)})
    for moment in moments:
        known = {
            q: answer
            for q, answer in answers.items()
            if answer.since is None or answer.since <= moment
        }
        if judge(duty.when, known) is Truth.YES:
            return moment
    return begun


def _days(deadline: Deadline, answers: Answers) -> int:
    """Return the days allowed; the longer period only once it is certain that it applies."""
    if deadline.longer_when is not None and judge(deadline.longer_when, answers) is Truth.YES:
        return deadline.longer_days
    return deadline.days


def _days_of(
    deadline: Deadline, start: datetime | None, days: int
) -> tuple[date | None, date | None, date | None]:
    """Return (earliest, last, last before rolling)."""
    if start is None or (deadline.kind is DeadlineKind.PROMPTLY and days == 0):
        return None, None, None
    counts = deadline.counts_first_day
    last = day_number(start, days, counts_first_day=counts)
    rolled = next_open_day(last) if deadline.rolls else last
    earliest = None
    if deadline.earliest:
        earliest = day_number(start, deadline.earliest, counts_first_day=counts)
    return earliest, rolled, last if rolled != last else None
