"""Which questions to put to the server: many rules in one, none too long, all of them supersets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from csirt.compile.expression import KEYWORDS, Expression, Is, Test, tests_of
from csirt.elastic.exact import exact_query
from csirt.elastic.query import IndexFields, Query, any_condition
from csirt.engine.conditions import compile_condition
from csirt.engine.fields import FieldNames
from csirt.model import RuleVerdict, Verdict
from csirt.ruleset import RuleSet

MAX_CONDITIONS = 800
"""Conditions in one request; Elasticsearch allows 1,024 at the least (indices.query.bool)."""
DOCUMENTS_PER_CONDITION = 15
"""A condition costs the server about as much as fetching and judging this many documents
(benchmarks/elastic_hunt.py): below, all documents of a kind are fetched without asking more."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question: the candidates of some rules among one kind of record.

    Attributes:
        rules: Numbers of the rules it is for, ascending.
        query: Superset of what these rules match there.
        fields: Event fields the rules read; None for all of them (keywords).
    """

    rules: tuple[int, ...]
    query: Query
    fields: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Kind:
    """The rules of one kind of record.

    Attributes:
        where: Query for these records.
        rules: Rule number to the conditions of which one must be true for it to match; None when
            the rule can match without any, or a condition is a keyword.
        fields: Event fields the rules and the recognition of the kind read; None for all.
    """

    where: Query
    rules: Mapping[int, frozenset[Is] | None]
    fields: frozenset[str] | None


def kinds_of(rules: RuleSet, index: IndexFields) -> tuple[Kind, ...]:
    """Return the kinds of record the rules speak of, with their queries, in pipeline order."""
    names = FieldNames(aliases=rules.pipelines.aliases)
    asked: dict[int, list[tuple[int, Expression]]] = {}
    matcher = rules.matcher()
    for rule in range(len(rules.rules)):
        for number, expression in matcher.applications(rule):
            asked.setdefault(number, []).append((rule, expression))
    found = []
    for number in sorted(asked):
        where = rules.pipelines.records[number].where
        routing = {"Channel", "EventID", *(name for name, _ in where)}
        read: set[str] | None = {one for name in routing for one in _read_names(name, names)}
        for _, expression in asked[number]:
            more = _fields_read(expression, names)
            read = None if read is None or more is None else read | more
        found.append(
            Kind(
                where=where_query(where, index, names),
                rules={rule: triggers(expression) for rule, expression in asked[number]},
                fields=None if read is None else frozenset(read),
            )
        )
    return tuple(found)


def plan_requests(
    kinds: Sequence[Kind],
    counts: Sequence[int],
    index: IndexFields,
    names: FieldNames,
    documents_per_condition: int = DOCUMENTS_PER_CONDITION,
) -> Iterator[Request]:
    """Yield the requests that together bring every candidate of every rule.

    ``counts`` says how many documents there are of each kind. A kind of which there are few, or
    of which a rule wants to see every record, is fetched as a whole.
    """
    for kind, count in zip(kinds, counts, strict=True):
        conditions = {leaf for leaves in kind.rules.values() for leaf in leaves or ()}
        if count == 0:
            continue
        whole = Request(tuple(sorted(kind.rules)), kind.where, kind.fields)
        if None in kind.rules.values() or count <= len(conditions) * documents_per_condition:
            yield whole
        else:
            yield from _narrowed(kind, sorted(conditions, key=repr), index, names)


def _narrowed(
    kind: Kind, conditions: Sequence[Is], index: IndexFields, names: FieldNames
) -> Iterator[Request]:
    for start in range(0, len(conditions), MAX_CONDITIONS):
        asked = conditions[start : start + MAX_CONDITIONS]
        chosen = set(asked)
        rules = tuple(sorted(rule for rule, own in kind.rules.items() if own and own & chosen))
        found = any_condition(asked, index, names)
        parts = [kind.where] if found.query is None else [kind.where, found.query]
        yield Request(rules, {"bool": {"filter": parts}}, kind.fields)


def opaque_request(rules: RuleSet) -> Request:
    """Return the request for documents of our own index that no query can see into."""
    return Request(tuple(range(len(rules.rules))), {"term": {"kanmon.opaque": True}}, None)


def where_query(
    where: Sequence[tuple[str, frozenset[str]]], index: IndexFields, names: FieldNames
) -> Query:
    """Return the query for one kind of record: never fewer than there are."""
    parts = []
    for name, wanted in where:
        tests = [Test("equals", value) for value in sorted(wanted)] or [Test("present")]
        found = any_condition([Is(name, test) for test in tests], index, names)
        parts += [] if found.query is None else [found.query]
    return {"bool": {"filter": parts}} if parts else {"match_all": {}}


def triggers(expression: Expression) -> frozenset[Is] | None:
    """Return conditions of which at least one is true whenever the expression is."""
    numbers: dict[Is, int] = {}
    compiled = compile_condition(expression, lambda leaf: numbers.setdefault(leaf, len(numbers)))
    if compiled.trigger is None:
        return None
    triggers = frozenset(leaf for leaf, number in numbers.items() if number in compiled.trigger)
    return None if any(leaf.field == KEYWORDS for leaf in triggers) else triggers


def _fields_read(expression: Expression, names: FieldNames) -> set[str] | None:
    """Return the event fields the matcher reads for the rule; None for all."""
    read: set[str] = set()
    for leaf, _ in tests_of(expression):
        if leaf.field == KEYWORDS:
            return None
        read.update(_read_names(leaf.field, names))
        if leaf.test.kind == "field":
            read.update(_read_names(leaf.test.text, names))
    return read


def _read_names(field: str, names: FieldNames) -> list[str]:
    return [part for name in names.of(field) for part in name.split("\\")]


def verdicts(rules: RuleSet, index: IndexFields) -> tuple[RuleVerdict, ...]:
    """Return for every rule what Elasticsearch can promise with these mappings.

    EXACT: a query alone can say the rule (``es deploy`` can export it). PREFILTERED: the matcher
    decides the server's candidates. REFUSED: no record can be told to be of its log source. The
    hits of ``hunt`` are those of the embedded engine in the first two cases alike.
    """
    names = FieldNames(aliases=rules.pipelines.aliases)
    matcher = rules.matcher()
    found = []
    for number, rule in enumerate(rules.rules):
        parts = [exact_query(e, index, names) for _, e in matcher.applications(number)]
        reasons = sorted({reason for part in parts for reason in part.refusals})
        if not parts:
            verdict, why = Verdict.REFUSED, "このルールのログの種類に対応する記録がありません"
        elif reasons:
            verdict, why = Verdict.PREFILTERED, "、".join(reasons)
        else:
            verdict, why = Verdict.EXACT, ""
        found.append(RuleVerdict(rule=rule, path=rule.path, verdict=verdict, reason=why))
    return tuple(found)
