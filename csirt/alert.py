"""Hits in, alerts out: what one person has to look at once.

A burst of hits of one rule by one user with one command on one host is one alert. Pure: no file,
no clock. Memory is bounded by the number of alerts, not of hits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import overload

from csirt.command_line import command_of
from csirt.model import Hit, RuleInfo
from kanmon.dates import format_instant
from kanmon.finding import Confidence, Finding, number_occurrences
from kanmon.source import SourceRef

VALUES_SHOWN = 8
"""Distinct values kept for each matched field of an alert; the rest are counted."""

USER = "ユーザー"
COMMAND = "コマンド"
COUNT = "件数"
FIRST = "最初"
LAST = "最後"
LOGSOURCE = "ログの種類"
TAG = "ATT&CK"
DESCRIPTION = "説明"
FALSE_POSITIVE = "よくある誤検知"
REFERENCE = "参考"
RULE = "ルール"
"""Keys of ``Finding.details``; a key may occur several times. See ``detail``."""

# Source: Sigma specification 2.1, attribute ``status``.
_CONFIDENCE: Mapping[str, Confidence] = {
    "stable": Confidence.HIGH,
    "test": Confidence.MEDIUM,
}


@dataclass(frozen=True, slots=True)
class MatchedValues:
    """What one field held when the rule matched.

    Attributes:
        field: As in the log; empty for a keyword found anywhere in the event.
        values: Distinct values in order of appearance, at most ``VALUES_SHOWN``.
        more: How many further hits held a value not listed.
    """

    field: str
    values: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Hits of one rule, host, user and command that lie close together in time.

    Attributes:
        first, last: Times of the first and last hit; None when the records bear none.
        count: All hits, also those not kept.
        matched: By field, in the rule's order.
        hits: The first hits in time order and, when some were left out, the last one.
        finding: The alert as the other parts of Kanmon know it.
    """

    rule: RuleInfo
    host: str
    user: str
    command: str
    first: datetime | None
    last: datetime | None
    count: int
    matched: tuple[MatchedValues, ...]
    hits: Sequence[Hit]
    finding: Finding

    @property
    def fingerprint(self) -> str:
        """Return the id people type: the finding's fingerprint."""
        return self.finding.fingerprint

    @property
    def order(self) -> tuple[int, bool, float, str, str]:
        """Return the key of the analyst's queue: worst first, then oldest."""
        moment = self.first.timestamp() if self.first else 0.0
        return (-self.rule.level.grade, self.first is None, moment, self.rule.id, self.fingerprint)


class KeptHits(Sequence[Hit]):
    """Some hits of a run, read from it again when asked for: a run's hits may lie on disk."""

    def __init__(self, hits: Sequence[Hit], places: Sequence[int]) -> None:
        self._hits = hits
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> "KeptHits": ...
    def __getitem__(self, place: int | slice) -> "Hit | KeptHits":
        if isinstance(place, slice):
            return KeptHits(self._hits, self._places[place])
        return self._hits[self._places[place]]


@dataclass(slots=True)
class _Group:
    """An alert in the making. ``opening`` is its first hit without the event's fields."""

    opening: Hit
    command: str
    last: datetime | None
    count: int = 0
    places: list[int] = field(default_factory=list)
    values: dict[str, dict[str, None]] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)

    def joins(self, hit: Hit, window: timedelta) -> bool:
        """Return whether the next hit is close enough to the last one."""
        if self.last is None or hit.time is None:
            return self.last is hit.time
        return hit.time - self.last <= window

    def add(self, place: int, hit: Hit, kept: int) -> None:
        """Take the next hit, the ``place``-th of the run."""
        self.count += 1
        self.last = hit.time
        if len(self.places) <= kept:
            self.places.append(place)
        else:
            self.places[-1] = place
        for name, value in hit.matched:
            known = self.values.setdefault(name, {})
            if value not in known and len(known) >= VALUES_SHOWN:
                self.more[name] = self.more.get(name, 0) + 1
            else:
                known[value] = None


def group_hits(hits: Sequence[Hit], window: timedelta, kept: int = 20) -> tuple[Alert, ...]:
    """Return the alerts that hits in time order make, worst first, then oldest.

    Args:
        window: A hit joins the alert of its rule, host, user and command when it is no further
            than this from that alert's last hit.
        kept: How many hits an alert keeps besides the last one.
    """
    latest: dict[tuple[str, str, str, str], _Group] = {}
    groups: list[_Group] = []
    for place, hit in enumerate(hits):
        command = command_of(hit.fields)
        key = (hit.rule.id, hit.host, hit.user, command)
        group = latest.get(key)
        if group is None or not group.joins(hit, window):
            group = latest[key] = _Group(replace(hit, fields=()), command, hit.time)
            groups.append(group)
        group.add(place, hit, kept)
    findings = number_occurrences(_finding(group) for group in groups)
    alerts = (_alert(group, finding, hits) for group, finding in zip(groups, findings, strict=True))
    return tuple(sorted(alerts, key=lambda alert: alert.order))


def detail(finding: Finding, key: str) -> tuple[str, ...]:
    """Return the values a finding's details hold under ``key`` (``USER``, ``COMMAND`` …)."""
    return tuple(value for name, value in finding.details if name == key)


def quote_matched(matched: Iterable[tuple[str, str]]) -> str:
    """Return (field, value) pairs as evidence: one ``field: value`` per line."""
    return "\n".join(f"{name}: {value}" if name else value for name, value in matched)


def _alert(group: _Group, finding: Finding, hits: Sequence[Hit]) -> Alert:
    return Alert(
        rule=group.opening.rule,
        host=group.opening.host,
        user=group.opening.user,
        command=group.command,
        first=group.opening.time,
        last=group.last,
        count=group.count,
        matched=_matched(group),
        hits=KeptHits(hits, group.places),
        finding=finding,
    )


def _matched(group: _Group) -> tuple[MatchedValues, ...]:
    return tuple(
        MatchedValues(name, tuple(values), group.more.get(name, 0))
        for name, values in group.values.items()
    )


def _finding(group: _Group) -> Finding:
    """Return the finding of a group.

    The day in Japan is part of the context: what was decided about Monday's command must not
    silence the same command on Tuesday. Lasting exceptions are made with ``alerts suppress``.
    """
    hit, rule = group.opening, group.opening.rule
    day = format_instant(hit.time)[:10] if hit.time else ""
    return Finding(
        check=f"sigma/{rule.id}",
        subject=hit.host,
        where=SourceRef(hit.source, f"record {hit.record}"),
        title=rule.title,
        evidence=quote_matched(hit.matched),
        severity=rule.level,
        confidence=_CONFIDENCE.get(rule.status, Confidence.LOW),
        reasons=tuple(_reason(matched) for matched in _matched(group)),
        context="\x1e".join((hit.user, group.command, day)),
        details=_details(group),
    )


def _reason(matched: MatchedValues) -> str:
    values = "」「".join(matched.values)
    more = f"ほか {matched.more:,} 件" if matched.more else ""
    return f"{matched.field or 'イベントのどこか'} が「{values}」{more}"


def _details(group: _Group) -> tuple[tuple[str, str], ...]:
    rule = group.opening.rule
    times = [(FIRST, group.opening.time), (LAST, group.last)]
    pairs = [(key, format_instant(moment)) for key, moment in times if moment]
    pairs += [(COUNT, str(group.count)), (USER, group.opening.user), (COMMAND, group.command)]
    pairs += [(LOGSOURCE, str(rule.logsource)), (DESCRIPTION, rule.description)]
    pairs += [(TAG, tag) for tag in rule.tags]
    pairs += [(FALSE_POSITIVE, text) for text in rule.falsepositives]
    pairs += [(REFERENCE, link) for link in rule.references]
    pairs += [(RULE, rule.path)]
    return tuple((key, value) for key, value in pairs if value)
