"""A log file cut into blocks that can be judged apart, in any process, in bounded memory."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from csirt.logs.stream import stream_lines
from kanmon.inputs import InputFile, unpacking
from kanmon.run import Skip

BLOCK_BYTES = 4 * 1024**2
MAX_RECORD_BYTES = 32 * 1024**2
"""A longer single record is not a log record; it is skipped, never read into memory whole."""

EVTX_HEADER_BYTES = 4096
EVTX_CHUNK_BYTES = 65536
EVTX_CHUNKS_PER_BLOCK = 16

_NOT_A_LOG = "ログとして読めない形式です（EVTX でも JSON でもない）"
_BOM = b"\xef\xbb\xbf"
_LIST_INSIDE = re.compile(rb'"(?:hits|Records|value|events|logs)"\s*:\s*\[\s*\{')


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole records of one file.

    Attributes:
        kind: ``lines`` (one JSON value per line) or ``evtx`` (a file header and some chunks).
        data: The bytes.
        first: Ordinal of the first line, from 1; 0 for EVTX, whose records bear numbers.
        offset: Where ``data`` begins in the file, in bytes, for messages; -1 when it was re-cut.
    """

    kind: str
    data: bytes
    first: int
    offset: int


def read_blocks(item: InputFile, skips: list[Skip]) -> Iterator[Block]:
    """Yield the file's blocks in order; what is no log, or broken, goes to ``skips``.

    Raises:
        InputError: the file cannot be read or unpacked any further.
    """
    with unpacking(item.ref), item.open() as stream:
        head = _read_exactly(stream, EVTX_HEADER_BYTES)
        if not head.strip(b" \t\r\n" + _BOM) and not stream.read(1):
            skips.append(Skip(item.ref, "空のファイルです"))
            return
        if head.startswith(b"ElfFile\0"):
            yield from _evtx(item, head, stream, skips)
        elif _is_utf16(head):
            yield from _stream(item, head, stream, skips)
        elif (start := _json_start(head)) is not None:
            if _is_one_line_each(head[start:]):
                yield from _lines(item, head, stream, skips)
            else:
                yield from _stream(item, head, stream, skips)
        else:
            hint = "EVTX か JSON（NDJSON）に変換して渡してください"
            skips.append(Skip(item.ref, _NOT_A_LOG, hint))


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _is_utf16(head: bytes) -> bool:
    return head[:2] in (b"\xff\xfe", b"\xfe\xff")


def _json_start(head: bytes) -> int | None:
    """Return where the first JSON value begins; ``Record 1`` lines of evtx_dump may precede it."""
    found = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:Record \d+\s*)?([\[{])", head)
    return found.start(1) if found else None


def _is_one_line_each(head: bytes) -> bool:
    first, line_break, rest = head.partition(b"\n")
    if head[:1] == b"[" or _LIST_INSIDE.search(first):
        return False
    if not line_break or _parses(first):
        return True
    # A pretty-printed object goes on in the next line; a broken record is followed by another.
    return rest.lstrip(b" \t\r\n")[:1] == b"{"


def _parses(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(item: InputFile, head: bytes, stream: BinaryIO, skips: list[Skip]) -> Iterator[Block]:
    rest = head
    line, offset = 1, 0
    while True:
        more = _read_exactly(stream, BLOCK_BYTES)
        data = rest + more
        cut = data.rfind(b"\n") + 1 if more else len(data)
        if cut:
            block = data[:cut]
            yield Block("lines", block, line, offset)
            line += block.count(b"\n")
            offset += cut
        rest = data[cut:]
        if not more:
            return
        if len(rest) > MAX_RECORD_BYTES:
            skips.append(_too_long(item, f"byte {offset}"))
            passed, rest = _skip_line(stream)
            offset += len(data) - cut + passed
            line += 1


def _skip_line(stream: BinaryIO) -> tuple[int, bytes]:
    """Read past the end of the line; return how many bytes were passed and what follows."""
    passed = 0
    while more := _read_exactly(stream, BLOCK_BYTES):
        cut = more.find(b"\n") + 1
        if cut:
            return passed + cut, more[cut:]
        passed += len(more)
    return passed, b""


def _too_long(item: InputFile, place: str) -> Skip:
    limit = MAX_RECORD_BYTES // 1024**2
    hint = "1 行に 1 レコードの NDJSON に変換してください"
    return Skip(item.ref.at(place), f"1 件のレコードが {limit} MB を超えています", hint)


def _stream(item: InputFile, head: bytes, stream: BinaryIO, skips: list[Skip]) -> Iterator[Block]:
    inside = _LIST_INSIDE.search(head)
    skip_to = inside.end() - 1 if inside and head.lstrip(_BOM + b" \t\r\n")[:1] == b"{" else 0
    first = 1
    batch: list[bytes] = []
    size = 0
    for line in stream_lines(item, head[skip_to:], stream, skips, MAX_RECORD_BYTES):
        batch.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield Block("lines", b"\n".join(batch), first, -1)
            first += len(batch)
            batch, size = [], 0
    if batch:
        yield Block("lines", b"\n".join(batch), first, -1)


def _evtx(item: InputFile, header: bytes, stream: BinaryIO, skips: list[Skip]) -> Iterator[Block]:
    if len(header) < EVTX_HEADER_BYTES:
        skips.append(
            Skip(
                item.ref,
                "EVTX のヘッダーが途中で切れています",
                "元のファイルから取り直してください",
            )
        )
        return
    offset = EVTX_HEADER_BYTES
    while chunks := _evtx_chunks(stream):
        parts = [header]
        place = offset
        for chunk in chunks:
            where = item.ref.at(f"byte {place}")
            if not chunk.startswith(b"ElfChnk\0"):
                if chunk.strip(b"\0"):  # chunks reserved but never written are all zero
                    skips.append(Skip(where, "EVTX のチャンクが壊れています（署名がない）"))
            elif len(chunk) < EVTX_CHUNK_BYTES:
                skips.append(Skip(where, "EVTX が途中で切れています。切れた所までを判定しました"))
                parts.append(chunk.ljust(EVTX_CHUNK_BYTES, b"\0"))
            else:
                parts.append(chunk)
            place += len(chunk)
        if len(parts) > 1:
            yield Block("evtx", b"".join(parts), 0, offset)
        offset = place


def _evtx_chunks(stream: BinaryIO) -> list[bytes]:
    """Return the next chunks, one by one: joined once, they are not copied twice."""
    chunks: list[bytes] = []
    while len(chunks) < EVTX_CHUNKS_PER_BLOCK and (
        chunk := _read_exactly(stream, EVTX_CHUNK_BYTES)
    ):
        chunks.append(chunk)
    return chunks
