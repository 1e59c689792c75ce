"""Blocks judged in this process and, when that takes long, in others; results in their order."""

import atexit
import multiprocessing
import os
import pickle
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import Self, TypeVar

from csirt.engine.judge import Judged, Window, judge_block
from csirt.engine.nested import NestedMatcher
from csirt.logs.block import Block
from csirt.ruleset import RuleSet
from kanmon.collector import collector_paused, collector_spared
from kanmon.errors import ServiceError

Tag = TypeVar("Tag")
_Batch = list[tuple[Tag, Block]]
_BATCH_BYTES = 1024**2
_WAITING_PER_WORKER = 2
_UNREAD_PER_JOB = 8
"""Batches whose results wait for those of an earlier one; then that one is waited for."""
_STARTED = ".started"
"""Ending of the empty file by which a worker tells that it has read the rules."""
_ALONE_SECONDS = 0.8
"""How long one process judges alone: what is done by then needs no other."""


class _Judge:
    """The rules of a run as one process applies them."""

    def __init__(self, ruleset: RuleSet, window: Window) -> None:
        self._matcher = NestedMatcher(ruleset.matcher())
        self._pipelines = ruleset.pipelines
        self._window = window

    def results(self, blocks: Iterable[Block]) -> list[Judged]:
        """Return the results of the blocks, in their order."""
        return [judge_block(one, self._matcher, self._pipelines, self._window) for one in blocks]


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
        self._count = self._missing = count
        self._folder = tempfile.TemporaryDirectory(prefix="kanmon-")
        path = Path(self._folder.name, "rules")
        try:
            with collector_paused():
                # In a file: a pipe would take it only as fast as a process starts.
                path.write_bytes(pickle.dumps((ruleset, window), pickle.HIGHEST_PROTOCOL))
        except OSError:
            self._folder.cleanup()
            raise
        # spawn: a forked child would inherit the progress bar's thread and its locks.
        self._pool = ProcessPoolExecutor(
            count,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=(str(path),),
        )
        resource_tracker.ensure_running()  # its start would let Ctrl-C through again
        with _interrupts_wait():  # Ctrl-C is for this process to handle
            for _ in range(count):
                self._pool.submit(_do_nothing)  # a process is started for what is to be done
        self._waiting: list[Future[list[Judged]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with _interrupts_wait():  # a second one would leave the processes behind
            # One that has not started yet is not waited for: it finds no rules and ends.
            self._count_started()
            self._folder.cleanup()
            self._pool.shutdown(wait=not self._missing, cancel_futures=True)

    def want_work(self) -> bool:
        """Return whether one of them has started and little is waiting for them.

        Raises:
            BrokenProcessPool: one died.
        """
        self._count_started()
        if self._missing == self._count:
            return False
        self._waiting = [future for future in self._waiting if not future.done()]
        return len(self._waiting) < self._count * _WAITING_PER_WORKER

    def _count_started(self) -> None:
        if self._missing:
            self._missing = self._count - len(list(Path(self._folder.name).glob(f"*{_STARTED}")))
            if not self._missing:
                self._folder.cleanup()  # if this process is killed, nothing is left behind

    def judge(self, blocks: Sequence[Block]) -> Future[list[Judged]]:
        """Return what will hold the results of the blocks."""
        future = self._pool.submit(_judge, blocks)
        self._waiting.append(future)
        return future


def judge_blocks(
    blocks: Iterable[tuple[Tag, Block]], ruleset: RuleSet, window: Window, jobs: int
) -> Iterator[tuple[Tag, Judged]]:
    """Yield each block's tag and result, in order; never more than a few blocks are in memory.

    This process is one of the ``jobs``; the others are started when there is much to do.

    Raises:
        ServiceError: a worker process died (out of memory, killed).
    """
    with collector_spared():
        yield from _judged(_batches(blocks), ruleset, window, jobs)


def _judged(
    batches: Iterator[_Batch[Tag]], ruleset: RuleSet, window: Window, jobs: int
) -> Iterator[tuple[Tag, Judged]]:
    here = _Judge(ruleset, window)
    end = time.monotonic() + _ALONE_SECONDS
    for batch in batches:
        yield from _tagged(batch, here.results(_blocks(batch)))
        if jobs > 1 and time.monotonic() >= end:
            break
    else:
        return
    try:
        workers = _Workers(jobs - 1, ruleset, window)
    except OSError:  # one process does not need the place
        for batch in batches:
            yield from _tagged(batch, here.results(_blocks(batch)))
        return
    try:
        with workers:
            yield from _shared_out(batches, here, workers, jobs * _UNREAD_PER_JOB)
    except BrokenProcessPool as error:
        hint = "メモリー不足かもしれません。--jobs を小さくして、もう一度実行してください"
        raise ServiceError("判定の子プロセスが異常終了しました", hint=hint) from error


def _shared_out(
    batches: Iterable[_Batch[Tag]], here: _Judge, workers: _Workers, unread: int
) -> Iterator[tuple[Tag, Judged]]:
    """Yield the results in order; what the workers have no time for is judged here."""
    waiting: deque[tuple[_Batch[Tag], Future[list[Judged]]]] = deque()
    for batch in batches:
        if workers.want_work():
            result = workers.judge(_blocks(batch))
        else:
            result = Future()
            result.set_result(here.results(_blocks(batch)))
        waiting.append((batch, result))
        while waiting and (waiting[0][1].done() or len(waiting) > unread):
            batch, result = waiting.popleft()
            yield from _tagged(batch, result.result())
    for batch, result in waiting:
        yield from _tagged(batch, result.result())


def _batches(blocks: Iterable[tuple[Tag, Block]]) -> Iterator[_Batch[Tag]]:
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


def _blocks(batch: _Batch[Tag]) -> list[Block]:
    return [block for _, block in batch]


def _tagged(batch: _Batch[Tag], results: Sequence[Judged]) -> Iterator[tuple[Tag, Judged]]:
    return zip([tag for tag, _ in batch], results, strict=True)


_worker: _Judge | None = None
_for_good = ExitStack()
"""What holds for a worker until it ends."""


def _start(path: str) -> None:
    """Make this process a worker."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    Thread(target=_end_with_parent, daemon=True).start()
    atexit.register(os._exit, 0)  # freeing rules and values one by one would take half a second
    try:
        content = Path(path).read_bytes()
        Path(path).with_name(f"{os.getpid()}{_STARTED}").touch()
    except FileNotFoundError:
        os._exit(0)  # the others have finished already
    _for_good.enter_context(collector_spared())
    with collector_paused():
        ruleset, window = pickle.loads(content)  # noqa: S301 - our own file
        _worker = _Judge(ruleset, window)


def _end_with_parent() -> None:
    """End this process when its parent was killed: nobody else would ever end it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do_nothing() -> None:
    """Be done."""


def _judge(blocks: Sequence[Block]) -> list[Judged]:
    assert _worker is not None
    return _worker.results(blocks)
