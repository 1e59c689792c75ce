"""Numbered migrations, one series per package, so that a package can go without the others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schema:
    """A package's tables.

    Attributes:
        name: Namespace; every table is called ``<name>_…``.
        migrations: SQL scripts; the n-th brings version n-1 to n. Never edited once released.
    """

    name: str
    migrations: tuple[str, ...]


CORE = Schema(
    "kanmon",
    (
        """
        CREATE TABLE kanmon_run (
            id TEXT PRIMARY KEY, tool TEXT NOT NULL, version TEXT NOT NULL, at TEXT NOT NULL,
            inputs TEXT NOT NULL, rules_digest TEXT NOT NULL,
            judged INTEGER NOT NULL, unit TEXT NOT NULL
        ) STRICT;
        CREATE INDEX kanmon_run_tool ON kanmon_run (tool, at);
        CREATE TABLE kanmon_skip (
            run TEXT NOT NULL REFERENCES kanmon_run (id) ON DELETE CASCADE,
            position INTEGER NOT NULL, path TEXT NOT NULL, place TEXT NOT NULL,
            reason TEXT NOT NULL, hint TEXT NOT NULL, PRIMARY KEY (run, position)
        ) STRICT;
        CREATE TABLE kanmon_finding (
            run TEXT NOT NULL REFERENCES kanmon_run (id) ON DELETE CASCADE,
            position INTEGER NOT NULL, fingerprint TEXT NOT NULL, check_id TEXT NOT NULL,
            body TEXT NOT NULL, PRIMARY KEY (run, position)
        ) STRICT;
        CREATE INDEX kanmon_finding_fingerprint ON kanmon_finding (fingerprint);
        CREATE TABLE kanmon_review (
            id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL,
            disposition TEXT NOT NULL, reviewer TEXT NOT NULL, at TEXT NOT NULL,
            note TEXT NOT NULL, approver TEXT NOT NULL, expires TEXT, fields TEXT NOT NULL
        ) STRICT;
        CREATE INDEX kanmon_review_fingerprint ON kanmon_review (fingerprint, id);
        CREATE TRIGGER kanmon_review_keep_update BEFORE UPDATE ON kanmon_review
            BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
        CREATE TRIGGER kanmon_review_keep_delete BEFORE DELETE ON kanmon_review
            BEGIN SELECT RAISE(ABORT, 'reviews are append-only'); END;
        CREATE TABLE kanmon_notice (
            incident TEXT NOT NULL, position INTEGER PRIMARY KEY AUTOINCREMENT,
            body TEXT NOT NULL
        ) STRICT;
        """,
        # A body once, however many runs saw it: kanmon.store.finding_body gives the functions.
        """
        CREATE TABLE kanmon_body (
            id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, body BLOB NOT NULL
        ) STRICT;
        INSERT INTO kanmon_body (digest, body)
            SELECT digest, kanmon_packed(body) FROM (
                SELECT kanmon_digest(body) AS digest, min(body) AS body
                FROM kanmon_finding GROUP BY 1);
        CREATE TABLE kanmon_seen (
            run TEXT NOT NULL REFERENCES kanmon_run (id) ON DELETE CASCADE,
            position INTEGER NOT NULL, fingerprint TEXT NOT NULL,
            body INTEGER NOT NULL REFERENCES kanmon_body (id), PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO kanmon_seen SELECT f.run, f.position, f.fingerprint, b.id
            FROM kanmon_finding f JOIN kanmon_body b ON b.digest = kanmon_digest(f.body);
        DROP TABLE kanmon_finding;
        ALTER TABLE kanmon_seen RENAME TO kanmon_finding;
        CREATE INDEX kanmon_finding_fingerprint ON kanmon_finding (fingerprint);
        """,
    ),
)
