"""JSON that is not one record per line: arrays, pretty-printed objects, evtx_dump's output."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from csirt.logs.content import Content
from kanmon.inputs import InputFile
from kanmon.run import Skip

_READ_BYTES = 1 << 20
_BETWEEN = re.compile(r"(?:[\s,\[\]\ufeff]|Record \d+(?=\s))*")


def stream_lines(
    item: InputFile, head: bytes, content: Content, skips: list[Skip], limit: int
) -> Iterator[bytes]:
    """Yield each JSON value of the file as one line, in order; at most ``limit`` held at once."""
    decode = _decoder(head)
    parse = json.JSONDecoder().raw_decode
    text = decode(head)
    at = ordinal = 0
    while True:
        at = _skip_between(text, at)
        try:
            value, at = parse(text, at)
        except (ValueError, RecursionError) as error:
            rest = len(text) - at
            more = content.read(max(_READ_BYTES, rest))
            if more and rest <= limit and not isinstance(error, RecursionError):
                text, at = text[at:] + decode(more), 0
                continue
            if not ordinal and not text[at:].strip():
                skips.append(Skip(item.ref, "レコードが 1 件もありません"))
            elif text[at:].strip(" \t\r\n,]}\0"):
                skips.append(_broken(item, ordinal + 1, rest > limit))
            return
        ordinal += 1
        yield _line(value)


def _skip_between(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    assert found is not None  # the pattern also fits the empty string
    return found.end()


def _broken(item: InputFile, ordinal: int, too_long: bool) -> Skip:
    reason = (
        "1 件のレコードが大きすぎます。ここから先は判定していません"
        if too_long
        else "JSON が壊れています。ここから先は判定していません"
    )
    hint = "NDJSON（1 行に 1 レコード）に変換してください"
    return Skip(item.ref.at(f"record {ordinal}"), reason, hint)


def _line(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):  # lone surrogates, integers beyond 64 bits
        return json.dumps(value).encode()


def _decoder(head: bytes) -> Any:
    """Return a function from bytes to text: UTF-16 by its mark, UTF-8, else CP932."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        name = "utf-16"
    else:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(head)
            name = "utf-8"
        except UnicodeDecodeError:
            name = "cp932"
    return codecs.getincrementaldecoder(name)("surrogateescape").decode
