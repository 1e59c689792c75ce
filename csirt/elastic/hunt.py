"""Hunting in an index: candidates from the server, decided by the embedded engine's matcher."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from csirt.elastic.connection import Pauses, Server, retrying, whole
from csirt.elastic.documents import event_of, origin_of
from csirt.elastic.fields import read_fields
from csirt.elastic.listing import list_values
from csirt.elastic.query import IndexFields, Query
from csirt.elastic.requests import (
    FEW_DOCUMENTS,
    Kind,
    Request,
    kinds_of,
    narrowed,
    opaque_request,
    unindexed_request,
    whole_kind,
)
from csirt.elastic.search import Found, Snapshot, Traffic, in_period, snapshot, source_fields
from csirt.elastic.valued import Values
from csirt.engine.fields import FieldNames
from csirt.engine.hits import Hits
from csirt.engine.judge import RawHit, Window, event_time, raw_hits
from csirt.engine.matcher import Matcher
from csirt.engine.plan import NOTHING
from csirt.model import HuntResult, Seen
from csirt.ruleset import RuleSet
from kanmon.errors import ServiceError
from kanmon.run import Skip
from kanmon.source import SourceRef

Advance = Callable[[int], None]

_LOST_VIEW = 404
"""What a server answers that has been restarted since the view was opened."""


@dataclass(frozen=True, slots=True)
class Hunted:
    """What is searched: the indices and which of their documents.

    Attributes:
        extra: A further condition on the documents (``es watch``); None for all.
        few: See ``csirt.elastic.requests``; 0 narrows down whatever there is.
    """

    server: Server
    index: str
    window: Window
    extra: Query | None = None
    few: int = FEW_DOCUMENTS

    @property
    def scope(self) -> Query | None:
        """Return the condition every document has to fulfil."""
        parts = [in_period(self.window.start, self.window.end), self.extra]
        return _conjunction(*parts) if any(parts) else None


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A rule matched a document.

    Attributes:
        document: Index and id: unique in the cluster.
        rule: The rule's id.
        source: Where the event was read first.
        raw: The hit as ``csirt.engine.hits`` keeps it.
    """

    document: str
    rule: str
    source: str
    raw: RawHit


def hunt_index(
    hunted: Hunted, rules: RuleSet, advance: Advance = lambda count: None
) -> tuple[HuntResult, Traffic]:
    """Return every hit of every rule in the documents, and what it cost.

    The hits are those the embedded engine finds in the same events.

    Raises:
        ServiceError: the server refuses or does not answer.
    """
    traffic = Traffic()
    hits = Hits(rules.rules)
    undecided: Counter[str] = Counter()
    judged = count_documents(hunted)
    for found in find_hits(hunted, rules, traffic, undecided, advance):
        hits.add(found.source, [found.raw])
    hits.sort()
    skips = tuple(
        Skip(
            SourceRef(hunted.index),
            f"ルール {rule} の正規表現が時間内に終わらず、{count} 件を判定していません",
            "正規表現を、繰り返しが重ならない形に直してください",
        )
        for rule, count in sorted(undecided.items())
    )
    return HuntResult(hits=hits, judged=judged, skips=skips, seen=Seen()), traffic


def count_documents(hunted: Hunted) -> int:
    """Return how many documents are searched."""
    query = hunted.scope or {"match_all": {}}
    client = hunted.server.client
    answer = retrying(
        hunted.server,
        lambda: whole(hunted.server, client.count(index=hunted.index, query=query).body),
    )
    return int(answer["count"])


def find_hits(
    hunted: Hunted,
    rules: RuleSet,
    traffic: Traffic,
    undecided: Counter[str],
    advance: Advance,
) -> Iterator[DocumentHit]:
    """Yield every hit once, request by request.

    All questions are put to one view of the indices, so that what is listed, what is narrowed down
    by it and what is fetched are the same documents. A view that the server loses is replaced by a
    fresh one and the questions begin again; documents done before are passed over.
    """
    counted = hunted.server.counted
    sent, received = counted.sent, counted.received
    hunting = _Hunting(hunted, rules, rules.matcher(), undecided)
    pauses = Pauses(hunted.server.give_up_seconds)
    done = 0
    while True:
        with snapshot(hunted.server, hunted.index, traffic) as view:
            try:
                yield from hunting.hits(view, advance)
                break
            except ServiceError as error:
                if len(hunting.finished) > done:  # what moves on is not given up
                    pauses, done = Pauses(hunted.server.give_up_seconds), len(hunting.finished)
                lost = getattr(error.__cause__, "status_code", 0) == _LOST_VIEW
                if not (lost and pauses.wait()):
                    raise
    traffic.sent, traffic.received = counted.sent - sent, counted.received - received


@dataclass(frozen=True, slots=True)
class _Hunting:
    """One hunt, over as many views as it takes.

    Attributes:
        finished: Documents of which all hits have been given out.
    """

    hunted: Hunted
    rules: RuleSet
    matcher: Matcher
    undecided: Counter[str]
    finished: set[str] = field(default_factory=set)

    def hits(self, view: Snapshot, advance: Advance) -> Iterator[DocumentHit]:
        """Yield the hits of documents not finished before."""
        index = read_fields(self.hunted.server, self.hunted.index)
        for request in self._requests(view, index):
            yield from self._answered(view, request, index)
            advance(1)

    def _requests(self, view: Snapshot, index: IndexFields) -> Iterator[Request]:
        names = FieldNames(aliases=self.rules.pipelines.aliases)
        kinds = kinds_of(self.rules, index)
        for kind, count in zip(kinds, self._counts(view, kinds), strict=True):
            if count > self.hunted.few:
                values = Values(kind.rules, index, names)
                query = _conjunction(self.hunted.scope, kind.where)
                list_values(view, query, values.fields, values.keywords_only)
                yield from narrowed(kind, count, values)
            elif count:
                yield whole_kind(kind)
        yield opaque_request() if index.prefix else unindexed_request()

    def _counts(self, view: Snapshot, kinds: tuple[Kind, ...]) -> list[int]:
        """Return how many documents there are of each kind."""
        filters = {str(number): kind.where for number, kind in enumerate(kinds)}
        query = self.hunted.scope or {"match_all": {}}
        answer = view.aggregate(query, {"kinds": {"filters": {"filters": filters}}})
        buckets = answer["kinds"]["buckets"]
        return [int(buckets[str(number)]["doc_count"]) for number in range(len(kinds))]

    def _answered(
        self, view: Snapshot, request: Request, index: IndexFields
    ) -> Iterator[DocumentHit]:
        asked = _conjunction(self.hunted.scope, request.query)
        candidates = [*_by_ids(view.ids(asked))] if request.dear else [asked]
        matching: list[str] = []
        for query in candidates:
            for page in view.pages(query, source_fields(request.fields, index)):
                for document in page:
                    if _key(document) in self.finished:
                        continue
                    if request.fields is None:
                        yield from self._finish(document)
                    elif self.matcher.judge(event_of(document["_source"])) != NOTHING:
                        matching.append(document["_id"])
                self.matcher.trim()
        for query in _by_ids(matching):
            for page in view.pages(query, None):
                for document in page:
                    if _key(document) not in self.finished:
                        yield from self._finish(document)

    def _finish(self, document: Found) -> Iterator[DocumentHit]:
        """Yield what the whole document hits."""
        event = event_of(document["_source"])
        outcome = self.matcher.judge(event)
        pipelines = self.rules.pipelines
        if outcome == NOTHING or not self.hunted.window.holds(event_time(event, pipelines)):
            return
        key, origin = _key(document), origin_of(document, event)
        raws = raw_hits(outcome.hits, origin.record, event, self.matcher, pipelines)
        for number, raw in zip(outcome.hits, raws, strict=True):
            yield DocumentHit(key, self.rules.rules[number].id, origin.source, raw)
        self.undecided.update(self.rules.rules[number].id for number in outcome.undecided)
        self.finished.add(key)


_IDS = 1000
"""Documents fetched by their ids at a time."""


def _by_ids(ids: Sequence[str]) -> Iterator[Query]:
    for start in range(0, len(ids), _IDS):
        yield {"ids": {"values": ids[start : start + _IDS]}}


def _key(document: Found) -> str:
    return f"{document['_index']}/{document['_id']}"


def _conjunction(*parts: Query | None) -> Query:
    asked = [part for part in parts if part is not None]
    return {"bool": {"filter": asked}} if asked else {"match_all": {}}
