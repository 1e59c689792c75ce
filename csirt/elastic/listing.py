"""The distinct values of index fields, listed by the server: its own term dictionary."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from csirt.elastic.possible import Bucket, FieldValues
from csirt.elastic.query import Query
from csirt.elastic.search import Snapshot

FEW = 1_000
"""Values asked of every field at first, of ``TOGETHER`` fields in one request."""
TOGETHER = 20
MANY = 60_000
"""Values in one answer; the server's limit (search.max_buckets) is 65,536."""
MAX_ANSWER_CHARACTERS = 16_000_000
MAX_CHARACTERS = 128_000_000
"""Characters of all values of one field; longer fields (rendered messages) are not listed."""
MAX_PARTS = 30
"""Requests for one field: each makes the server go through all documents."""
SPARE = 1.3
"""The number of values is an estimate, and the parts are cut by a hash: some are larger."""


def list_values(
    view: Snapshot, query: Query, fields: Iterable[FieldValues], few_only: frozenset[str]
) -> None:
    """Give every field the values it has among the documents of ``query``.

    A field with too many or too long values gives up; those named in ``few_only`` do so as soon as
    they have more than ``FEW``.
    """
    rest = iter([field for field in fields if field.listed])
    while together := list(islice(rest, TOGETHER)):
        answers = _terms(view, query, together, {"size": FEW})
        for field, answer in zip(together, answers, strict=True):
            buckets = _buckets(answer)
            if not answer["sum_other_doc_count"]:
                field.take(buckets)
            elif field.field.name in few_only or not _list_many(view, query, field, buckets):
                field.give_up()


def _list_many(view: Snapshot, query: Query, field: FieldValues, few: Sequence[Bucket]) -> bool:
    length = sum(len(value) for value, _ in few) // len(few) + 1
    size = min(MANY, MAX_ANSWER_CHARACTERS // length)
    if size <= FEW:
        return False
    (answer,) = _terms(view, query, [field], {"size": size})
    if not answer["sum_other_doc_count"]:
        field.take(_buckets(answer))
        return True
    if not field.needs_values:
        return False
    name = field.field.name
    found = view.aggregate(query, {"values": {"cardinality": {"field": name}}})
    count = found["values"]["value"] * SPARE
    parts = int(count / size) + 1
    if parts > MAX_PARTS or count * length > MAX_CHARACTERS:
        return False
    for part in range(parts):
        chosen = {"partition": part, "num_partitions": parts}
        (answer,) = _terms(view, query, [field], {"size": size, "include": chosen})
        if answer["sum_other_doc_count"]:
            return False
        field.take(_buckets(answer))
    return True


def _terms(
    view: Snapshot, query: Query, fields: Sequence[FieldValues], how: Query
) -> Iterator[dict[str, Any]]:
    """Return for each field its values; complete when no document holds another one."""
    asked: dict[str, Query] = {
        str(number): {"terms": {"field": field.field.name, **how}}
        for number, field in enumerate(fields)
    }
    found = view.aggregate(query, asked)
    return (found[name] for name in asked)


def _buckets(answer: dict[str, Any]) -> list[Bucket]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"]]
