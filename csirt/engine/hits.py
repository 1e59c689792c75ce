"""Hits of a whole run, kept on disk: a few dozen bytes of memory per hit, not kilobytes."""

import json
import os
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import IO, overload

import orjson

from csirt.engine.judge import UNKNOWN_TIME, RawHit
from csirt.model import Hit, RuleInfo
from kanmon.errors import ServiceError
from kanmon.source import SourceRef

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT_IN_MEMORY = 8 * 1024**2


class Hits(Sequence[Hit]):
    """Hits by time, file, record and rule; each is read back when asked for.

    Sorting happens once, in ``sort``; until then the order is that of adding.
    """

    def __init__(self, rules: Sequence[RuleInfo]) -> None:
        self._rules = rules
        self._sources: list[str] = []
        self._kept = bytearray()
        self._file: IO[bytes] | None = None
        self._columns = tuple(array("q") for _ in range(6))
        self._order: Sequence[int] = range(0)
        self._in_file = 0

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, source: str, raw_hits: Sequence[RawHit]) -> None:
        """Keep the hits of one block of ``source``.

        Raises:
            ServiceError: the disk for temporary files is full.
        """
        if not raw_hits:
            return
        if source not in self._sources[-1:]:
            self._sources.append(source)
        number = len(self._sources) - 1
        rows = []
        start = self._in_file + len(self._kept)
        for micros, record, rule, body in raw_hits:
            rows.append((micros, number, _to_signed(record), rule, start, len(body)))
            start += len(body)
        for column, values in zip(self._columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
        self._kept += b"".join(body for *_, body in raw_hits)
        if len(self._kept) > _KEPT_IN_MEMORY:
            self._write()

    def _write(self) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - see __del__
            while self._kept:
                written = os.write(self._file.fileno(), self._kept)
                self._in_file += written
                del self._kept[:written]
        except OSError as error:
            hint = "TMPDIR を空きのある場所に変えるか、--level や --from で対象を絞ってください"
            message = f"一時ファイルに書けません: {error.strerror}"
            raise ServiceError(
                message, where=SourceRef(tempfile.gettempdir()), hint=hint
            ) from error

    def sort(self) -> None:
        """Put the hits in their final order."""
        micros, sources, records, rules, *_ = self._columns
        self._order = sorted(
            range(len(micros)),
            key=lambda place: (
                micros[place],
                self._sources[sources[place]],
                records[place],
                self._rules[rules[place]].id,
            ),
        )

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(place, slice):
            return tuple(self._read(one) for one in self._order[place])
        return self._read(self._order[place])

    def __iter__(self) -> Iterator[Hit]:
        return map(self._read, self._order)

    def _read(self, place: int) -> Hit:
        micros, source, record, rule, start, size = (column[place] for column in self._columns)
        if self._file is not None and start < self._in_file:
            body = os.pread(self._file.fileno(), size, start)
        else:
            begin = start - self._in_file
            body = bytes(self._kept[begin : begin + size])
        try:
            host, user, fields, matched = orjson.loads(body)
        except orjson.JSONDecodeError:
            host, user, fields, matched = json.loads(body)
        time = None if micros == UNKNOWN_TIME else _EPOCH + timedelta(microseconds=micros)
        return Hit(
            rule=self._rules[rule],
            time=time,
            source=self._sources[source],
            record=record,
            host=host,
            user=user,
            fields=tuple(fields.items()),
            matched=tuple((name, value) for name, value in matched),
        )


def _to_signed(record: int) -> int:
    """Return the record number as it fits 64 bits; EVTX numbers are unsigned in theory."""
    return record if record < 1 << 63 else (1 << 63) - 1
