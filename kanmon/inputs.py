"""The files a user named: folders walked, archives opened, nothing that can hang or explode."""

import atexit
import hashlib
import io
import os
import shutil
import stat
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kanmon.errors import InputError
from kanmon.run import Skip
from kanmon.source import SourceRef
from kanmon.unpacking import can_unpack, explodes, open_gzip, open_member

MAX_MEMBERS = 100_000
STDIN = Path("-")
_ENCRYPTED = 0x1
_UNPACK = "展開してから渡してください"


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file or archive member to be read.

    Attributes:
        name: As shown to the user: relative as given, ``a.zip!member`` inside an archive, ``-``;
            well-formed, and no two files of one call have the same.
        size: Bytes to read as far as known (packed size for gzip); for progress only.
        open: Returns a fresh binary stream of the unpacked content.
        path: Where the content lies as it is; None when it is packed or in memory.
    """

    name: str
    size: int
    open: Callable[[], io.BufferedIOBase]
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
    files: list[InputFile] = []
    skips: list[Skip] = []
    names = _Names()
    seen: set[Path] = set()
    for path in paths:
        for found in _walk_named(path, skips):
            if found in seen:
                continue
            seen.add(found)
            content = _spool_stdin() if found == STDIN else found
            files += _open_container(content, names.of(str(found)), names, skips)
    return tuple(sorted(files, key=lambda item: item.name)), tuple(sorted(skips))


class _Names:
    """What people and both engines know the files by: well-formed text, no two alike."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """Return the name, with ``~`` behind it while another file has it."""
        name = _well_formed(name)
        while name in self._taken:
            name += "~"
        self._taken.add(name)
        return name


def _well_formed(name: str) -> str:
    """Return a name in which each byte that is no UTF-8 is written as ``\\xff``."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _place(path: Path) -> SourceRef:
    return SourceRef(_well_formed(str(path)))


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


def _walk_named(path: Path, skips: list[Skip]) -> Iterator[Path]:
    """Yield the files at or below a path that the user named; ``-`` as it is."""
    if path == STDIN:
        yield path
    elif path.exists():
        yield from _walk(path, skips)
    else:
        hint = "パスの綴りと、置き場所がつながっているかを確かめてください"
        raise InputError("ファイルもフォルダーもありません", where=_place(path), hint=hint)


def _walk(path: Path, skips: list[Skip]) -> Iterator[Path]:
    """Yield regular files at or below ``path`` in name order."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        skips.append(Skip(_place(path), f"開けません: {error.strerror}"))
        return
    if stat.S_ISDIR(mode):
        try:
            with os.scandir(path) as scanned:
                entries = sorted(scanned, key=lambda entry: entry.name)
        except OSError as error:
            skips.append(Skip(_place(path), f"フォルダーを開けません: {error.strerror}"))
            return
        for entry in entries:
            yield from _walk_entry(path / entry.name, entry, skips)
    elif stat.S_ISREG(mode):
        yield path
    else:
        reason = "通常のファイルではありません（FIFO・ソケット・デバイス）"
        skips.append(Skip(_place(path), reason))


def _walk_entry(path: Path, entry: os.DirEntry[str], skips: list[Skip]) -> Iterator[Path]:
    if entry.is_file(follow_symlinks=False):  # nearly always; the folder tells without a look
        yield path
    elif entry.is_symlink() and path.is_dir():
        skips.append(Skip(_place(path), "フォルダーへのシンボリックリンクはたどりません"))
    else:
        yield from _walk(path, skips)


def _open_container(
    path: Path, shown: str, names: _Names, skips: list[Skip]
) -> Iterator[InputFile]:
    """Yield the inputs in one file; ``shown`` is what people know it by."""
    where = SourceRef(shown)
    try:
        head, size = _head_and_size(path)
    except OSError as error:
        skips.append(Skip(where, f"開けません: {error.strerror}"))
        return
    if head[:2] == b"\x1f\x8b":
        yield InputFile(shown, size, partial(open_gzip, path, where))
    elif head == b"PK\x03\x04" and not _is_office(path):
        yield from _members(path, where, names, skips)
    else:
        yield InputFile(shown, size, lambda: path.open("rb"), path)


def _head_and_size(path: Path) -> tuple[bytes, int]:
    # A folder of logs may hold thousands of small files: Python's streams would cost more than
    # what is read here.
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.read(handle, 4), os.fstat(handle).st_size
    finally:
        os.close(handle)


def _is_office(path: Path) -> bool:
    """Return whether a zip is one document (docx, xlsx …) and not an archive of inputs."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" in archive.NameToInfo or "mimetype" in archive.NameToInfo
    except (zipfile.BadZipFile, OSError):
        return False


def _members(path: Path, where: SourceRef, names: _Names, skips: list[Skip]) -> Iterator[InputFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        hint = "元のファイルから取り直すか、展開できるものを展開してから渡してください"
        skips.append(Skip(where, f"壊れた zip です: {error}", hint))
        return
    if len(members) > MAX_MEMBERS:
        skips.append(Skip(where, f"zip の中のファイルが多すぎます（{len(members)} 件）", _UNPACK))
        return
    for member in members:
        if member.is_dir():
            continue
        inside = SourceRef(names.of(f"{where.path}!{member.filename}"))
        if member.flag_bits & _ENCRYPTED:
            skips.append(Skip(inside, "パスワード付きの zip です", _UNPACK))
        elif not can_unpack(member):
            skips.append(Skip(inside, "この圧縮方式の zip は開けません", _UNPACK))
        elif explodes(member.file_size, member.compress_size):
            skips.append(Skip(inside, "展開すると大きくなりすぎます（zip 爆弾の疑い）"))
        else:
            yield InputFile(
                inside.path, member.file_size, partial(open_member, path, member, inside)
            )
