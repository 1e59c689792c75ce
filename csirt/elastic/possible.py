"""Which tests of the rules the values that an index holds may pass: never fewer than do.

The server lists the distinct values of a field, each is tested once by the embedded engine. What
an index keeps in lower case is not letter for letter what the event says, so tests are widened. A
negation cannot be asked of it at all: for the server ``İ`` is an ``i``, for the engine it is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from csirt.compile.expression import PRESENT, Test
from csirt.elastic.patterns import ignores_case_safely
from csirt.elastic.query import UNSEEN, IndexField, is_plain
from csirt.engine.fields import text_of
from csirt.engine.literals import UNDECIDED
from csirt.engine.patterns import required_literal
from csirt.engine.values import Column
from kanmon.text import fold

MAX_VALUES = 5_000
"""Values of one test in one query; of a test that more values pass, only a literal is asked."""
MAX_CHARACTERS = 500_000
"""Characters of the values of one test in one query."""
MIN_LITERAL = 3
"""Characters of a literal worth asking for."""
MAX_LITERAL = 100
MAX_LITERALS = 5_000
"""Characters of all literals asked of a field whose values are not listed."""

Bucket = tuple[str, int]
"""A value and how many documents hold it."""


@dataclass(frozen=True, slots=True)
class Among:
    """The field holds one of these values; so do this many documents, or fewer."""

    path: str
    values: tuple[str, ...]
    documents: int


@dataclass(frozen=True, slots=True)
class Like:
    """A value of the field contains this folded literal, in whatever case."""

    field: IndexField
    literal: str


@dataclass(frozen=True, slots=True)
class Has:
    """The field is there."""

    path: str


Asked = bool | Among | Like | Has
"""What is asked of one field; True when nothing can be asked, False when nothing can pass."""


class FieldValues:
    """The tests of one index field and the values that may pass them."""

    def __init__(self, field: IndexField, tests: Iterable[Test]) -> None:
        self.field = field
        self.listed = field.listed
        self._widened = {test: widened(test, field) for test in tests}
        asked = sorted({t for t in self._widened.values() if t != PRESENT}, key=repr)
        self._atoms = {test: atom for atom, test in enumerate(asked)}
        self._column = Column([(atom, test) for test, atom in self._atoms.items()])
        self._sets: dict[frozenset[int], _Values] = {}
        self._seen = False

    @property
    def needs_values(self) -> bool:
        """Return whether the tests cannot be put as a few literals instead."""
        literals = {certain_literal(test) for test in self._widened.values()}
        return "" in literals or sum(map(len, literals)) > MAX_LITERALS

    def take(self, buckets: Sequence[Bucket]) -> None:
        """Test values; each is to be given once."""
        self._seen = self._seen or bool(buckets)
        for value, documents in buckets:
            atoms = self._passed(value)
            if atoms:
                self._sets.setdefault(atoms, _Values()).add(value, documents)

    def give_up(self) -> None:
        """Forget the values: not all of them could be listed."""
        self.listed = False
        self._sets.clear()

    def asked(self, test: Test) -> Asked:
        """Return what to ask the index so that every document that passes ``test`` is found."""
        wider = self._widened[test]
        if not self.listed:
            return _unlisted(self.field, wider)
        if wider == PRESENT:
            return Has(self.field.name) if self._seen else False
        atom = self._atoms[wider]
        found = [values for atoms, values in self._sets.items() if atom in atoms]
        if any(values.overflows for values in found) or sum(map(len, found)) > MAX_VALUES:
            return _unlisted(self.field, wider)
        values = sorted({value for one in found for value in one.values})
        if not values:
            return False
        if sum(map(len, values)) > MAX_CHARACTERS:
            return _unlisted(self.field, wider)
        return Among(self.field.name, tuple(values), sum(one.documents for one in found))

    def _passed(self, value: str) -> frozenset[int]:
        passed = _decided(self._column.atoms(value))
        if self.field.lowered:
            return passed
        read = _read_number(value)
        return passed if read == value else passed | _decided(self._column.atoms(read))


class _Values:
    """Values that pass the same tests."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.documents = 0
        self.overflows = False

    def __len__(self) -> int:
        return len(self.values)

    def add(self, value: str, documents: int) -> None:
        self.documents += documents
        if len(self.values) < MAX_VALUES:
            self.values.append(value)
        else:
            self.overflows = True


def _decided(atoms: frozenset[int]) -> frozenset[int]:
    """Return the atoms with those that ran out of time as passed: the matcher will tell."""
    if all(atom < UNDECIDED for atom in atoms):
        return atoms
    return frozenset(atom - UNDECIDED if atom >= UNDECIDED else atom for atom in atoms)


def _read_number(value: str) -> str:
    """Return the text the matcher compares if the event holds the value as a JSON number."""
    try:
        return text_of(float(value)) if "." in value or "e" in value.lower() else value
    except (ValueError, OverflowError):
        return value


def _unlisted(field: IndexField, wider: Test) -> Asked:
    if field.kind in UNSEEN:
        return True
    literal = certain_literal(wider) if field.kind in ("keyword", "wildcard") else ""
    return Like(field, literal) if literal else Has(field.name)


def widened(test: Test, field: IndexField) -> Test:
    """Return a test that the value in the index passes whenever the event's value passes ``test``.

    A comparison with another field or with a part of a time is widened to ``present``; where the
    index keeps lower case, ``cased`` is dropped, and so is the case of a regular expression if
    that lets it match more; any other becomes the literal it needs, and so does a text with
    characters whose case the server may see differently.
    """
    if test.kind == "field" or test.unit:
        return PRESENT
    if not field.lowered or test.kind in ("present", "compare", "cidr"):
        return test
    if test.kind in ("equals", "starts", "ends", "contains") and is_plain(test.text):
        return Test(test.kind, fold(test.text))
    if test.kind == "glob" and all(isinstance(one, int) or is_plain(one) for one in test.parts):
        parts = tuple(one if isinstance(one, int) else fold(one) for one in test.parts)
        return Test("glob", parts=parts)
    if test.kind == "regex" and ignores_case_safely(test.text, test.option):
        return Test("regex", test.text, "".join(sorted({*test.option, "i"})))
    literal = max(_plain_runs(test), key=len, default="")
    return Test("contains", literal) if literal else PRESENT


def certain_literal(test: Test) -> str:
    """Return the longest folded literal in every value that passes; empty when it is too short."""
    literal = max(_plain_runs(test), key=len, default="")[:MAX_LITERAL]
    return literal if len(literal) >= MIN_LITERAL else ""


def part_of_joined(test: Test) -> Test:
    """Return a test that one of two fields passes when their text, joined by ``\\``, passes."""
    literals = [part for run in _plain_runs(test) for part in run.split("\\")]
    literal = max(literals, key=len, default="")
    return Test("contains", literal) if literal else PRESENT


def _plain_runs(test: Test) -> list[str]:
    """Return folded texts that every passing value contains, each without uncertain characters."""
    texts: Sequence[str | int] = ()
    if test.kind in ("equals", "starts", "ends", "contains"):
        texts = (test.text,)
    elif test.kind == "glob":
        texts = test.parts
    elif test.kind == "regex":
        texts = (required_literal(test.text, test.option),)
    marked = "".join(
        char if is_plain(char) else "\0"
        for text in texts
        for char in (fold(text) if isinstance(text, str) else "\0")
    )
    return [run for run in marked.split("\0") if run]
