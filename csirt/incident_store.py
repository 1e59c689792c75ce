"""Incidents in and out of the store: one append-only timeline each, one transaction per change."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from csirt.incident import Draft, Entry, EntryKind, Incident, chain_digest
from csirt.incident_replay import replay
from kanmon.dates import JST, fiscal_year, from_utc_text, utc_text
from kanmon.errors import InputError, StoreError
from kanmon.source import SourceRef
from kanmon.store.schema import Schema
from kanmon.store.store import Store

SCHEMA = Schema(
    "incident",
    (
        """
        CREATE TABLE incident_case (
            id TEXT PRIMARY KEY, year INTEGER NOT NULL, serial INTEGER NOT NULL,
            UNIQUE (year, serial)
        ) STRICT;
        CREATE TABLE incident_entry (
            incident TEXT NOT NULL REFERENCES incident_case (id), number INTEGER NOT NULL,
            recorded TEXT NOT NULL, happened TEXT NOT NULL, author TEXT NOT NULL,
            kind TEXT NOT NULL, text TEXT NOT NULL, data TEXT NOT NULL, chain TEXT NOT NULL,
            PRIMARY KEY (incident, number)
        ) STRICT;
        CREATE TRIGGER incident_case_keep_update BEFORE UPDATE ON incident_case
            BEGIN SELECT RAISE(ABORT, 'incidents are append-only'); END;
        CREATE TRIGGER incident_case_keep_delete BEFORE DELETE ON incident_case
            BEGIN SELECT RAISE(ABORT, 'incidents are append-only'); END;
        CREATE TRIGGER incident_entry_keep_update BEFORE UPDATE ON incident_entry
            BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END;
        CREATE TRIGGER incident_entry_keep_delete BEFORE DELETE ON incident_entry
            BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END;
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who writes, and when (aware, UTC)."""

    author: str
    now: datetime


Change = Callable[[Incident], Sequence[Draft]]
"""What to append, given the incident as it stands inside the transaction."""


def create_incident(store: Store, stamp: Stamp, change: Change) -> Incident:
    """Return a new incident with the entries of ``change``; its id is INC-<年度>-<4 digits>."""
    year = fiscal_year(stamp.now.astimezone(JST).date())
    with store.transaction() as connection:
        row = connection.execute(
            "SELECT coalesce(max(serial), 0) AS last FROM incident_case WHERE year = ?", (year,)
        ).fetchone()
        serial = int(row["last"]) + 1
        incident_id = f"INC-{year}-{serial:04d}"
        connection.execute("INSERT INTO incident_case VALUES (?,?,?)", (incident_id, year, serial))
        return _append(connection, replay(incident_id, ()), stamp, change)


def change_incident(
    store: Store, incident_id: str, stamp: Stamp, change: Change, *, revision: int | None = None
) -> Incident:
    """Return the incident after appending what ``change`` makes of it as it stands now.

    Reading, deciding and writing are one transaction: two people at once are serialised, and
    neither's entry is lost. With ``revision``, the change is refused when somebody else wrote
    after the user looked.

    Raises:
        InputError: no such incident, or it was changed since ``revision``.
    """
    with store.transaction() as connection:
        incident = load_incident(store, incident_id)
        if revision is not None and revision != incident.revision:
            last = incident.timeline[-1]
            raise InputError(
                f"見ていた版（{revision}）のあとに、{last.author} が更新しています"
                f"（版 {incident.revision}: {last.text}）",
                where=SourceRef(incident.id),
                hint="incident show で見直してから、もう一度実行してください",
            )
        return _append(connection, incident, stamp, change)


def load_incident(store: Store, incident_id: str) -> Incident:
    """Return one incident.

    Raises:
        InputError: no such incident.
        StoreError: its timeline was tampered with.
    """
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT * FROM incident_entry WHERE incident = ? ORDER BY number", (incident_id,)
        ).fetchall()
    if not rows:
        hint = "kanmon csirt incident list で番号を確かめてください"
        raise InputError("その番号の事案はありません", where=SourceRef(incident_id), hint=hint)
    return replay(incident_id, _entries(incident_id, rows))


def load_incidents(store: Store) -> tuple[Incident, ...]:
    """Return every incident, by id."""
    with store.reading() as connection:
        rows = connection.execute("SELECT id FROM incident_case ORDER BY year, serial").fetchall()
    return tuple(load_incident(store, row["id"]) for row in rows)


def _append(
    connection: sqlite3.Connection, incident: Incident, stamp: Stamp, change: Change
) -> Incident:
    entries = list(incident.timeline)
    for draft in change(incident):
        entry = Entry(
            number=len(entries) + 1,
            recorded=stamp.now,
            happened=draft.happened or stamp.now,
            author=stamp.author,
            kind=draft.kind,
            text=draft.text,
            data=dict(draft.data),
        )
        entry = replace(entry, chain=chain_digest(entries[-1].chain if entries else "", entry))
        connection.execute(
            "INSERT INTO incident_entry VALUES (?,?,?,?,?,?,?,?,?)",
            (
                incident.id,
                entry.number,
                utc_text(entry.recorded),
                utc_text(entry.happened),
                entry.author,
                entry.kind.slug,
                entry.text,
                json.dumps(entry.data),
                entry.chain,
            ),
        )
        entries.append(entry)
    return replay(incident.id, entries)


def _entries(incident_id: str, rows: Sequence[sqlite3.Row]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    chain = ""
    for position, row in enumerate(rows, start=1):
        entry = Entry(
            number=row["number"],
            recorded=from_utc_text(row["recorded"]),
            happened=from_utc_text(row["happened"]),
            author=row["author"],
            kind=next(kind for kind in EntryKind if kind.slug == row["kind"]),
            text=row["text"],
            data=json.loads(row["data"]),
            chain=row["chain"],
        )
        chain = chain_digest(chain, entry)
        if chain != entry.chain or entry.number != position:
            raise StoreError(
                f"時系列の {position} 行目が、書いたときと違います（改ざんか破損）",
                where=SourceRef(incident_id),
                hint="保存ファイルの控えと見比べ、この事案の記録を証拠として使う前に調べてください",
            )
        entries.append(entry)
    return tuple(entries)
