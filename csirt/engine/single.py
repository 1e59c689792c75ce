"""One rule at a time: put into the words of a kind of record, and explained on an event."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from csirt.compile.expression import KEYWORDS, And, Expression, Is, Not, Or, Test
from csirt.engine.fields import FieldNames, compares, read, texts
from csirt.engine.plan import Event, Reason
from csirt.engine.values import Column
from kanmon.text import fold


def with_values(expression: Expression, values: Mapping[str, Mapping[str, str]]) -> Expression:
    """Return the expression with Sigma's values replaced by those the records use instead."""
    match expression:
        case Is(field, test):
            other = values.get(field, {}).get(fold(test.text)) if test.kind == "equals" else None
            return expression if other is None else Is(field, Test("equals", other, test.option))
        case Not(part):
            return Not(with_values(part, values))
        case And(parts):
            return And(tuple(with_values(part, values) for part in parts))
        case Or(parts):
            return Or(tuple(with_values(part, values) for part in parts))


def renamed_fields(expression: Expression, renamed: Mapping[str, str]) -> Expression:
    """Return the expression with fields by the names the records use for them."""
    if not renamed:
        return expression
    match expression:
        case Is(field, test):
            if test.kind == "field":
                test = Test("field", renamed.get(test.text, test.text), test.option)
            return Is(renamed.get(field, field), test)
        case Not(part):
            return Not(renamed_fields(part, renamed))
        case And(parts):
            return And(tuple(renamed_fields(part, renamed) for part in parts))
        case Or(parts):
            return Or(tuple(renamed_fields(part, renamed) for part in parts))


@lru_cache(maxsize=20_000)
def _column(test: Test) -> Column:
    return Column([(0, test)])


def passes(test: Test, value: str) -> bool:
    """Return whether one present value passes one test (not for ``field``)."""
    return 0 in _column(test).atoms(value)


def reasons(
    expression: Expression, holds: Callable[[Reason], bool], names: FieldNames
) -> list[Reason] | None:
    """Return the tests that make the expression true, in its order; None when it is not."""
    match expression:
        case Is(field, test):
            looked = () if field == KEYWORDS else names.of(field)
            other = names.of(test.text) if test.kind == "field" else ()
            reason = Reason(test, looked, other)
            return [reason] if holds(reason) else None
        case Not(part):
            return [] if reasons(part, holds, names) is None else None
        case And(parts):
            found = []
            for part in parts:
                inner = reasons(part, holds, names)
                if inner is None:
                    return None
                found += inner
            return found
        case Or(parts):
            inners = [reasons(part, holds, names) for part in parts]
            if all(inner is None for inner in inners):
                return None
            return [reason for inner in inners for reason in inner or ()]


def shown(reason: Reason, event: Event, true: bool | None) -> list[tuple[str, str]] | None:
    """Return the (field, value) pairs of an event that pass the test; None when there are none.

    Args:
        true: Whether it is known to be passed by some value; None when that is not known.
    """
    looked = reason.names
    if true is False:
        return None
    if not looked:
        values = [text for value in event.values() for text in texts(value)]
        field = ""
    else:
        values = texts(read(event, looked))
        field = next((name for name in looked if event.get(name) is not None), looked[0])
    if true and len(values) == 1:
        return [(field, values[0])]
    if reason.other:
        others, how = texts(read(event, reason.other)), reason.test.option
        fitting = [v for v in values if any(compares(v, other, how) for other in others)]
    else:
        fitting = [value for value in values if passes(reason.test, value)]
    return [(field, value) for value in fitting] or None


def all_shown(found: Iterable[Reason], event: Event) -> tuple[tuple[str, str], ...] | None:
    """Return the pairs of tests known to be passed, each once; None when one shows no value."""
    pairs: dict[tuple[str, str], None] = {}
    for reason in found:
        name = reason.names[0] if reason.names else ""
        value = event.get(name) if name else None
        if isinstance(value, str):  # nearly always
            pairs[(name, value)] = None
            continue
        several = shown(reason, event, True)
        if several is None:
            return None
        pairs.update(dict.fromkeys(several))
    return tuple(pairs)
