"""The store: private, append-only where people decided, safe for two at once."""

import itertools
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.errors import StoreError
from kanmon.finding import Confidence, Finding, Severity
from kanmon.notice import IncidentNotice
from kanmon.review import Disposition, Review
from kanmon.run import InputDigest, Run, Skip
from kanmon.source import SourceRef
from kanmon.store import records
from kanmon.store.finding_body import write_body
from kanmon.store.schema import CORE, Schema
from kanmon.store.store import Store

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
REVIEW = Review(
    fingerprint="f" * 16,
    disposition=Disposition.ACCEPTED,
    reviewer="山田",
    at=NOW,
    note="年度末まで",
    approver="CISO",
    expires=date(2027, 3, 31),
    fields=(("所管課", "総務課"),),
)


def finding(evidence: str) -> Finding:
    return Finding(
        check="sigma/x",
        subject="host",
        where=SourceRef("a", "1"),
        title="t",
        evidence=evidence,
        severity=Severity.HIGH,
        confidence=Confidence.LOW,
        reasons=("理由",),
        details=(("k", "v"),),
    )


def run(judged: int = 1) -> Run:
    return Run(
        tool="csirt hunt",
        version="1",
        at=NOW,
        inputs=(InputDigest("a", "0" * 64),),
        rules_digest="r",
        judged=judged,
        unit="events",
        skips=(Skip(SourceRef("b"), "空です", "見てください"),),
    )


@given(st.text())
def test_a_finding_comes_back_as_it_went_in(evidence: str) -> None:
    """所見は一字一句そのまま保存される（壊れた文字を含んでも）。"""
    text = evidence + "\ud800"
    with _memory() as store:
        records.save_run(store, run(), [finding(text)])
        assert records.load_findings(store, run().id) == (finding(text),)


def _memory() -> Store:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    store = Store(connection, Path("memory"))
    store._migrate(CORE)
    return store


def test_a_run_is_kept_once_with_its_skips(tmp_path: Path) -> None:
    """同じ実行を二度保存しても増えず、判定できなかったものも残る。"""
    with Store.open(tmp_path / "s.db") as store:
        records.save_run(store, run(), [finding("a"), finding("b")])
        records.save_run(store, run(), [finding("a"), finding("b")])
        assert records.load_runs(store, "csirt hunt") == (run(),)
        assert [f.evidence for f in records.last_findings(store, "csirt hunt")] == ["a", "b"]


def test_what_two_runs_saw_is_kept_once(tmp_path: Path) -> None:
    """同じ所見は、何度点検しても一度しか保存されず、どの実行からも元どおり読める。"""
    texts = [f"第{n}条　職員は、書面を提出しなければならない。" * 20 for n in range(500)]
    found = [finding(text) for text in texts]
    sizes = []
    with Store.open(tmp_path / "s.db") as store:
        for judged in range(1, 5):
            records.save_run(store, run(judged), found)
            with store.reading() as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            sizes.append(store.path.stat().st_size)
        assert records.load_findings(store, run(1).id) == tuple(found)
        assert records.load_findings(store, run(4).id) == tuple(found)
    growth = [later - earlier for earlier, later in itertools.pairwise(sizes)]
    assert max(growth) < 200 * len(found)


def test_a_store_of_the_first_version_loses_nothing(tmp_path: Path) -> None:
    """前の版の保存ファイルは、開くと新しい形に移り、所見も並びも判断も変わらない。"""
    path = tmp_path / "s.db"
    old = sqlite3.connect(path)
    old.executescript(CORE.migrations[0])
    old.execute("CREATE TABLE kanmon_schema (name TEXT PRIMARY KEY, version INTEGER) STRICT")
    old.execute("INSERT INTO kanmon_schema VALUES ('kanmon', 1)")
    kept = [finding("二"), finding("一"), finding("\ud800")]
    for judged in (1, 2):
        row = (run(judged).id, "csirt hunt", "1", "2026-11-22T03:00:00Z", "[]", "r", judged, "e")
        old.execute("INSERT INTO kanmon_run VALUES (?,?,?,?,?,?,?,?)", row)
        for n, item in enumerate(kept):
            old.execute(
                "INSERT INTO kanmon_finding VALUES (?,?,?,?,?)",
                (run(judged).id, n, item.fingerprint, item.check, write_body(item)),
            )
    old.commit()
    old.close()
    with Store.open(path) as store:
        for judged in (1, 2):
            assert records.load_findings(store, run(judged).id) == tuple(kept)
        with store.reading() as connection:
            assert connection.execute("SELECT count(*) FROM kanmon_body").fetchone()[0] == 3


def test_the_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    """保存ファイルは作られた瞬間から所有者だけが読める。"""
    previous = os.umask(0)
    try:
        with Store.open(tmp_path / "s.db") as store:
            records.add_reviews(store, [REVIEW])
            modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}
    finally:
        os.umask(previous)
    assert set(modes.values()) == {0o600}


def test_a_decision_cannot_be_changed_or_removed(tmp_path: Path) -> None:
    """一度下した判断は書き換えも削除もできず、追記だけができる。"""
    with Store.open(tmp_path / "s.db") as store:
        records.add_reviews(store, [REVIEW])
        for statement in ("UPDATE kanmon_review SET note = 'x'", "DELETE FROM kanmon_review"):
            with pytest.raises(StoreError, match="append-only"), store.transaction() as connection:
                connection.execute(statement)
        assert records.review_history(store, REVIEW.fingerprint) == (REVIEW,)
        assert records.last_reviews(store) == {REVIEW.fingerprint: REVIEW}


def test_nothing_of_a_failed_command_is_kept(tmp_path: Path) -> None:
    """途中で失敗した命令の書き込みは一つも残らない。"""
    with Store.open(tmp_path / "s.db") as store:

        def interrupted() -> None:
            with store.transaction():
                records.add_reviews(store, [REVIEW])
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert records.last_reviews(store) == {}


def test_a_store_of_a_newer_kanmon_is_left_alone(tmp_path: Path) -> None:
    """新しい版が書いた保存ファイルには触らず、そう告げる。"""
    path = tmp_path / "s.db"
    newer = Schema("csirt", ("CREATE TABLE csirt_a (x);", "CREATE TABLE csirt_b (x);"))
    Store.open(path, [newer]).close()
    before = path.read_bytes()
    older = Schema("csirt", newer.migrations[:1])
    with pytest.raises(StoreError, match="新しい版") as caught:
        Store.open(path, [older])
    assert caught.value.exit_code == 4
    assert path.read_bytes() == before


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    """保存ファイルでないものは壊さず断る。"""
    path = tmp_path / "s.db"
    path.write_bytes(b"this is a letter, not a database " * 50)
    with pytest.raises(StoreError, match="読めません"):
        Store.open(path)
    assert path.read_bytes().startswith(b"this is a letter")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """保存ファイルも控えも、置けない場所なら場所と次の一手を告げる。"""
    (tmp_path / "file").touch()
    with Store.open(tmp_path / "s.db") as store:
        for place in (Store.open, store.backup):
            with pytest.raises(StoreError, match="置くフォルダーがありません") as caught:
                place(tmp_path / "file" / "s.db")
            assert str(tmp_path / "file") in str(caught.value.where)
            assert "綴り" in caught.value.hint
    with pytest.raises(StoreError, match="保存ファイルを開けません") as caught:
        Store.open(tmp_path)
    assert "権限" in caught.value.hint


def test_an_error_of_the_work_is_not_blamed_on_the_store(tmp_path: Path) -> None:
    """書き込みの途中で別のファイルが読めなくても、保存ファイルのせいにはしない。"""
    missing = tmp_path / "missing"
    with (
        Store.open(tmp_path / "s.db") as store,
        pytest.raises(FileNotFoundError),
        store.transaction(),
    ):
        missing.read_bytes()


def test_a_locked_store_says_so(tmp_path: Path) -> None:
    """他の人が書き込み中なら、待ってからもう一度と告げる。"""
    path = tmp_path / "s.db"
    with Store.open(path) as store, store.transaction() as connection:
        connection.execute("PRAGMA user_version = 1")
        other = sqlite3.connect(path, timeout=0)
        with pytest.raises(StoreError, match="使用中"), Store(other, path).transaction():
            pass
        other.close()


def test_two_people_deciding_at_once_lose_nothing(tmp_path: Path) -> None:
    """二人が同時に判断しても、どちらの判断も残る。"""
    path = tmp_path / "s.db"
    Store.open(path).close()
    script = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from datetime import UTC, datetime\n"
        "from kanmon.store.store import Store; from kanmon.store import records\n"
        "from kanmon.review import Review, Disposition\n"
        "for n in range(40):\n"
        "    with Store.open(Path(sys.argv[1])) as store:\n"
        "        records.add_reviews(store, [Review(fingerprint=f'{n:016d}',"
        " disposition=Disposition.CONFIRMED, reviewer=sys.argv[2],"
        " at=datetime(2026, 1, 1, tzinfo=UTC))])\n"
    )
    people = [subprocess.Popen([sys.executable, "-c", script, str(path), who]) for who in "ab"]
    assert [person.wait(timeout=120) for person in people] == [0, 0]
    with Store.open(path) as store:
        for n in range(40):
            who = {review.reviewer for review in records.review_history(store, f"{n:016d}")}
            assert who == {"a", "b"}


def test_a_backup_is_whole_and_private(tmp_path: Path) -> None:
    """控えは整合が取れていて、所有者だけが読める。"""
    with Store.open(tmp_path / "s.db") as store:
        records.add_reviews(store, [REVIEW])
        store.backup(tmp_path / "copy.db")
        with pytest.raises(StoreError, match="既に"):
            store.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with Store.open(tmp_path / "copy.db") as copy:
        assert records.last_reviews(copy) == {REVIEW.fingerprint: REVIEW}


def test_the_last_notice_of_an_incident_rules(tmp_path: Path) -> None:
    """事案の通知は最後のものが有効で、取り下げも伝わる。"""
    first = IncidentNotice(
        incident="2026-001",
        category="phishing",
        sections=("総務課",),
        staff=("0001",),
        occurred=date(2026, 11, 1),
        confirmed=date(2026, 11, 2),
    )
    with Store.open(tmp_path / "s.db") as store:
        records.add_notice(store, first)
        assert records.load_notices(store) == (first,)
        withdrawn = IncidentNotice(
            incident="2026-001",
            category="phishing",
            sections=(),
            staff=(),
            occurred=first.occurred,
            confirmed=first.confirmed,
            withdrawn=True,
        )
        records.add_notice(store, withdrawn)
        assert records.load_notices(store) == (withdrawn,)
