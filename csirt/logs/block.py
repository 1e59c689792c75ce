"""Some whole records of one file: what is judged apart, in any process, in bounded memory."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from kanmon.text import is_well_formed


@dataclass(frozen=True, slots=True)
class Part:
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


@dataclass(frozen=True, slots=True)
class Block:
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
