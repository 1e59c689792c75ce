"""Candidates out of the server: one point in time, page by page, only the fields asked for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError

from csirt.elastic.connection import Server, asking, retrying
from csirt.elastic.query import IndexFields, Query
from csirt.elastic.template import META

PAGE = 2000
_KEEP_ALIVE = "5m"
_MILLISECOND = timedelta(milliseconds=1)

Found = Mapping[str, Any]
"""One document as the server returns it: ``_index``, ``_id``, ``_source``."""


@dataclass(slots=True)
class Traffic:
    """What a search cost."""

    requests: int = 0
    documents: int = 0


@dataclass(slots=True)
class Snapshot:
    """A fixed view of the indices; what is ingested meanwhile does not disturb the pages."""

    server: Server
    id: str
    traffic: Traffic = field(default_factory=Traffic)

    def pages(self, query: Query, fields: Sequence[str] | None) -> Iterator[list[Found]]:
        """Yield the matching documents, each once; ``fields`` None brings the whole source.

        Raises:
            ServiceError: the server refuses, does not answer, or has lost the snapshot.
        """
        after: list[Any] | None = None
        while True:
            body: dict[str, Any] = {
                "pit": {"id": self.id, "keep_alive": _KEEP_ALIVE},
                "query": query,
                "size": PAGE,
                "sort": ["_shard_doc"],
                "track_total_hits": False,
                # A shard that does not answer must stop the hunt, not shorten its result.
                "allow_partial_search_results": False,
                "_source": True if fields is None else {"includes": list(fields)},
            }
            if after is not None:
                body["search_after"] = after
            with asking(self.server):
                answer = self.server.client.search(**body)
            hits = answer["hits"]["hits"]
            self.id = answer.get("pit_id", self.id)
            self.traffic.requests += 1
            self.traffic.documents += len(hits)
            if hits:
                yield hits
                after = hits[-1]["sort"]
            if len(hits) < PAGE:
                return


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
    if fields is None:
        return None
    paths = {META}
    for name in fields:
        paths.update(item.name for item in index.known.get(name, ()))
        if index.prefix:
            paths.add(index.prefix + name)
    return sorted(paths)
