"""What a day's duties change in the assignments that exist. Pure, deterministic, repeatable."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from training.crediting import NO_RECORDS, Credit, credit_of
from training.cycles import STALE_MONTHS, add_months
from training.duties import Question, ask, duties_of_all
from training.knowledge import Knowledge
from training.model import Assignment
from training.people import DAY, Person
from training.programme import Rule
from training.staff_words import postings_text, shown

_ONE_TIME = ("hire", "incident", "phishing", "finding")


@dataclass(frozen=True, slots=True)
class Addition:
    """A duty that begins; ``credit`` says what already fulfils it."""

    assignment: Assignment
    credit: Credit | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """A duty whose deadline or strength the rules now see differently."""

    before: Assignment
    after: Assignment


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between the duties of ``day`` and what was assigned before.

    Every list is ordered by key. ``closings`` carry ``closed`` and ``closed_why``. ``kept`` counts
    open assignments that stay, ``done`` those fulfilled, ``lapsed`` those whose cycle has ended.
    """

    day: date
    additions: tuple[Addition, ...]
    closings: tuple[Assignment, ...]
    amendments: tuple[Amendment, ...]
    kept: int
    done: int
    lapsed: int
    judged: int

    @property
    def is_empty(self) -> bool:
        """Return whether applying it would change nothing."""
        return not (self.additions or self.closings or self.amendments)


def make_plan(knowledge: Knowledge, day: date) -> Plan:
    """Return what to add, close and amend on ``day``.

    Applying the plan and planning again gives an empty plan. Nothing fulfilled is ever closed.
    """
    question = ask(knowledge, day)
    existing = {a.key: a for items in knowledge.assignments.values() for a in items}
    additions: list[Addition] = []
    amendments: list[Amendment] = []
    wanted = set()
    kept = done = 0
    for duty in duties_of_all(question):
        before = existing.get(duty.key)
        if before is None and _is_stale(duty, day):
            continue
        wanted.add(duty.key)
        credit = _credit(knowledge, duty if before is None else before, day)
        if before is None or (before.closed is not None and credit is None):
            additions.append(Addition(duty, credit))
        elif credit is not None:
            done += 1
        elif _terms(before) != _terms(duty):
            amendments.append(Amendment(before, replace(duty, opens=before.opens)))
        else:
            kept += 1
    closings, finished, lapsed = _closings(question, existing.values(), wanted)
    return Plan(
        day=day,
        additions=tuple(additions),
        closings=closings,
        amendments=tuple(amendments),
        kept=kept,
        done=done + finished,
        lapsed=lapsed,
        judged=sum(1 for p in knowledge.people.values() if p.record_on(day) is not None),
    )


def _is_stale(duty: Assignment, day: date) -> bool:
    kind = duty.cycle.partition(":")[0]
    return kind in _ONE_TIME and add_months(duty.opens, STALE_MONTHS) < day


def _terms(assignment: Assignment) -> tuple[object, ...]:
    return (assignment.due, assignment.ends, assignment.strength)


def _credit(knowledge: Knowledge, assignment: Assignment, day: date) -> Credit | None:
    records = knowledge.completions.get(assignment.person, NO_RECORDS)
    return credit_of(records, assignment, knowledge.catalogue, day)


def _closings(
    question: Question, existing: Iterable[Assignment], wanted: set[tuple[str, str, str, str]]
) -> tuple[tuple[Assignment, ...], int, int]:
    """Return the closings, and how many others are fulfilled or lapsed."""
    closings = []
    done = lapsed = 0
    rules: dict[str, Rule] = {rule.id: rule for rule in question.knowledge.catalogue.rules}
    for assignment in existing:
        if assignment.key in wanted or assignment.closed is not None:
            continue
        if _credit(question.knowledge, assignment, question.day) is not None:
            done += 1
        elif assignment.ends is not None and assignment.ends < question.day:
            lapsed += 1
        else:
            why = _why_closed(question, assignment, rules)
            closings.append(replace(assignment, closed=question.day, closed_why=why))
    return tuple(sorted(closings, key=lambda a: a.key)), done, lapsed


def _why_closed(question: Question, assignment: Assignment, rules: dict[str, Rule]) -> str:
    knowledge, day = question.knowledge, question.day
    person = knowledge.people.get(assignment.person)
    if person is None:
        return "名簿にいない"
    record = person.record_on(day)
    if record is None:
        left = person.left_on(day)
        return f"退職・転出（{(left - DAY).isoformat()} まで在籍）" if left else "在籍していない"
    if assignment.course not in knowledge.catalogue.courses:
        return "科目の廃止・再編"
    rule = rules.get(assignment.rule)
    if rule is None:
        return "規則の廃止"
    kind, _, name = assignment.cycle.partition(":")
    if kind == "incident" and any(n.incident == name and n.withdrawn for n in knowledge.incidents):
        return "事案の取下げ"
    if kind == "finding" and all(gap.check != name for gap in knowledge.gaps):
        return "所見の解消"
    if "/" in assignment.reason and question.matcher.fits(rule, record):
        return "前提とする科目が不要になった"
    moved = _moved(question, assignment, person)
    if moved:
        return moved
    if assignment.course not in rule.courses or question.matcher.fits(rule, record):
        return "規則の変更"
    return f"規則の対象外になった（{question.matcher.misfit_word(rule, record)}）"


def _moved(question: Question, assignment: Assignment, person: Person) -> str:
    """Return what changed in the person's postings or work since the duty was planned."""
    before = person.latest_record(assignment.planned)
    index = person.version_index(question.day)
    after = person.versions[index].record
    since = person.days[index].isoformat()
    organisation = question.knowledge.organisation
    old, new = postings_text(before, organisation), postings_text(after, organisation)
    if old != new:
        return f"異動（{since}: {old} → {new}）"
    for field, label in (("employment", "任用区分"), ("roles", "役割"), ("duties", "業務")):
        left, right = getattr(before, field), getattr(after, field)
        if left != right:
            return f"{label}の変更（{since}: {shown(left)} → {shown(right)}）"
    return ""
