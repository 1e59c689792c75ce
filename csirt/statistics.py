"""Figures of a fiscal year: incidents by category, how long things took, which rules cry wolf."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from csirt.incident import Incident
from csirt.triage import Ranked, rule_of
from kanmon.dates import JST, fiscal_year
from kanmon.review import Disposition

ENOUGH_DECISIONS = 3
"""A rule is judged by its false positives once this many of its alerts were decided."""
NOISY_RATE = 0.5
"""Share of false positives from which a rule stands on the tuning list; ours, for a small city."""

SPANS = (
    ("detect", "発生→検知", "occurred", "detected"),
    ("know", "検知→知った", "detected", "known"),
    ("decide", "検知→判断", "detected", "decided"),
    ("contain", "検知→封じ込め", "detected", "contained"),
    ("recover", "封じ込め→復旧", "contained", "recovered"),
    ("close", "検知→終結", "detected", "closed"),
)
"""(key, label, from, to) of what is measured."""


@dataclass(frozen=True, slots=True)
class Took:
    """How long one span took over a year's incidents, in hours; None without a measurement."""

    key: str
    label: str
    count: int
    median_hours: float | None
    longest_hours: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """How a rule's alerts were decided.

    Attributes:
        false_rate: Share of false positives among the decided, 0 to 1; None when too few were.
    """

    rule: str
    title: str
    alerts: int
    open: int
    confirmed: int
    accepted: int
    false_positives: int
    false_rate: float | None

    @property
    def is_noisy(self) -> bool:
        """Return whether the rule should be tuned."""
        return self.false_rate is not None and self.false_rate >= NOISY_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """A fiscal year.

    Attributes:
        categories: (category, confirmed, dismissed, under way) in order of the category's name.
        months: Confirmed incidents by month, April first.
    """

    year: int
    incidents: int
    categories: tuple[tuple[str, int, int, int], ...]
    months: tuple[int, ...]
    spans: tuple[Took, ...]
    rules: tuple[RuleRecord, ...]


def year_figures(year: int, incidents: Sequence[Incident], alerts: Sequence[Ranked]) -> YearFigures:
    """Return the figures of fiscal ``year``; incidents count in the year they were opened.

    Merged incidents are left out: they live on in another one. Alerts of all years count for the
    rules, since a rule's record is what it is tuned by.
    """
    chosen = [i for i in incidents if _year(i) == year and not i.merged_into]
    confirmed = [i for i in chosen if _is_confirmed(i)]
    return YearFigures(
        year=year,
        incidents=len(chosen),
        categories=_categories(chosen),
        months=_months(confirmed),
        spans=tuple(_took(span, chosen) for span in SPANS),
        rules=rule_records(alerts),
    )


def rule_records(alerts: Sequence[Ranked]) -> tuple[RuleRecord, ...]:
    """Return the record of every rule that fired, the noisiest first, then by id."""
    groups: dict[str, list[Ranked]] = {}
    for item in alerts:
        groups.setdefault(rule_of(item.finding), []).append(item)
    records = [_record(rule, items) for rule, items in groups.items()]
    return tuple(sorted(records, key=lambda r: (-(r.false_rate or 0.0), -r.alerts, r.rule)))


def _record(rule: str, items: Sequence[Ranked]) -> RuleRecord:
    counted = Counter(
        item.review.disposition if item.review else Disposition.OPEN for item in items
    )
    decided = sum(counted.values()) - counted[Disposition.OPEN]
    false = counted[Disposition.FALSE_POSITIVE]
    return RuleRecord(
        rule=rule,
        title=items[0].finding.title,
        alerts=len(items),
        open=counted[Disposition.OPEN],
        confirmed=counted[Disposition.CONFIRMED] + counted[Disposition.RESOLVED],
        accepted=counted[Disposition.ACCEPTED],
        false_positives=false,
        false_rate=false / decided if decided >= ENOUGH_DECISIONS else None,
    )


def _year(incident: Incident) -> int:
    return fiscal_year(incident.timeline[0].recorded.astimezone(JST).date())


def _is_confirmed(incident: Incident) -> bool:
    return incident.decided_before and incident.state.slug != "dismissed"


def _categories(incidents: Sequence[Incident]) -> tuple[tuple[str, int, int, int], ...]:
    table: dict[str, list[int]] = {}
    for incident in incidents:
        row = table.setdefault(incident.category, [0, 0, 0])
        if _is_confirmed(incident):
            row[0] += 1
        elif incident.state.slug == "dismissed":
            row[1] += 1
        else:
            row[2] += 1
    return tuple((name, row[0], row[1], row[2]) for name, row in sorted(table.items()))


def _months(confirmed: Sequence[Incident]) -> tuple[int, ...]:
    counts = Counter(_month(incident) for incident in confirmed)
    return tuple(counts[month] for month in (*range(4, 13), *range(1, 4)))


def _month(incident: Incident) -> int:
    return incident.timeline[0].recorded.astimezone(JST).month


def _took(span: tuple[str, str, str, str], incidents: Sequence[Incident]) -> Took:
    key, label, start, end = span
    hours = [
        _hours(incident.times[end] - incident.times[start])
        for incident in incidents
        if start in incident.times and _ordered(incident.times, start, end)
    ]
    if not hours:
        return Took(key, label, 0, None, None)
    return Took(key, label, len(hours), round(median(hours), 1), round(max(hours), 1))


def _ordered(times: Mapping[str, datetime], start: str, end: str) -> bool:
    """Return whether both are known, the end not before the start (an estimate may be off)."""
    return end in times and times[end] >= times[start]


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
