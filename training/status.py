"""Where every duty stood on a day: done, open, overdue, missed, excluded or closed. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kanmon.dates import fiscal_year
from training.crediting import NO_RECORDS, Credit, credit_of, is_held
from training.cycles import year_bounds
from training.knowledge import Knowledge
from training.model import Assignment, CourseId, Labelled, PersonId, Strength
from training.people import DAY, Person


class State(Labelled):
    """Where one duty stands."""

    DONE = "done", "修了"
    OPEN = "open", "未受講"
    OVERDUE = "overdue", "期限超過"
    MISSED = "missed", "年度内未受講"
    EXCLUDED = "excluded", "除外"
    CLOSED = "closed", "取消"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One duty (person, course, cycle) with all its reasons, on one day.

    Attributes:
        due: Deadline in force; later than ``first_due`` after leave or an expired exemption.
        why: Why excluded or closed; empty otherwise.
        failed: Taken, but not passed where a pass is required.
        waiting_for: Prerequisites still missing.
        section: Code of the main posting on the day it was judged by.
    """

    person: PersonId
    course: CourseId
    cycle: str
    reasons: tuple[str, ...]
    strength: Strength
    opens: date
    first_due: date
    due: date
    state: State
    section: str
    credit: Credit | None = None
    why: str = ""
    failed: bool = False
    waiting_for: tuple[CourseId, ...] = ()

    @property
    def is_late(self) -> bool:
        """Return whether it was fulfilled after its deadline."""
        return self.credit is not None and self.credit.day > self.due


@dataclass(frozen=True, slots=True)
class Absent:
    """A time in which nothing is asked of a person."""

    start: date
    end: date
    why: str


def standings(
    knowledge: Knowledge, day: date, *, year: int | None = None, grace_days: int = 30
) -> tuple[Standing, ...]:
    """Return the duties of a fiscal year as they stood on ``day``; by section, person, course.

    The year's duties are those open at some time in it. ``grace_days`` is what a person has after
    coming back from leave or after an exemption ends.
    """
    year = fiscal_year(day) if year is None else year
    found = []
    for person_id, assignments in knowledge.assignments.items():
        person = knowledge.people.get(person_id)
        if person is None:
            continue
        for group in _grouped(assignments):
            if _touches(group, year, day):
                standing = _standing(knowledge, person, group, (day, grace_days))
                if not _finished_before(standing, group, year):
                    found.append(standing)
    order = knowledge.organisation.order
    return tuple(
        sorted(found, key=lambda s: (order(s.section), s.person, s.course, s.first_due, s.cycle))
    )


def _grouped(assignments: Iterable[Assignment]) -> Iterator[list[Assignment]]:
    groups: dict[tuple[str, str], list[Assignment]] = {}
    for assignment in assignments:
        groups.setdefault((assignment.course, assignment.cycle), []).append(assignment)
    for key in sorted(groups):
        group = sorted(groups[key], key=lambda a: a.reason)
        alive = [a for a in group if a.closed is None]
        yield alive or group


def _touches(group: list[Assignment], year: int, day: date) -> bool:
    first, last = year_bounds(year)
    opens = min(a.opens for a in group)
    if opens > min(last, day):
        return False
    return all(a.ends is None or a.ends >= first for a in group)


def _finished_before(standing: Standing, group: list[Assignment], year: int) -> bool:
    first = year_bounds(year)[0]
    if standing.credit is not None:
        return standing.credit.day < first and standing.opens < first
    closed = [a.closed for a in group if a.closed is not None]
    return standing.state is State.CLOSED and bool(closed) and max(closed) < first


def _standing(
    knowledge: Knowledge, person: Person, group: list[Assignment], when: tuple[date, int]
) -> Standing:
    day, grace = when
    records = knowledge.completions.get(person.id, NO_RECORDS)
    credits_found = [credit_of(records, a, knowledge.catalogue, day) for a in group]
    credit = min((c for c in credits_found if c), key=lambda c: c.day, default=None)
    ends = None if any(a.ends is None for a in group) else max(a.ends for a in group if a.ends)
    judged = day if ends is None else min(day, ends)
    absent = absent_times(knowledge, person, group[0].course)
    first_due = min(a.due for a in group)
    due = _moved_due(first_due, absent, judged, grace)
    state, why = _state(person, group, credit, judged)
    if not state:
        state, why = _waiting_state((due, day, judged, ends), absent, grace)
    attempts = records.get(group[0].course, ())
    first = min(a.credit_from for a in group)
    needed = knowledge.catalogue.courses.get(group[0].course)
    missing = needed.prerequisites if needed and state in (State.OPEN, State.OVERDUE) else ()
    return Standing(
        person=person.id,
        course=group[0].course,
        cycle=group[0].cycle,
        reasons=tuple(a.reason for a in group),
        strength=(
            Strength.MANDATORY
            if any(a.strength is Strength.MANDATORY for a in group)
            else Strength.RECOMMENDED
        ),
        opens=min(a.opens for a in group),
        first_due=first_due,
        due=due,
        state=state,
        section=_section(knowledge, person, judged),
        credit=credit,
        why=why,
        failed=credit is None and any(first <= c.day <= judged for c in attempts),
        waiting_for=tuple(c for c in missing if not is_held(records, c, knowledge.catalogue, day)),
    )


def _section(knowledge: Knowledge, person: Person, day: date) -> str:
    text = person.latest_record(day).section
    section = knowledge.organisation.find(text)
    return section.code if section else text


def _state(
    person: Person, group: list[Assignment], credit: Credit | None, judged: date
) -> tuple[State | None, str]:
    if credit is not None:
        return State.DONE, ""
    closed = [a for a in group if a.closed is not None]
    if len(closed) == len(group):
        return State.CLOSED, max(closed, key=lambda a: (a.closed, a.reason)).closed_why
    left = person.left_on(judged)
    if left is not None:
        return State.EXCLUDED, f"退職・転出（{(left - DAY).isoformat()} まで在籍）"
    return None, ""


def _waiting_state(
    days: tuple[date, date, date, date | None], absent: tuple[Absent, ...], grace: int
) -> tuple[State, str]:
    due, day, judged, ends = days
    now = [time for time in absent if time.start <= judged <= time.end]
    if now:
        return State.EXCLUDED, now[0].why
    if ends is not None and due > ends:
        last = max((t for t in absent if t.end < judged), key=lambda t: t.end)
        return State.EXCLUDED, f"{last.why}の後、年度末まで {grace} 日ない"
    if ends is not None and day > ends:
        return State.MISSED, ""
    return (State.OVERDUE, "") if day > due else (State.OPEN, "")


def _moved_due(due: date, absent: tuple[Absent, ...], judged: date, grace: int) -> date:
    """Return the deadline, moved when leave or an exemption took the last days before it."""
    for time in absent:
        # A person who was away until shortly before the deadline had no fair chance either.
        back = time.end + DAY if time.end < date.max else date.max
        if back <= judged and time.start <= due and back + timedelta(days=grace) > due:
            due = back + timedelta(days=grace)
    return due


def absent_times(knowledge: Knowledge, person: Person, course: str) -> tuple[Absent, ...]:
    """Return when nothing is asked: leave, secondment, exemption; by first day."""
    times = [
        Absent(a.start, a.end or date.max, f"{a.kind}（{a.start.isoformat()}～{_end(a.end)}）")
        for a in person.absences
    ]
    for exemption in knowledge.exemptions.get(person.id, ()):
        if exemption.course in ("*", course):
            why = f"免除（{exemption.until.isoformat()} まで: {exemption.reason}）"
            times.append(Absent(exemption.starts, exemption.until, why))
    return tuple(sorted(times, key=lambda t: (t.start, t.end, t.why)))


def _end(day: date | None) -> str:
    return day.isoformat() if day else ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many duties stand where. 受講率 = done ÷ (assigned − excluded)."""

    assigned: int = 0
    excluded: int = 0
    done: int = 0
    late: int = 0
    overdue: int = 0
    missed: int = 0
    failed: int = 0

    @property
    def base(self) -> int:
        """Return the denominator: assigned minus excluded."""
        return self.assigned - self.excluded

    @property
    def rate(self) -> float | None:
        """Return the rate of completion, 0 to 1; ``None`` when nobody is in the denominator."""
        return self.done / self.base if self.base else None


def count(items: Iterable[Standing]) -> Count:
    """Return the count over duties; closed ones are not assigned any more and left out."""
    kept = [s for s in items if s.state is not State.CLOSED]
    states = [s.state for s in kept]
    return Count(
        assigned=len(kept),
        excluded=states.count(State.EXCLUDED),
        done=states.count(State.DONE),
        late=sum(1 for s in kept if s.is_late),
        overdue=states.count(State.OVERDUE),
        missed=states.count(State.MISSED),
        failed=sum(1 for s in kept if s.failed),
    )


def mandatory(items: Iterable[Standing]) -> tuple[Standing, ...]:
    """Return the duties that bind."""
    return tuple(s for s in items if s.strength is Strength.MANDATORY)
