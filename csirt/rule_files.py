"""The files that rules are read from: whatever lies in a folder and is no rule file is left alone,
whatever looks like one and cannot be read is told.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from kanmon.errors import InputError
from kanmon.run import Skip
from kanmon.source import SourceRef

MAX_RULE_BYTES = 4 * 1024**2
_SUFFIXES = (".yml", ".yaml")


def read_rule_files(paths: Sequence[Path]) -> tuple[tuple[tuple[Path, bytes], ...], list[Skip]]:
    """Return (file, content) of every rule file at or below ``paths``, each once, by path.

    Raises:
        InputError: a path does not exist.
    """
    skips: list[Skip] = []
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found |= _below(path, skips)
        elif path.is_file():
            found.add(path)
        else:
            hint = "--rules に渡したフォルダーかファイルの綴りを確かめてください"
            raise InputError("ルールがありません", where=SourceRef(str(path)), hint=hint)
    read = ((path, _read(path, skips)) for path in sorted(found))
    return tuple((path, content) for path, content in read if content is not None), skips


def _below(folder: Path, skips: list[Skip]) -> set[Path]:
    """Return what is named like a rule file; links to folders are not followed, but told."""

    def told(error: OSError) -> None:
        where = SourceRef(str(error.filename))
        skips.append(Skip(where, f"ルールのフォルダーを開けません: {error.strerror}"))

    found: set[Path] = set()
    for parent, folders, names in os.walk(folder, onerror=told):
        for name in folders:
            if os.path.islink(os.path.join(parent, name)):  # noqa: PTH114, PTH118 - 4,000 files
                where = SourceRef(os.path.join(parent, name))  # noqa: PTH118
                reason = "フォルダーへのシンボリックリンクはたどりません"
                skips.append(Skip(where, reason, "リンク先を --rules で指定してください"))
        found.update(Path(parent, name) for name in names if name.lower().endswith(_SUFFIXES))
    return found


def _read(path: Path, skips: list[Skip]) -> bytes | None:
    where = SourceRef(str(path))
    try:
        if not path.is_file() and path.exists():  # opening a FIFO would hang
            skips.append(Skip(where, "通常のファイルではありません（FIFO・ソケット・デバイス）"))
        elif path.stat().st_size > MAX_RULE_BYTES:
            skips.append(Skip(where, "ルールのファイルが大きすぎます（4 MB まで）"))
        else:
            return path.read_bytes()
    except OSError as error:
        skips.append(Skip(where, f"ルールを開けません: {error.strerror}"))
    return None
