"""Evidence files: taken in by their digest, and checked again later."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from csirt.incident import Evidence
from kanmon.errors import InputError
from kanmon.source import SourceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Who took evidence in, when (aware), where it is kept."""

    by: str
    at: datetime
    stored: str
    note: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One piece of evidence and what became of it: ``same``, ``changed`` or ``missing``."""

    item: Evidence
    outcome: str


def take_in(path: Path, taking: Taking) -> Evidence:
    """Return the evidence record of a file, its SHA-256 over the bytes as they are now.

    Raises:
        InputError: missing, not a regular file, or unreadable.
    """
    where = SourceRef(str(path))
    if not path.is_file():
        hint = "フォルダーは zip などにまとめてから登録してください"
        raise InputError("証拠のファイルがありません", where=where, hint=hint)
    digest, size = _digest(path)
    return Evidence(
        path=str(path),
        sha256=digest,
        size=size,
        taken_by=taking.by,
        taken_at=taking.at,
        stored=taking.stored,
        note=taking.note,
    )


def check_evidence(items: Sequence[Evidence]) -> tuple[Checked, ...]:
    """Return each piece with what its file says today, in the order taken in."""
    results = []
    for item in items:
        path = Path(item.path)
        if not path.is_file():
            results.append(Checked(item, "missing"))
            continue
        digest, _ = _digest(path)
        results.append(Checked(item, "same" if digest == item.sha256 else "changed"))
    return tuple(results)


def _digest(path: Path) -> tuple[str, int]:
    whole = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                whole.update(chunk)
                size += len(chunk)
    except OSError as error:
        where = SourceRef(str(path))
        raise InputError(f"証拠を読めません: {error.strerror}", where=where) from error
    return whole.hexdigest(), size
