"""The append-only log: each entry covers its rows and the entry before it by SHA-256."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from kanmon.dates import from_utc_text, utc_text
from kanmon.store.store import Store
from training.schema import FACT_TABLES

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry of the log is to say. ``facts`` never hold a name."""

    at: datetime
    actor: str
    kind: str
    effective: date
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as stored."""

    seq: int
    at: datetime
    actor: str
    kind: str
    effective: date
    facts: Mapping[str, object]
    count: int
    digest: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and what that means."""

    seq: int
    reason: str


def next_batch(connection: sqlite3.Connection) -> int:
    """Return the number the next entry will have; facts are inserted under it first."""
    row = connection.execute("SELECT max(seq) FROM training_log").fetchone()
    spent = connection.execute(
        "SELECT seq FROM sqlite_sequence WHERE name = 'training_log'"
    ).fetchone()
    return max(int(row[0] or 0), int(spent[0]) if spent else 0) + 1


def seal(connection: sqlite3.Connection, entry: Entry) -> str:
    """Append the entry over the facts already inserted under ``next_batch``; return its hash."""
    batch = next_batch(connection)
    count, digest = _digest_of(connection, batch)
    last = connection.execute("SELECT hash FROM training_log ORDER BY seq DESC LIMIT 1").fetchone()
    values = (
        batch,
        utc_text(entry.at),
        entry.actor,
        entry.kind,
        entry.effective.isoformat(),
        json.dumps(entry.facts, ensure_ascii=False, sort_keys=True),
        count,
        digest,
        last["hash"] if last else _START,
    )
    whole = _hash(values)
    connection.execute("INSERT INTO training_log VALUES (?,?,?,?,?,?,?,?,?,?)", (*values, whole))
    return whole


def _hash(values: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def _digest_of(connection: sqlite3.Connection, batch: int) -> tuple[int, str]:
    whole = hashlib.sha256()
    count = 0
    for table in FACT_TABLES:
        rows = connection.execute(
            f"SELECT * FROM {table} WHERE batch = ? ORDER BY id",  # noqa: S608 - our own names
            (batch,),
        )
        count += _update(whole, table, rows)
    return count, whole.hexdigest()


def _update(whole: "hashlib._Hash", table: str, rows: object) -> int:
    count = 0
    for row in rows:  # type: ignore[attr-defined]
        whole.update(repr((table, *row)).encode("utf-8", "surrogatepass"))
        count += 1
    return count


def load_log(store: Store) -> tuple[LogRow, ...]:
    """Return the log, oldest first."""
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM training_log ORDER BY seq").fetchall()
    return tuple(
        LogRow(
            seq=row["seq"],
            at=from_utc_text(row["at"]),
            actor=row["actor"],
            kind=row["kind"],
            effective=date.fromisoformat(row["effective"]),
            facts=json.loads(row["body"]),
            count=row["count"],
            digest=row["digest"],
            hash=row["hash"],
        )
        for row in rows
    )


def verify(store: Store, *, noted: str = "") -> tuple[int, tuple[Break, ...]]:
    """Return the number of entries and every place where the evidence was tampered with.

    Detects changed, deleted, inserted and reordered rows, in the log and in the facts. Somebody
    who rewrites the whole file with new hashes is only found out by ``noted``, a hash that was
    printed or filed elsewhere earlier.
    """
    breaks: list[Break] = []
    with store.reading() as connection:
        rows = connection.execute("SELECT * FROM training_log ORDER BY seq").fetchall()
        spent = connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'training_log'"
        ).fetchone()
        facts = _all_digests(connection)
    previous, expected = _START, 1
    for row in rows:
        values = tuple(row)
        if row["seq"] != expected:
            missing = f"{expected}～{row['seq'] - 1} 番の記録がありません（削除）"
            breaks.append(Break(row["seq"], missing))
        if row["previous"] != previous:
            breaks.append(Break(row["seq"], "前の記録とつながりません（削除・並べ替え・差替え）"))
        if _hash(values[:-1]) != row["hash"]:
            breaks.append(Break(row["seq"], "記録そのものが書き換えられています"))
        count, digest = facts.pop(row["seq"], (0, hashlib.sha256().hexdigest()))
        if count != row["count"]:
            reason = f"明細の件数が違います（記録時 {row['count']} 件、今 {count} 件）"
            breaks.append(Break(row["seq"], reason))
        elif digest != row["digest"]:
            breaks.append(Break(row["seq"], "明細が書き換えられています"))
        previous, expected = row["hash"], row["seq"] + 1
    if spent is not None and int(spent[0]) >= expected:
        breaks.append(Break(int(spent[0]), "末尾の記録が削除されています"))
    breaks += [Break(seq, "記録のない明細があります（追加）") for seq in sorted(facts)]
    if noted and noted not in {row["hash"] for row in rows}:
        breaks.append(Break(0, "控えておいたハッシュが記録の中にありません（全体の差替え）"))
    return len(rows), tuple(breaks)


def _all_digests(connection: sqlite3.Connection) -> dict[int, tuple[int, str]]:
    """Return count and digest by batch, in one pass over each table."""
    hashes: dict[int, tuple[int, hashlib._Hash]] = {}
    for table in FACT_TABLES:
        rows = connection.execute(f"SELECT * FROM {table} ORDER BY batch, id")  # noqa: S608
        for batch, group in groupby(rows, key=itemgetter("batch")):
            count, whole = hashes.get(batch, (0, hashlib.sha256()))
            hashes[batch] = (count + _update(whole, table, group), whole)
    return {batch: (count, whole.hexdigest()) for batch, (count, whole) in hashes.items()}
