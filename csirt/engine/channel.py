"""Values sent to another process: through files, and a pipe that tells of them.

A pipe alone holds a few kilobytes; who sends more waits until the other has time to read.
"""

import os
import pickle
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SLOTS = 2
"""Values that may be on their way at a time; a third would be written over the first."""
_SIZE_BYTES = 8


class Sender:
    """The end that sends. It never waits for the other."""

    def __init__(self, stem: Path, pipe: Connection) -> None:
        self._files = _open(stem)
        self._turn = 0
        self._pipe = pipe

    def send(self, value: object) -> None:
        """Send a value that can be pickled.

        Raises:
            BrokenPipeError: nobody is at the other end.
            OSError: the disk is full; nothing was sent.
        """
        content = memoryview(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
        at = 0
        while at < len(content):
            at += os.pwrite(self._files[self._turn], content[at:], at)
        self._turn = (self._turn + 1) % SLOTS
        self._pipe.send_bytes(len(content).to_bytes(_SIZE_BYTES, "big"))

    def close(self) -> None:
        """Close this end."""
        _close(self._files, self._pipe)


class Receiver:
    """The end that receives.

    Attributes:
        pipe: Readable when there is a value, or nobody is at the other end any more.
    """

    def __init__(self, stem: Path, pipe: Connection) -> None:
        self._files = _open(stem)
        self._turns = cycle(self._files)
        self.pipe = pipe

    def receive(self) -> Any:
        """Wait for the next value and return it.

        Raises:
            EOFError, OSError: nobody is at the other end.
        """
        size = int.from_bytes(self.pipe.recv_bytes(_SIZE_BYTES), "big")
        return pickle.loads(os.pread(next(self._turns), size, 0))  # noqa: S301 - our own process

    def close(self) -> None:
        """Close this end."""
        _close(self._files, self.pipe)


def _open(stem: Path) -> list[int]:
    """Return descriptors of the files, made if they are not there."""
    return [os.open(f"{stem}.{slot}", os.O_RDWR | os.O_CREAT, 0o600) for slot in range(SLOTS)]


def _close(files: list[int], pipe: Connection) -> None:
    for file in files:
        os.close(file)
    pipe.close()
