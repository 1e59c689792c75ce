"""The words of detection: a rule, a hit of it, and what can be said of a rule beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from kanmon.finding import Severity
from kanmon.run import Skip

JSONValue = str | int | float | bool | list["JSONValue"] | dict[str, "JSONValue"] | None
"""What a log's field may hold."""


@dataclass(frozen=True, slots=True)
class LogSource:
    """Sigma's ``logsource``: which logs a rule speaks of. Empty strings where not given."""

    category: str = ""
    product: str = ""
    service: str = ""

    def __str__(self) -> str:
        named = (("product", self.product), ("category", self.category), ("service", self.service))
        return " ".join(f"{key}:{value}" for key, value in named if value) or "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInfo:
    """What people need to know of a Sigma rule; nothing the matcher needs.

    Attributes:
        id: The rule's UUID, or, when it has none, ``sha256:`` and 16 digits of its text.
        name: Sigma's optional ``name``, by which correlation rules refer to it.
        level: ``INFORMATIONAL`` when the rule gives none.
        tags: As written: ``attack.execution``, ``attack.t1059.001``.
        path: File the rule was read from, as the user named it.
        alert: Our own optional block ``alert`` (Japanese text, checks), as (key, value) pairs.
    """

    id: str
    title: str
    level: Severity
    logsource: LogSource
    path: str
    name: str = ""
    status: str = ""
    description: str = ""
    author: str = ""
    date: str = ""
    modified: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    falsepositives: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    alert: tuple[tuple[str, JSONValue], ...] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One rule matched one event.

    Attributes:
        rule: The rule that matched.
        time: When the event happened, aware, UTC; None when the record bears no readable time.
        source: ``InputFile.name`` of the file.
        record: ``EventRecordID`` for EVTX, the record's 1-based ordinal in the file for JSON.
        host: Computer that wrote the record; empty when unknown.
        user: Account the record speaks of; empty when unknown.
        fields: The event's fields by the names in the log, flat, in the log's order.
        matched: (field, value) that made the rule match, in the rule's order; field ``""`` is a
            keyword found anywhere in the event.
    """

    rule: RuleInfo
    time: datetime | None
    source: str
    record: int
    host: str
    user: str
    fields: tuple[tuple[str, JSONValue], ...]
    matched: tuple[tuple[str, str], ...]

    @property
    def order(self) -> tuple[bool, float, str, int, str]:
        """Return the key hits are sorted by: time (unknown last), file, record, rule."""
        moment = self.time.timestamp() if self.time else 0.0
        return (self.time is None, moment, self.source, self.record, self.rule.id)


class Verdict(Enum):
    """What an engine can promise of a rule."""

    EXACT = "exact", "正確に判定"
    PREFILTERED = "prefiltered", "候補を絞って正確に再判定"
    REFUSED = "refused", "判定できない"
    SKIPPED = "skipped", "読み飛ばし"
    NEVER = "never", "このログでは発火しない"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """One rule, what the engine makes of it, and the Japanese reason (empty for EXACT).

    Attributes:
        rule: None for a file that could not be read as a rule at all; then ``path`` tells.
    """

    rule: RuleInfo | None
    path: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Which kinds of record the logs held: (channel, event id) with count and fields.

    Attributes:
        kinds: (channel, event id, count), most frequent first; both empty where not given.
        fields: Every (channel, event id, field name) that occurred.
    """

    kinds: tuple[tuple[str, str, int], ...] = ()
    fields: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntResult:
    """What one hunt found.

    Attributes:
        hits: By time, file, record, rule: identical for any batch size, file split, job count.
        judged: Events that were judged.
        skips: What was not, sorted.
        seen: Which kinds of record occurred.
        outside: Events read but not judged: their time lies outside the period asked for.
    """

    hits: Sequence[Hit]
    judged: int
    skips: tuple[Skip, ...]
    seen: Seen
    outside: int = 0
