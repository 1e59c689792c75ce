"""EVTX cut into blocks: whole chunks, each behind the file's header, readable on their own."""

import os
import zlib
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


def whole_evtx(path: str) -> Block | None:
    """Return a small, sound EVTX file on disk as one block; None for anything else.

    It is named, not read: the evtx package opens it itself. A folder of logs may hold thousands
    of small files, and Python's streams would cost more than all that is done here.

    Raises:
        OSError: the file cannot be read.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        head = os.pread(handle, HEADER_BYTES + len(CHUNK_SIGNATURE), 0)
        if not head.startswith(SIGNATURE):
            return None
        size = os.lseek(handle, 0, os.SEEK_END)
        chunks, rest = divmod(size - HEADER_BYTES, CHUNK_BYTES)
        if rest or not 0 < chunks <= CHUNKS_PER_BLOCK or _counted(head) > chunks:
            return None
        if not head.endswith(CHUNK_SIGNATURE) or (
            chunks > 1 and not _sound(handle, HEADER_BYTES + CHUNK_BYTES, size)
        ):
            return None
    finally:
        os.close(handle)
    return Block("evtx", b"", 0, HEADER_BYTES, Part(path, HEADER_BYTES, size, whole=True))


@contextmanager
def evtx_on_disk(path: Path) -> Iterator[tuple[int, bytes] | None]:
    """Yield a file descriptor and the header when the file begins as EVTX, else None.

    Raises:
        OSError: the file cannot be read.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        header = os.pread(handle, HEADER_BYTES, 0)
        yield (handle, header) if header.startswith(SIGNATURE) else None
    finally:
        os.close(handle)


def blocks_on_disk(
    item: InputFile, path: Path, opened: tuple[int, bytes], skips: list[Skip]
) -> Iterator[Block]:
    """Yield the blocks of a file that lies open on disk; sound ones are named, not read.

    Whoever judges a block reads it: a worker process is sent a path instead of a megabyte.

    Args:
        opened: What ``evtx_on_disk`` gave.

    Raises:
        OSError: the file cannot be read.
    """
    handle, header = opened
    if len(header) < HEADER_BYTES:
        skips.append(_cut_header(item))
        return
    size = os.lseek(handle, 0, os.SEEK_END)
    begin = HEADER_BYTES
    there = 0
    while begin < size:
        end = min(begin + CHUNK_BYTES * CHUNKS_PER_BLOCK, size)
        if _sound(handle, begin, end):
            yield Block("evtx", b"", 0, begin, Part(str(path), begin, end, whole=False))
            there += (end - begin) // CHUNK_BYTES
        else:
            chunks = _cut(os.pread(handle, end - begin, begin))
            yield from _block(item, header, (begin, chunks), skips)
            there += _written(chunks)
        begin = end
    _tell_missing(item, header, size, there, skips)


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
    there = 0
    while data := content.read(CHUNK_BYTES * CHUNKS_PER_BLOCK):
        chunks = _cut(data)
        yield from _block(item, header, (begin, chunks), skips)
        there += _written(chunks)
        begin += len(data)
    if content.damage is None:
        _tell_missing(item, header, begin, there, skips)


def _cut(data: bytes) -> list[bytes]:
    return [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]


def _written(chunks: list[bytes]) -> int:
    """Return how many chunks were written; those only reserved are all zero."""
    return sum(1 for chunk in chunks if chunk.startswith(CHUNK_SIGNATURE) or chunk.strip(b"\0"))


def _counted(header: bytes) -> int:
    """Return how many chunks the header counts; 0 when it does not fit its own checksum.

    Source: EVTX file header, number of chunks (offset 42, 16 bits) and CRC-32 of the first 120
    bytes (offset 124);
    https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
    """
    is_sound = zlib.crc32(header[:120]) == int.from_bytes(header[124:128], "little")
    return int.from_bytes(header[42:44], "little") if is_sound else 0


def _tell_missing(item: InputFile, header: bytes, size: int, there: int, skips: list[Skip]) -> None:
    """Compare the chunks that are there with those that the header counts.

    The header of a log in use may be older than its chunks: more than it counts are no damage.
    """
    counted = _counted(header)
    if there < counted:
        reason = f"EVTX のチャンクが {counted} 個のうち {there} 個しかありません"
        hint = "途中で切れた写しと思われます。元のファイルから取り直してください"
        skips.append(Skip(item.ref.at(f"byte {size}"), reason, hint))
    elif not there:
        skips.append(Skip(item.ref, "空の EVTX です（チャンクがありません）"))


def chunk_of(block: Block, number: int) -> Block:
    """Return one chunk of an EVTX block, counted from 0, as a block."""
    at = number * CHUNK_BYTES
    offset = block.offset + at
    if block.part is None:
        chunk = block.data[HEADER_BYTES + at : HEADER_BYTES + at + CHUNK_BYTES]
        return Block("evtx", block.data[:HEADER_BYTES] + chunk, 0, offset)
    part = Part(block.part.path, offset, offset + CHUNK_BYTES, whole=False)
    return Block("evtx", b"", 0, offset, part)


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
            parts.append(bytes(CHUNK_BYTES))  # so that the others keep their numbers
        elif len(chunk) < CHUNK_BYTES:
            skips.append(Skip(where, "EVTX が途中で切れています。切れた所までを判定しました"))
            parts.append(chunk.ljust(CHUNK_BYTES, b"\0"))
        else:
            parts.append(chunk)
        place += len(chunk)
    if any(chunk.startswith(CHUNK_SIGNATURE) for chunk in chunks):
        yield Block("evtx", b"".join(parts), 0, begin)


def _cut_header(item: InputFile) -> Skip:
    hint = "元のファイルから取り直してください"
    return Skip(item.ref, "EVTX のヘッダーが途中で切れています", hint)
