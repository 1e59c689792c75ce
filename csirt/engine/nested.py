"""Records of EVTX judged as their JSON nests them; those that hit are made flat."""

from collections import Counter

import orjson

from csirt.engine.alike import NOT_ALIKE, Alike
from csirt.engine.kinds import MAX_KINDS
from csirt.engine.matcher import Matcher
from csirt.engine.plan import NOTHING, Outcome
from csirt.logs.records import number_of
from csirt.logs.shapes import Flat, flatten

Judgement = tuple[Outcome, int, Flat]
"""What the rules say; if anything, the record's number and its flat fields: else 0 and none."""

_NOTHING: Judgement = (NOTHING, 0, {})

LEARN_AFTER = 16
"""Records that begin alike before more are expected: learning costs as much as judging these."""

_FURTHEST = 2_000
"""Bytes within which a record's header is looked for."""


class NestedMatcher:
    """A matcher's front for what the evtx package gives.

    Reading JSON into dicts and making them flat costs more than judging, and of a hundred records
    one hits. So records that begin alike (provider, event id, channel) are read by the layout
    learnt from the first of them. Whatever does not fit it exactly is judged flat.
    """

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self._alike: dict[bytes, Alike] = {}
        self._met: Counter[bytes] = Counter()
        self._generation = matcher.generation

    def judge(self, raw: bytes, header_number: int = 0) -> Judgement:
        """Return what ``Matcher.judge`` does of the record whose JSON (UTF-8) this is.

        When a rule hits, the flat fields come along, and ``Matcher.explain`` may be asked of them.

        Args:
            header_number: The record's number when it bears none itself.
        """
        if self._generation != self.matcher.generation or len(self._met) > MAX_KINDS:
            self._alike.clear()
            self._met.clear()
            self._generation = self.matcher.generation
        beginning = _beginning(raw)
        alike = self._alike.get(beginning)
        if alike is None:
            return self._judge_flat(raw, header_number, beginning)
        try:
            record = alike.read(raw)
            head = alike.head(record)
            placed, view = alike.found.get(head) or alike.find(head, record, raw)
        except NOT_ALIKE:
            return self._judge_flat(raw, header_number, beginning)
        if view is None:
            self.matcher.count(placed.kind)
            return _NOTHING
        if view.plan.may_hold_keyword(raw):
            return self._judge_flat(raw, header_number, b"")
        key = view.key(record)
        self.matcher.count(placed.kind)
        outcome = view.outcome(key)
        if not outcome.hits:
            return (outcome, 0, {}) if outcome.undecided else _NOTHING
        nested = orjson.loads(raw)
        flat = flatten(nested)
        self.matcher.remember(flat, placed, view.signature(key))
        return outcome, number_of(nested, header_number), flat

    def _judge_flat(self, raw: bytes, header_number: int, beginning: bytes) -> Judgement:
        """Judge a record in full; learn from it, unless it has no beginning."""
        nested = orjson.loads(raw)
        flat = flatten(nested)
        outcome = self.matcher.judge(flat, raw)
        alike = self._alike.get(beginning)
        if alike is not None:
            alike.learn(nested, flat)
        elif beginning:
            self._met[beginning] += 1
            if self._met[beginning] > LEARN_AFTER:
                self._alike[beginning] = Alike(self.matcher, nested, flat)
        return outcome, number_of(nested, header_number), flat


def _beginning(raw: bytes) -> bytes:
    """Return what records of one kind nearly always have in common: all before the time, and
    the channel; empty when they are not there. It is never relied upon, only tried."""
    end = raw.find(b'"TimeCreated"', 0, _FURTHEST)
    channel = raw.find(b'"Channel":"', end, _FURTHEST) if end > 0 else -1
    return raw[:end] + raw[channel : raw.find(b'"', channel + 11)] if channel > 0 else b""
