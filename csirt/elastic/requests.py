"""Which questions to put to the server: many rules in one, none too long, all of them supersets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from csirt.compile.expression import KEYWORDS, Expression, Is, Test, all_of, any_of, tests_of
from csirt.elastic.query import IndexFields, Prefilter, Query, prefilter
from csirt.engine.fields import FieldNames
from csirt.model import RuleVerdict, Verdict
from csirt.pipeline import Records
from csirt.ruleset import RuleSet

MAX_LEAVES = 800
"""Conditions in one request; Elasticsearch allows 1,024 at the least (indices.query.bool)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question: the candidates of some rules among one kind of record.

    Attributes:
        rules: Numbers of the rules it is for, ascending.
        query: Superset of what these rules match there; None for every record.
        fields: Event fields the rules read; None for all of them (keywords).
    """

    rules: tuple[int, ...]
    query: Query | None
    fields: frozenset[str] | None


@dataclass(slots=True)
class _Open:
    """Rules of one kind of record that are being put together."""

    rules: list[int] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    leaves: int = 0


def plan_requests(rules: RuleSet, index: IndexFields) -> tuple[Request, ...]:
    """Return the requests that together bring every candidate of every rule.

    Rules without a usable condition share one request for all records of their kind.
    """
    names = FieldNames(aliases=rules.pipelines.aliases)
    by_kind: dict[int, list[tuple[int, Expression, Prefilter]]] = {}
    matcher = rules.matcher()
    for rule in range(len(rules.rules)):
        for number, expression in matcher.applications(rule):
            found = prefilter(expression, index, names)
            by_kind.setdefault(number, []).append((rule, expression, found))
    requests: list[Request] = []
    for number in sorted(by_kind):
        kind = rules.pipelines.records[number]
        where = prefilter(_where(kind), index, names)
        asked = frozenset(name for name, _ in kind.where)
        requests += _of_kind(by_kind[number], where, asked, names)
    return tuple(requests)


def opaque_request(rules: RuleSet) -> Request:
    """Return the request for documents of our own index that no query can see into."""
    return Request(tuple(range(len(rules.rules))), {"term": {"kanmon.opaque": True}}, None)


def _where(kind: Records) -> Expression:
    return all_of(
        any_of(Is(name, Test("equals", value)) for value in sorted(wanted))
        if wanted
        else Is(name, Test("present"))
        for name, wanted in kind.where
    )


def _of_kind(
    asked: Sequence[tuple[int, Expression, Prefilter]],
    where: Prefilter,
    routing: frozenset[str],
    names: FieldNames,
) -> Iterator[Request]:
    everything, narrowed = _Open(), _Open()
    keywords: list[int] = []
    for rule, expression, found in asked:
        read = _fields_read(expression, names)
        if read is None:
            keywords.append(rule)
            continue
        if found.query is None:
            everything.rules.append(rule)
            everything.fields |= read
            continue
        if narrowed.rules and narrowed.leaves + found.leaves > MAX_LEAVES:
            yield _request(narrowed, where, routing, names)
            narrowed = _Open()
        narrowed.rules.append(rule)
        narrowed.queries.append(found.query)
        narrowed.fields |= read
        narrowed.leaves += found.leaves
    if narrowed.rules:
        yield _request(narrowed, where, routing, names)
    if everything.rules:
        yield _request(everything, where, routing, names)
    if keywords:
        yield Request(tuple(keywords), where.query, None)


def _request(part: _Open, where: Prefilter, routing: frozenset[str], names: FieldNames) -> Request:
    conditions: list[Query] = [] if where.query is None else [where.query]
    if part.queries:
        conditions.append({"bool": {"should": part.queries, "minimum_should_match": 1}})
    query: Query | None = {"bool": {"filter": conditions}} if conditions else None
    further = {"Channel", "EventID", *routing}
    read = {one for name in further for one in names.of(name)}
    return Request(tuple(part.rules), query, frozenset(part.fields | read))


def _fields_read(expression: Expression, names: FieldNames) -> set[str] | None:
    """Return the event fields the matcher reads for the rule; None for all."""
    read: set[str] = set()
    for leaf, _ in tests_of(expression):
        if leaf.field == KEYWORDS:
            return None
        asked = [leaf.field, *([leaf.test.text] if leaf.test.kind == "field" else [])]
        for name in asked:
            for one in names.of(name):
                read.update(one.split("\\"))
    return read


def verdicts(rules: RuleSet, index: IndexFields) -> tuple[RuleVerdict, ...]:
    """Return for every rule what Elasticsearch can promise with these mappings.

    EXACT: the query alone gives the hits; PREFILTERED: the matcher decides its candidates;
    REFUSED: no record of the index can be told to be of the rule's log source, or every record
    would have to be fetched from an index that may hold fields it does not index.
    """
    names = FieldNames(aliases=rules.pipelines.aliases)
    matcher = rules.matcher()
    found = []
    for number, rule in enumerate(rules.rules):
        parts = [prefilter(e, index, names) for _, e in matcher.applications(number)]
        if not parts:
            verdict, why = Verdict.REFUSED, "このルールのログの種類に対応する記録がありません"
        elif all(part.query is None for part in parts) and not index.complete:
            verdict = Verdict.REFUSED
            why = "索引が一部のフィールドしか索引していないため、全件の取得が必要になります"
        elif all(part.exact for part in parts):
            verdict, why = Verdict.EXACT, ""
        else:
            reasons = sorted({reason for part in parts for reason in part.why})
            verdict, why = Verdict.PREFILTERED, "、".join(reasons)
        found.append(RuleVerdict(rule=rule, path=rule.path, verdict=verdict, reason=why))
    return tuple(found)
