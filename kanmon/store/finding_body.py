"""A finding as the store keeps it: JSON, compressed, filed once under its SHA-256.

A yearly scan finds the same clauses again; a run only points at what is already there.
"""

import hashlib
import json
import sqlite3
import zlib

from kanmon.finding import Confidence, Finding, Severity
from kanmon.source import SourceRef


def register(connection: sqlite3.Connection) -> None:
    """Give SQL the two functions that the migration files bodies with."""
    connection.create_function("kanmon_digest", 1, _digest, deterministic=True)
    connection.create_function("kanmon_packed", 1, _packed, deterministic=True)


def file_body(connection: sqlite3.Connection, finding: Finding) -> int:
    """Return the number of the finding's body, kept now if it was not there yet."""
    text = write_body(finding)
    digest = _digest(text)
    query = "SELECT id FROM kanmon_body WHERE digest = ?"
    known = connection.execute(query, (digest,)).fetchone()
    if known:
        return int(known["id"])
    kept = "INSERT INTO kanmon_body (digest, body) VALUES (?, ?) RETURNING id"
    return int(connection.execute(kept, (digest, _packed(text))).fetchone()["id"])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode())


def write_body(finding: Finding) -> str:
    """Return the finding as JSON in ASCII; equal findings give equal texts."""
    return json.dumps(
        {
            "check": finding.check,
            "subject": finding.subject,
            "where": [finding.where.path, finding.where.place],
            "title": finding.title,
            "evidence": finding.evidence,
            "severity": finding.severity.slug,
            "confidence": finding.confidence.slug,
            "reasons": finding.reasons,
            "context": finding.context,
            "occurrence": finding.occurrence,
            "anchor": finding.anchor,
            "details": finding.details,
        }
    )


def read_body(packed: bytes) -> Finding:
    """Return the finding that ``write_body`` and ``kanmon_packed`` made these bytes of.

    Raises:
        sqlite3.DatabaseError: the bytes are damaged.
    """
    try:
        raw = json.loads(zlib.decompress(packed))
    except (zlib.error, ValueError) as error:
        raise sqlite3.DatabaseError(f"finding: {error}") from error
    return Finding(
        check=raw["check"],
        subject=raw["subject"],
        where=SourceRef(*raw["where"]),
        title=raw["title"],
        evidence=raw["evidence"],
        severity=Severity.from_slug(raw["severity"]),
        confidence=Confidence.from_slug(raw["confidence"]),
        reasons=tuple(raw["reasons"]),
        context=raw["context"],
        occurrence=raw["occurrence"],
        anchor=raw["anchor"],
        details=tuple((key, value) for key, value in raw["details"]),
    )
