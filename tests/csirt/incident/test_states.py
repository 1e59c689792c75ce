"""The state machine: only the table's steps, all that is missing named, no line ever lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csirt.duty import Answer, DutyBook
from csirt.incident import Draft, Entry, EntryKind, Evidence, Incident, State
from csirt.incident_changes import add_evidence, add_note, give_answer, set_fact, set_time
from csirt.incident_desk import clock_changes, dues_of
from csirt.incident_move import Wish, move, unsettled
from csirt.incident_replay import apply, replay
from csirt.incident_states import TRANSITIONS, next_states
from kanmon.errors import InputError

NOW = datetime(2026, 11, 6, tzinfo=UTC)
EVERYTHING = {
    "assignee": "山田", "decider": "CISO", "reason": "理由", "severity": "s2",
    "category": "malware", "known": "2026-11-06 08:30", "known-by": "税務課",
    "containment": "切り離した", "no-evidence": "取れなかった", "recovery-check": "再調査で0件",
    "approver": "部長", "cause": "添付", "lessons": "教訓", "prevention": "研修",
    "waive-duties": "該当しないと法務が確認",
}  # fmt: skip


def grow(incident: Incident, drafts: Any) -> Incident:
    for draft in drafts:
        incident = apply(incident, entry_of(draft, incident.revision + 1))
    return incident


def entry_of(draft: Draft, number: int) -> Entry:
    return Entry(
        number=number,
        recorded=NOW,
        happened=draft.happened or NOW,
        author="山田",
        kind=draft.kind,
        text=draft.text,
        data=draft.data,
    )


def go(incident: Incident, after: State, given_: dict[str, str], book: DutyBook) -> Incident:
    wish = Wish(after=after, given=given_, dues=dues_of(book, incident), now=NOW, labels={})
    return grow(incident, move(incident, wish))


def new() -> Incident:
    return grow(replay("INC-2026-0001", ()), [Draft(kind=EntryKind.OPENED, text="開いた")])


def at(state: State, book: DutyBook) -> Incident:
    """Return an incident brought to a state the ordinary way."""
    path = {
        State.RECEIVED: [],
        State.TRIAGE: [State.TRIAGE],
        State.DISMISSED: [State.DISMISSED],
        State.CONTAINMENT: [State.TRIAGE, State.CONTAINMENT],
        State.ERADICATION_RECOVERY: [
            State.TRIAGE, State.CONTAINMENT, State.ERADICATION_RECOVERY,
        ],
        State.POST_INCIDENT: [
            State.TRIAGE, State.CONTAINMENT, State.ERADICATION_RECOVERY, State.POST_INCIDENT,
        ],
        State.CLOSED: [
            State.TRIAGE, State.CONTAINMENT, State.ERADICATION_RECOVERY, State.POST_INCIDENT,
            State.CLOSED,
        ],
    }[state]  # fmt: skip
    incident = new()
    for step in path:
        incident = go(incident, step, EVERYTHING, book)
    return incident


STEPS = st.lists(
    st.one_of(
        st.sampled_from(list(State)).map(lambda state: ("move", state)),
        st.text(max_size=8).map(lambda text: ("note", text)),
        st.sampled_from(["items", "cause"]).map(lambda name: ("fact", name)),
        st.integers(0, 300).map(lambda count: ("persons", count)),
        st.integers(-500, 500).map(lambda hours: ("known", hours)),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_no_step_loses_a_line_of_the_timeline(steps: Any, book: DutyBook) -> None:
    """何をどの順で行っても、時系列は伸びるだけで、初めから読み直しても同じ事案になる。"""
    incident = new()
    for kind, value in steps:
        before = incident
        try:
            incident = do(incident, kind, value, book)
        except InputError:
            assert incident == before
        assert incident.timeline[: len(before.timeline)] == before.timeline
        assert [entry.number for entry in incident.timeline] == list(
            range(1, incident.revision + 1)
        )
    assert replay(incident.id, incident.timeline) == incident


def do(incident: Incident, kind: str, value: Any, book: DutyBook) -> Incident:
    if kind == "move":
        return go(incident, value, EVERYTHING, book)
    drafts: Any = {
        "note": lambda: add_note(incident, value, None),
        "fact": lambda: set_fact(incident, value, "書いた", {}),
        "persons": lambda: give_answer(incident, book, "persons", Answer(value)),
        "known": lambda: set_time(incident, "known", NOW + timedelta(hours=value)),
    }[kind]()
    after = grow(incident, drafts)
    return grow(after, clock_changes(dues_of(book, incident), dues_of(book, after)))


@pytest.mark.parametrize("step", TRANSITIONS, ids=lambda t: f"{t.before.slug}-{t.after.slug}")
def test_each_step_names_all_that_is_missing(step: Any, book: DutyBook) -> None:
    """要る事項が足りなければ、全て挙げて断り、何も記録しない。"""
    incident = at(step.before, book)
    wish = Wish(after=step.after, given={}, dues=dues_of(book, incident), now=NOW, labels={})
    # What the incident already knows is not asked for again; a bare one lacks it all.
    bare = grow(new(), [Draft(kind=EntryKind.STATE, text="", data={"new": step.before.slug})])
    with pytest.raises(InputError) as caught:
        move(bare, wish)
    for need in step.needs:
        assert need.label_ja in str(caught.value)
    assert go(incident, step.after, EVERYTHING, book).state is step.after


@pytest.mark.parametrize("state", [s for s in State if s is not State.MERGED], ids=lambda s: s.slug)
def test_no_other_step_is_permitted(state: State, book: DutyBook) -> None:
    """表にない進み方は断り、今から進める状態を教える。"""
    incident = at(state, book)
    for other in set(State) - set(next_states(state)):
        with pytest.raises(InputError, match="進めません"):
            go(incident, other, EVERYTHING, book)


def test_closing_waits_for_statutory_duties(book: DutyBook) -> None:
    """法令の報告が残っているうちは終結できず、何が残っているかを挙げる。"""
    incident = grow(at(State.POST_INCIDENT, book),
                    [d for q, a in (("personal-info", True), ("malicious", True))
                     for d in give_answer(new(), book, q, Answer(a))])  # fmt: skip
    given_ = {key: text for key, text in EVERYTHING.items() if key != "waive-duties"}
    assert unsettled(dues_of(book, incident), NOW)
    with pytest.raises(InputError) as caught:
        go(incident, State.CLOSED, given_, book)
    assert "個人情報保護委員会への確報（保有個人情報）" in str(caught.value)
    assert go(incident, State.CLOSED, EVERYTHING, book).state is State.CLOSED


def test_evidence_or_a_reason_is_needed_to_leave_containment(book: DutyBook) -> None:
    """証拠を一つも取らずに根絶へ進むには、取れない理由が要る。"""
    incident = at(State.CONTAINMENT, book)
    given_ = {"containment": "切り離した"}
    with pytest.raises(InputError, match="証拠"):
        go(incident, State.ERADICATION_RECOVERY, given_, book)
    item = Evidence(path="a", sha256="0" * 64, size=1, taken_by="山田", taken_at=NOW,
                    stored="金庫", note="")  # fmt: skip
    with_evidence = grow(incident, add_evidence(incident, item))
    moved = go(with_evidence, State.ERADICATION_RECOVERY, given_, book)
    assert moved.state is State.ERADICATION_RECOVERY


def test_reopening_keeps_what_was_decided(book: DutyBook) -> None:
    """終結した事案を再び開いても、確定したことと時刻は残る。"""
    closed = at(State.CLOSED, book)
    again = go(closed, State.TRIAGE, {"decider": "CISO", "reason": "再発"}, book)
    assert again.state is State.TRIAGE
    assert again.decided_before
    assert again.times["decided"] == closed.times["decided"]


def test_dues_do_not_depend_on_the_order_of_answers(book: DutyBook) -> None:
    """同じ答えなら、答えた順にかかわらず、同じ期限になる。"""
    pairs = [("personal-info", True), ("malicious", True), ("persons", 101), ("my-number", False)]
    results = []
    for order in (pairs, pairs[::-1]):
        incident = grow(new(), set_time(new(), "known", NOW))
        for question, value in order:
            incident = grow(incident, give_answer(incident, book, question, Answer(value)))
        results.append(dues_of(book, incident))
    assert results[0] == results[1]
