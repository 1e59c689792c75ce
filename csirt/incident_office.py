"""What the alert and incident commands open: the store with its tables, and the rules' data."""

from csirt.duty import DutyBook
from csirt.duty_load import load_duties
from csirt.hit_store import HITS
from csirt.incident_desk import Desk
from csirt.incident_store import SCHEMA, Stamp
from csirt.runbook import Library
from csirt.runbook_load import load_library
from csirt.runbook_mapping import CategoryMapping, load_mapping
from kanmon.errors import InputError
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.store import Store


def alert_stores(session: Session) -> Store:
    """Return the store with the tables of hits and incidents; use it with ``with``."""
    return session.open_store(HITS, SCHEMA)


def read_library(session: Session) -> Library:
    """Return the runbooks in force."""
    return load_library(session.rules("runbooks"))


def read_mapping(session: Session) -> CategoryMapping:
    """Return which runbook an alert calls for; every category in it has a runbook.

    Raises:
        InputError: the mapping names a category without a runbook.
    """
    path = session.rules("runbooks", "mapping.yml")
    mapping = load_mapping(path)
    folder = session.rules("runbooks", "categories")
    for name in (*(match.category for match in mapping.matches), mapping.fallback):
        if not (folder / f"{name}.yml").is_file():
            raise InputError(f"手順書 {name} がありません", where=SourceRef(str(path)))
    return mapping


def read_duties(session: Session) -> DutyBook:
    """Return the duties in force."""
    return load_duties(session.rules("runbooks", "duties.yml"))


def desk_at(session: Session, store: Store) -> Desk:
    """Return the desk of this invocation over an open store."""
    return Desk(store, read_duties(session), Stamp(session.user, session.now))
