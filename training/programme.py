"""The words of a training programme: courses, rules, traits, competencies, the ladder."""

from dataclasses import dataclass
from datetime import date

from training.model import CourseId, Labelled, RuleId, Strength


class CourseKind(Labelled):
    """How a course is held."""

    E_LEARNING = "e-learning", "eラーニング"
    CLASSROOM = "classroom", "集合研修"
    DRILL = "drill", "訓練"
    EXTERNAL = "external", "外部研修"


class WhenKind(Labelled):
    """What starts a duty and sets its deadline."""

    FISCAL_YEAR = "fiscal-year", "年度内に1回"
    AFTER_HIRE = "after-hire", "採用後"
    AFTER_POSTING = "after-posting", "着任後"
    EVERY_MONTHS = "every-months", "おおむね一定の月数ごと"
    INCIDENT = "incident", "事案の後"
    PHISHING = "phishing", "標的型メール訓練の後"
    FINDING = "finding", "ポリシー点検の所見の後"


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a course or rule exists: law, guideline or the city's own policy.

    Attributes:
        verify: True until somebody compared the wording with the official text.
    """

    source: str
    clause: str
    note: str = ""
    verify: bool = False

    def __str__(self) -> str:
        mark = "（原文要確認）" if self.verify else ""
        return f"{self.source} {self.clause}{mark}".strip()


@dataclass(frozen=True, slots=True)
class Seats:
    """One run of an external course with an application window and limited seats."""

    id: str
    starts: date
    ends: date
    apply_from: date
    apply_until: date
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Something people take.

    Attributes:
        validity_months: How long a completion holds; ``None`` for ever.
        pass_required: A completion without a pass does not fulfil the duty.
        equivalents: Each entry is one or more courses that together count as this one.
        replaces: Courses this one follows; their completions count as long as they are valid.
        competencies: (competency id, level reached).
    """

    id: CourseId
    title: str
    kind: CourseKind
    minutes: int
    validity_months: int | None = None
    pass_required: bool = False
    prerequisites: tuple[CourseId, ...] = ()
    equivalents: tuple[tuple[CourseId, ...], ...] = ()
    replaces: tuple[CourseId, ...] = ()
    provider: str = ""
    summary: str = ""
    basis: tuple[Basis, ...] = ()
    competencies: tuple[tuple[str, int], ...] = ()
    seats: tuple[Seats, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whom a rule is about. Every field that is not empty must fit; within a field one value.

    Attributes:
        sections: Codes or names; each stands for its whole subtree.
        section_names: Patterns (``*税課``) over names of sections and what they belong to.
        none_of: Whoever fits one of these is left out.
    """

    sections: tuple[str, ...] = ()
    section_names: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    employments: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    information: tuple[str, ...] = ()
    any_of: tuple["Who", ...] = ()
    none_of: tuple["Who", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When a duty starts and ends; which fields count depends on ``kind``.

    Attributes:
        due: (month, day) of a fiscal-year rule.
        min_days: A fiscal-year duty needs at least this many days before its deadline.
        within_days: Days from the event (hire, posting, incident, drill, finding).
        months: Interval of an every-months rule; look-back of a repeat-click rule.
        window_days: An every-months duty opens this many days before its deadline.
        categories: Incident categories (slugs of rules/runbooks).
        scope: ``section``, ``staff`` or ``city``: who is retrained after an incident.
        outcome: ``opened``, ``clicked``, ``submitted`` or ``unreported`` of a phishing drill.
        times: How often that outcome must have happened within ``months``.
        checks: Patterns over check ids of policy findings (``guideline/5-2-*``).
    """

    kind: WhenKind
    due: tuple[int, int] = (3, 31)
    min_days: int = 30
    within_days: int = 30
    months: int = 12
    window_days: int = 60
    categories: tuple[str, ...] = ()
    scope: str = "section"
    outcome: str = "clicked"
    times: int = 1
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who takes which courses by when, and on what basis. In force from and until (inclusive)."""

    id: RuleId
    title: str
    courses: tuple[CourseId, ...]
    who: Who
    when: When
    strength: Strength
    basis: tuple[Basis, ...]
    starts: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Trait:
    """A role, duty, system or information class that follows from a posting."""

    kind: str
    value: str
    who: Who


@dataclass(frozen=True, slots=True)
class Competency:
    """Something to be able to do, with what each level (1 upwards) means."""

    id: str
    title: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkillTarget:
    """The level of each competency that a role or post should have."""

    title: str
    who: Who
    levels: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the overdue ladder: from this many days after the deadline, whom to write to.

    Attributes:
        days: Days after the deadline; negative before it.
        to: ``person``, ``section``, ``department`` or ``city``.
        role: Role that receives the letter of a section, department or city.
    """

    days: int
    to: str
    role: str
    template: str
