"""From a rule's "when" to a cycle: what to call it, when it opens, is due, and ends. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from kanmon.dates import fiscal_year
from training.people import DAY
from training.programme import Course, When

STALE_MONTHS = 12
"""A hire, incident or drill older than this starts no new duty: nobody can be surprised years
later by a rule that came after it. Ours; duties that already exist are kept."""


@dataclass(frozen=True, slots=True)
class Span:
    """One cycle of one duty; the fields are those of ``Assignment``."""

    cycle: str
    opens: date
    due: date
    credit_from: date
    ends: date | None = None


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, the last of the month when there is none (2/29)."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    year = min(max(year, date.min.year), date.max.year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def year_bounds(year: int) -> tuple[date, date]:
    """Return the first and last day of a fiscal year (地方自治法208条1項)."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def fiscal_span(when: When, day: date, since: date) -> Span | None:
    """Return the fiscal year's cycle around ``day``; ``None`` when too few days are left.

    Whoever came so late that ``min_days`` do not fit before the deadline gets them after it; when
    they do not fit before 31 March either, the duty starts with the next year.
    """
    year = fiscal_year(day)
    first, last = year_bounds(year)
    month, number = when.due
    of_year = year if month >= 4 else year + 1
    due = date(of_year, month, min(number, monthrange(of_year, month)[1]))
    if since > first:
        due = max(due, since + timedelta(days=when.min_days))
        if due > last:
            return None
    return Span(f"FY{year}", max(first, since), due, first, last)


def entry_span(kind: str, start: date, when: When, course: Course) -> Span:
    """Return the one cycle after a hire or posting; an earlier completion still valid counts."""
    credit = date.min
    if course.validity_months is not None:
        credit = add_months(start, -course.validity_months)
    return Span(f"{kind}:{start.isoformat()}", start, _after(start, when), credit)


def event_span(kind: str, name: str, start: date, when: When) -> Span:
    """Return the cycle after an incident, drill or finding; only what comes after it counts."""
    return Span(f"{kind}:{name}", start, _after(start, when), start)


def recurring_span(when: When, start: date, last: date | None, day: date) -> Span | None:
    """Return the open cycle of an every-months duty; ``None`` while the last time still holds.

    Source: 番号法29条の2・施行令32条 (おおむね一年ごと). The clock runs from the person's last
    completion, not from the fiscal year.
    """
    window = timedelta(days=when.window_days)
    if last is not None and add_months(last, when.months) + window >= start:
        due = add_months(last, when.months)
        if day < due - window:
            return None
        return Span(f"after:{last.isoformat()}", max(due - window, last), due, last + DAY)
    credit = add_months(start, -when.months) - window
    return Span(f"from:{start.isoformat()}", start, _after(start, when), credit)


def _after(start: date, when: When) -> date:
    return start + timedelta(days=when.within_days)
