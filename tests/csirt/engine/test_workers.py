"""Several processes: started when there is much to do, and gone when it is done."""

import errno
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from pathlib import Path
from typing import Any

import orjson
import pytest

from csirt.engine import workers as workers_module
from csirt.engine.judge import Window
from csirt.engine.worker import Worker
from csirt.engine.workers import judge_blocks
from csirt.logs.block import Block
from csirt.ruleset import RuleSet
from kanmon.errors import ServiceError

RULE = {
    "title": "any process",
    "id": "6f3e2d51-0000-4000-8000-000000000001",
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {"s": {"Image|endswith": ".exe"}, "condition": "s"},
}
RECORDS = 20
WAIT_SECONDS = 60


def block(number: int) -> Block:
    """Return one block; every second record matches."""
    records = [
        {
            "Channel": "Security",
            "EventID": 4688,
            "NewProcessName": f"C:\\{number}.{'exe' if n % 2 else 'com'}",
        }
        for n in range(RECORDS)
    ]
    return Block("lines", b"\n".join(map(orjson.dumps, records)), 1, 0)


@pytest.fixture
def ruleset(load: Any) -> RuleSet:
    """Return one rule."""
    rules, skips = load(RULE)
    assert not skips
    return rules  # type: ignore[no-any-return]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Start the workers after the first block; return where temporary files lie."""
    monkeypatch.setattr(workers_module, "_ALONE_SECONDS", 0)
    monkeypatch.setattr(workers_module, "_BATCH_BYTES", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def until_workers_are_ready(started: threading.Event, blocks: int) -> Iterator[tuple[int, Block]]:
    """Yield numbered blocks; the second only when a worker has told that it is ready."""
    for number in range(blocks):
        if number == 2:
            assert started.wait(WAIT_SECONDS)
        yield number, block(number)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return an event that is set as soon as a worker can be given work."""
    ready = threading.Event()
    original = workers_module._Workers.__init__

    def observed(self: Any, *arguments: Any) -> None:
        original(self, *arguments)

        def wait() -> None:
            assert connection.wait([worker.answers for worker in self._workers], WAIT_SECONDS)
            ready.set()

        threading.Thread(target=wait, daemon=True).start()

    monkeypatch.setattr(workers_module._Workers, "__init__", observed)
    return ready


def left_after_a_while() -> list[Any]:
    """Return the workers that do not end; one that is still starting ends by itself."""
    end = time.monotonic() + WAIT_SECONDS
    while multiprocessing.active_children() and time.monotonic() < end:
        time.sleep(0.01)
    return multiprocessing.active_children()


@pytest.mark.slow
def test_results_come_in_the_order_of_the_blocks(
    ruleset: RuleSet, eager: Path, started: threading.Event
) -> None:
    """複数のプロセスで判定しても、結果は 1 つのプロセスの時と同じ順で、同じ内容になる。"""
    alone = list(judge_blocks(((n, block(n)) for n in range(60)), ruleset, Window(), 1))
    shared = []
    at_work = 0
    for tag, judged in judge_blocks(until_workers_are_ready(started, 60), ruleset, Window(), 3):
        shared.append((tag, judged))
        at_work = max(at_work, len(multiprocessing.active_children()))
    assert at_work == 2, "this process is the third"
    assert [(tag, one.hits, one.events) for tag, one in shared] == [
        (tag, one.hits, one.events) for tag, one in alone
    ]
    assert left_after_a_while() == []
    assert list(eager.glob("kanmon-*")) == []


def test_little_work_starts_no_process(ruleset: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """すぐ終わる量なら、ほかのプロセスを起動しない（起動を待つ分だけ遅くなるため）。"""
    monkeypatch.setattr(workers_module, "_BATCH_BYTES", 1)
    monkeypatch.setattr(workers_module, "_ALONE_SECONDS", WAIT_SECONDS)
    results = judge_blocks(((n, block(n)) for n in range(20)), ruleset, Window(), 4)
    assert [len(multiprocessing.active_children()) for _ in results] == [0] * 20


@pytest.mark.slow
def test_a_killed_worker_is_told(ruleset: RuleSet, eager: Path, started: threading.Event) -> None:
    """判定の子プロセスが強制終了されたら、結果が欠けたまま終わらず、エラーと次の手を示す。"""

    def killing() -> Iterator[tuple[int, Block]]:
        for number, one in until_workers_are_ready(started, 500):
            if number == 3:
                for child in multiprocessing.active_children():
                    child.kill()
                    child.join(WAIT_SECONDS)
            yield number, one

    with pytest.raises(ServiceError, match="異常終了") as raised:
        list(judge_blocks(killing(), ruleset, Window(), 2))
    assert "--jobs" in raised.value.hint
    assert list(eager.glob("kanmon-*")) == []


@pytest.mark.slow
def test_an_abandoned_hunt_leaves_nothing_behind(
    ruleset: RuleSet, eager: Path, started: threading.Event
) -> None:
    """途中でやめても（Ctrl-C など）、子プロセスも一時ファイルも残らない。"""
    results = judge_blocks(until_workers_are_ready(started, 500), ruleset, Window(), 2)
    for tag, _ in results:
        if tag == 30:
            break
    assert multiprocessing.active_children()
    results.close()  # type: ignore[attr-defined]
    assert (multiprocessing.active_children(), list(eager.glob("kanmon-*"))) == ([], [])


@pytest.mark.slow
def test_a_worker_that_starts_too_late_is_not_waited_for(
    ruleset: RuleSet, eager: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """子プロセスが用意できる前に終わった時は、待たずに結果を返し、子プロセスは自分で消える。"""
    done = list(judge_blocks(((n, block(n)) for n in range(3)), ruleset, Window(), 2))
    assert [len(one.hits) for _, one in done] == [RECORDS // 2] * 3
    assert list(eager.glob("kanmon-*")) == []
    assert left_after_a_while() == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_second_ctrl_c_does_not_leave_processes_behind(
    ruleset: RuleSet, eager: Path, started: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C を続けて押しても、片づけが終わってから止まる（固まらず、子プロセスも残らない）。"""
    results = judge_blocks(until_workers_are_ready(started, 500), ruleset, Window(), 2)
    for tag, _ in results:
        if tag == 30:
            break
    original = Worker.end

    def interrupted(self: Worker) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        original(self)

    monkeypatch.setattr(Worker, "end", interrupted)
    with pytest.raises(KeyboardInterrupt):
        results.close()  # type: ignore[attr-defined]
    assert (multiprocessing.active_children(), list(eager.glob("kanmon-*"))) == ([], [])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes in /proc")
def test_workers_end_when_their_parent_is_killed(
    ruleset: RuleSet, eager: Path, tmp_path: Path
) -> None:
    """本体が強制終了されても（メモリー不足など）、子プロセスと一時ファイルは残らない。"""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        parent = pool.submit(os.getpid).result()
        killed = pool.submit(hunt_until_killed, ruleset, str(eager))
        places = tmp_path / "workers"
        end = time.monotonic() + WAIT_SECONDS
        while not places.exists() and time.monotonic() < end:
            time.sleep(0.01)
        worker = int(places.read_text())
        os.kill(parent, signal.SIGKILL)
        with pytest.raises(BrokenProcessPool):
            killed.result()
    while runs(worker) and time.monotonic() < end:
        time.sleep(0.01)
    assert not runs(worker)
    assert list(eager.glob("kanmon-*")) == []


def runs(process: int) -> bool:
    """Return whether a process is there and more than a number that nobody has asked for."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def hunt_until_killed(ruleset: RuleSet, folder: str) -> None:
    """Run a hunt that never ends, and write down its worker's number once it is at work."""
    tempfile.tempdir = folder
    workers_module._ALONE_SECONDS = 0
    workers_module._BATCH_BYTES = 1

    def blocks() -> Iterator[tuple[int, Block]]:
        for number in range(10**9):
            if list(Path(folder).glob("kanmon-*")) == [] and multiprocessing.active_children():
                (worker,) = multiprocessing.active_children()
                Path(folder, "workers.part").write_text(str(worker.pid))
                Path(folder, "workers.part").rename(Path(folder, "workers"))
            yield number, block(number)

    for _ in judge_blocks(blocks(), ruleset, Window(), 2):
        pass


@pytest.mark.parametrize("problem", ["no folder", "no room"])
def test_without_a_place_for_temporary_files_one_process_does_it_all(
    problem: str, ruleset: RuleSet, eager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """一時ファイルを置けない機械でも、1 つのプロセスで最後まで判定する。"""
    if problem == "no folder":
        monkeypatch.setattr(tempfile, "tempdir", str(eager / "missing"))
    else:
        monkeypatch.setattr(Path, "write_bytes", full_disk)
    results = list(judge_blocks(((n, block(n)) for n in range(5)), ruleset, Window(), 2))
    assert [len(one.hits) for _, one in results] == [RECORDS // 2] * 5
    assert list(eager.glob("kanmon-*")) == []


def full_disk(path: Path, data: bytes) -> int:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device", str(path))
