"""The first report of an incident, completed with what the alerts say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from csirt.incident_facts import check_fact, fact_labels
from csirt.incident_office import read_library, read_mapping
from csirt.incident_opening import Opening, refuse_taken
from csirt.incident_store import load_incidents
from csirt.triage_load import first_seen, load_queue, pick, runbook_of
from kanmon.session import Session
from kanmon.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReport:
    """What was typed.

    Attributes:
        alerts: Ids, whole or their beginnings; empty for a report without a log.
        facts: By name of ``FACTS``; empty ones were not given.
        detected, known: Aware; None when not given.
    """

    alerts: tuple[str, ...]
    facts: Mapping[str, str]
    detected: datetime | None
    known: datetime | None


def receive(session: Session, store: Store, report: FirstReport) -> Opening:
    """Return the opening: title, category and detection time from the alerts where not given.

    Raises:
        InputError: an alert is unknown or already being worked on, or a fact is not possible.
    """
    library = read_library(session)
    queue = load_queue(store, session)
    wanted = {pick(queue, given).finding.fingerprint for given in report.alerts}
    chosen = tuple(item for item in queue if item.finding.fingerprint in wanted)
    refuse_taken(load_incidents(store), chosen)
    facts = {name: value for name, value in report.facts.items() if value}
    if chosen:
        top = chosen[0].finding
        facts.setdefault("title", f"{top.title}（{top.subject or '端末不明'}）")
        facts.setdefault("category", runbook_of(read_mapping(session), top).category)
    facts.setdefault("category", "general")
    found = [first_seen(store, item.finding.fingerprint) for item in chosen]
    seen = [moment for moment in found if moment is not None]
    times = {"detected": report.detected or min(seen, default=session.now)}
    if report.known is not None:
        times["known"] = report.known
    return Opening(
        facts={name: check_fact(library, name, value) for name, value in facts.items()},
        times=times,
        alerts=chosen,
        labels=fact_labels(library),
    )
