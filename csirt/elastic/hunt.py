"""Hunting in an index: candidates from the server, decided by the embedded engine's matcher."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from csirt.elastic.connection import Pauses, Server, passes, retrying, whole
from csirt.elastic.documents import event_of, origin_of
from csirt.elastic.fields import read_fields
from csirt.elastic.query import IndexFields, Query
from csirt.elastic.requests import (
    DOCUMENTS_PER_CONDITION,
    Kind,
    Request,
    kinds_of,
    opaque_request,
    plan_requests,
)
from csirt.elastic.search import (
    Found,
    Snapshot,
    Traffic,
    in_period,
    snapshot,
    source_fields,
)
from csirt.engine.fields import FieldNames
from csirt.engine.hits import Hits
from csirt.engine.judge import RawHit, Window, event_time, raw_hits
from csirt.engine.matcher import Matcher
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
        documents_per_condition: See ``csirt.elastic.requests``; 0 always narrows down.
    """

    server: Server
    index: str
    window: Window
    extra: Query | None = None
    documents_per_condition: int = DOCUMENTS_PER_CONDITION

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

    A request that fails on the way is asked again as a whole, from a fresh view if need be; its
    hits are given out only when all of them are there.
    """
    fields = read_fields(hunted.server, hunted.index)
    kinds = kinds_of(rules, fields)
    names = FieldNames(aliases=rules.pipelines.aliases)
    counts = _count_kinds(hunted, kinds)
    requests = [*plan_requests(kinds, counts, fields, names, hunted.documents_per_condition)]
    if fields.prefix:
        requests.append(opaque_request(rules))
    given: set[tuple[str, str]] = set()
    for request in requests:
        for hit in _answered(hunted, rules, (request, fields), traffic, undecided):
            if (hit.document, hit.rule) not in given:
                given.add((hit.document, hit.rule))
                yield hit
        advance(1)


def _count_kinds(hunted: Hunted, kinds: Sequence[Kind]) -> list[int]:
    """Return how many documents there are of each kind."""
    filters = {str(number): kind.where for number, kind in enumerate(kinds)}
    answer = retrying(
        hunted.server,
        lambda: hunted.server.client.search(
            index=hunted.index,
            query=hunted.scope or {"match_all": {}},
            size=0,
            track_total_hits=False,
            allow_partial_search_results=False,
            aggregations={"kinds": {"filters": {"filters": filters}}},
        ),
    )
    buckets = answer["aggregations"]["kinds"]["buckets"]
    return [int(buckets[str(number)]["doc_count"]) for number in range(len(kinds))]


def _answered(
    hunted: Hunted,
    rules: RuleSet,
    asked: tuple[Request, IndexFields],
    traffic: Traffic,
    undecided: Counter[str],
) -> list[DocumentHit]:
    pauses = Pauses(hunted.server.give_up_seconds)
    while True:
        try:
            with snapshot(hunted.server, hunted.index, traffic) as view:
                return _ask(view, hunted, rules, asked, undecided)
        except ServiceError as error:
            lost = getattr(error.__cause__, "status_code", 0) == _LOST_VIEW
            if not ((lost or passes(error)) and pauses.wait()):
                raise


def _ask(
    view: Snapshot,
    hunted: Hunted,
    rules: RuleSet,
    asked: tuple[Request, IndexFields],
    undecided: Counter[str],
) -> list[DocumentHit]:
    request, fields = asked
    chosen = replace(
        rules,
        rules=tuple(rules.rules[number] for number in request.rules),
        whens=tuple(rules.whens[number] for number in request.rules),
    )
    matcher = chosen.matcher()
    query = _conjunction(hunted.scope, request.query)
    matching: list[str] = []
    slow: Counter[str] = Counter()
    for page in view.pages(query, source_fields(request.fields, fields)):
        for document in page:
            outcome = matcher.judge(event_of(document["_source"]))
            if outcome.hits:
                matching.append(document["_id"])
            slow.update(chosen.rules[rule].id for rule in outcome.undecided)
        matcher.trim()
    undecided.update(slow)
    hits: list[DocumentHit] = []
    for start in range(0, len(matching), 500):
        ids: Query = {"ids": {"values": matching[start : start + 500]}}
        for page in view.pages(ids, None):
            for document in page:
                hits += _hits_of(document, matcher, (chosen, request), hunted.window)
    return hits


def _hits_of(
    document: Found, matcher: Matcher, asked: tuple[RuleSet, Request], window: Window
) -> Iterator[DocumentHit]:
    rules, request = asked
    event = event_of(document["_source"])
    if not window.holds(event_time(event, rules.pipelines)):
        return
    origin = origin_of(document, event)
    numbers = matcher.judge(event).hits
    raws = raw_hits(numbers, origin.record, event, matcher, rules.pipelines)
    for number, (micros, record, _, body) in zip(numbers, raws, strict=True):
        yield DocumentHit(
            document=f"{document['_index']}/{document['_id']}",
            rule=rules.rules[number].id,
            source=origin.source,
            raw=(micros, record, request.rules[number], body),
        )


def _conjunction(*parts: Query | None) -> Query:
    asked = [part for part in parts if part is not None]
    return {"bool": {"filter": asked}} if asked else {"match_all": {}}
