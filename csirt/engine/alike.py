"""Records of EVTX that begin alike: read by the layout learnt from the first of them."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import orjson
from msgspec import UNSET, DecodeError

from csirt.engine.kinds import MAX_KINDS, Comparable, Kind, comparable
from csirt.engine.matcher import Matcher, Placed
from csirt.engine.view import Read, View, reader, sole_place
from csirt.logs.layout import Layout
from csirt.logs.shapes import Flat, flatten

Nested = Mapping[str, Any]
Head = tuple[object, ...]
"""Values on which an event's kind, and the plan for it, depend."""
Found = tuple[Placed, View | None]
"""What judges a record; no view when no rule speaks of it."""


class UnlikeError(Exception):
    """The record is not like those before."""


NOT_ALIKE = (UnlikeError, DecodeError, RecursionError, AttributeError, TypeError)
"""What reading a record, and looking up its head, may raise: it has to be made flat. There may
be no element that the head is in, or a list, which cannot be looked up."""


class Alike:
    """What was learnt of records that begin alike and are of one kind.

    Attributes:
        read: From a record's JSON to the record as its layout reads it.
        head: From that to its head.
        found: What judges records with these heads; ``find`` for any other.
    """

    read: Callable[[bytes], object]
    head: Callable[[object], Head]

    def __init__(self, matcher: Matcher, nested: Nested, flat: Flat) -> None:
        self._matcher = matcher
        self._kind: Kind = matcher.place(flat).kind
        self._layout = Layout()
        self.learn(nested, flat)

    def learn(self, nested: Nested, flat: Flat) -> None:
        """Take in a record that could not be read, and was therefore judged flat."""
        if self._matcher.place(flat).kind is not self._kind or not self._layout.learn(nested):
            return
        self.found: dict[Head, Found] = {}
        self._exactly: dict[Head, Found] = {}
        self.read = _refuse
        learnt = self._layout.reader()
        if learnt is not None:
            self.read, self._where = learnt
            self._set_head()

    def _set_head(self) -> None:
        where = self._where
        ids = [where[name].attribute for name in ("Channel", "EventID")]
        askable = tuple(name for name in self._kind.askable if name in where)
        further = self._kind.further_among(askable)
        readers = [
            (reads, compared)
            for names, compared in further
            if (reads := reader(names, where)) is not None
        ]
        self._exact = _exact_head(attrgetter(*ids), readers)
        places = [sole_place(names, where) for names, compared in further if compared is comparable]
        attributes = [place.attribute for place in places if place is not None]
        is_simple = len(attributes) == len(further)
        self.head = attrgetter(*ids, *attributes) if is_simple else self._exact

    def find(self, head: Head, record: object, raw: bytes) -> Found:
        """Return what judges records with this head.

        Raises:
            UnlikeError: they are of another kind.
        """
        exact = self._exact(record)
        found = self._exactly.get(exact)
        if found is None:
            placed = self._matcher.place(flatten(orjson.loads(raw)))
            if placed.kind is not self._kind:
                raise UnlikeError
            if len(self._exactly) > MAX_KINDS:
                self._exactly.clear()
                self.found.clear()
            view = None if placed.plan is None else View(placed.plan, self._where)
            found = self._exactly[exact] = placed, view
        # Values that are no text are not: 1 and True are one key.
        if all(value is UNSET or value == other for value, other in zip(head, exact, strict=True)):
            self.found[head] = found
        return found


def _exact_head(
    ids: Callable[[object], Head], further: Sequence[tuple[Read, Comparable]]
) -> Callable[[object], Head]:
    return lambda record: (*ids(record), *[compared(reads(record)) for reads, compared in further])


def _refuse(_: bytes) -> object:
    raise UnlikeError
