"""Hunting as the logs arrive: every hit once, whatever is restarted, and late events too."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from csirt.elastic.connection import Server
from csirt.elastic.fields import read_fields
from csirt.elastic.hunt import DocumentHit, Hunted, count_documents, find_hits
from csirt.elastic.query import IndexFields, Query
from csirt.elastic.search import Traffic
from csirt.ruleset import RuleSet
from kanmon.dates import from_utc_text, utc_text
from kanmon.store.schema import Schema
from kanmon.store.store import Store

WATCH = Schema(
    "csirt_watch",
    (
        """
        CREATE TABLE csirt_watch_checkpoint (index_name TEXT PRIMARY KEY, reached TEXT NOT NULL)
            STRICT;
        CREATE TABLE csirt_watch_seen (
            index_name TEXT NOT NULL, document TEXT NOT NULL, rule TEXT NOT NULL,
            at TEXT NOT NULL, PRIMARY KEY (index_name, document, rule)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX csirt_watch_seen_at ON csirt_watch_seen (index_name, at);
        """,
    ),
)

_ARRIVALS = ("kanmon.ingested", "event.ingested", "@timestamp")
"""Fields that say when a document came in, best first; the last one only says when it happened."""


@dataclass(frozen=True, slots=True)
class Round:
    """One look at what came in.

    Attributes:
        hits: Those not reported before, in no order of time.
        judged: Documents looked at, late and known ones included.
        undecided: Rule id to documents on which its pattern ran out of time.
        reached: Where the next round begins, before the grace is taken off.
        dropped_before: Reported hits older than this need not be remembered any longer.
    """

    hits: tuple[DocumentHit, ...]
    judged: int
    undecided: Counter[str]
    reached: datetime
    dropped_before: datetime


def look(hunted: Hunted, rules: RuleSet, store: Store, now: datetime, grace: timedelta) -> Round:
    """Return the hits that came in since the checkpoint; nothing is written.

    Documents that came in up to ``grace`` before the checkpoint are looked at again, so that one
    which was slow to become visible, or whose clock was behind, is not missed; what was reported
    of them before is left out.

    Raises:
        ServiceError: the server refuses or does not answer; the checkpoint stays.
    """
    since = (load_checkpoint(store, hunted.index) or now) - grace
    fields = read_fields(hunted.server, hunted.index)
    arrived: Query = {"range": {_arrival(fields): {"gte": since.isoformat()}}}
    fresh = replace(hunted, extra=arrived)
    undecided: Counter[str] = Counter()
    judged = count_documents(fresh)
    found = find_hits(fresh, rules, Traffic(), undecided, lambda count: None) if judged else ()
    hits = _unseen(store, hunted.index, found)
    return Round(hits, judged, undecided, now, since - grace)


def remember(store: Store, index: str, done: Round) -> None:
    """Keep checkpoint and reported hits; call inside the transaction that keeps the alerts."""
    at = utc_text(done.reached)
    with store.transaction() as connection:
        connection.executemany(
            "INSERT INTO csirt_watch_seen VALUES (?, ?, ?, ?)",
            [(index, hit.document, hit.rule, at) for hit in done.hits],
        )
        connection.execute(
            "DELETE FROM csirt_watch_seen WHERE index_name = ? AND at < ?",
            (index, utc_text(done.dropped_before)),
        )
        connection.execute(
            "INSERT INTO csirt_watch_checkpoint VALUES (?, ?)"
            " ON CONFLICT (index_name) DO UPDATE SET reached = excluded.reached",
            (index, at),
        )


def load_checkpoint(store: Store, index: str) -> datetime | None:
    """Return up to when what came into ``index`` has been reported; None before the first time."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT reached FROM csirt_watch_checkpoint WHERE index_name = ?", (index,)
        ).fetchone()
    return from_utc_text(row["reached"]) if row else None


def begin_at(store: Store, index: str, start: datetime) -> None:
    """Set the checkpoint of an index never watched before; an existing one stays."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO csirt_watch_checkpoint VALUES (?, ?)",
            (index, utc_text(start)),
        )


def arrival_field(server: Server, index: str) -> str:
    """Return the field by which the watch tells what is new in ``index``."""
    return _arrival(read_fields(server, index))


def _arrival(fields: IndexFields) -> str:
    if fields.prefix:
        return _ARRIVALS[0]
    return next((name for name in _ARRIVALS[1:-1] if name in fields.known), _ARRIVALS[-1])


def _unseen(store: Store, index: str, found: Iterable[DocumentHit]) -> tuple[DocumentHit, ...]:
    hits: Sequence[DocumentHit] = tuple(found)
    with store.reading() as connection:
        seen = {
            (row["document"], row["rule"])
            for row in connection.execute(
                "SELECT document, rule FROM csirt_watch_seen WHERE index_name = ?", (index,)
            )
        }
    return tuple(hit for hit in hits if (hit.document, hit.rule) not in seen)
