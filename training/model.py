"""The words of this job: people, and the facts recorded about them."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NewType

PersonId = NewType("PersonId", str)
"""One person through every staff number they had; normally their first staff number."""
CourseId = NewType("CourseId", str)
RuleId = NewType("RuleId", str)


class Labelled(Enum):
    """An enumeration with a stable slug and a Japanese label."""

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


class Strength(Labelled):
    """Whether a rule binds. The guideline marks some items 推奨事項; they are kept apart."""

    MANDATORY = "mandatory", "必須"
    RECOMMENDED = "recommended", "推奨"


@dataclass(frozen=True, slots=True)
class Posting:
    """A post held: section code as in the staff file, title (職位), start (発令日)."""

    section: str
    title: str
    start: date | None
    concurrent: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Absence:
    """Leave or secondment, first and last day; no end while it is not known."""

    start: date
    kind: str
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecord:
    """What one staff list says of one person. ``retired`` is the last day in office."""

    number: str
    name: str
    kana: str = ""
    email: str = ""
    occupation: str = ""
    employment: str = ""
    hired: date | None = None
    retired: date | None = None
    postings: tuple[Posting, ...] = ()
    absences: tuple[Absence, ...] = ()
    roles: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    information: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """Return the main posting's section code; empty without one."""
        return self.postings[0].section if self.postings else ""


@dataclass(frozen=True, slots=True)
class Completion:
    """One learning record. Completed and passed are two facts; ``passed`` None is unknown."""

    person: PersonId
    course: CourseId
    day: date
    completed: bool
    passed: bool | None
    score: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A decision that a person need not take a course (``*`` any) from ``starts`` to ``until``."""

    person: PersonId
    course: str
    starts: date
    until: date
    reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class DrillResult:
    """What one person did with one drill mail. ``section`` is theirs on that day."""

    campaign: str
    day: date
    person: PersonId
    section: str
    opened: bool
    clicked: bool
    submitted: bool
    reported: bool


@dataclass(frozen=True, slots=True)
class PolicyGap:
    """A policy finding that nobody dismissed, and the day it was first seen."""

    check: str
    title: str
    first_seen: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One reason for which one person takes one course in one cycle.

    The four first fields are the key. Several reasons for one course and cycle are one duty.

    Attributes:
        cycle: ``FY2027``, ``hire:2027-04-01``, ``posting:…``, ``after:…`` (last completion),
            ``from:…`` (first duty), ``incident:…``, ``phishing:…``, ``finding:…``, ``pre:…``.
        reason: Rule id; a prerequisite is ``<rule>/<course that needs it>``.
        credit_from: First day on which a completion counts.
        ends: Last day on which a completion counts; ``None`` while the duty stays open.
        planned: Effective day of the plan that made it.
        closed: Effective day of the plan that closed it; ``closed_why`` says why.
    """

    person: PersonId
    course: CourseId
    cycle: str
    reason: str
    opens: date
    due: date
    credit_from: date
    ends: date | None
    strength: Strength
    planned: date
    closed: date | None = None
    closed_why: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what makes it unique."""
        return (self.person, self.course, self.cycle, self.reason)

    @property
    def rule(self) -> str:
        """Return the rule id inside ``reason``."""
        return self.reason.partition("/")[0]
