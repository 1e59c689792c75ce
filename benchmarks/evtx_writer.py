"""Windows events written as EVTX, the way Windows 10 writes them.

``python benchmarks/evtx_writer.py OUT.evtx [--limit N]`` writes the recordings in ../shared.
A record is an instance of the computer's System template with an instance of the event's own
template inside. A chunk holds each template once, where it is used first, and each name once.
"""

import argparse
import struct
import sys
import zlib
from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path

from evtx_templates import Element, Instance, system_instance
from evtx_values import BINXML, time_value
from recordings import SHARED, WindowsEvent, recorded_events, recordings, windows_event

FILE_HEADER, CHUNK_HEADER, CHUNK = 4096, 512, 65536
_FRAGMENT = b"\x0f\x01\x01\x00"


@cache
def _hash(name: str) -> int:
    value = 0
    for (unit,) in struct.iter_unpack("<H", name.encode("utf-16-le")):
        value = (value * 65599 + unit) & 0xFFFFFFFF
    return value & 0xFFFF


class Chunk:
    """64 KiB of records, with the names and templates they refer to by place."""

    def __init__(self, first: int) -> None:
        self.next = first
        self._first = first
        self._data = bytearray(CHUNK_HEADER)
        self._last = 0
        self._strings: dict[str, int] = {}
        self._templates: dict[bytes, int] = {}
        self._string_heads: dict[int, int] = {}
        self._template_heads: dict[int, int] = {}

    @property
    def empty(self) -> bool:
        """Return whether there is no record yet."""
        return self._last == 0

    def add(self, event: WindowsEvent) -> bool:
        """Append a record; return False when it does not fit, and then use the chunk no more."""
        data, begin = self._data, len(self._data)
        data += struct.pack("<IIQ", 0x2A2A, 0, self.next)
        data += time_value(event.time)[1]
        self._fragment(system_instance(event, self.next))
        data += bytes(-(len(data) + 4 - begin) % 8)
        size = len(data) + 4 - begin
        data += struct.pack("<I", size)
        struct.pack_into("<I", data, begin + 4, size)
        if len(data) > CHUNK:
            del data[begin:]
            return False
        self._last, self.next = begin, self.next + 1
        return True

    def finished(self) -> bytes:
        """Return the chunk with its header: numbers, tables, checksums."""
        end = len(self._data)
        header = bytearray(CHUNK_HEADER)
        last = self.next - 1
        struct.pack_into("<8s4Q", header, 0, b"ElfChnk", self._first, last, self._first, last)
        struct.pack_into("<III", header, 40, 128, self._last, end)
        struct.pack_into("<I", header, 52, zlib.crc32(self._data[CHUNK_HEADER:]))
        # What the record that did not fit had brought is gone; later ones stand before earlier.
        for name, place in self._strings.items():
            if place < end:
                struct.pack_into("<I", header, 128 + _hash(name) % 64 * 4, place)
        for guid, place in self._templates.items():
            if place < end:
                struct.pack_into("<I", header, 384 + guid[0] % 32 * 4, place)
        struct.pack_into("<I", header, 124, zlib.crc32(header[:120] + header[128:]))
        return bytes(header + self._data[CHUNK_HEADER:]).ljust(CHUNK, b"\0")

    def _fragment(self, instance: Instance) -> None:
        data, values = self._data, instance.values
        data += _FRAGMENT
        guid = instance.guid
        data += b"\x0c\x01" + guid[:4]
        place = self._templates.get(guid)
        if place is None:
            place = self._templates[guid] = len(data) + 4
            data += struct.pack("<I", place)
            self._template(instance.root, guid)
        else:
            data += struct.pack("<I", place)
        data += struct.pack("<I", len(values))
        data += b"".join(_descriptor(len(value), kind) for kind, value in values)
        begin = len(data)
        data += b"".join(value for _, value in values)
        if instance.inner is not None:
            inside = len(data)
            self._fragment(instance.inner)
            data[begin - 4 : begin] = _descriptor(len(data) - inside, BINXML)
        data.append(0)

    def _template(self, root: Element, guid: bytes) -> None:
        data = self._data
        bucket = guid[0] % 32
        data += struct.pack("<I", self._template_heads.get(bucket, 0))
        self._template_heads[bucket] = len(data) - 4
        data += guid
        size = self._gap()
        data += _FRAGMENT
        self._element(root)
        data.append(0)
        self._fill(size)

    def _element(self, element: Element) -> None:
        data = self._data
        data += struct.pack("<BH", 0x41 if element.attributes else 0x01, element.depends)
        size = self._gap()
        self._name(element.name)
        if element.attributes:
            attributes = self._gap()
            for number, (name, value) in enumerate(element.attributes, start=1):
                data.append(0x46 if number < len(element.attributes) else 0x06)
                self._name(name)
                data += value
            self._fill(attributes)
        if element.content:
            data.append(0x02)
            for part in element.content:
                if isinstance(part, Element):
                    self._element(part)
                else:
                    data += part
            data.append(0x04)
        else:
            data.append(0x03)
        self._fill(size)

    def _name(self, name: str) -> None:
        data = self._data
        known = self._strings.get(name)
        if known is not None:
            data += struct.pack("<I", known)
            return
        place = self._strings[name] = len(data) + 4
        value, coded = _hash(name), name.encode("utf-16-le")
        before = self._string_heads.get(value % 64, 0)
        self._string_heads[value % 64] = place
        data += struct.pack("<IIHH", place, before, value, len(coded) // 2) + coded + b"\0\0"

    def _gap(self) -> int:
        self._data += bytes(4)
        return len(self._data)

    def _fill(self, begin: int) -> None:
        """Write into the gap before ``begin`` how many bytes have come behind it."""
        struct.pack_into("<I", self._data, begin - 4, len(self._data) - begin)


def _descriptor(size: int, kind: int) -> bytes:
    # A record with a longer value is longer than a chunk, so that it is given back anyway.
    return struct.pack("<HH", min(size, 0xFFFF), kind)


def write_evtx(events: Iterable[dict[str, object]], path: Path) -> int:
    """Write flat events as one log; return how many records there are.

    An event that does not fit into a chunk is left out: Windows cannot log it either.
    """
    chunks = 0
    chunk = Chunk(1)
    with path.open("wb") as stream:
        stream.write(bytes(FILE_HEADER))
        for flat in events:
            event = windows_event(flat)
            if chunk.add(event):
                continue
            if not chunk.empty:
                stream.write(chunk.finished())
                chunks += 1
            chunk = Chunk(chunk.next)
            if not chunk.add(event):
                chunk = Chunk(chunk.next)
        if not chunk.empty:
            stream.write(chunk.finished())
            chunks += 1
        stream.seek(0)
        stream.write(_file_header(chunks, chunk.next))
    return chunk.next - 1


def _file_header(chunks: int, following: int) -> bytes:
    last = max(chunks - 1, 0)
    begin = struct.pack("<8s3Q", b"ElfFile", 0, last, following)
    begin += struct.pack("<IHHHH", 128, 1, 3, FILE_HEADER, chunks)
    begin = begin.ljust(120, b"\0")
    return (begin + struct.pack("<II", 0, zlib.crc32(begin))).ljust(FILE_HEADER, b"\0")


def main() -> None:
    """Write the recordings, or the first of them, as one EVTX file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--limit", type=int, help="events to write at most")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("skipped: ../shared (recordings of third parties) is not here")
    count = write_evtx(islice(recorded_events(recordings()), options.limit), options.out)
    print(f"{count:,} records, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
