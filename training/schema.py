"""The tables of this job. Facts are only ever added, each in the batch of one log entry."""

from kanmon.store.schema import Schema

FACT_TABLES = (
    "training_staff",
    "training_section",
    "training_catalogue",
    "training_completion",
    "training_assignment",
    "training_closing",
    "training_exemption",
    "training_drill",
    "training_link",
)
"""Every table whose rows the log's digests cover, in the order they are hashed."""

_TABLES = """
CREATE TABLE training_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL,
    kind TEXT NOT NULL, effective TEXT NOT NULL, body TEXT NOT NULL, count INTEGER NOT NULL,
    digest TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TABLE training_staff (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, person TEXT NOT NULL,
    effective TEXT NOT NULL, present INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TABLE training_section (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, effective TEXT NOT NULL,
    origin TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, parent TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE TABLE training_catalogue (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, effective TEXT NOT NULL,
    path TEXT NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE TABLE training_completion (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, person TEXT NOT NULL, course TEXT NOT NULL,
    day TEXT NOT NULL, completed INTEGER NOT NULL, passed INTEGER, score TEXT NOT NULL,
    source TEXT NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE TABLE training_assignment (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, person TEXT NOT NULL, course TEXT NOT NULL,
    cycle TEXT NOT NULL, reason TEXT NOT NULL, opens TEXT NOT NULL, due TEXT NOT NULL,
    credit_from TEXT NOT NULL, ends TEXT, strength TEXT NOT NULL, effective TEXT NOT NULL
) STRICT;
CREATE INDEX training_assignment_ends ON training_assignment (ends);
CREATE TABLE training_closing (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, person TEXT NOT NULL, course TEXT NOT NULL,
    cycle TEXT NOT NULL, reason TEXT NOT NULL, effective TEXT NOT NULL, why TEXT NOT NULL
) STRICT;
CREATE TABLE training_exemption (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, person TEXT NOT NULL, course TEXT NOT NULL,
    starts TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, approver TEXT NOT NULL,
    withdrawn INTEGER NOT NULL
) STRICT;
CREATE TABLE training_drill (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, campaign TEXT NOT NULL, day TEXT NOT NULL,
    person TEXT NOT NULL, section TEXT NOT NULL, opened INTEGER NOT NULL,
    clicked INTEGER NOT NULL, submitted INTEGER NOT NULL, reported INTEGER NOT NULL
) STRICT;
CREATE TABLE training_link (
    id INTEGER PRIMARY KEY, batch INTEGER NOT NULL, person TEXT NOT NULL, same_as TEXT NOT NULL
) STRICT;
"""


def _guards() -> str:
    """Return the indices by batch, and triggers that let nothing be changed by accident."""
    lines = []
    for table in FACT_TABLES:
        lines.append(f"CREATE INDEX {table}_batch ON {table} (batch);")
    for table in ("training_log", *FACT_TABLES):
        for verb in ("UPDATE", "DELETE"):
            lines.append(
                f"CREATE TRIGGER {table}_keep_{verb.lower()} BEFORE {verb} ON {table}\n"
                "    BEGIN SELECT RAISE(ABORT, 'training records are append-only'); END;"
            )
    return "\n".join(lines) + "\n"


TRAINING = Schema("training", (_TABLES + _guards(),))
