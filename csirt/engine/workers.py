"""Blocks judged in this process and, when that takes long, in others; results in their order."""

import selectors
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from threading import current_thread, main_thread
from typing import Self, TypeVar

from csirt.engine.judge import Judge, Judged, Window
from csirt.engine.worker import Given, Work, Worker, WorkerDiedError, write_rules
from csirt.logs.block import Block, Unread
from csirt.ruleset import RuleSet
from kanmon.collector import collector_spared
from kanmon.errors import ServiceError

Tag = TypeVar("Tag")
_Batch = list[tuple[Tag, Block | Unread]]
_BATCH_BYTES = 2 * 1024**2
_UNREAD_BYTES = 64 * 1024**2
"""Results that wait for those of an earlier batch; when there are more, that one is waited for."""
_ALONE_SECONDS = 0.8
"""How long one process judges alone: what is done by then needs no other."""
_MUCH_BYTES = 128 * 1024**2
"""So much input takes longer: other processes are started at once."""


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Let Ctrl-C wait until the end; a process or thread started meanwhile never gets one."""
    if current_thread() is not main_thread():  # never interrupted
        yield
        return
    came: list[int] = []
    # Both are needed: what is started inherits the mask; and this thread is interrupted, mask or
    # not, when the signal goes to another thread, such as the progress bar's.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if came:
            signal.raise_signal(signal.SIGINT)


class _Workers:
    """Further processes with the same rules.

    Raises:
        OSError: there is no place for temporary files.
    """

    def __init__(self, count: int, ruleset: RuleSet, window: Window) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kanmon-")
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        folder = Path(self._folder.name)
        resource_tracker.ensure_running()  # its start would let Ctrl-C through again
        try:
            write_rules(folder, ruleset, window)
            with _interrupts_wait():  # Ctrl-C is for this process to handle
                for number in range(count):
                    worker = Worker(folder, str(number))
                    self._workers.append(worker)
                    self._selector.register(worker.answers, selectors.EVENT_READ, worker)
        except OSError:
            self.end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End all processes, and leave nothing behind."""
        with _interrupts_wait():  # a second one would leave processes behind
            self._selector.close()
            for worker in self._workers:
                worker.end()
            self._folder.cleanup()

    def give(self, work: Work) -> Given | None:
        """Give the work to one that wants it; return None when it cannot be given.

        Raises:
            WorkerDiedError: one died.
        """
        self.take(wait=False)
        for worker in self._workers:
            if worker.wants_work():
                return worker.give(work)
        return None

    def take(self, *, wait: bool) -> None:
        """Take in what they have answered; wait until there is something, if so wanted.

        Raises:
            WorkerDiedError: one died.
        """
        for key, _ in self._selector.select(None if wait else 0):
            worker: Worker = key.data
            was_ready = worker.is_ready
            worker.take()
            if not was_ready and all(one.is_ready for one in self._workers):
                # They have opened their files: if this process is killed, nothing is left behind.
                self._folder.cleanup()


def judge_blocks(
    blocks: Iterable[tuple[Tag, Block | Unread]],
    ruleset: RuleSet,
    window: Window,
    jobs: int,
    total: int = 0,
) -> Iterator[tuple[Tag, Judged]]:
    """Yield each block's tag and result, in order; never more than a few blocks are in memory.

    This process is one of the ``jobs``; the others are started when there is much to do.

    Args:
        total: Bytes of all blocks together, as far as that is known beforehand.

    Raises:
        ServiceError: a worker process died (out of memory, killed).
    """
    alone = 0 if total >= _MUCH_BYTES else _ALONE_SECONDS
    with collector_spared():
        yield from _judged(_batches(blocks), ruleset, window, jobs, alone)


def _judged_here(batch: _Batch[Tag], here: Judge) -> Iterator[tuple[Tag, Judged]]:
    results = here.results([one for _, one in batch])
    return zip([tag for tag, _ in batch], results, strict=True)


def _judged(
    batches: Iterator[_Batch[Tag]], ruleset: RuleSet, window: Window, jobs: int, alone: float
) -> Iterator[tuple[Tag, Judged]]:
    here = Judge(ruleset.matcher(), ruleset.pipelines, window)
    end = time.monotonic() + alone
    for batch in batches:
        yield from _judged_here(batch, here)
        if jobs > 1 and time.monotonic() >= end:
            break
    else:
        return
    try:
        workers = _Workers(jobs - 1, ruleset, window)
    except OSError:  # one process does not need the place
        for batch in batches:
            yield from _judged_here(batch, here)
        return
    try:
        with workers:
            yield from _shared_out(batches, here, workers)
    except WorkerDiedError as error:
        hint = (
            "メモリーか、一時ファイルの置き場所（TMPDIR）の空きが足りないのかもしれません。"
            "--jobs を小さくして、もう一度実行してください"
        )
        raise ServiceError("判定の子プロセスが異常終了しました", hint=hint) from error


def _shared_out(
    batches: Iterable[_Batch[Tag]], here: Judge, workers: _Workers
) -> Iterator[tuple[Tag, Judged]]:
    """Yield the results in order; what the workers have no time for is judged here."""
    waiting: deque[tuple[list[Tag], Given, int]] = deque()
    unread = 0
    for batch in batches:
        tags, work = [tag for tag, _ in batch], [one for _, one in batch]
        size = sum(one.size for one in work)
        given = workers.give(work)
        if given is None:
            given = Given(here.results(work))
            size = _size(given)
        waiting.append((tags, given, size))
        unread += size
        while waiting and (waiting[0][1].results is not None or unread > _UNREAD_BYTES):
            tags, given, size = waiting.popleft()
            unread -= size
            yield from zip(tags, _results(given, workers), strict=True)
    for tags, given, _ in waiting:
        yield from zip(tags, _results(given, workers), strict=True)


def _size(given: Given) -> int:
    """Return about how many bytes the results take."""
    return sum(len(body) for judged in given.results or () for *_, body in judged.hits)


def _results(given: Given, workers: _Workers) -> list[Judged]:
    """Return the results of the work, waiting for them."""
    while given.results is None:
        workers.take(wait=True)
    return given.results


def _batches(blocks: Iterable[tuple[Tag, Block | Unread]]) -> Iterator[_Batch[Tag]]:
    """Yield the blocks, small ones together: sending one costs more than judging a record."""
    batch: _Batch[Tag] = []
    size = 0
    for tag, block in blocks:
        batch.append((tag, block))
        size += block.size
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
