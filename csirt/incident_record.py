"""An incident with what its file shows, and the same as JSON values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from csirt.clock import Due
from csirt.incident import TIMES, Incident
from csirt.letters import LetterFacts
from csirt.triage import Ranked
from kanmon.dates import utc_text


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident with everything its file shows."""

    facts: LetterFacts
    incident: Incident
    alerts: tuple[Ranked, ...]
    now: datetime

    @property
    def dues(self) -> Sequence[Due]:
        """Return the duties as they stand."""
        return self.facts.dues


def incident_record(view: IncidentView) -> dict[str, object]:
    """Return the incident as JSON values; keys in English, times in UTC."""
    incident = view.incident
    return {
        "id": incident.id,
        "state": incident.state.slug,
        "revision": incident.revision,
        "facts": dict(sorted(incident.facts.items())),
        "times": {name: utc_text(incident.times[name]) for name in TIMES if name in incident.times},
        "answers": {
            name: {
                "value": answer.value,
                "since": utc_text(answer.since) if answer.since else None,
            }
            for name, answer in sorted(incident.answers.items())
        },
        "alerts": list(incident.alerts),
        "evidence": [
            {"path": e.path, "sha256": e.sha256, "size": e.size, "stored": e.stored}
            for e in incident.evidence
        ],
        "assets": [{"name": a.name, "layer": a.layer, "owner": a.owner} for a in incident.assets],
        "duties": [_due_record(due, view.facts.today) for due in view.dues],
        "merged_into": incident.merged_into,
        "timeline": [
            {
                "number": e.number,
                "happened": utc_text(e.happened),
                "recorded": utc_text(e.recorded),
                "author": e.author,
                "kind": e.kind.slug,
                "text": e.text,
                "chain": e.chain,
            }
            for e in incident.timeline
        ],
    }


def _due_record(due: Due, today: date) -> dict[str, object]:
    return {
        "id": due.duty.id,
        "title": due.duty.title,
        "truth": due.truth.slug,
        "status": due.urgency(today).slug,
        "start": utc_text(due.start) if due.start else None,
        "last": due.last.isoformat() if due.last else None,
        "done": utc_text(due.done_at) if due.done_at else None,
        "missing": list(due.missing),
        "verify": due.duty.verify,
    }
