"""Rules in the words of each kind of record, and what is left of them once its name is known."""

from collections.abc import Sequence
from typing import NamedTuple

from csirt.compile.expression import And, Expression, Is, Not, Or, from_json, tests_of
from csirt.engine.conditions import Known, required_values, simplify
from csirt.engine.single import renamed_fields, with_values
from csirt.pipeline import Records

FIXED = ("Channel", "EventID")
"""The fields whose values name a kind of record."""


class _Asked(NamedTuple):
    """A rule with the records' own names, and what it demands of the event id, if anything."""

    expression: Expression
    event_ids: frozenset[str] | None
    asks_fixed: bool


class AppliedRules:
    """The rules of a run, applied to records when first asked for."""

    def __init__(self, whens: Sequence[list[object]], records: Sequence[Records]) -> None:
        self._whens = whens
        self._records = records
        self._applied: dict[tuple[int, int], Expression | None] = {}
        self._asked: dict[tuple[int, int], _Asked | None] = {}

    def applied(self, rule: int, number: int) -> Expression | None:
        """Return the rule in the values of these records; None when it cannot apply there."""
        key = (rule, number)
        if key not in self._applied:
            expression = from_json(self._whens[rule])
            self._applied[key] = _apply(expression, self._records[number])
        return self._applied[key]

    def asked(self, rule: int, number: int) -> Expression | None:
        """Return the same with fields by the names the records use for them."""
        asked = self._asks(rule, number)
        return None if asked is None else asked.expression

    def left(
        self, rule: int, number: int, known: Known, event_ids: frozenset[str]
    ) -> Expression | bool:
        """Return what is left of ``asked`` when channel and event id are known.

        Args:
            event_ids: The folded event ids of the kind.
        """
        asked = self._asks(rule, number)
        if asked is None:
            return False
        if asked.event_ids is not None and asked.event_ids.isdisjoint(event_ids):
            return False
        return simplify(asked.expression, known) if asked.asks_fixed else asked.expression

    def _asks(self, rule: int, number: int) -> _Asked | None:
        key = (rule, number)
        if key not in self._asked:
            expression = self.applied(rule, number)
            self._asked[key] = (
                None if expression is None else _asks(expression, self._records[number])
            )
        return self._asked[key]


def _asks(expression: Expression, records: Records) -> _Asked:
    renamed = renamed_fields(expression, records.renamed)
    asks_fixed = _asks_one_of(renamed, FIXED)
    event_ids = required_values(renamed, "EventID") if asks_fixed else None
    return _Asked(renamed, event_ids, asks_fixed)


def _asks_one_of(expression: Expression, fields: tuple[str, ...]) -> bool:
    match expression:
        case Is(field, _):
            return field in fields
        case Not(part):
            return _asks_one_of(part, fields)
        case And(parts) | Or(parts):
            return any(_asks_one_of(part, fields) for part in parts)


def _apply(expression: Expression, records: Records) -> Expression | None:
    lacks = records.lacks
    if lacks and any(not more and test.field in lacks for test, more in tests_of(expression)):
        return None
    return with_values(expression, records.values) if records.values else expression
