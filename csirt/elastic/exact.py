"""A rule's expression as a query that is the rule: for machines that have only the query."""

from dataclasses import dataclass, field

from csirt.compile.expression import KEYWORDS, And, Expression, Is, Not, Or
from csirt.elastic.query import IndexFields, Query, on_field
from csirt.engine.fields import FieldNames


@dataclass(frozen=True, slots=True)
class Exact:
    """The query, or why there is none.

    Attributes:
        query: None when the rule cannot be said exactly.
        refusals: Japanese reasons, sorted; empty when there is a query.
    """

    query: Query | None
    refusals: tuple[str, ...] = field(default=())


def exact_query(expression: Expression, fields: IndexFields, names: FieldNames) -> Exact:
    """Return a query that matches exactly the documents the expression is true of.

    Two reservations the server cannot lift: a value it has not indexed (longer than ``MAX_TERM``
    characters) and an empty list are absent to a query. Exports state the first.
    """
    match expression:
        case Is():
            return _leaf(expression, fields, names)
        case Not(part):
            inner = exact_query(part, fields, names)
            if inner.query is None:
                return inner
            return Exact({"bool": {"must_not": [inner.query]}})
        case And(parts) | Or(parts):
            inner_parts = [exact_query(part, fields, names) for part in parts]
            refusals = sorted({why for part in inner_parts for why in part.refusals})
            if refusals:
                return Exact(None, tuple(refusals))
            queries = [part.query for part in inner_parts]
            if isinstance(expression, And):
                return Exact({"bool": {"filter": queries}})
            return Exact({"bool": {"should": queries, "minimum_should_match": 1}})


def _leaf(leaf: Is, fields: IndexFields, names: FieldNames) -> Exact:
    if leaf.field == KEYWORDS:
        return Exact(None, ("キーワード検索（全フィールド）は問い合わせだけでは正確に表せません",))
    found = list(
        {
            item.name: item for name in names.of(leaf.field) for item in fields.known.get(name, ())
        }.values()
    )
    if not found:
        if fields.complete:
            return Exact({"match_none": {}})
        return Exact(None, (f"{leaf.field}: 索引にあるとは限りません",))
    queries: list[Query] = []
    earlier: list[Query] = []
    for item in found:
        part = on_field(item, leaf.test)
        if not part.exact or part.query is None:
            return Exact(None, part.why or (f"{item.name}: 大文字小文字を区別する比較です",))
        # Of several names a field may bear, the first that is there counts.
        queries.append({"bool": {"filter": [part.query], "must_not": [*earlier]}})
        earlier.append({"exists": {"field": item.name}})
    if len(queries) == 1:
        return Exact(queries[0])
    return Exact({"bool": {"should": queries, "minimum_should_match": 1}})
