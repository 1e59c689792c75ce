"""A plan put to Windows events as a layout reads them: judged without making them flat."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter, getitem

from csirt.engine.fields import read, with_parts
from csirt.engine.known import Known
from csirt.engine.plan import Outcome, Plan, Signature
from csirt.logs.layout import Place

Read = Callable[[object], object]
"""From a record, as a layout reads it, to the value of a field: None when there is none."""
Values = Callable[[object], tuple[object, ...]]
"""From an element to the values of some of its names, ``UNSET`` where there is none."""
Where = Mapping[str, Place]


class View:
    """Where the fields that a plan asks stand in records of one layout; the others are absent."""

    def __init__(self, plan: Plan, where: Where) -> None:
        self.plan = plan
        self._positions: list[int] = []
        self._elements: list[tuple[Read, Values, list[Known]]] = []
        self._others: list[tuple[Read, Known]] = []
        self._place(where)
        self._compared = [
            (atom, one, reader(others, where) or _nothing, how)
            for atom, names, others, how in plan.references
            if (one := reader(names, where)) is not None
        ]
        # Fewer fields make a shorter signature: a table of its own for it.
        self._outcomes: dict[Signature, Outcome] = {}
        self._generation = plan.generation

    def _place(self, where: Where) -> None:
        """Find the fields: those of one element, nearly always EventData, are read at once."""
        elements: dict[str, list[tuple[str, int, Known]]] = {}
        others = []
        for position, names in enumerate(self.plan.asked):
            place = sole_place(names, where)
            if place is not None:
                element, _, attribute = place.attribute.rpartition(".")
                known = self.plan.known(position, as_read=place.gets_braces)
                elements.setdefault(element, []).append((attribute, position, known))
            elif (reads := reader(names, where)) is not None:
                others.append(position)
                self._others.append((reads, self.plan.known(position, as_read=False)))
        for element, asked in elements.items():
            attributes, positions, tables = map(list, zip(*asked, strict=True))
            self._elements.append((attrgetter(element), values_of(attributes), tables))
            self._positions += positions
        self._positions += others
        self._plain: tuple[Read, Values, list[Known]] | None = None
        if len(elements) == 1:
            self._plain = self._elements[0]
        elif elements:
            paths = [f"{element}.{one}" for element, asked in elements.items() for one, *_ in asked]
            tables = [table for _, _, tables in self._elements for table in tables]
            self._plain = (_itself, values_of(paths), tables)
        if others:
            self._plain = None

    def key(self, record: object) -> Signature:
        """Return what the record is to the plan's tests, but for keywords."""
        if self._plain is not None:  # nearly always
            element, values, tables = self._plain
            try:
                numbers = tuple(map(getitem, tables, values(element(record))))
            except (AttributeError, TypeError):  # see below
                pass
            else:
                return (*numbers, self._references(record)) if self._compared else numbers
        key: list[int] = []
        for element, values, tables in self._elements:
            try:
                found = values(element(record))
            except AttributeError:  # no such element here
                key += [0] * len(tables)
                continue
            try:
                key += [*map(getitem, tables, found)]
            except TypeError:  # a list, from a field with several values
                key += [known.of(value) for known, value in zip(tables, found, strict=True)]
        if self._others:
            key += [known.of(reads(record)) for reads, known in self._others]
        if self._compared:
            key.append(self._references(record))
        return tuple(key)

    def _references(self, record: object) -> int:
        """Return the number of the set of those tests that compare two fields and are true."""
        return self.plan.number_of_references(
            [(atom, one(record), two(record), how) for atom, one, two, how in self._compared]
        )

    def outcome(self, key: Signature) -> Outcome:
        """Return which rules match a record with this key and no keyword."""
        if self._generation != self.plan.generation:
            self._outcomes.clear()
            self._generation = self.plan.generation
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self.plan.judge(self.signature(key))
            self.plan.spend(8 * len(key))
        return outcome

    def signature(self, key: Signature) -> Signature:
        """Return what ``Plan.signature`` does of the same record made flat."""
        whole = [0] * self.plan.signature_length
        for position, number in zip(self._positions, key, strict=False):
            whole[position] = number
        if self._compared:
            whole[-1] = key[-1]
        return tuple(whole)


def values_of(attributes: Sequence[str]) -> Values:
    """Return what reads these attributes, as they are there."""
    if len(attributes) > 1:
        return attrgetter(*attributes)
    one = attrgetter(*attributes)
    return lambda element: (one(element),)


def reader(names: tuple[str, ...], where: Where) -> Read | None:
    """Return what reads a field that may bear these names; None when it stands nowhere."""
    place = sole_place(names, where)
    if place is not None:
        return _one(place)
    present = {name: _one(where[name]) for name in _present(names, where)}
    return (lambda record: read(_Fields(record, present), names)) if present else None


def _one(place: Place) -> Read:
    value, shown = attrgetter(place.attribute), place.shown

    def read_one(record: object) -> object:
        try:
            return shown(value(record))
        except AttributeError:  # no such element here
            return None

    return read_one


def sole_place(names: tuple[str, ...], where: Where) -> Place | None:
    """Return the place of a field that can stand in one place only."""
    present = _present(names, where)
    return where[present[0]] if len(present) == 1 and present[0] in names else None


def _present(names: tuple[str, ...], where: Where) -> list[str]:
    """Return the names that are there, and the parts that are of names that join two."""
    parts = set(with_parts(names))
    return [name for name in where if name in parts]


class _Fields(Mapping[str, object]):
    """Some flat fields of a record, each read when it is asked for."""

    def __init__(self, record: object, readers: Mapping[str, Read]) -> None:
        self._record = record
        self._readers = readers

    def __getitem__(self, name: str) -> object:
        return self._readers[name](self._record)

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


def _itself(record: object) -> object:
    return record


def _nothing(record: object) -> None:
    """Read a field that is not there."""
