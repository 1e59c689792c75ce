"""EVTX cut into blocks: whole chunks, each behind the file's header, readable on their own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csirt.logs.block import Block, Part
from csirt.logs.content import Content
from kanmon.inputs import InputFile
from kanmon.run import Skip

SIGNATURE = b"ElfFile\0"
CHUNK_SIGNATURE = b"ElfChnk\0"
HEADER_BYTES = 4096
CHUNK_BYTES = 65536
CHUNKS_PER_BLOCK = 16


@contextmanager
def evtx_on_disk(path: Path) -> Iterator[int | None]:
    """Yield a file descriptor when the file begins as EVTX does, else None.

    Raises:
        OSError: the file cannot be read.
    """
    # A folder of logs may hold thousands of small files: Python's streams would cost more than
    # what is read here.
    handle = os.open(path, os.O_RDONLY)
    try:
        yield handle if os.pread(handle, len(SIGNATURE), 0) == SIGNATURE else None
    finally:
        os.close(handle)


def blocks_on_disk(item: InputFile, path: Path, handle: int, skips: list[Skip]) -> Iterator[Block]:
    """Yield the blocks of a file that lies open on disk; sound ones are named, not read.

    Whoever judges a block reads it: the package opens a small file itself, and a worker process
    is sent a path instead of a megabyte.

    Raises:
        OSError: the file cannot be read.
    """
    size = os.lseek(handle, 0, os.SEEK_END)
    begin = HEADER_BYTES
    end = min(begin + CHUNK_BYTES * CHUNKS_PER_BLOCK, size)
    if _sound(handle, begin, end) and end == size:
        yield Block("evtx", b"", 0, begin, Part(str(path), begin, end, whole=True))
        return
    header = os.pread(handle, HEADER_BYTES, 0)
    if len(header) < HEADER_BYTES:
        skips.append(_cut_header(item))
    while begin < size and len(header) == HEADER_BYTES:
        end = min(begin + CHUNK_BYTES * CHUNKS_PER_BLOCK, size)
        if _sound(handle, begin, end):
            yield Block("evtx", b"", 0, begin, Part(str(path), begin, end, whole=False))
        else:
            chunks = _cut(os.pread(handle, end - begin, begin))
            yield from _block(item, header, (begin, chunks), skips)
        begin = end


def _sound(handle: int, begin: int, end: int) -> bool:
    """Return whether there are only whole chunks with their signature."""
    return (
        begin < end
        and (end - begin) % CHUNK_BYTES == 0
        and all(
            os.pread(handle, len(CHUNK_SIGNATURE), place) == CHUNK_SIGNATURE
            for place in range(begin, end, CHUNK_BYTES)
        )
    )


def blocks_of_stream(
    item: InputFile, header: bytes, content: Content, skips: list[Skip]
) -> Iterator[Block]:
    """Yield the blocks of a file that is being unpacked; ``header`` has been read already."""
    if len(header) < HEADER_BYTES:
        skips.append(_cut_header(item))
        return
    begin = HEADER_BYTES
    while data := content.read(CHUNK_BYTES * CHUNKS_PER_BLOCK):
        yield from _block(item, header, (begin, _cut(data)), skips)
        begin += len(data)


def _cut(data: bytes) -> list[bytes]:
    return [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]


def _block(
    item: InputFile, header: bytes, read: tuple[int, list[bytes]], skips: list[Skip]
) -> Iterator[Block]:
    begin, chunks = read
    parts = [header]
    place = begin
    for chunk in chunks:
        where = item.ref.at(f"byte {place}")
        if not chunk.startswith(CHUNK_SIGNATURE):
            if chunk.strip(b"\0"):  # chunks reserved but never written are all zero
                skips.append(Skip(where, "EVTX のチャンクが壊れています（署名がない）"))
        elif len(chunk) < CHUNK_BYTES:
            skips.append(Skip(where, "EVTX が途中で切れています。切れた所までを判定しました"))
            parts.append(chunk.ljust(CHUNK_BYTES, b"\0"))
        else:
            parts.append(chunk)
        place += len(chunk)
    if len(parts) > 1:
        yield Block("evtx", b"".join(parts), 0, begin)


def _cut_header(item: InputFile) -> Skip:
    hint = "元のファイルから取り直してください"
    return Skip(item.ref, "EVTX のヘッダーが途中で切れています", hint)
