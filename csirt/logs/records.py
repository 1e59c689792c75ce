"""The records of a block, flat, each with its number."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from evtx import PyEvtxParser

from csirt.logs.block import Block, evtx_source
from csirt.logs.evtx_blocks import HEADER_BYTES, chunk_of
from csirt.logs.shapes import Flat, flatten

Broken = tuple[str, str]
"""Place in the file, and a Japanese reason."""

RawRecord = tuple[int, Mapping[str, Any], bytes | None]

# Old Windows components write text of the system's code page; in Japan that is CP932.
_ANSI_CODEC = "shift_jis"
_REFUSED = re.compile(r"Failed to parse chunk number (\d+): .*CRC32")
_CHANGED = "EVTX のチャンクの検査値が合いません（書き換えか、使用中の写し）。読める記録は読みました"
_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_FAILURES_PER_BLOCK = 100_000
"""A block of 1 MB cannot hold more; a parser that fails over and over must come to an end."""


def read_records(block: Block, broken: list[Broken]) -> Iterator[tuple[int, Flat]]:
    """Yield (record number, flat fields); records that cannot be read go to ``broken``.

    The number is EventRecordID for EVTX, the 1-based line or ordinal for JSON.
    """
    return ((number, flatten(record)) for number, record, _ in raw_records(block, broken))


def raw_records(block: Block, broken: list[Broken]) -> Iterator[RawRecord]:
    """Yield (record number, record as read, its JSON in UTF-8 or None if it has none)."""
    if block.kind != "evtx":
        yield from _json_records(block, broken)
        return
    for header_number, raw in evtx_texts(block, broken):
        record = orjson.loads(raw)
        yield number_of(record, header_number), record, raw


def _json_records(block: Block, broken: list[Broken]) -> Iterator[RawRecord]:
    offset = block.offset
    for number, line in enumerate(block.data.split(b"\n"), start=block.first):
        reason = "レコードが JSON のオブジェクトではありません"
        value = None
        raw: bytes | None = line
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            value, raw = _second_try(line), None
            reason = f"JSON として読めないレコードです（{error.msg}）"
        if value.__class__ is dict:
            yield number, value, raw
        elif line.strip():
            broken.append((f"byte {offset}" if offset >= 0 else f"record {number}", reason))
        if offset >= 0:
            offset += len(line) + 1


def _second_try(line: bytes) -> Any:
    """Read what orjson refuses but logs hold: a BOM, NaN, lone surrogates, CP932."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return well_formed(json.loads(line.decode(encoding)))
        except (ValueError, RecursionError):
            continue
    return None


def well_formed(value: Any) -> Any:
    """Return the JSON value with each lone surrogate, which is no character, as U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [well_formed(one) for one in value]
    if isinstance(value, dict):
        return {well_formed(key): well_formed(one) for key, one in value.items()}
    return value


def evtx_texts(
    block: Block, broken: list[Broken], *, checked: bool = True
) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the record by its header, its JSON in UTF-8) of a block of EVTX.

    What a chunk still holds whose checksum is wrong is read, too.
    """
    place = f"byte {block.offset}"
    try:
        records = PyEvtxParser(
            evtx_source(block, HEADER_BYTES),
            number_of_threads=1,
            ansi_codec=_ANSI_CODEC,
            validate_checksums=checked,
        ).records_json()
    except (OSError, RuntimeError) as error:
        broken.append((place, f"EVTX として読めません（{_short(error)}）"))
        return
    for _ in range(MAX_FAILURES_PER_BLOCK):
        try:
            for record in filter(None, records):
                yield record["event_record_id"], record["data"].encode()
            return
        except (OSError, RuntimeError) as error:
            if refused := _REFUSED.match(str(error)):
                chunk = chunk_of(block, int(refused[1]))
                broken.append((f"byte {chunk.offset}", _CHANGED))
                yield from evtx_texts(chunk, broken, checked=False)
            else:
                broken.append((place, f"EVTX のレコードが壊れています（{_short(error)}）"))


def number_of(record: Mapping[str, Any], otherwise: int) -> int:
    """Return the EventRecordID that a record of EVTX bears; ``otherwise`` when it bears none."""
    try:
        number = record["Event"]["System"]["EventRecordID"]
    except (KeyError, TypeError):
        return otherwise
    return number if number.__class__ is int else otherwise


def _short(error: BaseException) -> str:
    return str(error).replace("\n", " ")[:160]
