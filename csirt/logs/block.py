"""Some whole records of one file: what is judged apart, in any process, in bounded memory."""

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from kanmon.text import is_well_formed

_LEAST_BYTES = 16 * 1024
"""Bytes of lines that are judged while a file is opened."""


class Part(NamedTuple):
    """Chunks of an EVTX file on disk, not read yet.

    Attributes:
        begin: First byte of the first chunk.
        end: Just behind the last one.
        whole: True when these are all chunks of the file.
    """

    path: str
    begin: int
    end: int
    whole: bool


class Block(NamedTuple):
    """Some whole records of one file.

    Attributes:
        kind: ``lines`` (one JSON value per line) or ``evtx`` (a file header and some chunks).
        data: The bytes; empty when ``part`` says where they are.
        first: Ordinal of the first line, from 1; 0 for EVTX, whose records bear numbers.
        offset: Where the block begins in the file, in bytes, for messages; -1 when it was re-cut.
    """

    kind: str
    data: bytes
    first: int
    offset: int
    part: Part | None = None

    @property
    def size(self) -> int:
        """Return how many bytes have to be judged."""
        return len(self.data) if self.part is None else self.part.end - self.part.begin


class Unread(NamedTuple):
    """A small file on disk: whoever judges it finds out what it is.

    Looking into a file costs as much as judging some records, and a folder of logs may hold
    thousands of small ones.

    Attributes:
        name: As shown to the user.
        bytes: How many it held when it was found.
    """

    name: str
    path: str
    bytes: int

    @property
    def size(self) -> int:
        """Return how many bytes have to be judged; an empty file is work, too."""
        return max(self.bytes, _LEAST_BYTES)


def evtx_source(block: Block, header_bytes: int) -> str | BytesIO:
    """Return what the evtx package is to read: a path, or the bytes behind a file header.

    Raises:
        OSError: the file cannot be read any more.
    """
    part = block.part
    if part is None:
        return BytesIO(block.data)
    # The package takes UTF-8 only; a file may be named with any bytes.
    if part.whole and is_well_formed(part.path):
        return part.path
    with Path(part.path).open("rb") as stream:
        header = stream.read(header_bytes)
        stream.seek(part.begin)
        return BytesIO(header + stream.read(part.end - part.begin))
