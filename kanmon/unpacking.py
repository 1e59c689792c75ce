"""Compressed content read within bounds, and as far as it is sound."""

import copy
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kanmon.errors import InputError
from kanmon.source import SourceRef

MAX_MEMBER_BYTES = 8 * 1024**3
"""A compressed file may unpack to this much; a year of one server's log fits, a bomb does not."""
MAX_RATIO = 1000
"""Unpacked to packed, above ``RATIO_FREE_BYTES``. deflate cannot exceed 1032; logs reach 50."""
RATIO_FREE_BYTES = 64 * 1024**2

_PIECE_BYTES = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_PATCHED = 0x20
_Packed = gzip.GzipFile | zipfile.ZipExtFile


def open_gzip(path: Path, where: SourceRef) -> io.BufferedReader:
    """Return the unpacked content of a gzip file.

    ``read`` gives all it is asked for or raises; ``read1`` first gives what lies before a damage.
    Both raise ``InputError`` at a damage, and where more comes out than ``explodes`` allows.
    """
    packed = path.stat().st_size
    return io.BufferedReader(
        _Unpacked(lambda: gzip.GzipFile(path), where, packed, None), _PIECE_BYTES
    )


def open_member(path: Path, member: zipfile.ZipInfo, where: SourceRef) -> io.BufferedReader:
    """Return the unpacked content of a zip's member, read as ``open_gzip`` says."""
    # zipfile would keep the last piece back when the checksum differs; it is checked here.
    unchecked = copy.copy(member)
    del unchecked.CRC

    def open_packed() -> zipfile.ZipExtFile:
        with zipfile.ZipFile(path) as archive:
            stream = archive.open(unchecked)  # keeps the file open itself
        assert isinstance(stream, zipfile.ZipExtFile)
        return stream

    return io.BufferedReader(
        _Unpacked(open_packed, where, member.compress_size, member.CRC), _PIECE_BYTES
    )


def can_unpack(member: zipfile.ZipInfo) -> bool:
    """Return whether the member's method is known; Windows packs large files in Deflate64."""
    return member.compress_type in _METHODS and not member.flag_bits & _PATCHED


def explodes(unpacked: int, packed: int) -> bool:
    """Return whether no log or document unpacks to so much."""
    return unpacked > MAX_MEMBER_BYTES or (
        unpacked > RATIO_FREE_BYTES and unpacked > packed * MAX_RATIO
    )


@contextmanager
def unpacking(where: SourceRef) -> Iterator[None]:
    """Translate what zlib, zipfile and the disk raise into ``InputError``."""
    try:
        yield
    except (
        zlib.error,
        lzma.LZMAError,
        gzip.BadGzipFile,
        zipfile.BadZipFile,
        EOFError,
    ) as error:
        raise InputError(f"圧縮データが途中で壊れています: {error}", where=where) from error
    except OSError as error:
        raise InputError(f"読めません: {error.strerror or error}", where=where) from error


class _Unpacked(io.RawIOBase):
    """The stream behind ``open_gzip`` and ``open_member``."""

    def __init__(
        self, reopen: Callable[[], _Packed], where: SourceRef, packed: int, crc: int | None
    ) -> None:
        self._reopen = reopen
        self._where = where
        self._packed = packed
        self._expected = crc
        self._crc = 0
        self._count = 0
        self._damage: Exception | None = None
        with unpacking(where):
            self._inner = reopen()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with unpacking(self._where):
            data = self._read(min(len(buffer), _PIECE_BYTES))
            if self._expected is not None:
                self._crc = zlib.crc32(data, self._crc)
                if not data and self._crc != self._expected:
                    raise zipfile.BadZipFile("CRC-32 が合いません")
        self._count += len(data)
        if explodes(self._count, self._packed):
            raise InputError("展開すると大きくなりすぎます（zip 爆弾の疑い）", where=self._where)
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        if self._damage is not None:
            raise self._damage
        try:
            return self._inner.read1(size)
        except zlib.error as error:
            self._damage = error
        data = self._up_to_damage()
        if not data:
            raise self._damage
        return data

    def _up_to_damage(self) -> bytes:
        """Return what zlib had unpacked of the piece when it met the damage, and did not give."""
        self._inner.close()
        self._inner = self._reopen()
        left = self._count
        while left > 0 and (passed := self._inner.read1(min(left, _PIECE_BYTES))):
            left -= len(passed)
        if isinstance(self._inner, zipfile.ZipExtFile):
            self._inner.MIN_READ_SIZE = 1
        data = bytearray()
        try:
            while one := self._inner.read1(1):
                data += one
        except zlib.error:
            return bytes(data)
        return bytes(data)

    def close(self) -> None:
        self._inner.close()
        super().close()
