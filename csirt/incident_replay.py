"""From a timeline to the incident it adds up to. Pure; the same entries give the same state."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from csirt.duty import Answer
from csirt.incident import Asset, Entry, EntryKind, Evidence, Incident, State
from kanmon.dates import from_utc_text, utc_text


def replay(incident_id: str, entries: Iterable[Entry]) -> Incident:
    """Return the incident after all entries, in order."""
    incident = Incident(
        id=incident_id,
        state=State.RECEIVED,
        revision=0,
        alerts=(),
        times={},
        facts={},
        answers={},
        done={},
        evidence=(),
        assets=(),
        merged_into="",
        decided_before=False,
        timeline=(),
    )
    for entry in entries:
        incident = apply(incident, entry)
    return incident


def apply(incident: Incident, entry: Entry) -> Incident:
    """Return the incident after one more entry; the timeline only ever grows."""
    changed = _effect(incident, entry)
    return replace(changed, revision=entry.number, timeline=(*incident.timeline, entry))


def _effect(incident: Incident, entry: Entry) -> Incident:
    data = entry.data
    match entry.kind:
        case EntryKind.ALERT:
            return replace(incident, alerts=_added(incident.alerts, data["alerts"]))
        case EntryKind.ALERT_MOVED:
            moved = frozenset(data["alerts"])
            return replace(incident, alerts=tuple(a for a in incident.alerts if a not in moved))
        case EntryKind.FACT:
            return replace(incident, facts=_set(incident.facts, data["name"], data["new"]))
        case EntryKind.TIME:
            moment = from_utc_text(data["new"])
            return replace(incident, times={**incident.times, data["name"]: moment})
        case EntryKind.ANSWER:
            answer = unpack_answer(data["new"])
            return replace(incident, answers={**incident.answers, data["question"]: answer})
        case EntryKind.DONE:
            return replace(incident, done={**incident.done, data["duty"]: entry.happened})
        case EntryKind.EVIDENCE:
            return replace(incident, evidence=(*incident.evidence, _evidence(data)))
        case EntryKind.ASSET:
            return replace(incident, assets=(*incident.assets, Asset(**data["asset"])))
        case EntryKind.STATE:
            return _moved(incident, data)
        case EntryKind.MERGED:
            return _merged(incident, data)
        case _:
            return incident


def pack_answer(answer: Answer | None) -> dict[str, Any] | None:
    """Return an answer as JSON values; None for none."""
    if answer is None:
        return None
    return {"value": answer.value, "since": utc_text(answer.since) if answer.since else None}


def unpack_answer(data: Mapping[str, Any]) -> Answer:
    """Return the answer that ``pack_answer`` wrote."""
    since = data["since"]
    return Answer(data["value"], from_utc_text(since) if since else None)


def pack_evidence(item: Evidence) -> dict[str, Any]:
    """Return evidence as JSON values."""
    return {
        "path": item.path,
        "sha256": item.sha256,
        "size": item.size,
        "taken_by": item.taken_by,
        "taken_at": utc_text(item.taken_at),
        "stored": item.stored,
        "note": item.note,
    }


def _evidence(data: Mapping[str, Any]) -> Evidence:
    raw = dict(data["evidence"])
    raw["taken_at"] = from_utc_text(raw["taken_at"])
    return Evidence(**raw)


def _moved(incident: Incident, data: Mapping[str, Any]) -> Incident:
    state = next(state for state in State if state.slug == data["new"])
    confirmed = incident.decided_before or state.is_confirmed
    return replace(incident, state=state, decided_before=confirmed)


def _merged(incident: Incident, data: Mapping[str, Any]) -> Incident:
    if "into" in data:
        return replace(incident, state=State.MERGED, merged_into=data["into"])
    return replace(
        incident,
        alerts=_added(incident.alerts, data["alerts"]),
        evidence=(*incident.evidence, *(_evidence({"evidence": e}) for e in data["evidence"])),
        assets=(*incident.assets, *(Asset(**asset) for asset in data["assets"])),
    )


def _added(before: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def _set(facts: Mapping[str, str], name: str, value: str) -> dict[str, str]:
    kept = {key: text for key, text in facts.items() if key != name}
    return {**kept, name: value} if value else kept
