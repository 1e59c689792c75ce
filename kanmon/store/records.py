"""Runs, findings, reviews and incident notices, in and out of the store."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kanmon.dates import from_utc_text, utc_text
from kanmon.finding import Finding
from kanmon.notice import IncidentNotice
from kanmon.review import Disposition, Review
from kanmon.run import InputDigest, Run, Skip
from kanmon.source import SourceRef
from kanmon.store.finding_body import file_body, read_body
from kanmon.store.store import Store


def save_run(store: Store, run: Run, findings: Sequence[Finding]) -> None:
    """Keep a run with its findings and skips; saving the same run again changes nothing."""
    run_id = run.id  # hashes every input: once, not for each of many thousand findings
    inputs = json.dumps([[item.path, item.sha256] for item in run.inputs])
    row = (run_id, run.tool, run.version, utc_text(run.at), inputs, run.rules_digest, run.judged)
    with store.transaction() as connection:
        if connection.execute("SELECT 1 FROM kanmon_run WHERE id = ?", (run_id,)).fetchone():
            return
        connection.execute("INSERT INTO kanmon_run VALUES (?,?,?,?,?,?,?,?)", (*row, run.unit))
        connection.executemany(
            "INSERT INTO kanmon_skip VALUES (?,?,?,?,?,?)",
            (
                (run_id, n, s.where.path, s.where.place, s.reason, s.hint)
                for n, s in enumerate(run.skips)
            ),
        )
        rows = [
            (run_id, n, finding.fingerprint, file_body(connection, finding))
            for n, finding in enumerate(findings)
        ]
        connection.executemany("INSERT INTO kanmon_finding VALUES (?,?,?,?)", rows)


def load_runs(store: Store, tool: str) -> tuple[Run, ...]:
    """Return the runs of a verb, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT * FROM kanmon_run WHERE tool = ? ORDER BY at, rowid", (tool,)
        ).fetchall()
        return tuple(_run(connection, row) for row in rows)


def load_findings(store: Store, run_id: str) -> tuple[Finding, ...]:
    """Return a run's findings in the order they were saved."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT b.body FROM kanmon_finding f JOIN kanmon_body b ON b.id = f.body"
            " WHERE f.run = ? ORDER BY f.position",
            (run_id,),
        )
        return tuple(read_body(row["body"]) for row in rows)


def last_findings(store: Store, tool: str) -> tuple[Finding, ...]:
    """Return every finding a verb ever stored, each fingerprint once, as last seen.

    Order is that of last sighting, then position.
    """
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT f.fingerprint, f.body FROM kanmon_finding f JOIN kanmon_run r ON r.id = f.run"
            " WHERE r.tool = ? ORDER BY r.at, r.rowid, f.position",
            (tool,),
        )
        latest: dict[str, int] = {}
        for row in rows:
            latest.pop(row["fingerprint"], None)
            latest[row["fingerprint"]] = row["body"]
        query = "SELECT body FROM kanmon_body WHERE id = ?"
        bodies = [connection.execute(query, (body,)).fetchone() for body in latest.values()]
        return tuple(read_body(row["body"]) for row in bodies)


def add_reviews(store: Store, reviews: Iterable[Review]) -> None:
    """Append decisions; all or none."""
    with store.transaction() as connection:
        connection.executemany(
            "INSERT INTO kanmon_review"
            " (fingerprint, disposition, reviewer, at, note, approver, expires, fields)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (
                (
                    review.fingerprint,
                    review.disposition.slug,
                    review.reviewer,
                    utc_text(review.at),
                    review.note,
                    review.approver,
                    review.expires.isoformat() if review.expires else None,
                    json.dumps(review.fields, ensure_ascii=False),
                )
                for review in reviews
            ),
        )


def review_history(store: Store, fingerprint: str) -> tuple[Review, ...]:
    """Return every decision about a finding, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT * FROM kanmon_review WHERE fingerprint = ? ORDER BY id", (fingerprint,)
        ).fetchall()
    return tuple(_review(row) for row in rows)


def last_reviews(store: Store) -> Mapping[str, Review]:
    """Return the ruling decision by fingerprint."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT * FROM kanmon_review WHERE id IN"
            " (SELECT max(id) FROM kanmon_review GROUP BY fingerprint)"
        ).fetchall()
    return {row["fingerprint"]: _review(row) for row in rows}


def add_notice(store: Store, notice: IncidentNotice) -> None:
    """Append what other jobs may know of an incident; the last one about it rules."""
    body = {
        "category": notice.category,
        "sections": notice.sections,
        "staff": notice.staff,
        "occurred": notice.occurred.isoformat(),
        "confirmed": notice.confirmed.isoformat(),
        "withdrawn": notice.withdrawn,
    }
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO kanmon_notice (incident, body) VALUES (?, ?)",
            (notice.incident, json.dumps(body, ensure_ascii=False)),
        )


def load_notices(store: Store) -> tuple[IncidentNotice, ...]:
    """Return the ruling notice of each incident, by incident id; withdrawn ones included."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT incident, body FROM kanmon_notice WHERE position IN"
            " (SELECT max(position) FROM kanmon_notice GROUP BY incident) ORDER BY incident"
        ).fetchall()
    return tuple(_notice(row["incident"], json.loads(row["body"])) for row in rows)


def _notice(incident: str, body: dict[str, object]) -> IncidentNotice:
    sections, staff = body["sections"], body["staff"]
    assert isinstance(sections, list)
    assert isinstance(staff, list)
    return IncidentNotice(
        incident=incident,
        category=str(body["category"]),
        sections=tuple(sections),
        staff=tuple(staff),
        occurred=date.fromisoformat(str(body["occurred"])),
        confirmed=date.fromisoformat(str(body["confirmed"])),
        withdrawn=bool(body["withdrawn"]),
    )


def _run(connection: sqlite3.Connection, row: sqlite3.Row) -> Run:
    skips = connection.execute(
        "SELECT * FROM kanmon_skip WHERE run = ? ORDER BY position", (row["id"],)
    ).fetchall()
    return Run(
        tool=row["tool"],
        version=row["version"],
        at=from_utc_text(row["at"]),
        inputs=tuple(InputDigest(path, digest) for path, digest in json.loads(row["inputs"])),
        rules_digest=row["rules_digest"],
        judged=row["judged"],
        unit=row["unit"],
        skips=tuple(
            Skip(SourceRef(skip["path"], skip["place"]), skip["reason"], skip["hint"])
            for skip in skips
        ),
    )


def _review(row: sqlite3.Row) -> Review:
    return Review(
        fingerprint=row["fingerprint"],
        disposition=Disposition.from_slug(row["disposition"]),
        reviewer=row["reviewer"],
        at=from_utc_text(row["at"]),
        note=row["note"],
        approver=row["approver"],
        expires=date.fromisoformat(row["expires"]) if row["expires"] else None,
        fields=tuple((key, value) for key, value in json.loads(row["fields"])),
    )
