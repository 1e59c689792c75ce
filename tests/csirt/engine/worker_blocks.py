"""Blocks, and a full disk, for tests of several processes."""

import errno
import threading
from collections.abc import Iterator
from typing import NoReturn

import orjson

from csirt.logs.block import Block

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


def until_workers_are_ready(started: threading.Event, blocks: int) -> Iterator[tuple[int, Block]]:
    """Yield numbered blocks; the second only when a worker has told that it is ready."""
    for number in range(blocks):
        if number == 2:
            assert started.wait(WAIT_SECONDS)
        yield number, block(number)


def no_room(*_: object, **__: object) -> NoReturn:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")
