"""What the alert and incident commands open: the store with its tables, and the rules' data."""

from csirt.clock import Facts, compute_dues
from csirt.duty import DutyBook
from csirt.duty_load import load_duties
from csirt.hit_store import HITS
from csirt.hunt_options import as_named
from csirt.incident import Incident
from csirt.incident_desk import Desk, dues_of
from csirt.incident_record import IncidentView
from csirt.incident_settings import CONTACT, MODEL
from csirt.incident_store import SCHEMA, Stamp, load_incident
from csirt.letters import LetterFacts
from csirt.runbook import Library
from csirt.runbook_load import load_library
from csirt.runbook_mapping import CategoryMapping, load_mapping
from csirt.triage_load import load_queue
from kanmon.errors import ConfigError, InputError
from kanmon.session import Session
from kanmon.settings import CITY
from kanmon.source import SourceRef
from kanmon.store.store import Store


def alert_stores(session: Session) -> Store:
    """Return the store with the tables of hits and incidents, made if need be."""
    return session.open_store(HITS, SCHEMA)


def alert_records(session: Session) -> Store:
    """Return the same store for commands about what is already in it: none is made."""
    return session.read_store(HITS, SCHEMA)


def read_library(session: Session) -> Library:
    """Return the runbooks in force."""
    return load_library(as_named(session.rules("runbooks")))


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


def letter_facts(
    session: Session, library: Library, book: DutyBook, incident: Incident | None
) -> LetterFacts:
    """Return what documents about an incident (or, with None, a general runbook) are filled from.

    Without an incident the duties are listed undated, as if nothing had been answered.
    """
    facts = Facts(times={}, answers={}, done={})
    dues = dues_of(book, incident) if incident else compute_dues(book, facts)
    return LetterFacts(
        incident=incident,
        dues=dues,
        book=book,
        library=library,
        city=session.config.get(CITY),
        contact=session.config.get(CONTACT),
        today=session.today,
    )


def view_incident(session: Session, store: Store, incident_id: str) -> IncidentView:
    """Return an incident with its alerts in queue order and its duties.

    Raises:
        InputError: no such incident.
    """
    incident = load_incident(store, incident_id)
    queue = load_queue(store, session)
    wanted = frozenset(incident.alerts)
    return IncidentView(
        facts=letter_facts(session, read_library(session), read_duties(session), incident),
        incident=incident,
        alerts=tuple(item for item in queue if item.finding.fingerprint in wanted),
        now=session.now,
    )


def network_model(session: Session, library: Library) -> str:
    """Return the city's network model; empty shows every model's steps.

    Raises:
        ConfigError: the setting names no model of authority.yml.
    """
    model = str(session.config.get(MODEL))
    if model and model not in library.words.models:
        known = "、".join(library.words.models)
        where = SourceRef(str(session.config.path or MODEL.variable), MODEL.key)
        raise ConfigError(f"{model} という型はありません", where=where, hint=f"使える型: {known}")
    return model
