"""A large EVTX file made of small real ones."""

import io
import struct
from collections.abc import Iterator
from pathlib import Path

from evtx import PyEvtxParser


def large_evtx(folder: Path) -> bytes:
    """Return an EVTX of full chunks: the last record of each small real file, repeated.

    A record refers to templates by their place in its chunk, so only a chunk's last record can be
    put again behind itself.
    """
    chunks = []
    header = b""
    for path in sorted(folder.rglob("*.evtx")):
        data = path.read_bytes()
        header, chunk = data[:4096], data[4096 : 4096 + 65536]
        places = list(_records(chunk))
        if len(places) > 1:
            chunks.append(_filled(chunk, places))
    good = [chunk for chunk in chunks if _parses(header + chunk)]
    return header + b"".join(good * (1_600 // len(good)))


def _records(chunk: bytes) -> Iterator[tuple[int, int]]:
    at = 512
    while chunk[at : at + 4] == b"\x2a\x2a\0\0":
        size = struct.unpack_from("<I", chunk, at + 4)[0]
        yield at, size
        at += size


def _filled(chunk: bytes, places: list[tuple[int, int]]) -> bytes:
    at, size = places[-1]
    body = bytearray(chunk[at : at + size])
    filled = bytearray(chunk[: at + size])
    number = struct.unpack_from("<Q", body, 8)[0]
    count = len(places)
    while len(filled) + size <= len(chunk):
        number, count, at = number + 1, count + 1, len(filled)
        struct.pack_into("<Q", body, 8, number)
        filled += body
    struct.pack_into("<II", filled, 0x2C, at, len(filled))
    struct.pack_into("<Q", filled, 16, count)
    struct.pack_into("<Q", filled, 32, number)
    return bytes(filled.ljust(len(chunk), b"\0"))


def _parses(data: bytes) -> bool:
    try:
        return sum(1 for _ in PyEvtxParser(io.BytesIO(data)).records_json()) > 10
    except RuntimeError:
        return False
