"""A SQLite file of ours: made private, and its failures in words for the people who keep it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kanmon.errors import StoreError
from kanmon.source import SourceRef

BUSY_TIMEOUT_SECONDS = 30.0
"""Two people working at once wait for each other rather than fail."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """What the file is for, in the words of its failures.

    Attributes:
        name: What staff call the file.
        if_unwritable: What to look at when the disk refuses.
        if_damaged: What to do when it holds something else than it should.
        makes_folder: Missing folders above it are made; else a slip in a path would be hidden.
    """

    name: str
    if_unwritable: str
    if_damaged: str
    makes_folder: bool = False

    def damaged(self, path: Path | None, detail: object) -> StoreError:
        """Return the error that says so; ``path`` is None for a file in memory."""
        where = SourceRef(str(path)) if path else None
        return StoreError(f"{self.name}を読めません: {detail}", where=where, hint=self.if_damaged)


def create_private(path: Path, kind: FileKind) -> None:
    """Create the file 0600 before SQLite can create it with the umask's mode.

    Raises:
        StoreError: the folder cannot be made or the file not be written.
    """
    if not kind.makes_folder:
        require_folder(path, kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"{kind.name}を開けません: {error.strerror}",
            where=SourceRef(str(path)),
            hint=kind.if_unwritable,
        ) from error


def require_folder(path: Path, kind: FileKind) -> None:
    """Refuse a file whose folder is not there; raises ``StoreError``."""
    if not path.parent.is_dir():
        raise StoreError(
            f"{kind.name}を置くフォルダーがありません",
            where=SourceRef(str(path)),
            hint=f"場所の綴りを確かめ、正しければ先に {path.parent} を作ってください",
        )


@contextmanager
def translated(path: Path | None, kind: FileKind) -> Iterator[None]:
    """Turn SQLite's errors inside the block into a ``StoreError`` with place and next step."""
    where = SourceRef(str(path)) if path else None
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            hint = "他の Kanmon の終了を待って、もう一度実行してください"
            raise StoreError(f"{kind.name}が使用中です", where=where, hint=hint) from error
        raise StoreError(
            f"{kind.name}を使えません: {error}", where=where, hint=kind.if_unwritable
        ) from error
    except sqlite3.DatabaseError as error:
        raise kind.damaged(path, error) from error
