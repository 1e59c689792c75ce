"""Opening an incident: from alerts, or from a call that no log knows of. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from csirt.duty import Answer, DutyBook
from csirt.incident import FACTS, TIMES, Draft, EntryKind, Incident, Origin
from csirt.incident_changes import Labels, add_alerts, give_answer
from csirt.triage import Ranked, times_of
from kanmon.dates import format_instant, utc_text
from kanmon.errors import InputError
from kanmon.source import SourceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is known when an incident is opened.

    Attributes:
        facts, times: By name of ``FACTS`` and ``TIMES``; unknown ones are absent.
        alerts: The most pressing first; empty for a first report without a log.
        labels: Words for coded facts.
        why: Why a fact was chosen, by name, where no person gave it.
    """

    facts: Mapping[str, str]
    times: Mapping[str, datetime]
    alerts: tuple[Ranked, ...]
    labels: Labels
    why: Mapping[str, str] = field(default_factory=dict)


def open_incident(incident: Incident, opening: Opening, book: DutyBook) -> tuple[Draft, ...]:
    """Return the first entries of a timeline.

    A contractor's notice starts the clock at its arrival: ``known`` is then ``detected`` at the
    latest, and the question about contractors is answered.

    Source: 個人情報保護委員会 特定個人情報ガイドライン（行政機関等編）別添2 3F.
    """
    origin = opening.facts["origin"]
    label = next(item.label_ja for item in Origin if item.slug == origin)
    drafts = [Draft(kind=EntryKind.OPENED, text=f"{opening.facts['title']}（第一報: {label}）")]
    for name in FACTS:
        if value := opening.facts.get(name, ""):
            data = {"name": name, "old": "", "new": value}
            shown = opening.labels.get(f"{name}:{value}", value)
            shown += f"（{opening.why[name]}）" if name in opening.why else ""
            drafts.append(Draft(kind=EntryKind.FACT, text=f"{FACTS[name]}: {shown}", data=data))
    times = _times(opening, origin)
    for name in TIMES:
        if name in times:
            text = f"{TIMES[name]}の時刻: {format_instant(times[name])}"
            data_of_time = {"name": name, "old": None, "new": utc_text(times[name])}
            drafts.append(Draft(kind=EntryKind.TIME, text=text, data=data_of_time))
    if origin == Origin.CONTRACTOR.slug:
        drafts += give_answer(incident, book, "contractor", Answer(True))
    findings = [item.finding for item in opening.alerts]
    spans = {finding.fingerprint: times_of(finding) for finding in findings}
    drafts += add_alerts(incident, findings, spans)
    return tuple(drafts)


def refuse_taken(incidents: Sequence[Incident], alerts: Sequence[Ranked]) -> None:
    """Refuse an alert that already belongs to an incident somebody is working on.

    Raises:
        InputError: names that incident.
    """
    for incident in incidents:
        if not incident.state.is_open:
            continue
        for item in alerts:
            if item.finding.fingerprint in incident.alerts:
                raise InputError(
                    f"このアラートは {incident.id}「{incident.title}」で対応中です",
                    where=SourceRef("アラート", item.finding.fingerprint),
                    hint="別の事案にするなら、先に incident split で分けてください",
                )


def _times(opening: Opening, origin: str) -> dict[str, datetime]:
    times = dict(opening.times)
    firsts = [first for item in opening.alerts if (first := times_of(item.finding)[0])]
    if firsts and "occurred" not in times:
        times["occurred"] = min(firsts)
    if origin == Origin.CONTRACTOR.slug:
        notice = times.get("detected") or times.get("known")
        if notice is not None:
            times["detected"] = notice
            times["known"] = min(notice, times.get("known", notice))
    return times
