"""Moving an incident to another state: what the table demands, checked before anything is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from csirt.clock import Due, Urgency
from csirt.incident import FACTS, TIMES, Draft, EntryKind, Incident, State
from csirt.incident_changes import Labels, refuse_finished, set_fact, set_time
from csirt.incident_states import (
    GIVEN_LABELS,
    Requirement,
    Transition,
    next_states,
    transition,
)
from kanmon.dates import JST, parse_instant
from kanmon.errors import InputError
from kanmon.source import SourceRef

# What a step says about time, unless somebody said otherwise before.
_TIME_OF_STEP = {
    (State.TRIAGE, State.CONTAINMENT): "decided",
    (State.CONTAINMENT, State.ERADICATION_RECOVERY): "contained",
    (State.ERADICATION_RECOVERY, State.POST_INCIDENT): "recovered",
    (State.POST_INCIDENT, State.CLOSED): "closed",
}
_STATUTORY_STAGES = ("preliminary", "final", "notify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Where somebody wants an incident to go, and what they give for it.

    Attributes:
        given: Facts and times by name, and the plain words of the table.
        dues: The incident's duties as they stand.
        labels: Words for coded facts; see ``csirt.incident_changes.Labels``.
    """

    after: State
    given: Mapping[str, str]
    dues: Sequence[Due]
    now: datetime
    labels: Labels


def move(incident: Incident, wish: Wish) -> tuple[Draft, ...]:
    """Return the entries that bring the incident to the state wished for.

    Raises:
        InputError: the step is not permitted, or something it needs is missing; all that is
            missing is named at once.
    """
    refuse_finished(incident)
    step = transition(incident.state, wish.after)
    where = SourceRef(incident.id)
    if step is None:
        possible = "、".join(f"{s.slug}（{s.label_ja}）" for s in next_states(incident.state))
        raise InputError(
            f"{incident.state.label_ja} から {wish.after.label_ja} へは進めません",
            where=where,
            hint=f"今から進めるのは: {possible}" if possible else "この状態からは進めません",
        )
    preparing = _preparing(incident, wish)
    given, dues, now = wish.given, wish.dues, wish.now
    missing = [need for need in step.needs if not _is_met(need, incident, given, dues, now)]
    if missing:
        raise InputError(
            f"{wish.after.label_ja} に進むために足りないもの: "
            + "、".join(need.label_ja for need in missing),
            where=where,
            hint=_how_to_give(missing, dues, now),
        )
    return (*preparing, _state_entry(step, given), *_time_of(incident, step, given, now))


def missing_for(
    incident: Incident, step: Transition, dues: Sequence[Due], now: datetime
) -> tuple[Requirement, ...]:
    """Return what the incident still lacks for a step, before anything is given."""
    return tuple(need for need in step.needs if not _is_met(need, incident, {}, dues, now))


def unsettled(dues: Sequence[Due], now: datetime) -> tuple[Due, ...]:
    """Return the statutory duties that are neither fulfilled nor known not to apply."""
    today = now.astimezone(JST).date()
    settled = (Urgency.DONE, Urgency.NOT_DUE)
    return tuple(
        due
        for due in dues
        if due.duty.stage in _STATUTORY_STAGES and due.urgency(today) not in settled
    )


def _preparing(incident: Incident, wish: Wish) -> tuple[Draft, ...]:
    drafts: list[Draft] = []
    for key, text in wish.given.items():
        if not text.strip():
            raise InputError(f"{key} が空です", where=SourceRef(incident.id))
        if key in FACTS:
            drafts += set_fact(incident, key, text, wish.labels)
        elif key in TIMES:
            drafts += set_time(incident, key, _instant(incident, key, text))
        elif key not in GIVEN_LABELS:
            known = "、".join((*GIVEN_LABELS, *FACTS, *TIMES))
            raise InputError(
                f"{key} という項目はありません",
                where=SourceRef(incident.id),
                hint=f"使える項目: {known}",
            )
    return tuple(drafts)


def _instant(incident: Incident, key: str, text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise InputError(
            f"時刻として読めません: {text}",
            where=SourceRef(incident.id, key),
            hint="2026-04-01 09:30 のように、日本時間で書いてください",
        ) from error


def _is_met(
    need: Requirement,
    incident: Incident,
    given: Mapping[str, str],
    dues: Sequence[Due],
    now: datetime,
) -> bool:
    if need.waiver and given.get(need.waiver, "").strip():
        return True
    kind, _, name = need.key.partition(":")
    match kind:
        case "fact":
            return bool(given.get(name, "").strip() or incident.facts.get(name))
        case "time":
            return name in given or name in incident.times
        case "evidence":
            return bool(incident.evidence)
        case "duties":
            return not unsettled(dues, now)
        case _:
            return bool(given.get(need.key, "").strip())


def _how_to_give(missing: Sequence[Requirement], dues: Sequence[Due], now: datetime) -> str:
    hints = []
    for need in missing:
        kind, _, name = need.key.partition(":")
        waiver = f"（ないときは --with {need.waiver}=理由）" if need.waiver else ""
        if kind == "evidence":
            hints.append(f"incident evidence で証拠を登録{waiver}")
        elif kind == "duties":
            titles = "、".join(due.duty.title for due in unsettled(dues, now))
            hints.append(f"{titles} を incident done で記録するか、問いに答える{waiver}")
        else:
            hints.append(f"--with {name or kind}=…")
    return "、".join(hints)


def _state_entry(step: Transition, given: Mapping[str, str]) -> Draft:
    said = {key: text for key, text in sorted(given.items()) if key in GIVEN_LABELS}
    notes = "".join(f"。{GIVEN_LABELS[key]}: {text}" for key, text in said.items())
    return Draft(
        kind=EntryKind.STATE,
        text=f"{step.before.label_ja} → {step.after.label_ja}{notes}",
        data={"old": step.before.slug, "new": step.after.slug, "given": said},
    )


def _time_of(
    incident: Incident, step: Transition, given: Mapping[str, str], now: datetime
) -> tuple[Draft, ...]:
    name = _TIME_OF_STEP.get((step.before, step.after), "")
    if not name or name in given or name in incident.times:
        return ()
    return set_time(incident, name, now)
