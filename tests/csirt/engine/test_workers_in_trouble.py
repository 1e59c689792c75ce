"""Several processes when one is killed, the disk is full, or something goes wrong elsewhere."""

import multiprocessing
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from csirt.engine import workers as workers_module
from csirt.engine.judge import Window
from csirt.engine.workers import judge_blocks
from csirt.logs.block import Block
from csirt.ruleset import RuleSet
from tests.csirt.engine.worker_blocks import (
    RECORDS,
    WAIT_SECONDS,
    block,
    no_room,
    until_workers_are_ready,
)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes in /proc")
def test_workers_end_when_their_parent_is_killed(
    any_process: RuleSet, eager: Path, tmp_path: Path
) -> None:
    """本体が強制終了されても（メモリー不足など）、子プロセスと一時ファイルは残らない。"""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        parent = pool.submit(os.getpid).result()
        killed = pool.submit(hunt_until_killed, any_process, str(eager))
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


def hunt_until_killed(any_process: RuleSet, folder: str) -> None:
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

    for _ in judge_blocks(blocks(), any_process, Window(), 2):
        pass


@pytest.mark.slow
def test_work_that_cannot_be_handed_over_is_done_here(
    any_process: RuleSet, eager: Path, started: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """途中で一時ファイルの置き場所がいっぱいになっても、1 つのプロセスで最後まで判定する。"""

    def results() -> Iterator[int]:
        for number, one in judge_blocks(
            until_workers_are_ready(started, 30), any_process, Window(), 2
        ):
            if number == 1:
                monkeypatch.setattr(os, "pwrite", no_room)
            yield len(one.hits)

    assert [*results()] == [RECORDS // 2] * 30


@pytest.mark.slow
def test_what_a_worker_raises_is_raised_here(
    any_process: RuleSet, eager: Path, started: threading.Event
) -> None:
    """子プロセスでの思わぬ誤りも、本体でと同じ誤りとして現れる（黙って欠けない）。"""

    def blocks() -> Iterator[tuple[int, Block]]:
        for number, one in until_workers_are_ready(started, 500):
            # Only what is judged elsewhere arrives as a copy.
            yield number, Block("lines", OnlyHere(one.data), 1, 0)

    with pytest.raises(TypeError, match="elsewhere"):
        list(judge_blocks(blocks(), any_process, Window(), 2))
    assert list(eager.glob("kanmon-*")) == []


class OnlyHere(bytes):
    """Bytes that do not split in another process."""

    def split(self, *separators: Any) -> list[bytes]:  # type: ignore[override]
        """Split as bytes do, but not elsewhere."""
        if multiprocessing.parent_process() is not None:
            raise TypeError("elsewhere")
        return super().split(*separators)


@pytest.mark.parametrize("problem", ["no folder", "no room"])
def test_without_a_place_for_temporary_files_one_process_does_it_all(
    problem: str, any_process: RuleSet, eager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """一時ファイルを置けない機械でも、1 つのプロセスで最後まで判定する。"""
    if problem == "no folder":
        monkeypatch.setattr(tempfile, "tempdir", str(eager / "missing"))
    else:
        monkeypatch.setattr(Path, "write_bytes", no_room)
    results = list(judge_blocks(((n, block(n)) for n in range(5)), any_process, Window(), 2))
    assert [len(one.hits) for _, one in results] == [RECORDS // 2] * 5
    assert list(eager.glob("kanmon-*")) == []
