"""Blocks judged in this process or in several, results in the order of the blocks."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from csirt.engine.judge import Judged, Window, judge_block
from csirt.engine.nested import NestedMatcher
from csirt.logs.block import Block
from csirt.ruleset import RuleSet
from kanmon.errors import ServiceError

Tag = TypeVar("Tag")
_WAITING_PER_JOB = 2
_BATCH_BYTES = 1024**2

_worker: tuple[NestedMatcher, RuleSet, Window] | None = None


def judge_blocks(
    blocks: Iterable[tuple[Tag, Block]], ruleset: RuleSet, window: Window, jobs: int
) -> Iterator[tuple[Tag, Judged]]:
    """Yield each block's tag and result, in order; never more than a few blocks are in memory.

    Raises:
        ServiceError: a worker process died (out of memory, killed).
    """
    if jobs <= 1:
        matcher = NestedMatcher(ruleset.matcher())
        for tag, block in blocks:
            yield tag, judge_block(block, matcher, ruleset.pipelines, window)
        return
    # spawn: a forked child would inherit the progress bar's thread and its locks.
    pool = ProcessPoolExecutor(
        jobs,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(ruleset, window),
    )
    waiting: deque[tuple[list[Tag], Future[list[Judged]]]] = deque()
    try:
        for batch in _batches(blocks):
            future = pool.submit(_judge, [block for _, block in batch])
            waiting.append(([tag for tag, _ in batch], future))
            if len(waiting) > jobs * _WAITING_PER_JOB:
                tags, result = waiting.popleft()
                yield from zip(tags, result.result(), strict=True)
        while waiting:
            tags, result = waiting.popleft()
            yield from zip(tags, result.result(), strict=True)
    except BrokenProcessPool as error:
        hint = "メモリー不足かもしれません。--jobs を小さくして、もう一度実行してください"
        raise ServiceError("判定の子プロセスが異常終了しました", hint=hint) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _batches(blocks: Iterable[tuple[Tag, Block]]) -> Iterator[list[tuple[Tag, Block]]]:
    """Yield the blocks, small ones together: sending one costs more than judging a record."""
    batch: list[tuple[Tag, Block]] = []
    size = 0
    for tag, block in blocks:
        batch.append((tag, block))
        size += block.size
        if size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _start(ruleset: RuleSet, window: Window) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _worker = (NestedMatcher(ruleset.matcher()), ruleset, window)


def _judge(blocks: list[Block]) -> list[Judged]:
    assert _worker is not None
    matcher, ruleset, window = _worker
    return [judge_block(block, matcher, ruleset.pipelines, window) for block in blocks]
