"""The state machine, as a table: from where, to where, and what must be known by then."""

from dataclasses import dataclass

from csirt.incident import State


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something a transition needs.

    Attributes:
        key: ``time:known``, ``fact:category`` (an incident may already have it), ``evidence``
            (at least one), ``duties`` (no statutory duty open), or a plain word such as
            ``decider`` that must be given with the transition itself.
        waiver: Key of the plain word that may stand in for it; empty when nothing may.
    """

    key: str
    label_ja: str
    waiver: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted step."""

    before: State
    after: State
    needs: tuple[Requirement, ...]


_ASSIGNEE = Requirement("fact:assignee", "担当者")
_DECIDER = Requirement("decider", "決定した人")
_APPROVER = Requirement("approver", "承認した人")
_REASON = Requirement("reason", "理由")
_SEVERITY = Requirement("fact:severity", "重大さ")
_CATEGORY = Requirement("fact:category", "区分（手順書）")
_KNOWN = Requirement("time:known", "知った時刻")
_KNOWN_BY = Requirement("fact:known-by", "知った部署")
_CONTAINED = Requirement("containment", "封じ込めとして行ったこと")
_EVIDENCE = Requirement("evidence", "証拠（1件以上）", waiver="no-evidence")
_CHECKED = Requirement("recovery-check", "根絶と復旧を確かめた方法")
_CAUSE = Requirement("fact:cause", "原因")
_LESSONS = Requirement("fact:lessons", "教訓")
_PREVENTION = Requirement("fact:prevention", "再発防止の措置")
_DUTIES = Requirement("duties", "法令上の報告・通知が済んでいること", waiver="waive-duties")

_CONFIRM = (_DECIDER, _SEVERITY, _CATEGORY, _KNOWN, _KNOWN_BY)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(State.RECEIVED, State.TRIAGE, (_ASSIGNEE,)),
    Transition(State.RECEIVED, State.DISMISSED, (_DECIDER, _REASON)),
    Transition(State.TRIAGE, State.CONTAINMENT, _CONFIRM),
    Transition(State.TRIAGE, State.DISMISSED, (_DECIDER, _REASON)),
    Transition(State.CONTAINMENT, State.TRIAGE, (_DECIDER, _REASON)),
    Transition(State.CONTAINMENT, State.DISMISSED, (_DECIDER, _REASON)),
    Transition(State.CONTAINMENT, State.ERADICATION_RECOVERY, (_CONTAINED, _EVIDENCE)),
    Transition(State.ERADICATION_RECOVERY, State.CONTAINMENT, (_REASON,)),
    Transition(State.ERADICATION_RECOVERY, State.POST_INCIDENT, (_CHECKED, _APPROVER, _CAUSE)),
    Transition(State.POST_INCIDENT, State.ERADICATION_RECOVERY, (_REASON,)),
    Transition(State.POST_INCIDENT, State.CLOSED, (_APPROVER, _LESSONS, _PREVENTION, _DUTIES)),
    Transition(State.CLOSED, State.TRIAGE, (_DECIDER, _REASON)),
    Transition(State.DISMISSED, State.TRIAGE, (_DECIDER, _REASON)),
)
"""Every permitted step. MERGED is reached by merging only, from any open state."""

GIVEN_LABELS = {
    need.key: need.label_ja for step in TRANSITIONS for need in step.needs if ":" not in need.key
} | {"no-evidence": "証拠がない理由", "waive-duties": "報告・通知を残したまま終える理由"}
"""Labels of what is given with a transition."""


def transition(before: State, after: State) -> Transition | None:
    """Return the permitted step, or None when there is none."""
    return next((t for t in TRANSITIONS if (t.before, t.after) == (before, after)), None)


def next_states(before: State) -> tuple[State, ...]:
    """Return the states that may follow, in the table's order."""
    return tuple(step.after for step in TRANSITIONS if step.before is before)


def state_from_slug(text: str) -> State | None:
    """Return the state written as slug or Japanese label, or None."""
    return next((s for s in State if text in (s.slug, s.label_ja)), None)


def state_choices() -> str:
    """Return every state as ``slug（label）``, for messages."""
    return "、".join(f"{state.slug}（{state.label_ja}）" for state in State)
