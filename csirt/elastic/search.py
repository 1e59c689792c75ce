"""Candidates out of the server: one point in time, page by page, only the fields asked for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError

from csirt.elastic.connection import Server, retrying
from csirt.elastic.query import IndexFields, Query
from csirt.elastic.template import META

PAGE = 2000
MANY = 10_000
"""Ids on one page; the server allows no more (index.max_result_window)."""
_KEEP_ALIVE = "5m"
_MILLISECOND = timedelta(milliseconds=1)

Found = Mapping[str, Any]
"""One document as the server returns it: ``_index``, ``_id``, ``_source``."""


@dataclass(slots=True)
class Traffic:
    """What a search cost.

    Attributes:
        documents: Fetched; one that is looked at again counts again.
        values: Distinct values fetched.
        sent, received: Bytes of JSON, before any compression.
    """

    requests: int = 0
    documents: int = 0
    values: int = 0
    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class Snapshot:
    """A fixed view of the indices; what is ingested meanwhile does not disturb the pages."""

    server: Server
    id: str
    traffic: Traffic = field(default_factory=Traffic)

    def ids(self, query: Query) -> list[str]:
        """Return the ids of the matching documents.

        Raises:
            ServiceError: as ``pages``.
        """
        return [one["_id"] for page in self._pages(query, False, MANY) for one in page]

    def pages(self, query: Query, fields: Sequence[str] | None) -> Iterator[list[Found]]:
        """Yield the matching documents, each once; ``fields`` None brings the whole source.

        Raises:
            ServiceError: the server refuses, does not answer, or has lost the snapshot.
        """
        for page in self._pages(query, fields is None or {"includes": list(fields)}, PAGE):
            self.traffic.documents += len(page)
            yield page

    def _pages(self, query: Query, source: object, size: int) -> Iterator[list[Found]]:
        after: list[Any] | None = None
        while True:
            body: dict[str, Any] = {
                "query": query,
                "size": size,
                "sort": ["_shard_doc"],
                "_source": source,
            }
            if after is not None:
                body["search_after"] = after
            hits = self._ask(body)["hits"]["hits"]
            if hits:
                yield hits
                after = hits[-1]["sort"]
            if len(hits) < size:
                return

    def aggregate(self, query: Query, asked: Mapping[str, Query]) -> dict[str, Any]:
        """Return the answers to aggregations over the matching documents, by their names.

        Raises:
            ServiceError: as ``pages``.
        """
        answer = self._ask({"query": query, "size": 0, "aggregations": asked})
        found: dict[str, Any] = answer["aggregations"]
        self.traffic.values += sum(
            len(one["buckets"]) for one in found.values() if "sum_other_doc_count" in one
        )
        return found

    def _ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer; what can pass is waited for, a lost snapshot cannot."""
        self.traffic.requests += 1
        answer: Mapping[str, Any] = retrying(
            self.server,
            lambda: (
                self.server.client.search(
                    **body,
                    pit={"id": self.id, "keep_alive": _KEEP_ALIVE},
                    track_total_hits=False,
                    # A shard that does not answer must stop the hunt, not shorten its result.
                    allow_partial_search_results=False,
                ).body
            ),
        )
        self.id = answer.get("pit_id", self.id)
        return answer


@contextmanager
def snapshot(server: Server, index: str, traffic: Traffic) -> Iterator[Snapshot]:
    """Yield a fixed view of ``index``, released afterwards.

    Raises:
        ServiceError: no such index, or the server does not answer.
    """
    opened = retrying(
        server, lambda: server.client.open_point_in_time(index=index, keep_alive=_KEEP_ALIVE)
    )
    view = Snapshot(server, opened["id"], traffic)
    try:
        yield view
    finally:
        # An unreleased view ends by itself; why it could not be released does not matter.
        with suppress(ApiError, TransportError):
            server.client.close_point_in_time(id=view.id)


def in_period(start: datetime | None, end: datetime | None) -> Query | None:
    """Return the documents of a period; those without a time are always in it.

    A millisecond wider than asked, for the server keeps times to the millisecond.
    """
    if start is None and end is None:
        return None
    limits: dict[str, str] = {}
    if start is not None:
        limits["gte"] = (start - _MILLISECOND).isoformat()
    if end is not None:
        limits["lte"] = (end + _MILLISECOND).isoformat()
    undated = {"bool": {"must_not": [{"exists": {"field": "@timestamp"}}]}}
    return {"bool": {"should": [{"range": {"@timestamp": limits}}, undated]}}


def source_fields(fields: frozenset[str] | None, index: IndexFields) -> list[str] | None:
    """Return which members of ``_source`` hold these event fields; None for all of it."""
    if fields is None or not index.complete:
        return None
    paths = {META}
    for name in fields:
        paths.update(item.name for item in index.known.get(name, ()))
        if index.prefix:
            paths.add(index.prefix + name)
    return sorted(paths)
