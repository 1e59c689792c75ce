"""What a rule asks of an event: and, or, not, and tests of single fields."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

Wildcard = int
MANY: Wildcard = 0
"""``*``: any run of characters, also none."""
ONE: Wildcard = 1
"""``?``: exactly one character."""

KEYWORDS = ""
"""The field of a keyword: any value of the event."""


@dataclass(frozen=True, slots=True)
class Test:
    """One question to one value of a field.

    Attributes:
        kind: ``present`` (neither absent, null nor an empty list), ``equals``, ``starts``,
            ``ends``, ``contains``, ``glob`` (strings); ``regex``; ``cidr``; ``compare`` (numbers
            and parts of a time); ``field`` (the value of another field).
        text: The literal, pattern, network, or name of the other field.
        option: ``cased`` for strings; the flags ``ims`` of a regex; the operator ``eq lt lte gt
            gte`` of a comparison; ``equals starts ends contains`` for another field.
        parts: Of a glob: literals, ``MANY`` and ``ONE``.
        number: Of a comparison.
        unit: Part of a time that is compared (``hour`` …); empty for a plain number.
    """

    __test__: ClassVar[bool] = False  # pytest must not take it for a test class

    kind: str
    text: str = ""
    option: str = ""
    parts: tuple[str | Wildcard, ...] = ()
    number: int | float = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Is:
    """True when any value of ``field`` passes ``test``; false when the field is absent."""

    field: str
    test: Test


@dataclass(frozen=True, slots=True)
class Not:
    """True when ``part`` is false; so also when a field it speaks of is absent."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    """True when all parts are."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True when any part is."""

    parts: tuple["Expression", ...]


Expression = Is | Not | And | Or
Constant = bool

PRESENT = Test("present")


def all_of(parts: Iterable[Expression]) -> Expression:
    """Return the conjunction; a single part is itself."""
    flat = tuple(dict.fromkeys(_flatten(parts, And)))
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(parts: Iterable[Expression]) -> Expression:
    """Return the disjunction; a single part is itself."""
    flat = tuple(dict.fromkeys(_flatten(parts, Or)))
    return flat[0] if len(flat) == 1 else Or(flat)


def _flatten(parts: Iterable[Expression], kind: type[And] | type[Or]) -> Iterator[Expression]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def tests_of(
    expression: Expression,
    positive: bool = True,  # noqa: PT028
) -> Iterator[tuple[Is, bool]]:
    """Yield every field test with True where more of it means more hits, False under a not."""
    match expression:
        case Is():
            yield expression, positive
        case Not(part):
            yield from tests_of(part, not positive)
        case And(parts) | Or(parts):
            for part in parts:
                yield from tests_of(part, positive)


def to_json(expression: Expression) -> list[object]:
    """Return nested lists for the rule cache; ``from_json`` reads them."""
    match expression:
        case Is(field, test):
            values: list[object] = [test.kind, test.text, test.option]
            values += [list(test.parts), test.number, test.unit]
            while len(values) > 1 and not values[-1]:
                values.pop()
            return ["is", field, *values]
        case Not(part):
            return ["not", to_json(part)]
        case And(parts):
            return ["and", *map(to_json, parts)]
        case Or(parts):
            return ["or", *map(to_json, parts)]


def from_json(data: list[object]) -> Expression:
    """Return the expression that ``to_json`` wrote."""
    kind, *rest = data
    if kind == "is":
        field, *values = rest
        if len(values) > 3:
            values[3] = tuple(values[3])  # type: ignore[arg-type]
        return Is(field, Test(*values))  # type: ignore[arg-type]
    parts = tuple(from_json(item) for item in rest if isinstance(item, list))
    if kind == "not":
        return Not(parts[0])
    return And(parts) if kind == "and" else Or(parts)
