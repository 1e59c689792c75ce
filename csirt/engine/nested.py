"""Nested Windows events judged without making them flat; those that hit are made flat."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from csirt.engine.kinds import MAX_KINDS, Comparable
from csirt.engine.matcher import Matcher, Placed
from csirt.engine.plan import NOTHING, Event, Outcome
from csirt.engine.view import View
from csirt.logs.layout import Layout, Path, Read, layout_of, places, reader
from csirt.logs.shapes import Flat, flatten


class _Learnt(NamedTuple):
    """A layout's fields, by what further ones its events differ in kind, and what judges them."""

    where: Mapping[str, Path]
    further: tuple[tuple[Read, Comparable], ...]
    views: dict[tuple[object, ...], tuple[Placed, View | None]]


class NestedMatcher:
    """A matcher's front for what the evtx package gives.

    Making an event flat costs more than judging it, and of a hundred events one hits. Events of
    one layout differ in their values only, so the fields asked are looked up where they stand.
    """

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self._layouts: dict[Layout, _Learnt | None] = {}
        self._generation = matcher.generation

    def judge(self, record: Mapping[str, Any], raw: bytes) -> tuple[Outcome, Flat | None]:
        """Return what ``Matcher.judge`` does of the flat event, and that event if it was needed.

        It always was when a rule hits; ``Matcher.explain`` may then be asked.

        Args:
            record: What the evtx package gives.
            raw: The JSON (UTF-8) it was read from.
        """
        event: Any = record.get("Event")
        found = self._find(record, event) if event.__class__ is dict else None
        if found is not None:
            placed, view = found
            if view is None:
                self.matcher.count(placed.kind)
                return NOTHING, None
            if view.plan.has_no_keyword_in(raw):
                self.matcher.count(placed.kind)
                key = view.key(event)
                outcome = view.outcome(key)
                if not outcome.hits:
                    return outcome, None
                flat = flatten(record)
                self.matcher.remember(flat, placed, view.signature(key))
                return outcome, flat
        flat = flatten(record)
        return self.matcher.judge(flat, raw), flat

    def _find(self, record: Mapping[str, Any], event: Event) -> tuple[Placed, View | None] | None:
        """Return what judges such events; None when they are to be made flat."""
        layout = layout_of(event)
        if layout is None:
            return None
        if self._generation != self.matcher.generation or len(self._layouts) > MAX_KINDS:
            self._layouts.clear()
            self._generation = self.matcher.generation
        try:
            learnt = self._layouts[layout]
        except KeyError:
            learnt = self._layouts[layout] = self._learn(record, event)
        if learnt is None:
            return None
        key: tuple[object, ...] = ()
        if learnt.further:
            key = tuple([compared(reads(event)) for reads, compared in learnt.further])
        found = learnt.views.get(key)
        if found is None:
            if len(learnt.views) > MAX_KINDS:
                learnt.views.clear()
            found = learnt.views[key] = self._view(record, learnt.where)
        return found

    def _learn(self, record: Mapping[str, Any], event: Event) -> _Learnt | None:
        where = places(event)
        if where is None:
            return None
        kind = self.matcher.place(flatten(record)).kind
        kind.note(where)
        further = []
        for names, compared in kind.further_among(tuple(n for n in kind.askable if n in where)):
            reads = reader(names, where)
            if reads is not None:
                further.append((reads, compared))
        return _Learnt(where, tuple(further), {})

    def _view(
        self, record: Mapping[str, Any], where: Mapping[str, Path]
    ) -> tuple[Placed, View | None]:
        placed = self.matcher.place(flatten(record))
        return placed, None if placed.plan is None else View(placed.plan, where)
