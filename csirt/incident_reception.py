"""The first report of an incident, completed with what the alerts say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from csirt.incident_facts import check_fact, fact_labels
from csirt.incident_office import read_library, read_mapping
from csirt.incident_opening import Opening, refuse_taken
from csirt.incident_store import load_incidents
from csirt.runbook_mapping import Chosen
from csirt.triage import Ranked
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

    The leading alert has the highest score; of equal ones it is the one named first.

    Raises:
        InputError: an alert is unknown or already being worked on, or a fact is not possible.
    """
    library = read_library(session)
    queue = load_queue(store, session)
    named = {item.finding.fingerprint: item for item in (pick(queue, g) for g in report.alerts)}
    chosen = tuple(sorted(named.values(), key=lambda item: -item.score))
    refuse_taken(load_incidents(store), chosen)
    facts = {name: value for name, value in report.facts.items() if value}
    why: dict[str, str] = {}
    if chosen:
        top = chosen[0].finding
        facts.setdefault("title", f"{top.title}（{top.subject or '端末不明'}）")
        if "category" not in facts:
            runbook = runbook_of(read_mapping(session), top)
            facts["category"] = runbook.category
            why["category"] = _why(chosen, runbook)
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
        why=why,
    )


def _why(chosen: Sequence[Ranked], runbook: Chosen) -> str:
    """Return by which alert, and by what of it, the runbook was chosen."""
    top = chosen[0]
    tied = sum(item.score == top.score for item in chosen)
    words = "" if len(chosen) == 1 else f"点数 {top.score:g} が最も高い"
    if tied > 1:
        words = f"点数 {top.score:g} が同じ {tied} 件のうち先に書いた"
    matched = f"{runbook.on}: {runbook.because}" if runbook.on else runbook.because
    return f"{words}アラート {top.finding.fingerprint[:8]}「{top.finding.title}」による。{matched}"
