"""Several processes: started when there is much to do, and gone when it is done."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from csirt.engine import workers as workers_module
from csirt.engine.judge import Window
from csirt.engine.worker import Worker
from csirt.engine.workers import judge_blocks
from csirt.logs.block import Block
from csirt.ruleset import RuleSet
from kanmon.errors import ServiceError
from tests.csirt.engine.worker_blocks import RECORDS, WAIT_SECONDS, block, until_workers_are_ready


def left_after_a_while() -> list[Any]:
    """Return the workers that do not end; one that is still starting ends by itself."""
    end = time.monotonic() + WAIT_SECONDS
    while multiprocessing.active_children() and time.monotonic() < end:
        time.sleep(0.01)
    return multiprocessing.active_children()


@pytest.mark.slow
def test_results_come_in_the_order_of_the_blocks(
    any_process: RuleSet, eager: Path, started: threading.Event
) -> None:
    """複数のプロセスで判定しても、結果は 1 つのプロセスの時と同じ順で、同じ内容になる。"""
    alone = list(judge_blocks(((n, block(n)) for n in range(60)), any_process, Window(), 1))
    shared = []
    at_work = 0
    for tag, judged in judge_blocks(until_workers_are_ready(started, 60), any_process, Window(), 3):
        shared.append((tag, judged))
        at_work = max(at_work, len(multiprocessing.active_children()))
    assert at_work == 2, "this process is the third"
    assert [(tag, one.hits, one.events) for tag, one in shared] == [
        (tag, one.hits, one.events) for tag, one in alone
    ]
    assert left_after_a_while() == []
    assert list(eager.glob("kanmon-*")) == []


@pytest.mark.slow
def test_many_hunts_in_one_process_leave_no_file_open(any_process: RuleSet, eager: Path) -> None:
    """1 つのプログラムで何度調べても、開いたままのファイルやパイプは増えない。"""
    opened = []
    for _ in range(3):
        list(judge_blocks(((n, block(n)) for n in range(3)), any_process, Window(), 3))
        opened.append(len(os.listdir("/dev/fd")))
    assert opened[1] == opened[2]


def test_little_work_starts_no_process(
    any_process: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """すぐ終わる量なら、ほかのプロセスを起動しない（起動を待つ分だけ遅くなるため）。"""
    monkeypatch.setattr(workers_module, "_BATCH_BYTES", 1)
    monkeypatch.setattr(workers_module, "_ALONE_SECONDS", WAIT_SECONDS)
    results = judge_blocks(((n, block(n)) for n in range(20)), any_process, Window(), 4)
    assert [len(multiprocessing.active_children()) for _ in results] == [0] * 20


@pytest.mark.slow
def test_a_killed_worker_is_told(
    any_process: RuleSet, eager: Path, started: threading.Event
) -> None:
    """判定の子プロセスが強制終了されたら、結果が欠けたまま終わらず、エラーと次の手を示す。"""

    def killing() -> Iterator[tuple[int, Block]]:
        for number, one in until_workers_are_ready(started, 500):
            if number == 3:
                for child in multiprocessing.active_children():
                    child.kill()
                    child.join(WAIT_SECONDS)
            yield number, one

    with pytest.raises(ServiceError, match="異常終了") as raised:
        list(judge_blocks(killing(), any_process, Window(), 2))
    assert "--jobs" in raised.value.hint
    assert list(eager.glob("kanmon-*")) == []


@pytest.mark.slow
def test_an_abandoned_hunt_leaves_nothing_behind(
    any_process: RuleSet, eager: Path, started: threading.Event
) -> None:
    """途中でやめても（Ctrl-C など）、子プロセスも一時ファイルも残らない。"""
    results = judge_blocks(until_workers_are_ready(started, 500), any_process, Window(), 2)
    for tag, _ in results:
        if tag == 30:
            break
    assert multiprocessing.active_children()
    results.close()  # type: ignore[attr-defined]
    assert (multiprocessing.active_children(), list(eager.glob("kanmon-*"))) == ([], [])


@pytest.mark.slow
def test_a_worker_that_starts_too_late_is_not_waited_for(
    any_process: RuleSet, eager: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """子プロセスが用意できる前に終わった時は、待たずに結果を返し、子プロセスは自分で消える。"""
    done = list(judge_blocks(((n, block(n)) for n in range(3)), any_process, Window(), 2))
    assert [len(one.hits) for _, one in done] == [RECORDS // 2] * 3
    assert list(eager.glob("kanmon-*")) == []
    assert left_after_a_while() == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_a_second_ctrl_c_does_not_leave_processes_behind(
    any_process: RuleSet, eager: Path, started: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C を続けて押しても、片づけが終わってから止まる（固まらず、子プロセスも残らない）。"""
    results = judge_blocks(until_workers_are_ready(started, 500), any_process, Window(), 2)
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
def test_much_input_starts_other_processes_at_once(
    any_process: RuleSet, eager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """入力が多いと分かっていれば、様子を見ずに、はじめからほかのプロセスも使う。"""
    monkeypatch.setattr(workers_module, "_ALONE_SECONDS", WAIT_SECONDS)
    results = judge_blocks(
        ((n, block(n)) for n in range(20)), any_process, Window(), 2, workers_module._MUCH_BYTES
    )
    assert [len(multiprocessing.active_children()) for _ in results][-1] == 1
