"""A log file cut into blocks that can be judged apart, in any process, in bounded memory."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from csirt.logs.block import Block, Unread
from csirt.logs.content import Content
from csirt.logs.evtx_blocks import (
    HEADER_BYTES,
    SIGNATURE,
    blocks_of_stream,
    blocks_on_disk,
    evtx_on_disk,
    whole_evtx,
)
from csirt.logs.stream import stream_lines
from kanmon.errors import InputError
from kanmon.inputs import InputFile
from kanmon.run import Skip
from kanmon.unpacking import unpacking

BLOCK_BYTES = 4 * 1024**2
MAX_RECORD_BYTES = 32 * 1024**2
"""A longer single record is not a log record; it is skipped, never read into memory whole."""

LONG_LINE_BYTES = 1024**2
"""How far a first line is read to see whether records follow each other without line breaks."""

_NOT_A_LOG = "ログとして読めない形式です（EVTX でも JSON でもない）"
_ARCHIVES = (
    (0, b"PK\x03\x04", "zip"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (257, b"ustar", "tar"),
)
"""Where, what and whose: the first bytes of archives that are not opened."""
_BOM = b"\xef\xbb\xbf"
_LIST_INSIDE = re.compile(rb'"(?:hits|Records|value|events|logs)"\s*:\s*\[\s*\{')
_JOINED = re.compile(rb"[\s,]*\{")
_DECODER = json.JSONDecoder()


def blocks_of(unread: Unread, skips: list[Skip]) -> Iterable[Block]:
    """Return what ``read_blocks`` yields of a file; one that breaks off is a skip, too."""
    with suppress(OSError):  # it will be met again, and told
        block = whole_evtx(unread.path)  # most of a folder with thousands of small files
        if block is not None:
            return (block,)
    path = Path(unread.path)
    item = InputFile(unread.name, unread.bytes, lambda: path.open("rb"), path)
    return blocks_until_damage(item, skips)


def blocks_until_damage(item: InputFile, skips: list[Skip]) -> Iterator[Block]:
    """Yield what ``read_blocks`` does; where the file breaks off is told in ``skips``."""
    try:
        yield from read_blocks(item, skips)
    except InputError as error:
        where = error.where or item.ref
        skips.append(Skip(where, f"{error.args[0]}。ここまでの記録は判定しました", error.hint))


def read_blocks(item: InputFile, skips: list[Skip]) -> Iterator[Block]:
    """Yield the file's blocks in order; what is no log, or broken, goes to ``skips``.

    Raises:
        InputError: the file cannot be read or unpacked any further.
    """
    with unpacking(item.ref):
        if item.path is not None:
            block = whole_evtx(str(item.path))
            if block is not None:
                yield block
                return
            with evtx_on_disk(item.path) as opened:
                if opened is not None:
                    yield from blocks_on_disk(item, item.path, opened, skips)
                    return
        yield from _blocks(item, skips)


def _blocks(item: InputFile, skips: list[Skip]) -> Iterator[Block]:
    with item.open() as stream:
        content = Content(item, stream)
        yield from _blocks_of(item, content, skips)
        if content.damage is not None:
            raise content.damage


def _blocks_of(item: InputFile, content: Content, skips: list[Skip]) -> Iterator[Block]:
    head = content.read(HEADER_BYTES)
    if not head.strip(b" \t\r\n" + _BOM) and not content.read(1):
        if content.damage is None:
            skips.append(Skip(item.ref, "空のファイルです"))
    elif head.startswith(SIGNATURE):
        yield from blocks_of_stream(item, head, content, skips)
    elif _is_utf16(head):
        yield from _stream(item, head, content, skips)
    elif (start := _json_start(head)) is not None:
        if b"\n" not in head:
            head += content.read(LONG_LINE_BYTES)
        if _is_one_line_each(head[start:]):
            yield from _lines(item, head, content, skips)
        else:
            yield from _stream(item, head, content, skips)
    else:
        skips.append(_not_a_log(item, head))


def _not_a_log(item: InputFile, head: bytes) -> Skip:
    for place, signature, name in _ARCHIVES:
        if head.startswith(signature, place):
            hint = "展開してから、中のログを渡してください"
            reason = f"{name} の書庫です。gz と zip は 1 段だけ展開し、その中の書庫は開きません"
            return Skip(item.ref, reason, hint)
    return Skip(item.ref, _NOT_A_LOG, "EVTX か JSON（NDJSON）に変換して渡してください")


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
    if _JOINED.match(first[_first_value_end(first) :]):
        return False
    if not line_break or _parses(first):
        return True
    # A pretty-printed object goes on in the next line; a broken record is followed by another.
    return rest.lstrip(b" \t\r\n")[:1] == b"{"


def _first_value_end(line: bytes) -> int:
    """Return where the JSON value that the line begins with ends; its length if it has none."""
    text = line.decode("latin-1")  # one character for each byte; JSON's own marks are ASCII
    try:
        return _DECODER.raw_decode(text)[1]
    except (ValueError, RecursionError):
        return len(line)


def _parses(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(item: InputFile, head: bytes, content: Content, skips: list[Skip]) -> Iterator[Block]:
    rest = head
    line, offset = 1, 0
    while True:
        more = content.read(BLOCK_BYTES)
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
            passed, rest = _skip_line(content)
            offset += len(data) - cut + passed
            line += 1


def _skip_line(content: Content) -> tuple[int, bytes]:
    """Read past the end of the line; return how many bytes were passed and what follows."""
    passed = 0
    while more := content.read(BLOCK_BYTES):
        cut = more.find(b"\n") + 1
        if cut:
            return passed + cut, more[cut:]
        passed += len(more)
    return passed, b""


def _too_long(item: InputFile, place: str) -> Skip:
    limit = MAX_RECORD_BYTES // 1024**2
    hint = "1 行に 1 レコードの NDJSON に変換してください"
    return Skip(item.ref.at(place), f"1 件のレコードが {limit} MB を超えています", hint)


def _stream(item: InputFile, head: bytes, content: Content, skips: list[Skip]) -> Iterator[Block]:
    inside = _LIST_INSIDE.search(head)
    skip_to = inside.end() - 1 if inside and head.lstrip(_BOM + b" \t\r\n")[:1] == b"{" else 0
    first = 1
    batch: list[bytes] = []
    size = 0
    for line in stream_lines(item, head[skip_to:], content, skips, MAX_RECORD_BYTES):
        batch.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield Block("lines", b"\n".join(batch), first, -1)
            first += len(batch)
            batch, size = [], 0
    if batch:
        yield Block("lines", b"\n".join(batch), first, -1)
