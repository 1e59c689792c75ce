"""The files a user named: folders walked, archives opened, nothing that can hang or explode."""

import atexit
import gzip
import hashlib
import io
import os
import shutil
import stat
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from kanmon.errors import InputError
from kanmon.run import Skip
from kanmon.source import SourceRef

MAX_MEMBER_BYTES = 8 * 1024**3
"""A compressed file may unpack to this much; a year of one server's log fits, a bomb does not."""
MAX_RATIO = 1000
"""Unpacked to packed, above ``RATIO_FREE_BYTES``. deflate cannot exceed 1032; logs reach 50."""
RATIO_FREE_BYTES = 64 * 1024**2
MAX_MEMBERS = 100_000


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file or archive member to be read.

    Attributes:
        name: As shown to the user: relative as given, ``a.zip!member`` inside an archive, ``-``.
        size: Bytes to read as far as known (packed size for gzip); for progress only.
        open: Returns a fresh binary stream of the unpacked content.
        path: Where the content lies as it is; None when it is packed or in memory.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    path: Path | None = None

    @property
    def ref(self) -> SourceRef:
        """Return the file as a place."""
        return SourceRef(self.name)


def find_inputs(paths: Iterable[Path]) -> tuple[tuple[InputFile, ...], tuple[Skip, ...]]:
    """Return the files below ``paths``, each once, in name order; ``-`` is standard input.

    A folder is walked without following symbolic links to folders; FIFOs, sockets and devices
    are skipped unopened (opening one can hang). ``.zip`` members and gzip content are unpacked,
    recognised by their first bytes.

    Raises:
        InputError: a path the user named does not exist or cannot be read.
    """
    files: dict[str, InputFile] = {}
    skips: list[Skip] = []
    for path in paths:
        if str(path) == "-":
            for item in _open_container(_spool_stdin(), "-", skips):
                files.setdefault(item.name, item)
            continue
        if not path.exists():
            hint = "パスの綴りと、置き場所がつながっているかを確かめてください"
            raise InputError(
                "ファイルもフォルダーもありません", where=SourceRef(str(path)), hint=hint
            )
        for found in _walk(path, skips):
            for item in _open_container(found, str(found), skips):
                files.setdefault(item.name, item)
    return tuple(files[name] for name in sorted(files)), tuple(sorted(skips))


def digest_input(item: InputFile) -> str:
    """Return the SHA-256 hex digest of the unpacked content."""
    whole = hashlib.sha256()
    with item.open() as stream:
        while chunk := stream.read(1 << 20):
            whole.update(chunk)
    return whole.hexdigest()


def _spool_stdin() -> Path:
    """Return a private copy of standard input, removed when the program ends.

    Standard input can be read once and not wound back; archives need both, and it may be larger
    than memory.
    """
    folder = Path(tempfile.mkdtemp(prefix="kanmon-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "stdin"
    with path.open("wb") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
    return path


def _walk(path: Path, skips: list[Skip]) -> Iterator[Path]:
    """Yield regular files at or below ``path`` in name order."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        skips.append(Skip(SourceRef(str(path)), f"開けません: {error.strerror}"))
        return
    if stat.S_ISDIR(mode):
        try:
            names = sorted(os.listdir(path))
        except OSError as error:
            skips.append(Skip(SourceRef(str(path)), f"フォルダーを開けません: {error.strerror}"))
            return
        for name in names:
            child = path / name
            if child.is_symlink() and child.is_dir():
                reason = "フォルダーへのシンボリックリンクはたどりません"
                skips.append(Skip(SourceRef(str(child)), reason))
            else:
                yield from _walk(child, skips)
    elif stat.S_ISREG(mode):
        yield path
    else:
        reason = "通常のファイルではありません（FIFO・ソケット・デバイス）"
        skips.append(Skip(SourceRef(str(path)), reason))


def _open_container(path: Path, shown: str, skips: list[Skip]) -> Iterator[InputFile]:
    """Yield the inputs in one file; ``shown`` is what people know it by."""
    where = SourceRef(shown)
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
        size = path.stat().st_size
    except OSError as error:
        skips.append(Skip(where, f"開けません: {error.strerror}"))
        return
    if head[:2] == b"\x1f\x8b":
        yield InputFile(shown, size, _gzip_opener(path, where, size))
    elif head == b"PK\x03\x04" and not _is_office(path):
        yield from _members(path, where, skips)
    else:
        yield InputFile(shown, size, lambda: path.open("rb"), path)


def _gzip_opener(path: Path, where: SourceRef, size: int) -> Callable[[], BinaryIO]:
    return lambda: _limited(gzip.GzipFile(path), where, size)


def _is_office(path: Path) -> bool:
    """Return whether a zip is one document (docx, xlsx …) and not an archive of inputs."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.NameToInfo or "mimetype" in archive.NameToInfo
    except (zipfile.BadZipFile, OSError):
        return False


def _members(path: Path, where: SourceRef, skips: list[Skip]) -> Iterator[InputFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        skips.append(Skip(where, f"壊れた zip です: {error}"))
        return
    if len(members) > MAX_MEMBERS:
        skips.append(Skip(where, f"zip の中のファイルが多すぎます（{len(members)} 件）"))
        return
    for member in members:
        if member.is_dir():
            continue
        name = f"{where.path}!{member.filename}"
        if member.flag_bits & 0x1:
            skips.append(
                Skip(SourceRef(name), "パスワード付きの zip です", "展開してから渡してください")
            )
        elif _explodes(member.file_size, member.compress_size):
            skips.append(Skip(SourceRef(name), "展開すると大きくなりすぎます（zip 爆弾の疑い）"))
        else:
            yield InputFile(name, member.file_size, _member_opener(path, member, SourceRef(name)))


def _member_opener(path: Path, member: zipfile.ZipInfo, where: SourceRef) -> Callable[[], BinaryIO]:
    def open_member() -> BinaryIO:
        archive = zipfile.ZipFile(path)
        return _limited(archive.open(member), where, member.compress_size)

    return open_member


def _explodes(unpacked: int, packed: int) -> bool:
    return unpacked > MAX_MEMBER_BYTES or (
        unpacked > RATIO_FREE_BYTES and unpacked > packed * MAX_RATIO
    )


class _Limited(io.RawIOBase):
    """A stream that raises once more comes out than the header or reason allows."""

    def __init__(self, inner: io.BufferedIOBase | IO[bytes], where: SourceRef, packed: int) -> None:
        self._inner = inner
        self._where = where
        self._packed = packed
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with unpacking(self._where):
            data = self._inner.read(len(buffer))
        self._count += len(data)
        if _explodes(self._count, self._packed):
            raise InputError("展開すると大きくなりすぎます（zip 爆弾の疑い）", where=self._where)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _limited(inner: io.BufferedIOBase | IO[bytes], where: SourceRef, packed: int) -> BinaryIO:
    return io.BufferedReader(_Limited(inner, where, packed), 1 << 16)


@contextmanager
def unpacking(where: SourceRef) -> Iterator[None]:
    """Translate what zlib, zipfile and the disk raise into ``InputError``."""
    try:
        yield
    except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"圧縮データが途中で壊れています: {error}", where=where) from error
    except OSError as error:
        raise InputError(f"読めません: {error.strerror or error}", where=where) from error
