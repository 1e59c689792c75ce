"""Imported editions in the store, by name."""

import json

from kanmon.source import SourceRef
from kanmon.store.schema import Schema
from kanmon.store.store import Store
from policy.model import Clause, ClauseKind, Edition, Role

SCHEMA = Schema(
    "policy",
    (
        """
        CREATE TABLE policy_edition (
            position INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL
        ) STRICT;
        """,
    ),
)


def save_edition(store: Store, edition: Edition) -> bool:
    """Keep an edition under its name; return whether another text of that name was replaced."""
    body = json.dumps([_pack(clause) for clause in edition.clauses], ensure_ascii=False)
    with store.transaction() as connection:
        row = connection.execute(
            "SELECT digest FROM policy_edition WHERE name = ?", (edition.name,)
        ).fetchone()
        connection.execute("DELETE FROM policy_edition WHERE name = ?", (edition.name,))
        connection.execute(
            "INSERT INTO policy_edition (name, role, path, digest, body) VALUES (?,?,?,?,?)",
            (edition.name, edition.role.slug, edition.path, edition.digest, body),
        )
    return row is not None and row["digest"] != edition.digest


def find_edition(store: Store, name: str) -> Edition | None:
    """Return the edition imported under ``name``, or ``None``."""
    with store.reading() as connection:
        row = connection.execute("SELECT * FROM policy_edition WHERE name = ?", (name,)).fetchone()
    return None if row is None else _edition(dict(row))


def last_edition(store: Store, role: Role) -> Edition | None:
    """Return the edition of a role that was imported last, or ``None``."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT * FROM policy_edition WHERE role = ? ORDER BY position DESC LIMIT 1",
            (role.slug,),
        ).fetchone()
    return None if row is None else _edition(dict(row))


def edition_names(store: Store) -> tuple[tuple[str, Role], ...]:
    """Return name and role of every edition, in the order of import."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT name, role FROM policy_edition ORDER BY position"
        ).fetchall()
    return tuple((row["name"], _role(row["role"])) for row in rows)


def _role(slug: str) -> Role:
    return next(role for role in Role if role.slug == slug)


def _edition(row: dict[str, str]) -> Edition:
    clauses = tuple(_unpack(raw, row["name"]) for raw in json.loads(row["body"]))
    return Edition(row["name"], _role(row["role"]), row["path"], row["digest"], clauses)


def _pack(clause: Clause) -> dict[str, object]:
    return {
        "id": clause.id,
        "headings": clause.headings,
        "number": clause.number,
        "text": clause.text,
        "where": [clause.where.path, clause.where.place],
        "chapeau": clause.chapeau,
        "kind": clause.kind.slug,
        "recommended": clause.recommended,
        "items": clause.items,
        "applies": clause.applies,
        "introduces": clause.introduces,
    }


def _unpack(raw: dict[str, object], edition: str) -> Clause:
    path, place = _texts(raw["where"])
    return Clause(
        id=str(raw["id"]),
        edition=edition,
        headings=_texts(raw["headings"]),
        number=str(raw["number"]),
        text=str(raw["text"]),
        where=SourceRef(path, place),
        chapeau=_texts(raw["chapeau"]),
        kind=next(kind for kind in ClauseKind if kind.slug == raw["kind"]),
        recommended=bool(raw["recommended"]),
        items=_texts(raw["items"]),
        applies=_texts(raw["applies"]),
        introduces=bool(raw["introduces"]),
    )


def _texts(raw: object) -> tuple[str, ...]:
    assert isinstance(raw, list)
    return tuple(str(item) for item in raw)
