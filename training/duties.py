"""Which duties the rules see on a day, before anything that exists is looked at. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from kanmon.dates import fiscal_year
from training.crediting import NO_RECORDS, credit_of, is_held, last_credit
from training.cycles import (
    Span,
    add_months,
    entry_span,
    event_span,
    fiscal_span,
    recurring_span,
    year_bounds,
)
from training.knowledge import Knowledge
from training.matching import Matcher
from training.model import Assignment, CourseId, DrillResult, PersonId, StaffRecord
from training.people import Person
from training.programme import Rule, WhenKind

_EVENTS = (WhenKind.INCIDENT, WhenKind.PHISHING, WhenKind.FINDING)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: these facts, seen on this day."""

    knowledge: Knowledge
    matcher: Matcher
    day: date


def ask(knowledge: Knowledge, day: date) -> Question:
    """Return the question about ``day``."""
    return Question(knowledge, Matcher(knowledge.catalogue, knowledge.organisation), day)


def duties_of_all(question: Question) -> Iterator[Assignment]:
    """Yield every duty, by person; each key once."""
    events = _event_duties(question)
    for person_id in sorted(question.knowledge.people):
        person = question.knowledge.people[person_id]
        record = person.record_on(question.day)
        if record is None:
            continue
        found = {a.key: a for a in _standing_duties(question, person, record)}
        found |= {a.key: a for a in events.get(person_id, ())}
        found |= _prerequisites(question, list(found.values()))
        yield from (found[key] for key in sorted(found))


def in_force(rule: Rule, day: date) -> bool:
    """Return whether the rule holds on ``day``."""
    return (rule.starts is None or rule.starts <= day) and (rule.until is None or day <= rule.until)


def _standing_duties(
    question: Question, person: Person, record: StaffRecord
) -> Iterator[Assignment]:
    for rule in question.matcher.fitting_rules(record):
        if rule.when.kind in _EVENTS or not in_force(rule, question.day):
            continue
        for course in rule.courses:
            span = _standing_span(question, person, rule, course)
            if span is not None:
                yield _assignment(question, person.id, course, (rule, span))


def _standing_span(question: Question, person: Person, rule: Rule, course: CourseId) -> Span | None:
    knowledge, day, when = question.knowledge, question.day, rule.when
    begins = knowledge.begins if rule.starts is None else max(rule.starts, knowledge.begins)
    if when.kind is WhenKind.FISCAL_YEAR:
        first = year_bounds(fiscal_year(day))[0]
        known = person.days[person.version_index(day)] <= first
        # In the post since before the year began: since when exactly does not matter.
        hired = person.latest_record(day).hired
        early = known and (hired is None or hired <= first)
        return fiscal_span(when, day, first if early else matching_since(question, person, rule))
    definition = knowledge.catalogue.courses[course]
    if when.kind is WhenKind.AFTER_HIRE:
        hired = person.latest_record(day).hired or person.days[0]
        if person.latest_record(day).hired is None and hired <= knowledge.begins:
            return None  # on the first list without a date of hire: not known to be new
        span = entry_span("hire", hired, when, definition)
        return span if span.due >= begins else None
    start = matching_since(question, person, rule)
    if when.kind is WhenKind.AFTER_POSTING:
        span = entry_span("posting", start, when, definition)
        return span if span.due >= begins else entry_span("posting", begins, when, definition)
    records = knowledge.completions.get(person.id, NO_RECORDS)
    last = last_credit(records, course, knowledge.catalogue, day)
    return recurring_span(when, max(start, begins), last, day)


def matching_since(question: Question, person: Person, rule: Rule) -> date:
    """Return the first day of the unbroken time for which the rule has fitted the person."""
    index = person.version_index(question.day)
    while index > 0:
        version = person.versions[index - 1]
        retired = version.record.retired
        current = person.versions[index]
        if not version.present or (retired is not None and retired < current.effective):
            break
        if not question.matcher.fits(rule, version.record):
            break
        index -= 1
    version = person.versions[index]
    since = version.effective
    if index == 0 and version.record.postings and version.record.postings[0].start is not None:
        since = min(since, version.record.postings[0].start)
    hired = version.record.hired
    return since if hired is None else max(since, hired)


def _assignment(
    question: Question, person: PersonId, course: CourseId, source: tuple[Rule, Span]
) -> Assignment:
    rule, span = source
    return Assignment(
        person=person,
        course=course,
        cycle=span.cycle,
        reason=rule.id,
        opens=span.opens,
        due=span.due,
        credit_from=span.credit_from,
        ends=span.ends,
        strength=rule.strength,
        planned=question.day,
    )


def _event_duties(question: Question) -> dict[PersonId, list[Assignment]]:
    found: dict[PersonId, list[Assignment]] = {}
    for rule in question.knowledge.catalogue.rules:
        if rule.when.kind is WhenKind.INCIDENT:
            events = _after_incidents(question, rule)
        elif rule.when.kind is WhenKind.PHISHING:
            events = _after_drills(question, rule)
        elif rule.when.kind is WhenKind.FINDING:
            events = _after_findings(question, rule)
        else:
            continue
        for person, span in events:
            if in_force(rule, span.opens):
                for course in rule.courses:
                    duty = _assignment(question, person, course, (rule, span))
                    found.setdefault(person, []).append(duty)
    return found


def _after_incidents(question: Question, rule: Rule) -> Iterator[tuple[PersonId, Span]]:
    """Yield whom an incident concerns: who was in the section on the day it was confirmed."""
    knowledge, matcher = question.knowledge, question.matcher
    for notice in knowledge.incidents:
        if notice.withdrawn or notice.confirmed > question.day:
            continue
        if "*" not in rule.when.categories and notice.category not in rule.when.categories:
            continue
        codes = _codes_below(question, notice.sections)
        staff = frozenset(notice.staff)
        span = event_span("incident", notice.incident, notice.confirmed, rule.when)
        for person in knowledge.people.values():
            record = person.record_on(notice.confirmed)
            if record is None or not matcher.fits(rule, record):
                continue
            inside = any(view.section in codes for view in matcher.views(record))
            concerned = {
                "city": True,
                "section": inside or not notice.sections,
                "staff": record.number in staff,
            }
            if concerned[rule.when.scope]:
                yield person.id, span


def _codes_below(question: Question, sections: tuple[str, ...]) -> frozenset[str]:
    organisation = question.knowledge.organisation
    found = [organisation.find(section) for section in sections]
    return frozenset().union(*(organisation.below[s.code] for s in found if s is not None))


def _after_drills(question: Question, rule: Rule) -> Iterator[tuple[PersonId, Span]]:
    """Yield who did what the rule names in a drill, ``times`` times within ``months``."""
    hits: dict[PersonId, list[DrillResult]] = {}
    for result in question.knowledge.drills:
        if result.day <= question.day and _did(result, rule.when.outcome):
            hits.setdefault(result.person, []).append(result)
    for person_id, results in hits.items():
        person = question.knowledge.people.get(person_id)
        for index, result in enumerate(results):
            since = add_months(result.day, -rule.when.months)
            times = len({r.campaign for r in results[: index + 1] if r.day > since})
            record = person.record_on(result.day) if person else None
            if times >= rule.when.times and record and question.matcher.fits(rule, record):
                yield person_id, event_span("phishing", result.campaign, result.day, rule.when)


def _did(result: DrillResult, outcome: str) -> bool:
    if outcome == "unreported":
        return not result.reported
    return bool({"opened": result.opened, "clicked": result.clicked}.get(outcome, result.submitted))


def _after_findings(question: Question, rule: Rule) -> Iterator[tuple[PersonId, Span]]:
    for gap in question.knowledge.gaps:
        if gap.first_seen > question.day:
            continue
        if not any(fnmatchcase(gap.check, pattern) for pattern in rule.when.checks):
            continue
        span = event_span("finding", gap.check, gap.first_seen, rule.when)
        for person in question.knowledge.people.values():
            record = person.record_on(question.day)
            if record is not None and question.matcher.fits(rule, record):
                yield person.id, span


def _prerequisites(
    question: Question, duties: list[Assignment]
) -> dict[tuple[str, str, str, str], Assignment]:
    """Return what must come first for duties not yet fulfilled, chains included."""
    knowledge, day = question.knowledge, question.day
    catalogue = knowledge.catalogue
    added: dict[tuple[str, str, str, str], Assignment] = {}
    pending = sorted(duties, key=lambda duty: duty.key)
    while pending:
        duty = pending.pop(0)
        needed = catalogue.courses[duty.course].prerequisites
        records = knowledge.completions.get(duty.person, NO_RECORDS)
        if not needed or credit_of(records, duty, catalogue, day) is not None:
            continue
        for course in needed:
            if is_held(records, course, catalogue, day):
                continue
            same = [d for d in (*duties, *added.values()) if d.course == course]
            first = min(same, key=lambda d: (d.due, d.key)) if same else None
            extra = Assignment(
                person=duty.person,
                course=course,
                cycle=first.cycle if first else f"pre:{duty.cycle}",
                reason=f"{duty.rule}/{duty.course}",
                opens=duty.opens,
                due=min(duty.due, first.due) if first else duty.due,
                credit_from=first.credit_from if first else _valid_since(question, course),
                ends=first.ends if first else duty.ends,
                strength=duty.strength,
                planned=day,
            )
            if extra.key not in added:
                added[extra.key] = extra
                pending.append(extra)
    return added


def _valid_since(question: Question, course: CourseId) -> date:
    months = question.knowledge.catalogue.courses[course].validity_months
    return date.min if months is None else add_months(question.day, -months)
