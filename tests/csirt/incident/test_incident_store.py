"""The timeline in the store: never changed, never lost, also with two people at once."""

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from csirt.duty import Answer
from csirt.incident import EntryKind
from csirt.incident_changes import add_note, give_answer, set_time
from csirt.incident_opening import Opening, open_incident
from csirt.incident_store import load_incident, load_incidents
from kanmon.errors import InputError, StoreError
from kanmon.store.records import load_notices, review_history

OPENING = Opening(
    facts={"title": "件名", "category": "malware", "origin": "staff"},
    times={},
    alerts=(),
    labels={},
)
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from csirt.duty_load import load_duties
from csirt.hit_store import HITS
from csirt.incident_changes import add_note
from csirt.incident_desk import Desk
from csirt.incident_store import SCHEMA, Stamp
from kanmon.review import Disposition, Review
from kanmon.store.records import add_reviews
from kanmon.store.store import Store

path, duties, incident, who = sys.argv[1:]
stamp = Stamp(who, datetime(2026, 11, 6, tzinfo=UTC))
with Store.open(Path(path), (HITS, SCHEMA)) as store:
    desk = Desk(store, load_duties(Path(duties)), stamp)
    for n in range(25):
        text = f"{who} {n}"
        desk.change(incident, lambda now: add_note(now, text, None))
        add_reviews(store, [Review(fingerprint=f"{n:016x}", disposition=Disposition.CONFIRMED,
                                   reviewer=who, at=stamp.now, note=text)])
"""


def new_incident(desk: Any) -> str:
    return str(desk.open(lambda empty: open_incident(empty, OPENING, desk.book)).id)


def test_two_people_at_once_lose_nothing(city: Any, desk: Any, tmp_path: Path) -> None:
    """二人が同時に書いても、どちらの記録も判断も全て残り、番号が重ならない。"""
    incident = new_incident(desk)
    duties = Path(__file__).parents[3] / "rules" / "runbooks" / "duties.yml"
    command = [sys.executable, "-c", WRITER, str(city.path), str(duties), incident]
    people = [subprocess.Popen([*command, who]) for who in ("山田", "鈴木")]
    assert [person.wait(timeout=120) for person in people] == [0, 0]
    timeline = load_incident(desk.store, incident).timeline
    notes = [entry.text for entry in timeline if entry.kind is EntryKind.NOTE]
    assert sorted(notes) == sorted(f"{who} {n}" for who in ("山田", "鈴木") for n in range(25))
    assert [entry.number for entry in timeline] == list(range(1, len(timeline) + 1))
    for n in range(25):
        assert {r.reviewer for r in review_history(desk.store, f"{n:016x}")} == {"山田", "鈴木"}


def test_a_stale_view_is_refused_and_names_the_other_change(desk: Any) -> None:
    """見ていた版のあとに誰かが更新していたら、誰が何をしたかを挙げて、記録しない。"""
    incident = new_incident(desk)
    seen = load_incident(desk.store, incident).revision
    desk.change(incident, lambda now: add_note(now, "先に書いた", None))
    with pytest.raises(InputError, match="先に書いた"):
        desk.change(incident, lambda now: add_note(now, "後から", None), revision=seen)
    assert load_incident(desk.store, incident).timeline[-1].text == "先に書いた"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incident_entry SET text = 'x'",
        "DELETE FROM incident_entry",
        "UPDATE incident_case SET serial = 9",
        "DELETE FROM incident_case",
    ],
)
def test_the_timeline_can_neither_be_changed_nor_deleted(statement: str, desk: Any) -> None:
    """時系列は、直接の SQL でも書き換えられず、消せない。"""
    new_incident(desk)
    with (
        pytest.raises((sqlite3.IntegrityError, StoreError)),
        desk.store.transaction() as connection,
    ):
        connection.execute(statement)
    assert len(load_incidents(desk.store)) == 1


def test_tampering_behind_the_triggers_is_noticed(city: Any, desk: Any) -> None:
    """引き金を外して書き換えても、読むときに何行目かを挙げて知らせる。"""
    incident = new_incident(desk)
    desk.store.close()
    raw = sqlite3.connect(city.path)
    raw.execute("DROP TRIGGER incident_entry_keep_update")
    raw.execute("UPDATE incident_entry SET text = '書き換え' WHERE number = 2")
    raw.commit()
    raw.close()
    with city.store() as store, pytest.raises(StoreError, match="2 行目"):
        load_incident(store, incident)


KNOWN = datetime(2026, 6, 1, tzinfo=UTC)


def known_leak(desk: Any) -> str:
    """Return an incident known since ``KNOWN`` with personal data and no malice."""
    incident: str = new_incident(desk)
    desk.change(incident, lambda now: set_time(now, "known", KNOWN))
    for question, value in (("personal-info", True), ("persons", 500), ("malicious", False)):
        desk.change(
            incident,
            lambda now, q=question, v=value: give_answer(now, desk.book, q, Answer(v)),
        )
    return incident


def test_a_changed_answer_keeps_the_old_value_and_the_old_deadline(desk: Any) -> None:
    """答えや時刻を変えると、前の答えと前の期限が時系列に残る。"""
    incident = known_leak(desk)
    changed = desk.change(
        incident, lambda now: give_answer(now, desk.book, "malicious", Answer(True))
    )
    answer, clock = [e for e in changed.timeline if e.kind in (EntryKind.ANSWER, EntryKind.CLOCK)][
        -2:
    ]
    assert answer.data["old"] == {"value": False, "since": None}
    assert (clock.data["old"]["last"], clock.data["new"]["last"]) == ("2026-06-30", "2026-07-30")
    moved = desk.change(incident, lambda now: set_time(now, "known", KNOWN.replace(day=2)))
    clocks = [e.data for e in moved.timeline if e.kind is EntryKind.CLOCK]
    assert clocks[-1]["old"]["start"] != clocks[-1]["new"]["start"]


def test_a_start_moved_within_a_day_is_told_with_its_times(desk: Any) -> None:
    """同じ日の中で「知った」時刻を直すと、期限の日が同じでも、前と後の起算時刻が分かる。"""
    incident = known_leak(desk)
    later = KNOWN.replace(hour=2)
    moved = desk.change(incident, lambda now: set_time(now, "known", later))
    told = [e.text for e in moved.timeline if e.kind is EntryKind.CLOCK][-1]
    before, _, after = told.partition(" → ")
    assert before.endswith("（起算 2026-06-01 09:00:00）")
    assert after.endswith("（起算 2026-06-01 11:00:00）")


def test_merging_and_splitting_keep_both_timelines(desk: Any) -> None:
    """統合しても元の記録は残り、以後は書き足せない。知った時刻は早い方になる。"""
    first, second = new_incident(desk), new_incident(desk)
    early, late = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 5, tzinfo=UTC)
    desk.change(first, lambda now: set_time(now, "known", early))
    desk.change(second, lambda now: set_time(now, "known", late))
    before = load_incident(desk.store, first).timeline
    merged = desk.merge(first, second, "同じ攻撃")
    assert merged.times["known"] == early
    gone = load_incident(desk.store, first)
    assert gone.timeline[: len(before)] == before
    assert gone.merged_into == second
    with pytest.raises(InputError, match="統合されています"):
        desk.change(first, lambda now: add_note(now, "x", None))
    with pytest.raises(InputError, match="統合されています"):
        desk.merge(second, first, "逆")


def test_a_merge_that_fails_changes_neither(desk: Any) -> None:
    """統合に失敗したら、どちらの事案も変わらない。"""
    incident = new_incident(desk)
    with pytest.raises(InputError):
        desk.merge(incident, incident, "自分")
    assert load_incident(desk.store, incident).revision == len(
        load_incident(desk.store, incident).timeline
    )
    assert not load_incident(desk.store, incident).merged_into


def test_training_hears_of_it_only_once_a_person_confirmed(city: Any) -> None:
    """研修に知らせるのは、人が該当と決めてから。取り下げれば、取り下げたと知らせる。"""
    incident = city.ok(
        "incident", "open", "--manual", "--title", "偽メール", "--category", "phishing",
        "--section", "税務課", "--known", "2026-11-06T08:30", "--known-by", "税務課",
    ).strip()  # fmt: skip
    city.ok("incident", "set", incident, "staff=1234、5678")
    city.ok("incident", "move", incident, "triage", "--with", "assignee=山田")
    with city.store() as store:
        assert load_notices(store) == ()
    city.ok("incident", "move", incident, "containment", "--with", "decider=CISO",
            "--with", "severity=s3")  # fmt: skip
    with city.store() as store:
        (notice,) = load_notices(store)
    assert (notice.category, notice.sections, notice.staff) == (
        "phishing", ("税務課",), ("1234", "5678"),
    )  # fmt: skip
    assert not notice.withdrawn
    city.ok("incident", "move", incident, "dismissed", "--with", "decider=CISO",
            "--with", "reason=訓練だった")  # fmt: skip
    with city.store() as store:
        assert load_notices(store)[0].withdrawn


def test_a_contractors_notice_starts_the_clock(city: Any) -> None:
    """委託先の第一報は、届いた時刻が「知った」時刻になり、それより後にはできない。"""
    incident = city.ok(
        "incident", "open", "--manual", "--title", "委託先の漏えい", "--origin", "contractor",
        "--category", "contractor", "--detected", "2026-11-05T17:00",
    ).strip()  # fmt: skip
    (record,) = city.json("incident", "show", incident)["records"]
    assert record["times"]["known"] == "2026-11-05T08:00:00.000000Z"
    assert record["answers"]["contractor"]["value"] is True
    late = city.run("incident", "time", incident, "known=2026-11-06T09:00")
    assert late.exit_code == 3
    assert "委託先の通知" in late.stderr
    city.ok("incident", "time", incident, "known=2026-11-05T09:00")


def test_a_time_that_lies_ahead_is_pointed_out(city: Any) -> None:
    """年を打ち間違えると法定の期限まで先に延びるため、先の時刻には注意を添える。"""
    incident = city.ok("incident", "open", "--manual", "--title", "件名").strip()
    ahead = city.run("incident", "time", incident, "known=2027-11-06 2:00").stderr
    assert ahead.count("先の時刻です") == 1
    past = city.run("incident", "time", incident, "known=2026-11-06 2:00").stderr
    assert "2027-11-06 02:00:00 → 2026-11-06 02:00:00" in past
    assert "先の時刻です" not in past
    assert "先の時刻です" in city.run("incident", "note", incident, "報告", "--at", "R9.1.1").stderr
