"""Kinds of record: which rules apply to a channel and event id, and by what further fields."""

from collections.abc import Callable, Iterable, Sequence

from csirt.engine.fields import texts, with_parts
from csirt.engine.plan import Names, Plan
from csirt.pipeline import Records
from kanmon.text import fold

MAX_KINDS = 5_000
"""Kinds of record remembered; a log whose event ids are all different must not fill memory."""

Comparable = Callable[[object], object]
"""From a field's value to that part of it by which records are told apart."""
Further = tuple[Names, Comparable]


class Kind:
    """Records of one channel and event id: which rules apply, by what further fields decide."""

    def __init__(
        self, label: tuple[str, str], records: tuple[int, ...], further: Sequence[Further]
    ) -> None:
        self.label = label
        self.records = records
        self.askable = tuple(sorted({part for names, _ in further for part in with_parts(names)}))
        self.count = 0
        self.fields: set[str] = set()
        self.new_fields: set[str] = set()
        self.plans: dict[tuple[object, ...], tuple[Plan | None, tuple[int, ...]]] = {}
        self._further = further
        self._among: dict[tuple[str, ...], tuple[Further, ...]] = {}

    def note(self, names: Iterable[str]) -> None:
        """Take note of the names of an event's fields."""
        self.new_fields.update(name for name in names if name not in self.fields)
        self.fields.update(self.new_fields)

    def further_among(self, present: tuple[str, ...]) -> tuple[Further, ...]:
        """Return the further fields that an event with only these names can have."""
        among = self._among.get(present)
        if among is None:
            if len(self._among) > MAX_KINDS:
                self._among.clear()
            among = self._among[present] = tuple(
                (names, compared)
                for names, compared in self._further
                if any(part in present for part in with_parts(names))
            )
        return among


def presence_fields(records: Sequence[Records]) -> frozenset[str]:
    """Return fields of which only the presence counts, wherever they are asked for."""
    asked: dict[str, set[bool]] = {}
    for one in records:
        for name, wanted in one.where:
            asked.setdefault(name, set()).add(not wanted)
    return frozenset(name for name, kinds in asked.items() if kinds == {True})


def is_there(value: object) -> object:
    """Return whether there is a value: for fields of which only the presence counts."""
    return value is not None


def comparable(value: object) -> object:
    """Return the value as part of a key; texts that differ in case only may have two keys."""
    return value if isinstance(value, str) else tuple(texts(value))


def holds(value: object, wanted: frozenset[str]) -> bool:
    """Return whether a value is what an entry of the log source map wants; any, when empty."""
    found = texts(value)
    return any(fold(text) in wanted for text in found) if wanted else bool(found)
