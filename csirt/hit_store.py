"""The hits behind stored alerts, so that a person can ask what else happened around one.

For helpers of other commands (triage, incidents)::

    with session.open_store(HITS) as store:
        save_hits(store, run.id, alerts)                 # csirt hunt does this
        hits_of(store, fingerprint)                      # the kept hits of one alert
        hits_around(store, host="PC-01", user="", start=a, end=b)

Bounded: an alert keeps its first hits and the last one (setting ``csirt.hits_kept``); only hits of
rules are kept, never the other events of a log. Saving the same hit again changes nothing.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from csirt.alert import Alert
from csirt.model import Hit, JSONValue
from kanmon.dates import from_utc_text, utc_text
from kanmon.finding import Severity
from kanmon.store.schema import Schema
from kanmon.store.store import Store
from kanmon.text import shorten

HITS = Schema(
    "csirt_hit",
    (
        """
        CREATE TABLE csirt_hit_kept (
            id INTEGER PRIMARY KEY, run TEXT NOT NULL, fingerprint TEXT NOT NULL,
            rule TEXT NOT NULL, title TEXT NOT NULL, level TEXT NOT NULL,
            time TEXT, source TEXT NOT NULL, record INTEGER NOT NULL,
            host TEXT NOT NULL, account TEXT NOT NULL, command TEXT NOT NULL,
            fields TEXT NOT NULL, matched TEXT NOT NULL,
            UNIQUE (fingerprint, rule, source, record)
        ) STRICT;
        CREATE INDEX csirt_hit_kept_host ON csirt_hit_kept (host, time);
        CREATE INDEX csirt_hit_kept_account ON csirt_hit_kept (account, time);
        """,
    ),
)

_VALUE_LIMIT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHit:
    """A hit as the store kept it.

    Attributes:
        fingerprint: Of the alert it belongs to.
        rule: The rule's id; ``title`` and ``level`` as they were when it fired.
        time: Aware, UTC; None when the record bears none.
        fields: The event's fields, long values cut at 4,000 characters.
        matched: (field, value) that made the rule match.
    """

    fingerprint: str
    run: str
    rule: str
    title: str
    level: Severity
    time: datetime | None
    source: str
    record: int
    host: str
    user: str
    command: str
    fields: tuple[tuple[str, JSONValue], ...]
    matched: tuple[tuple[str, str], ...]


def save_hits(store: Store, run_id: str, alerts: Iterable[Alert]) -> None:
    """Keep the hits of alerts under the run; a hit that is already there stays as it is."""
    with store.transaction() as connection:
        connection.executemany(
            "INSERT OR IGNORE INTO csirt_hit_kept (run, fingerprint, rule, title, level, time,"
            " source, record, host, account, command, fields, matched)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (_row(run_id, alert, hit) for alert in alerts for hit in alert.hits),
        )


def hits_of(store: Store, fingerprint: str) -> tuple[StoredHit, ...]:
    """Return the kept hits of one alert in time order, those without a time last."""
    return _query(store, "fingerprint = ?", (fingerprint,))


def hits_around(
    store: Store, *, host: str, user: str, start: datetime, end: datetime
) -> tuple[StoredHit, ...]:
    """Return kept hits on ``host`` or by ``user`` from ``start`` to ``end`` inclusive, by time.

    An empty ``host`` or ``user`` matches nothing by itself. One event that several rules matched
    comes once for each of them.
    """
    condition = "time BETWEEN ? AND ? AND ((host = ? AND ? <> '') OR (account = ? AND ? <> ''))"
    return _query(store, condition, (utc_text(start), utc_text(end), host, host, user, user))


def _query(store: Store, condition: str, values: tuple[str, ...]) -> tuple[StoredHit, ...]:
    with store.reading() as connection:
        rows = connection.execute(
            f"SELECT * FROM csirt_hit_kept WHERE {condition}"  # noqa: S608 - ours, two constants
            " ORDER BY time IS NULL, time, source, record, rule, fingerprint",
            values,
        ).fetchall()
    return tuple(_stored(row) for row in rows)


def _row(run_id: str, alert: Alert, hit: Hit) -> tuple[str | int | None, ...]:
    fields = [[name, _bounded(value)] for name, value in hit.fields]
    matched = [[name, shorten(value, _VALUE_LIMIT)] for name, value in hit.matched]
    return (
        run_id,
        alert.fingerprint,
        hit.rule.id,
        hit.rule.title,
        hit.rule.level.slug,
        utc_text(hit.time) if hit.time else None,
        _storable(hit.source),
        hit.record,
        _storable(hit.host),
        _storable(hit.user),
        _storable(alert.command),
        json.dumps(fields),
        json.dumps(matched),
    )


def _storable(text: str) -> str:
    """Return ``text`` with lone surrogates, which SQLite cannot hold, written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _bounded(value: JSONValue) -> JSONValue:
    return shorten(value, _VALUE_LIMIT) if isinstance(value, str) else value


def _stored(row: sqlite3.Row) -> StoredHit:
    return StoredHit(
        fingerprint=row["fingerprint"],
        run=row["run"],
        rule=row["rule"],
        title=row["title"],
        level=Severity.from_slug(row["level"]),
        time=from_utc_text(row["time"]) if row["time"] else None,
        source=row["source"],
        record=row["record"],
        host=row["host"],
        user=row["account"],
        command=row["command"],
        fields=tuple((name, value) for name, value in json.loads(row["fields"])),
        matched=tuple((name, value) for name, value in json.loads(row["matched"])),
    )
