"""What values passed before: every distinct value of a field is matched once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from weakref import WeakMethod

from msgspec import UNSET

from csirt.engine.fields import texts
from csirt.engine.literals import Atom
from csirt.engine.values import Column
from csirt.logs.shapes import with_braces

MAX_CACHED_LENGTH = 4096
"""Longer values (script blocks) hardly ever come back; they are matched anew."""


@dataclass(slots=True)
class Budget:
    """How many characters and outcomes the plans of a process may remember together.

    It does not keep them alive: a rule set's worth of tables must be freed without the collector.
    """

    limit: int = 24_000_000
    used: int = 0
    forgets: list[WeakMethod[Callable[[], None]]] = field(default_factory=list)

    def spend(self, characters: int) -> None:
        """Count what was remembered."""
        self.used += characters + 150  # an entry costs about this beside its text

    def trim(self) -> None:
        """Forget everything when it has become too much; call between events, not within one."""
        if self.used > self.limit:
            self.used = 0
            self.forgets = [one for one in self.forgets if one() is not None]
            for one in self.forgets:
                forget = one()
                if forget is not None:
                    forget()


class AtomSets:
    """The distinct sets of tests that values of a plan pass, each with a number; 0 is none."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all sets but the empty one."""
        self._sets: list[frozenset[Atom]] = [frozenset()]
        self._numbers: dict[frozenset[Atom], int] = {frozenset(): 0}

    def number(self, atoms: frozenset[Atom]) -> int:
        """Return the set's number."""
        number = self._numbers.get(atoms)
        if number is None:
            number = self._numbers[atoms] = len(self._sets)
            self._sets.append(atoms)
        return number

    def union(self, numbers: Iterable[int]) -> frozenset[Atom]:
        """Return the union of the sets of these numbers."""
        return frozenset().union(*(self._sets[number] for number in set(numbers)))

    def number_of_union(self, numbers: set[int]) -> int:
        """Return the number of the union of the sets of these numbers."""
        numbers.discard(0)
        if len(numbers) < 2:
            return numbers.pop() if numbers else 0
        return self.number(self.union(numbers))


class Known(dict[object, int]):
    """One field's values seen so far: text to the number of the set of tests it passes.

    ``known[value]`` answers for any hashable value of an event, learning what is new; None and
    ``msgspec.UNSET`` stand for none. A mapping of its own because the lookup of a value seen
    before then runs without a line of Python.
    """

    def __init__(self, column: Column, sets: AtomSets, spend: Callable[[int], None]) -> None:
        super().__init__({None: 0, UNSET: 0})
        self._column = column
        self._sets = sets
        self._spend = spend

    def clear(self) -> None:
        """Forget all values."""
        super().clear()
        self[None] = self[UNSET] = 0

    def __missing__(self, value: object) -> int:
        if value.__class__ is not str:
            # Never kept under itself: 1 and True are one key but not one text.
            return self[str(value)] if value.__class__ is int else self.of(texts(value))
        text = str(value)
        number = self._sets.number(self._column.atoms(text))
        if len(text) <= MAX_CACHED_LENGTH:
            self[text] = number
            self._spend(len(text))
        return number

    def of(self, value: object) -> int:
        """Return the number of the union over a value's texts: a list has several."""
        if value is None or value is UNSET or value.__class__ is str:
            return self[value]
        return self._sets.number_of_union({self[text] for text in texts(value)})


class KnownAsRead(Known):
    """Values as a layout reads them: a GUID is looked up with the braces it lacks there."""

    def __init__(self, plain: Known) -> None:
        super().__init__(plain._column, plain._sets, plain._spend)
        self._plain = plain

    def __missing__(self, value: object) -> int:
        if value.__class__ is str:
            braced = with_braces(str(value))
            if braced is not value:
                number = self[value] = self._plain[braced]
                self._spend(len(braced))
                return number
        return super().__missing__(value)

    def of(self, value: object) -> int:
        """Return the number of the union over a value's texts; those of a list get no braces."""
        return self._plain.of(value) if isinstance(value, list) else self[value]
