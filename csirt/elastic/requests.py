"""Which questions to put to the server: many rules in one, none too long, all of them supersets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csirt.compile.expression import KEYWORDS, Expression, Is, Test, tests_of
from csirt.elastic.exact import exact_query
from csirt.elastic.narrowing import estimate, narrow, queries, some
from csirt.elastic.query import IndexFields, Query, any_condition
from csirt.elastic.valued import Values
from csirt.engine.fields import FieldNames
from csirt.model import RuleVerdict, Verdict
from csirt.ruleset import RuleSet

MAX_CONDITIONS = 800
"""Conditions in one request; Elasticsearch allows 1,024 at the least (indices.query.bool)."""
MAX_CHARACTERS = 2_000_000
"""Characters of the values in one request, about; Elasticsearch takes 100 MB."""
FEW_DOCUMENTS = 2_000
"""Kinds with so few documents are fetched whole: two requests at most, without asking more."""
WORTH_IT = 2
"""A kind of which more than 1/n would be fetched is fetched whole."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question: candidates among one kind of record.

    Attributes:
        query: Superset of what the rules match there.
        fields: Event fields the rules read; None for all of them (keywords).
        dear: True when the server should answer it once, not for every page again.
    """

    query: Query
    fields: frozenset[str] | None
    dear: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """The rules of one kind of record.

    Attributes:
        where: Query for these records.
        rules: What each rule asks there, each expression once.
        fields: Event fields the rules and the recognition of the kind read; None for all.
    """

    where: Query
    rules: tuple[Expression, ...]
    fields: frozenset[str] | None


def kinds_of(rules: RuleSet, index: IndexFields) -> tuple[Kind, ...]:
    """Return the kinds of record the rules speak of, with their queries, in pipeline order."""
    names = FieldNames(aliases=rules.pipelines.aliases)
    asked: dict[int, dict[Expression, None]] = {}
    matcher = rules.matcher()
    for rule in range(len(rules.rules)):
        for number, expression in matcher.applications(rule):
            asked.setdefault(number, {})[expression] = None
    found = []
    for number in sorted(asked):
        where = rules.pipelines.records[number].where
        routing = {"Channel", "EventID", *(name for name, _ in where)}
        read: set[str] | None = {one for name in routing for one in _read_names(name, names)}
        for expression in asked[number]:
            more = _fields_read(expression, names)
            read = None if read is None or more is None else read | more
        found.append(
            Kind(
                where=where_query(where, index, names),
                rules=tuple(asked[number]),
                fields=None if read is None else frozenset(read),
            )
        )
    return tuple(found)


def whole_kind(kind: Kind) -> Request:
    """Return the request for every record of the kind."""
    return Request(kind.where, kind.fields)


def narrowed(kind: Kind, count: int, values: Values) -> list[Request]:
    """Return the requests that bring every candidate among the ``count`` records of the kind."""
    left = some(narrow(rule, values.asked, count) for rule in kind.rules)
    found = queries(left)
    if found is None or estimate(left, count) * WORTH_IT > count:
        return [whole_kind(kind)]
    dear = [query for query in found if "regexp" in query]
    others = [*(query for query in found if "regexp" not in query), values.unindexed]
    return [
        Request(
            {"bool": {"filter": [kind.where], "should": batch, "minimum_should_match": 1}},
            kind.fields,
            batch[0] in dear,
        )
        for batch in (*_batches(dear), *_batches(others))
    ]


def _batches(found: Sequence[Query]) -> Iterator[list[Query]]:
    batch: list[Query] = []
    conditions = characters = 0
    for query in found:
        more = _conditions(query)
        size = len(str(query))
        if batch and (conditions + more > MAX_CONDITIONS or characters + size > MAX_CHARACTERS):
            yield batch
            batch, conditions, characters = [], 0, 0
        batch.append(query)
        conditions += more
        characters += size
    if batch:
        yield batch


def _conditions(query: Query) -> int:
    inner = query.get("bool")
    if not isinstance(inner, dict):
        return 1
    return sum(_conditions(part) for key in ("filter", "should") for part in inner.get(key, ()))


def opaque_request() -> Request:
    """Return the request for documents of our own index that no query can see into."""
    return Request({"term": {"kanmon.opaque": True}}, None)


def unindexed_request() -> Request:
    """Return the request for whole documents of which a foreign index holds only a part.

    Beyond its limit of fields it does not know the path of a value, so that no choice of
    ``_source`` members brings it.
    """
    return Request({"exists": {"field": "_ignored"}}, None)


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
