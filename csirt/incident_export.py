"""An incident for other systems: CACAO, TheHive, DFIR-IRIS; JSON, deterministic."""

import json
from datetime import UTC, datetime
from typing import Any

from csirt.cacao import Made, playbook, playbook_bytes
from csirt.clock_report import last_text
from csirt.duty import Truth
from csirt.handover import iris_alert, load_handover, thehive_alert
from csirt.incident_documents import find_runbook
from csirt.incident_office import (
    alert_records,
    letter_facts,
    read_duties,
    read_library,
    view_incident,
)
from csirt.incident_record import IncidentView
from csirt.letters import LetterFacts
from csirt.runbook_query import scope_of
from kanmon.finding import Severity
from kanmon.session import Session

# CACAO severity 1 (lowest) to 100, by the alert severity a step of the city's scale stands for;
# priority runs the other way. Ours: the standard leaves the scale to its users.
_SEVERITY = {Severity.INFORMATIONAL: 10, Severity.LOW: 25, Severity.MEDIUM: 50,
             Severity.HIGH: 75, Severity.CRITICAL: 95}  # fmt: skip


def export_bytes(session: Session, incident: str, target: str, category: str) -> bytes:
    """Return the export as a file.

    Raises:
        InputError: no such incident or runbook.
    """
    if not incident:
        library = read_library(session)
        facts = letter_facts(session, library, read_duties(session), None)
        return _general_cacao(facts, category)
    with alert_records(session) as store:
        view = view_incident(session, store, incident)
    if target == "cacao":
        return _incident_cacao(view, category)
    numbers = load_handover(session.rules("runbooks", "handover.yml"))
    runbook = find_runbook(view.facts.library, view.incident.category)
    if target == "thehive":
        return _json(thehive_alert(view.incident, view.alerts, runbook.tlp, numbers))
    return _json(iris_alert(view.incident, view.alerts, numbers))


def _general_cacao(facts: LetterFacts, category: str) -> bytes:
    runbook = find_runbook(facts.library, category)
    revised = datetime.fromisoformat(runbook.revised).replace(tzinfo=UTC)
    made = Made(
        city=facts.city,
        about="",
        title="",
        created=revised,
        modified=revised,
        severity=0,
        priority=0,
        scope=scope_of([]),
        notices=tuple(f"{due.duty.title}: {due.duty.to}" for due in facts.dues),
    )
    return playbook_bytes(playbook(runbook, facts.library, made))


def _incident_cacao(view: IncidentView, category: str) -> bytes:
    incident, library = view.incident, view.facts.library
    runbook = find_runbook(library, category or incident.category)
    level = library.severity(incident.facts.get("severity", ""))
    severity = _SEVERITY[Severity.from_slug(level.alert)] if level else 0
    made = Made(
        city=view.facts.city,
        about=incident.id,
        title=f"{incident.id} ",
        created=incident.timeline[0].recorded,
        modified=incident.timeline[-1].recorded,
        severity=severity,
        priority=101 - severity if severity else 0,
        scope=scope_of([item.finding for item in view.alerts]),
        notices=tuple(
            f"{due.duty.title}（{due.truth.label_ja}）: {last_text(due)} → {due.duty.to}"
            for due in view.dues
            if due.truth is not Truth.NO
        ),
    )
    return playbook_bytes(playbook(runbook, library, made))


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")
