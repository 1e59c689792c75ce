"""Which learning records fulfil a duty. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from training.catalogue import Catalogue
from training.cycles import add_months
from training.model import Assignment, Completion, CourseId

Records = Mapping[str, tuple[Completion, ...]]
"""One person's learning records by course, each in day order."""
NO_RECORDS: Records = {}


@dataclass(frozen=True, slots=True)
class Credit:
    """A duty fulfilled: since when, and by which courses."""

    day: date
    courses: tuple[CourseId, ...]


def by_course(completions: Iterable[Completion]) -> Records:
    """Return one person's records grouped by course, each in day order."""
    found: dict[str, list[Completion]] = {}
    for completion in completions:
        found.setdefault(completion.course, []).append(completion)
    return {course: in_day_order(items) for course, items in found.items()}


def in_day_order(items: list[Completion]) -> tuple[Completion, ...]:
    """Return the records by day; of one day those of one source together."""
    return tuple(sorted(items, key=_order) if len(items) > 1 else items)


def _order(item: Completion) -> tuple[date, str]:
    return (item.day, item.source)


def counts(completion: Completion, catalogue: Catalogue) -> bool:
    """Return whether a record fulfils its own course: passed where a pass is required."""
    course = catalogue.courses.get(completion.course)
    if course is not None and course.pass_required:
        return completion.passed is True
    return completion.completed or completion.passed is True


def credit_in(
    records: Records, course: CourseId, catalogue: Catalogue, first: date, last: date
) -> Credit | None:
    """Return the earliest fulfilment within first..last, by the course or what counts as it."""
    best: Credit | None = None
    for group in catalogue.credits.get(course, ((course,),)):
        day = _group_day(records, group, catalogue, (first, last))
        if day is not None and (best is None or day < best.day):
            best = Credit(day, group)
    return best


def _group_day(
    records: Records, group: tuple[CourseId, ...], catalogue: Catalogue, span: tuple[date, date]
) -> date | None:
    """Return the first day on which every course of the group was fulfilled within the span."""
    first, last = span
    latest: date | None = None
    for course in group:
        for item in records.get(course, ()):
            if item.day > last:
                return None
            if item.day >= first and counts(item, catalogue):
                latest = item.day if latest is None else max(latest, item.day)
                break
        else:
            return None
    return latest


def credit_of(
    records: Records, assignment: Assignment, catalogue: Catalogue, day: date
) -> Credit | None:
    """Return what fulfils the assignment as of ``day``; ``None`` while nothing does."""
    last = day if assignment.ends is None else min(day, assignment.ends)
    return credit_in(records, assignment.course, catalogue, assignment.credit_from, last)


def last_credit(records: Records, course: CourseId, catalogue: Catalogue, day: date) -> date | None:
    """Return the latest day at or before ``day`` on which the course was fulfilled."""
    best: date | None = None
    for group in catalogue.credits.get(course, ((course,),)):
        latest = [_last_day(records, member, catalogue, day) for member in group]
        known = [found for found in latest if found is not None]
        if len(known) == len(group):
            # Parts taken apart hold together from the older one on.
            candidate = min(known)
            best = candidate if best is None else max(best, candidate)
    return best


def _last_day(records: Records, course: CourseId, catalogue: Catalogue, day: date) -> date | None:
    items = records.get(course, ())
    index = bisect_left(items, day, key=lambda item: item.day)
    while index < len(items) and items[index].day == day:
        index += 1
    for item in reversed(items[:index]):
        if counts(item, catalogue):
            return item.day
    return None


def is_held(records: Records, course: CourseId, catalogue: Catalogue, day: date) -> bool:
    """Return whether a completion of the course is still valid on ``day``."""
    last = last_credit(records, course, catalogue, day)
    if last is None:
        return False
    known = catalogue.courses.get(course)
    if known is None or known.validity_months is None:
        return True
    return add_months(last, known.validity_months) >= day
