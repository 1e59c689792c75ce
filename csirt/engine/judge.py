"""Logs judged block by block: runs in a worker process, returns plain compact values."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import orjson

from csirt.engine.fields import read, text_of, texts
from csirt.engine.matcher import Matcher
from csirt.engine.nested import NestedMatcher
from csirt.engine.plan import NOTHING, Outcome
from csirt.logs.block import Block, Unread
from csirt.logs.blocks import blocks_of
from csirt.logs.clock import names_offset, parse_time
from csirt.logs.records import Broken, RawRecord, evtx_texts, raw_records
from csirt.logs.shapes import Flat, flatten
from csirt.pipeline import Pipelines
from kanmon.run import Skip

GROUP = 32
"""Records judged together; no more than ``Matcher`` remembers until they are explained."""
_GROUP_BYTES = 256 * 1024
"""JSON beyond which fewer are enough: a forged file may unfold to much more than it takes."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNKNOWN_TIME = 1 << 62
"""Microseconds that sort an unknown time last."""

RawHit = tuple[int, int, int, bytes]
"""Microseconds since 1970 (or ``UNKNOWN_TIME``), record, rule number, the rest as JSON."""


@dataclass(slots=True)
class Judged:
    """What one block or small file gave.

    Attributes:
        hits: In the order of the file.
        skips: What is to be told of a file as a whole.
        undecided: Rule number to events on which its pattern ran out of time.
        seen: ((channel, event id), events, names of fields that this process had not met there):
            of all that was judged together, in the last of them.
    """

    events: int = 0
    outside: int = 0
    hits: list[RawHit] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    undecided: dict[int, int] = field(default_factory=dict)
    seen: list[tuple[tuple[str, str], int, frozenset[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Window:
    """Events at or after ``start`` and before ``end``, and all whose time is unknown."""

    start: datetime | None = None
    end: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Return True when every time is inside."""
        return self.start is None and self.end is None

    def holds(self, moment: datetime | None) -> bool:
        """Return whether the event is to be judged."""
        if moment is None:
            return True
        after = self.start is None or moment >= self.start
        return after and (self.end is None or moment < self.end)


_Read = tuple[Judged, tuple[int, bytes] | RawRecord]
"""Where the results of a record go, and the record as it was read."""
_Found = tuple[Judged, int, Outcome, Flat]
"""Where the results of a record go, its number, what the rules say of it, its fields."""


class Judge:
    """The rules of a run as one process applies them.

    Reading, judging and explaining take turns over groups of records, across small files too, so
    that each finds its code in the processor's caches: record by record, small files would take
    a third longer.
    """

    def __init__(self, matcher: Matcher, pipelines: Pipelines, window: Window) -> None:
        self._matcher = matcher
        self._nested = NestedMatcher(matcher)
        self._pipelines = pipelines
        self._window = window

    def results(self, work: Iterable[Block | Unread]) -> list[Judged]:
        """Return the hits and counts of each block or small file, in their order."""
        results: list[Judged] = []
        group: list[_Read] = []
        size = 0
        for one in work:
            judged = Judged()
            results.append(judged)
            for record in self._records(one, judged):
                group.append((judged, record))
                size += len(record[-1] or b"")
                if len(group) >= GROUP or size >= _GROUP_BYTES:
                    self._judge(group)
                    group, size = [], 0
        self._judge(group)
        if results:
            results[-1].seen = self._matcher.take_seen()
        return results

    def _records(
        self, work: Block | Unread, judged: Judged
    ) -> Iterable[tuple[int, bytes] | RawRecord]:
        """Return the records to be judged; of EVTX only their text, unless the time is asked."""
        if isinstance(work, Unread):
            blocks = blocks_of(work, judged.skips)
            return chain.from_iterable(self._records(block, judged) for block in blocks)
        if work.kind == "evtx" and self._window.is_open:
            return evtx_texts(work, judged.broken)
        return raw_records(work, judged.broken)

    def _judge(self, group: Iterable[_Read]) -> None:
        """Put down what the rules say of the records."""
        matcher = self._matcher
        for judged, number, outcome, event in self._found(group):
            if outcome.hits:
                judged.hits += raw_hits(outcome.hits, number, event, matcher, self._pipelines)
            for rule in outcome.undecided:
                judged.undecided[rule] = judged.undecided.get(rule, 0) + 1
        matcher.trim()

    def _found(self, group: Iterable[_Read]) -> list[_Found]:
        """Return the records of which there is something to say; all are counted."""
        found: list[_Found] = []
        for judged, read_record in group:
            if len(read_record) == 2:
                number, text = read_record
                outcome, number, event = self._nested.judge(text, number)
            else:
                number, record, raw = read_record
                event = flatten(record)
                if not self._is_inside(event):
                    judged.outside += 1
                    continue
                outcome = self._matcher.judge(event, raw)
            judged.events += 1
            if outcome is not NOTHING:
                found.append((judged, number, outcome, event))
        return found

    def _is_inside(self, event: Flat) -> bool:
        window = self._window
        return window.is_open or window.holds(event_time(event, self._pipelines))


def raw_hits(
    rules: tuple[int, ...],
    record: int,
    event: Mapping[str, Any],
    matcher: Matcher,
    pipelines: Pipelines,
) -> list[RawHit]:
    """Return the hits of these rules in one event, in the rules' order."""
    moment = event_time(event, pipelines)
    micros = UNKNOWN_TIME if moment is None else to_micros(moment)
    host = _first_text(event, pipelines.host)
    user = _first_text(event, pipelines.user)
    shared = _dump([host, user, event])[:-1] + b","  # written once, however many rules hit
    return [
        (micros, record, rule, shared + _dump(matcher.explain(rule, event)) + b"]")
        for rule in rules
    ]


def to_micros(moment: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def event_time(event: Mapping[str, Any], pipelines: Pipelines) -> datetime | None:
    """Return when the event happened: a time that names its offset before one that does not."""
    fallback = None
    for name in pipelines.time:
        value = event.get(name)
        if value is None:
            continue
        text = text_of(value)
        moment = parse_time(text)
        if moment is not None and names_offset(text):
            return moment
        if moment is not None and (fallback is None or name == "UtcTime"):
            fallback = moment
    return fallback


def _first_text(event: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        found = read(event, (name,))
        value = found if isinstance(found, str) else next(iter(texts(found)), "")
        if value.strip("-\\ "):
            return value
    return ""


def _dump(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):  # integers beyond 64 bits
        return json.dumps(value).encode()
