"""Rules and log source map in; for each event the rules that match it, and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from csirt.compile.expression import (
    KEYWORDS,
    And,
    Expression,
    Is,
    Not,
    Or,
    Test,
    from_json,
    tests_of,
)
from csirt.engine.conditions import simplify
from csirt.engine.fields import FieldNames, read, texts
from csirt.engine.plan import COMPARE, NOTHING, Budget, Event, Outcome, Plan
from csirt.engine.values import Column
from csirt.model import LogSource
from csirt.pipeline import Pipelines, Records
from kanmon.text import fold

MAX_KINDS = 5_000
"""Kinds of record remembered; a log whose event ids are all different must not fill memory."""

Matched = tuple[tuple[str, str], ...]


class Kind:
    """Records of one channel and event id: which rules apply, by what further fields decide."""

    def __init__(
        self, label: tuple[str, str], records: tuple[int, ...], further: tuple[str, ...]
    ) -> None:
        self.label = label
        self.records = records
        self.further = further
        self.count = 0
        self.fields: set[str] = set()
        self.plans: dict[tuple[object, ...], tuple[Plan | None, tuple[int, ...]]] = {}


class Matcher:
    """The rules of a run in one process. Plans are built when their kind of record first comes."""

    def __init__(
        self, sources: Sequence[LogSource], whens: Sequence[list[object]], pipelines: Pipelines
    ) -> None:
        self._whens = whens
        self._pipelines = pipelines
        self._expressions: dict[int, Expression] = {}
        self._rules_of: dict[int, list[int]] = {}
        known = {source: pipelines.records_of(source) for source in set(sources)}
        for rule, source in enumerate(sources):
            for number in known[source]:
                self._rules_of.setdefault(number, []).append(rule)
        self._plain = FieldNames(aliases=pipelines.aliases)
        self._channel, *self._channel_others = self._plain.of("Channel")
        self._event_id, *self._event_id_others = self._plain.of("EventID")
        self._kinds: dict[tuple[object, object], Kind] = {}
        self._forgotten: list[tuple[tuple[str, str], int, frozenset[str]]] = []
        self._interned: dict[object, Plan] = {}
        self._budget = Budget()
        self._presence = _presence_fields(pipelines.records)

    def judge(self, event: Event) -> Outcome:
        """Return the rules that match the event; also counts it among what was seen."""
        kind, plan, _ = self._plan_for(event)
        kind.count += 1
        if not kind.fields >= event.keys():
            kind.fields.update(event)
        return NOTHING if plan is None else plan.judge(event)

    def take_seen(self) -> list[tuple[tuple[str, str], int, frozenset[str]]]:
        """Return ((channel, event id), events, fields) of what was judged since the last call."""
        seen = [(k.label, k.count, frozenset(k.fields)) for k in self._kinds.values() if k.count]
        seen += self._forgotten
        self._forgotten = []
        for kind in self._kinds.values():
            kind.count = 0
        return seen

    def applications(self, rule: int) -> Iterator[tuple[Records, Expression]]:
        """Yield each kind of record the rule means, with what it asks there, fields renamed."""
        for number in sorted(self._rules_of):
            if rule in self._rules_of[number]:
                records = self._pipelines.records[number]
                applied = self._applied(rule, records)
                if applied is not None:
                    yield records, _renamed(applied, self._pipelines.names(records))

    def trim(self) -> None:
        """Keep memory within bounds; call after every few thousand events."""
        self._budget.trim()

    def explain(self, rule: int, event: Event) -> Matched:
        """Return the (field, value) pairs that made ``rule`` match ``event``, in rule order."""
        _, _, numbers = self._plan_for(event)
        for number in numbers:
            if rule in self._rules_of.get(number, ()):
                records = self._pipelines.records[number]
                applied = self._applied(rule, records)
                if applied is not None:
                    names = self._pipelines.names(records)
                    found = _explain(applied, event, names)
                    if found is not None:
                        return tuple(dict.fromkeys(found))
        return ()

    def _plan_for(self, event: Event) -> tuple[Kind, Plan | None, tuple[int, ...]]:
        channel = event.get(self._channel)
        if channel is None:
            channel = read(event, tuple(self._channel_others))
        event_id = event.get(self._event_id)
        if event_id is None:
            event_id = read(event, tuple(self._event_id_others))
        try:
            kind = self._kinds.get((channel, event_id))
        except TypeError:  # a list, from an export that wraps every value in one
            channel, event_id = "\n".join(texts(channel)), "\n".join(texts(event_id))
            kind = self._kinds.get((channel, event_id))
        if kind is None:
            kind = self._learn_kind(channel, event_id)
        if not kind.further:
            key: tuple[object, ...] = ()
        else:
            key = tuple(
                tuple(map(fold, texts(read(event, self._plain.of(name)))))
                if name not in self._presence
                else read(event, self._plain.of(name)) is not None
                for name in kind.further
            )
        known = kind.plans.get(key)
        if known is None:
            if len(kind.plans) > MAX_KINDS:
                kind.plans.clear()
            known = kind.plans[key] = self._build(kind, event, channel, event_id)
        return kind, *known

    def _learn_kind(self, channel: object, event_id: object) -> Kind:
        if len(self._kinds) > MAX_KINDS:
            self._forgotten = self.take_seen()
            self._kinds.clear()
            self._interned.clear()
            self._budget.plans.clear()
        given = {"Channel": channel, "EventID": event_id}
        records = []
        further: set[str] = set()
        for number in sorted(self._rules_of):
            where = self._pipelines.records[number].where
            if all(_holds(given[name], wanted) for name, wanted in where if name in given):
                records.append(number)
                further.update(name for name, _ in where if name not in given)
        label = ("/".join(texts(channel)), "/".join(texts(event_id)))
        kind = Kind(label, tuple(records), tuple(sorted(further)))
        self._kinds[(channel, event_id)] = kind
        return kind

    def _build(
        self, kind: Kind, event: Event, channel: object, event_id: object
    ) -> tuple[Plan | None, tuple[int, ...]]:
        numbers = tuple(n for n in kind.records if self._fits(self._pipelines.records[n], event))
        known = {
            name: _answers(texts(value))
            for name, value in (("Channel", channel), ("EventID", event_id))
        }
        chosen: list[tuple[int, Expression]] = []
        names: dict[int, FieldNames] = {}
        for number in numbers:
            records = self._pipelines.records[number]
            names[number] = self._pipelines.names(records)
            for rule in self._rules_of[number]:
                applied = self._applied(rule, records)
                if applied is None:
                    continue
                simple = simplify(applied, known)
                if isinstance(simple, bool):
                    simple = Is("Channel", Test("present")) if simple else None
                if simple is not None:
                    chosen.append((rule, _renamed(simple, names[number])))
        if not chosen:
            return None, numbers
        key = tuple(chosen)
        plan = self._interned.get(key)
        if plan is None:
            plan = self._interned[key] = Plan(chosen, self._plain, self._budget)
        return plan, numbers

    def _fits(self, records: Records, event: Event) -> bool:
        return all(
            _holds(read(event, self._plain.of(name)), wanted)
            for name, wanted in records.where
        )

    def _applied(self, rule: int, records: Records) -> Expression | None:
        """Return the rule in the values of these records; None when it cannot apply there."""
        if rule not in self._expressions:
            self._expressions[rule] = from_json(self._whens[rule])
        expression = self._expressions[rule]
        if records.lacks and any(
            not positive and test.field in records.lacks for test, positive in tests_of(expression)
        ):
            return None
        return _with_values(expression, records.values) if records.values else expression


def _presence_fields(records: Sequence[Records]) -> frozenset[str]:
    """Return fields of which only the presence counts, wherever they are asked for."""
    asked: dict[str, set[bool]] = {}
    for one in records:
        for name, wanted in one.where:
            asked.setdefault(name, set()).add(not wanted)
    return frozenset(name for name, kinds in asked.items() if kinds == {True})


def _holds(value: object, wanted: frozenset[str]) -> bool:
    found = texts(value)
    return any(fold(text) in wanted for text in found) if wanted else bool(found)


def _answers(values: list[str]) -> Callable[[Test], bool]:
    return lambda test: any(passes(test, value) for value in values)


def _with_values(
    expression: Expression, values: Mapping[str, Mapping[str, str]]
) -> Expression:
    match expression:
        case Is(field, test):
            other = values.get(field, {}).get(fold(test.text)) if test.kind == "equals" else None
            return expression if other is None else Is(field, Test("equals", other, test.option))
        case Not(part):
            return Not(_with_values(part, values))
        case And(parts):
            return And(tuple(_with_values(part, values) for part in parts))
        case Or(parts):
            return Or(tuple(_with_values(part, values) for part in parts))


def _renamed(expression: Expression, names: FieldNames) -> Expression:
    if not names.renamed:
        return expression
    renamed = names.renamed
    match expression:
        case Is(field, test):
            if test.kind == "field":
                test = Test("field", renamed.get(test.text, test.text), test.option)
            return Is(renamed.get(field, field), test)
        case Not(part):
            return Not(_renamed(part, names))
        case And(parts):
            return And(tuple(_renamed(part, names) for part in parts))
        case Or(parts):
            return Or(tuple(_renamed(part, names) for part in parts))


@lru_cache(maxsize=20_000)
def _column(test: Test) -> Column:
    return Column([(0, test)])


def passes(test: Test, value: str) -> bool:
    """Return whether one present value passes one test (not for ``field``)."""
    return 0 in _column(test).atoms(value)


def _explain(
    expression: Expression, event: Event, names: FieldNames
) -> list[tuple[str, str]] | None:
    """Return the pairs that make the expression true of the event; None when it is not."""
    match expression:
        case Is():
            return _explain_test(expression, event, names)
        case Not(part):
            return [] if _explain(part, event, names) is None else None
        case And(parts):
            pairs = []
            for part in parts:
                found = _explain(part, event, names)
                if found is None:
                    return None
                pairs += found
            return pairs
        case Or(parts):
            explained = [_explain(part, event, names) for part in parts]
            if all(found is None for found in explained):
                return None
            return [pair for found in explained for pair in found or ()]


def _explain_test(
    asked: Is, event: Event, names: FieldNames
) -> list[tuple[str, str]] | None:
    if asked.field == KEYWORDS:
        values = [text for value in event.values() for text in texts(value)]
        field = ""
    else:
        looked = names.of(asked.field)
        values = texts(read(event, looked))
        field = next((name for name in looked if event.get(name) is not None), looked[0])
    if asked.test.kind == "field":
        others = [fold(text) for text in texts(read(event, names.of(asked.test.text)))]
        compare = COMPARE[asked.test.option]
        fitting = [v for v in values if any(compare(fold(v), other) for other in others)]
    else:
        fitting = [value for value in values if passes(asked.test, value)]
    return [(field, value) for value in fitting] or None
