"""What people do to an incident, as timeline entries. Pure: nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from csirt.duty import Answer, DutyBook
from csirt.duty_load import answer_label
from csirt.incident import (
    FACTS,
    TIMES,
    Asset,
    Draft,
    EntryKind,
    Evidence,
    Incident,
    Origin,
    State,
)
from csirt.incident_replay import pack_answer, pack_evidence
from kanmon.dates import format_instant, utc_text
from kanmon.errors import InputError
from kanmon.finding import Finding
from kanmon.source import SourceRef


def refuse_finished(incident: Incident) -> None:
    """Refuse changes to a merged incident: they belong to the one that took it over."""
    if incident.state is State.MERGED:
        raise InputError(
            f"この事案は {incident.merged_into} に統合されています",
            where=SourceRef(incident.id),
            hint=f"{incident.merged_into} に対して実行してください",
        )


Labels = Mapping[str, str]
"""Words for coded facts, by ``name:value`` (``category:ddos``); others speak for themselves."""


def set_fact(incident: Incident, name: str, value: str, labels: Labels) -> tuple[Draft, ...]:
    """Return the entry that sets a fact; none when it already says so. Empty value clears it."""
    refuse_finished(incident)
    old = incident.facts.get(name, "")
    if old == value:
        return ()
    before, after = labels.get(f"{name}:{old}", old), labels.get(f"{name}:{value}", value)
    shown = f"{before} → {after or '（なし）'}" if old else after
    data = {"name": name, "old": old, "new": value}
    return (Draft(kind=EntryKind.FACT, text=f"{FACTS[name]}: {shown}", data=data),)


def set_time(incident: Incident, name: str, moment: datetime) -> tuple[Draft, ...]:
    """Return the entry that sets one of ``TIMES``; the old value is recorded with it.

    Raises:
        InputError: the city would "know" of a contractor's incident later than the notice came.

    Source: 個人情報保護委員会 特定個人情報ガイドライン（行政機関等編）別添2 3F.
    """
    refuse_finished(incident)
    old = incident.times.get(name)
    if old == moment:
        return ()
    notice = incident.times.get("detected")
    from_contractor = incident.facts.get("origin") == Origin.CONTRACTOR.slug
    if name == "known" and from_contractor and notice is not None and moment > notice:
        raise InputError(
            f"委託先の通知が届いた {format_instant(notice)} より後に「知った」とはできません",
            where=SourceRef(incident.id),
            hint="遅くとも通知が届いた時点で知ったことになります。通知の時刻が誤りなら、"
            "先に detected を直してください",
        )
    change = f"{format_instant(old)} → " if old else ""
    data = {"name": name, "old": utc_text(old) if old else None, "new": utc_text(moment)}
    text = f"{TIMES[name]}の時刻: {change}{format_instant(moment)}"
    return (Draft(kind=EntryKind.TIME, text=text, data=data),)


def give_answer(
    incident: Incident, book: DutyBook, question_id: str, answer: Answer
) -> tuple[Draft, ...]:
    """Return the entry that answers a trigger question; the old answer is recorded with it."""
    refuse_finished(incident)
    old = incident.answers.get(question_id)
    question = book.question(question_id)
    if old == answer or question is None:
        return ()
    change = f"{answer_label(question, old)} → " if old else ""
    since = f"（{format_instant(answer.since)} から）" if answer.since else ""
    data = {"question": question_id, "old": pack_answer(old), "new": pack_answer(answer)}
    text = f"{question.ask}: {change}{answer_label(question, answer)}{since}"
    return (Draft(kind=EntryKind.ANSWER, text=text, data=data),)


def add_note(incident: Incident, text: str, happened: datetime | None) -> tuple[Draft, ...]:
    """Return a note in somebody's own words."""
    refuse_finished(incident)
    return (Draft(kind=EntryKind.NOTE, text=text, happened=happened),)


def record_decision(
    incident: Incident, text: str, decider: str, happened: datetime | None
) -> tuple[Draft, ...]:
    """Return a decision with the person who took it, who need not be the recorder."""
    refuse_finished(incident)
    data = {"decider": decider, "decision": text}
    shown = f"{text}（決定: {decider}）"
    return (Draft(kind=EntryKind.DECISION, text=shown, data=data, happened=happened),)


def fulfil_duty(
    incident: Incident, book: DutyBook, duty_id: str, at: datetime, note: str
) -> tuple[Draft, ...]:
    """Return the entries that a duty was fulfilled, and the time that follows from its stage."""
    refuse_finished(incident)
    duty = book.duty(duty_id)
    if duty is None:
        known = "、".join(item.id for item in book.duties)
        hint = f"報告・通知の名前: {known}"
        raise InputError(f"{duty_id} という報告・通知はありません",
                         where=SourceRef(incident.id), hint=hint)  # fmt: skip
    old = incident.done.get(duty_id)
    data = {"duty": duty_id, "note": note, "old": utc_text(old) if old else None}
    again = "（訂正）" if old else ""
    text = f"{duty.title}{again}: {format_instant(at)} に実施" + (f"。{note}" if note else "")
    times = {
        "preliminary": "preliminary",
        "final": "final",
        "notify": "notified-to",
        "publish": "published",
    }
    drafts = (Draft(kind=EntryKind.DONE, text=text, data=data, happened=at),)
    name = times.get(duty.stage, "")
    if not name or name in incident.times:
        return drafts
    return (*drafts, *set_time(incident, name, at))


def add_evidence(incident: Incident, item: Evidence) -> tuple[Draft, ...]:
    """Return the entry that takes a file in as evidence."""
    refuse_finished(incident)
    text = f"{item.path}（{item.size:,} バイト、SHA-256 {item.sha256[:16]}…、保管: {item.stored}）"
    data = {"evidence": pack_evidence(item)}
    return (Draft(kind=EntryKind.EVIDENCE, text=text, data=data, happened=item.taken_at),)


def add_asset(incident: Incident, asset: Asset) -> tuple[Draft, ...]:
    """Return the entry that adds an affected asset; none when it is already there."""
    refuse_finished(incident)
    if asset in incident.assets:
        return ()
    data = {
        "asset": {
            "name": asset.name,
            "layer": asset.layer,
            "owner": asset.owner,
            "note": asset.note,
        }
    }
    layer = f"（{asset.layer}）" if asset.layer else ""
    return (Draft(kind=EntryKind.ASSET, text=f"{asset.name}{layer}", data=data),)


def add_alerts(
    incident: Incident,
    findings: Iterable[Finding],
    times: Mapping[str, tuple[datetime | None, datetime | None]],
) -> tuple[Draft, ...]:
    """Return an entry for each alert not yet part of the incident, dated by its first hit.

    ``times`` holds (first, last) by fingerprint.
    """
    refuse_finished(incident)
    drafts = []
    for finding in findings:
        if finding.fingerprint in incident.alerts:
            continue
        first, last = times.get(finding.fingerprint, (None, None))
        span = f"、最後 {format_instant(last)}" if last and last != first else ""
        drafts.append(
            Draft(
                kind=EntryKind.ALERT,
                text=f"{finding.title}（{finding.subject or '端末不明'}{span}）",
                data={"alerts": [finding.fingerprint]},
                happened=first,
            )
        )
    return tuple(drafts)


def merge_into(source: Incident, target: Incident, reason: str) -> tuple[Draft, ...]:
    """Return the entry for ``target`` that takes over what ``source`` has."""
    refuse_finished(target)
    refuse_finished(source)
    if source.id == target.id:
        raise InputError("同じ事案どうしは統合できません", where=SourceRef(source.id))
    data = {
        "from": source.id,
        "alerts": list(source.alerts),
        "evidence": [pack_evidence(item) for item in source.evidence],
        "assets": [
            {"name": a.name, "layer": a.layer, "owner": a.owner, "note": a.note}
            for a in source.assets
        ],
    }
    text = f"{source.id}「{source.title}」を統合: {reason}"
    drafts: list[Draft] = [Draft(kind=EntryKind.MERGED, text=text, data=data)]
    for name in ("occurred", "detected", "known"):
        drafts += _earlier_time(source, target, name)
    return tuple(drafts)


def merged_away(source: Incident, target_id: str, reason: str) -> tuple[Draft, ...]:
    """Return the entry that closes ``source`` in favour of another incident."""
    text = f"{target_id} に統合: {reason}"
    data = {"into": target_id, "old": source.state.slug}
    return (Draft(kind=EntryKind.MERGED, text=text, data=data),)


def split_away(incident: Incident, alerts: Sequence[str], new_id: str) -> tuple[Draft, ...]:
    """Return the entries by which alerts leave for a new incident."""
    refuse_finished(incident)
    strangers = [alert for alert in alerts if alert not in incident.alerts]
    if strangers or not alerts:
        raise InputError(
            f"この事案のアラートではありません: {'、'.join(strangers) or '（指定なし）'}",
            where=SourceRef(incident.id),
            hint="incident show で、この事案のアラートの番号を確かめてください",
        )
    text = f"アラート {len(alerts)} 件を {new_id} に分割"
    data = {"alerts": list(alerts), "to": new_id}
    return (Draft(kind=EntryKind.ALERT_MOVED, text=text, data=data),)


def split_from(source: Incident, alerts: Sequence[str]) -> tuple[Draft, ...]:
    """Return the opening entries of the incident split off: its alerts, category and times.

    The moment the city knew is kept: splitting never buys time.
    """
    data = {"from": source.id, "alerts": list(alerts)}
    drafts: list[Draft] = [
        Draft(kind=EntryKind.SPLIT, text=f"{source.id} から分割", data=data),
        Draft(
            kind=EntryKind.ALERT,
            text=f"{source.id} から引き継いだアラート {len(alerts)} 件",
            data={"alerts": list(alerts)},
        ),
    ]
    for name in ("category", "origin", "reporter", "known-by", "severity"):
        if name in source.facts:
            text = f"{FACTS[name]}: {source.facts[name]}"
            fact = {"name": name, "old": "", "new": source.facts[name]}
            drafts.append(Draft(kind=EntryKind.FACT, text=text, data=fact))
    for name in ("occurred", "detected", "known"):
        if name in source.times:
            moment = source.times[name]
            text = f"{TIMES[name]}の時刻: {format_instant(moment)}"
            time = {"name": name, "old": None, "new": utc_text(moment)}
            drafts.append(Draft(kind=EntryKind.TIME, text=text, data=time))
    return tuple(drafts)


def _earlier_time(source: Incident, target: Incident, name: str) -> tuple[Draft, ...]:
    mine, theirs = target.times.get(name), source.times.get(name)
    if theirs is None or (mine is not None and mine <= theirs):
        return ()
    return set_time(target, name, theirs)
