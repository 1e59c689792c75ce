"""One rule at a time: put into the words of a kind of record, and explained on an event."""

from collections.abc import Mapping
from functools import lru_cache

from csirt.compile.expression import KEYWORDS, And, Expression, Is, Not, Or, Test
from csirt.engine.fields import FieldNames, read, texts
from csirt.engine.plan import COMPARE, Event, Truth
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


def explain(
    expression: Expression, event: Event, names: FieldNames, truth: Truth
) -> list[tuple[str, str]] | None:
    """Return the (field, value) pairs that make the expression true; None when it is not."""
    match expression:
        case Is():
            return _explain_one(expression, event, names, truth)
        case Not(part):
            return [] if explain(part, event, names, truth) is None else None
        case And(parts):
            pairs = []
            for part in parts:
                found = explain(part, event, names, truth)
                if found is None:
                    return None
                pairs += found
            return pairs
        case Or(parts):
            explained = [explain(part, event, names, truth) for part in parts]
            if all(found is None for found in explained):
                return None
            return [pair for found in explained for pair in found or ()]


def _explain_one(
    asked: Is, event: Event, names: FieldNames, truth: Truth
) -> list[tuple[str, str]] | None:
    looked = () if asked.field == KEYWORDS else names.of(asked.field)
    true = truth(looked, asked.test)
    if true is False:
        return None
    if asked.field == KEYWORDS:
        values = [text for value in event.values() for text in texts(value)]
        field = ""
    else:
        values = texts(read(event, looked))
        field = next((name for name in looked if event.get(name) is not None), looked[0])
    if true and len(values) == 1:
        return [(field, values[0])]
    if asked.test.kind == "field":
        others = [fold(text) for text in texts(read(event, names.of(asked.test.text)))]
        compare = COMPARE[asked.test.option]
        fitting = [v for v in values if any(compare(fold(v), other) for other in others)]
    else:
        fitting = [value for value in values if passes(asked.test, value)]
    return [(field, value) for value in fitting] or None
