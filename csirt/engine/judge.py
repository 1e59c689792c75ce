"""One block of a log judged: runs in a worker process, returns plain compact values."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from csirt.engine.fields import read, text_of, texts
from csirt.engine.matcher import Matcher
from csirt.engine.nested import NestedMatcher
from csirt.engine.plan import NOTHING, Outcome
from csirt.logs.block import Block
from csirt.logs.clock import names_offset, parse_time
from csirt.logs.records import Broken, evtx_texts, number_of, raw_records
from csirt.logs.shapes import Flat, flatten
from csirt.pipeline import Pipelines

TRIM_EVERY = 2_000
UNKNOWN_TIME = 1 << 62
"""Microseconds that sort an unknown time last."""

RawHit = tuple[int, int, int, bytes]
"""Microseconds since 1970 (or ``UNKNOWN_TIME``), record, rule number, the rest as JSON."""


@dataclass(slots=True)
class Judged:
    """What one block gave.

    Attributes:
        hits: In the order of the file.
        undecided: Rule number to events on which its pattern ran out of time.
        seen: ((channel, event id), events, names of fields that this process had not met there).
    """

    events: int = 0
    outside: int = 0
    hits: list[RawHit] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    undecided: Counter[int] = field(default_factory=Counter)
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


def judge_block(
    block: Block, nested: NestedMatcher, pipelines: Pipelines, window: Window
) -> Judged:
    """Return the hits and counts of one block."""
    judged = Judged()
    matcher = nested.matcher
    if block.kind == "evtx" and window.is_open:
        found = _judge_nested(block, nested, judged)
    else:
        found = _judge_flat(block, matcher, (pipelines, window), judged)
    for number, outcome, event in found:
        if outcome.hits:
            judged.hits += raw_hits(outcome.hits, number, event, matcher, pipelines)
        judged.undecided.update(outcome.undecided)
    matcher.trim()  # thousands of small files never reach TRIM_EVERY
    judged.seen = matcher.take_seen()
    return judged


Found = tuple[int, Outcome, Flat]
"""Number of a record, what the rules say of it, and its fields."""


def _judge_nested(block: Block, nested: NestedMatcher, judged: Judged) -> Iterator[Found]:
    """Yield what was found; records of which nothing is to be said are only counted."""
    for header_number, raw in evtx_texts(block, judged.broken):
        judged.events += 1
        if not judged.events % TRIM_EVERY:
            nested.matcher.trim()
        outcome, record, event = nested.judge(raw)
        if outcome is not NOTHING:
            yield number_of(record, header_number), outcome, event


def _judge_flat(
    block: Block, matcher: Matcher, given: tuple[Pipelines, Window], judged: Judged
) -> Iterator[Found]:
    pipelines, window = given
    is_open = window.is_open
    for number, record, raw in raw_records(block, judged.broken):
        event = flatten(record)
        if not is_open and not window.holds(event_time(event, pipelines)):
            judged.outside += 1
            continue
        judged.events += 1
        if not judged.events % TRIM_EVERY:
            matcher.trim()
        outcome = matcher.judge(event, raw)
        if outcome is not NOTHING:
            yield number, outcome, event


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
    whole = int(moment.timestamp() // 1)
    return whole * 1_000_000 + moment.microsecond


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
