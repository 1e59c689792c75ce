"""Results to a file, whole or not at all; or to standard output."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kanmon.errors import InputError
from kanmon.report import Report
from kanmon.source import SourceRef

_BINARY = ("xlsx", "docx")
_LEAST_COLUMNS = 60


def check_output(output: str, fmt: str = "text") -> None:
    """Refuse an unusable ``-o`` before any work is done.

    Raises:
        InputError: the folder is missing or not writable, or a binary format would go to a
            terminal.
    """
    if output == "-":
        if fmt in _BINARY and sys.stdout.isatty():
            raise InputError(
                f"{fmt} は端末に表示できません",
                where=SourceRef("-"),
                hint="-o ファイル名 で保存先を指定してください",
            )
        return
    folder = Path(output).parent
    if not folder.is_dir():
        raise InputError(
            "出力先のフォルダーがありません",
            where=SourceRef(str(folder)),
            hint="フォルダーを作るか、別の -o を指定してください",
        )
    target = Path(output) if Path(output).exists() else folder
    if not os.access(target, os.W_OK):
        raise InputError(
            "出力先に書き込めません",
            where=SourceRef(output),
            hint="権限を確かめるか、別の -o を指定してください",
        )


@contextmanager
def output_stream(output: str) -> Iterator[IO[bytes]]:
    """Yield a stream for the path or, for ``-``, standard output: for results too big to hold.

    A file appears complete or not at all: it is written beside its target and renamed when the
    block ends well, thrown away when it raises (also on Ctrl-C). What exists and is no regular
    file (a pipe, ``/dev/null``) is written to directly; a symbolic link is kept and followed.

    Raises:
        InputError: the disk refused (permissions, space).
    """
    if output == "-":
        with _standard_output() as stream:
            yield stream
        return
    try:
        if Path(output).exists() and not Path(output).is_file():
            with Path(output).open("wb") as file:
                yield file
            return
        target = Path(os.path.realpath(output))
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            draft.chmod(_mode_for_new_files())
            draft.replace(target)
        except BaseException:
            draft.unlink()
            raise
    except OSError as error:
        raise _refused(error, output) from error


def _refused(error: OSError, output: str) -> InputError:
    return InputError(
        f"書き込めません: {error.strerror}",
        where=SourceRef(output),
        hint="権限と空き容量を確かめてください。元のファイルは変わっていません",
    )


@contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # the reader has seen enough (head, less): click ends quietly
    except OSError as error:
        _discard_standard_output()
        raise InputError(
            f"標準出力に書き込めません: {error.strerror}",
            where=SourceRef("-"),
            hint="出力先の空き容量を確かめてください。ここまでの出力は途中で切れています",
        ) from error


def _discard_standard_output() -> None:
    """Let what is still buffered go nowhere, or the interpreter fails once more at its end."""
    with suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def write_output(data: bytes, output: str) -> None:
    """Write ``data`` to the path or standard output; whole or not at all.

    Raises:
        InputError: as ``output_stream``.
    """
    with output_stream(output) as stream:
        stream.write(data)


def append_output(data: bytes, output: str) -> None:
    """Add ``data`` to the end of the file, or to standard output; whole or not at all.

    Raises:
        InputError: the disk refused (permissions, space); what was written of it is taken back.
    """
    if output == "-":
        with _standard_output() as stream:
            stream.write(data)
        return
    try:
        with Path(output).open("ab", buffering=0) as file:
            end = file.seek(0, os.SEEK_END) if file.seekable() else None
            rest = memoryview(data)
            try:
                while rest:
                    rest = rest[file.write(rest) :]
            except BaseException:
                if end is not None:
                    with suppress(OSError):  # a device has no size
                        file.truncate(end)
                raise
    except OSError as error:
        raise _refused(error, output) from error


def write_report(report: Report, fmt: str, output: str) -> None:
    """Render and write; raises what ``write_output`` raises.

    Text on a terminal is as wide as its window; anywhere else the same bytes each time.
    """
    if fmt == "text" and output == "-" and sys.stdout.isatty():
        from kanmon.render.plain import WIDTH, render_text

        columns = shutil.get_terminal_size((WIDTH, 24)).columns
        write_output(render_text(report, max(columns, _LEAST_COLUMNS)), output)
        return
    from kanmon.render.render import render

    write_output(render(report, fmt), output)


def _mode_for_new_files() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
