"""The order in which alerts deserve a look, every factor of it shown. Pure."""

import fnmatch
import ipaddress
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import prod

from csirt.alert import FIRST, LAST, LOGSOURCE, TAG, USER, detail
from csirt.model import LogSource
from kanmon.dates import parse_instant
from kanmon.finding import Finding, Severity
from kanmon.review import Disposition, Review


@dataclass(frozen=True, slots=True)
class RarityStep:
    """A weight for rules with at most ``up_to`` alerts in the store."""

    up_to: int
    weight: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """rules/runbooks/triage.yml: what each factor counts."""

    severity: Mapping[str, float]
    confidence: Mapping[str, float]
    critical_host: float
    default_asset: float
    rarity: tuple[RarityStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of the city's network (kanmon.toml).

    Attributes:
        layer: A name of authority.yml's layers.
        hosts: Patterns of host names, ``*`` allowed, any case.
        networks: Address ranges.
    """

    name: str
    layer: str
    hosts: tuple[str, ...]
    networks: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Assets:
    """What the city said of its hosts."""

    segments: tuple[Segment, ...]
    critical_hosts: tuple[str, ...]

    def segment_of(self, host: str) -> Segment | None:
        """Return the first segment a host belongs to, or None."""
        return next((s for s in self.segments if _belongs(host, s)), None)

    def is_critical(self, host: str) -> bool:
        """Return whether a host is among the critical ones."""
        return any(_named(host, pattern) for pattern in self.critical_hosts)


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a score: what was seen, and the weight it got."""

    name: str
    seen: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """An alert in the queue.

    Attributes:
        score: Product of the factors' weights.
        review: The decision that rules, also an expired one; None when nobody decided.
    """

    finding: Finding
    score: float
    factors: tuple[Factor, ...]
    review: Review | None
    segment: Segment | None
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which alerts of the queue are asked for; empty and None ask for all.

    Attributes:
        host, user: Patterns, ``*`` allowed, any case.
        since, until: On the last hit's time; ``until`` is exclusive.
    """

    only_open: bool = False
    level: Severity | None = None
    host: str = ""
    user: str = ""
    rule: str = ""
    since: datetime | None = None
    until: datetime | None = None


def rank(
    findings: Sequence[Finding],
    reviews: Mapping[str, Review],
    weights: Weights,
    assets: Assets,
    today: date,
) -> tuple[Ranked, ...]:
    """Return the alerts, the most pressing first; equal scores by oldest, then id.

    Rarity counts the alerts of the same rule among ``findings``.
    """
    counts = Counter(finding.check for finding in findings)
    ranked = []
    for finding in findings:
        segment = assets.segment_of(finding.subject)
        factors = (
            *_sureness_factors(finding, weights),
            _asset_factor(finding.subject, segment, weights, assets),
            _rarity_factor(counts[finding.check], weights),
        )
        review = reviews.get(finding.fingerprint)
        ranked.append(
            Ranked(
                finding=finding,
                score=round(prod(factor.weight for factor in factors), 2),
                factors=factors,
                review=review,
                segment=segment,
                is_open=not _holds(review, today),
            )
        )
    return tuple(sorted(ranked, key=_order))


def select(queue: Iterable[Ranked], wanted: Wanted) -> tuple[Ranked, ...]:
    """Return the alerts asked for, in queue order. One without a time passes no time filter."""
    return tuple(item for item in queue if _is_wanted(item, wanted))


def times_of(finding: Finding) -> tuple[datetime | None, datetime | None]:
    """Return (first, last) of an alert's hits; None where the records bear no time."""
    return _instant(detail(finding, FIRST)), _instant(detail(finding, LAST))


def user_of(finding: Finding) -> str:
    """Return the account an alert speaks of; empty when unknown."""
    return next(iter(detail(finding, USER)), "")


def tags_of(finding: Finding) -> tuple[str, ...]:
    """Return the rule's Sigma tags."""
    return detail(finding, TAG)


def rule_of(finding: Finding) -> str:
    """Return the rule's id."""
    return finding.check.removeprefix("sigma/")


def logsource_of(finding: Finding) -> LogSource:
    """Return the rule's log source, read back from the alert's details."""
    text = next(iter(detail(finding, LOGSOURCE)), "")
    pairs = dict(part.split(":", 1) for part in text.split() if ":" in part)
    return LogSource(
        category=pairs.get("category", ""),
        product=pairs.get("product", ""),
        service=pairs.get("service", ""),
    )


def _holds(review: Review | None, today: date) -> bool:
    if review is None or review.disposition is Disposition.OPEN:
        return False
    return review.holds_on(today)


def _sureness_factors(finding: Finding, weights: Weights) -> tuple[Factor, Factor]:
    severity, confidence = finding.severity, finding.confidence
    return (
        Factor("重大度", severity.label_ja, weights.severity[severity.slug]),
        Factor("確からしさ", confidence.label_ja, weights.confidence[confidence.slug]),
    )


def _asset_factor(host: str, segment: Segment | None, weights: Weights, assets: Assets) -> Factor:
    value = segment.value if segment else weights.default_asset
    seen = segment.name if segment else "区分なし"
    if assets.is_critical(host):
        return Factor("資産", f"{seen}・重要な端末", max(value, weights.critical_host))
    return Factor("資産", seen, value)


def _rarity_factor(count: int, weights: Weights) -> Factor:
    for step in weights.rarity:
        if count <= step.up_to:
            return Factor("珍しさ", f"{step.label}（このルールで {count} 件）", step.weight)
    return Factor("珍しさ", f"このルールで {count} 件", 1.0)


def _order(item: Ranked) -> tuple[float, bool, float, str]:
    first, _ = times_of(item.finding)
    moment = first.timestamp() if first else 0.0
    return (-item.score, first is None, moment, item.finding.fingerprint)


def _is_wanted(item: Ranked, wanted: Wanted) -> bool:
    finding = item.finding
    if wanted.only_open and not item.is_open:
        return False
    if wanted.level is not None and finding.severity < wanted.level:
        return False
    if wanted.host and not _named(finding.subject, wanted.host):
        return False
    if wanted.user and not _named(user_of(finding), wanted.user):
        return False
    if wanted.rule and wanted.rule.lower() not in (rule_of(finding).lower(), finding.check.lower()):
        return False
    return _is_in_time(finding, wanted)


def _is_in_time(finding: Finding, wanted: Wanted) -> bool:
    if wanted.since is None and wanted.until is None:
        return True
    first, last = times_of(finding)
    if first is None or last is None:
        return False
    if wanted.since is not None and last < wanted.since:
        return False
    return wanted.until is None or first < wanted.until


def _instant(texts: tuple[str, ...]) -> datetime | None:
    return parse_instant(texts[0]) if texts else None


def _named(name: str, pattern: str) -> bool:
    """Return whether a name, or a host's first label, fits; ``SV-DB`` means ``sv-db.city.jp``."""
    low, wanted = name.lower(), pattern.lower()
    return fnmatch.fnmatchcase(low, wanted) or fnmatch.fnmatchcase(low.partition(".")[0], wanted)


def _belongs(host: str, segment: Segment) -> bool:
    if any(_named(host, pattern) for pattern in segment.hosts):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(net) for net in segment.networks)
