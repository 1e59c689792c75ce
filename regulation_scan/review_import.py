"""Decisions out of the review workbook. All of a file is taken over, or nothing."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from kanmon.dates import JST, parse_date
from kanmon.errors import InputError
from kanmon.review import Disposition, Review
from kanmon.source import SourceRef
from regulation_scan.workbook import (
    DECIDED,
    DECISION,
    FREE_FIELDS,
    KEY,
    REVIEWER,
    SEEN,
    seen_mark,
)

_MAX_BYTES = 50_000_000
_MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One filled-in line: its place and its cells by the workbook's own heading."""

    where: SourceRef
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A decision that was made elsewhere after the sheet had been written."""

    where: SourceRef
    fingerprint: str
    in_store: Review
    in_sheet: Review


@dataclass(frozen=True, slots=True)
class Imported:
    """What a workbook asks for.

    Attributes:
        reviews: New or changed decisions, in sheet order.
        unchanged: Rows that say what the store already holds.
    """

    reviews: tuple[Review, ...]
    conflicts: tuple[Conflict, ...]
    unchanged: int


def read_workbook(path: Path, names: Mapping[str, str]) -> tuple[SheetRow, ...]:
    """Return the lines of every sheet that has the hidden key column, in sheet order.

    Args:
        names: Own heading → heading of the city's form, as the workbook was written.

    Raises:
        InputError: no workbook, protected by a password, or no sheet of a review workbook in it.
    """
    where = SourceRef(str(path))
    hint = "kanmon regulation table が書いた xlsx を、列を消さずに保存したものを渡してください"
    book = _open(path, where, hint)
    own = {shown: label for label, shown in names.items()}
    rows: list[SheetRow] = []
    try:
        for sheet in book.worksheets:
            rows += _sheet_rows(sheet, where, own)
    finally:
        book.close()
    if not rows:
        raise InputError("点検表のシートがありません", where=where, hint=hint)
    return tuple(rows)


def _open(path: Path, where: SourceRef, hint: str) -> Any:
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            raise InputError("ファイルが大きすぎます", where=where, hint=hint)
        if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            hint = "パスワードを外すか、.xlsx 形式で保存し直してください"
            raise InputError("パスワード付きか、古い形式（.xls）です", where=where, hint=hint)
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except OSError as error:
        raise InputError(f"開けません: {error.strerror}", where=where) from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise InputError("Excel の点検表として読めません", where=where, hint=hint) from error


def _sheet_rows(sheet: Any, where: SourceRef, own: Mapping[str, str]) -> Iterable[SheetRow]:
    lines = sheet.iter_rows(values_only=True, max_row=_MAX_ROWS)
    header = [own.get(_text(cell), _text(cell)) for cell in next(lines, ())]
    if KEY not in header:
        return
    for label in (DECISION, SEEN):
        if label not in header:
            hint = "列を消さずに保存してください。消した列は kanmon regulation table で作り直せます"
            place = where.at(f"{sheet.title}!1")
            raise InputError(f"列「{label}」がありません", where=place, hint=hint)
    for number, line in enumerate(lines, 2):
        cells = {label: _text(cell) for label, cell in zip(header, line, strict=False) if label}
        if cells.get(KEY):
            yield SheetRow(where.at(f"{sheet.title}!{number}"), cells)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def decide(
    rows: Sequence[SheetRow],
    current: Mapping[str, Review],
    known: frozenset[str],
    *,
    user: str,
    now: datetime,
) -> Imported:
    """Return the decisions the rows ask for, against those in the store.

    Reviewer and date of the sheet are kept; where they are empty, ``user`` and ``now`` stand in.
    A row whose decision was changed in the store after the sheet was written, and that says
    something else, is a conflict.

    Raises:
        InputError: a key is unknown, a decision or date cannot be read, or two rows differ.
    """
    reviews: dict[str, Review] = {}
    conflicts: list[Conflict] = []
    unchanged = 0
    for row in rows:
        fingerprint = row.cells[KEY]
        if fingerprint not in known:
            hint = "この点検表は別の保存ファイルのものか、照合キーの列が書き換えられています"
            raise InputError("照合キーに当たる条項がありません", where=row.where, hint=hint)
        before = current.get(fingerprint)
        review = _review(row, before, user, now)
        if review is None or (before is not None and _same(review, before)):
            unchanged += 1
        elif row.cells.get(SEEN, "") != seen_mark(before) and before is not None:
            conflicts.append(Conflict(row.where, fingerprint, before, review))
        elif fingerprint in reviews and not _same(reviews[fingerprint], review):
            raise InputError("同じ条項に二つの違う判断があります", where=row.where)
        else:
            reviews[fingerprint] = review
    return Imported(tuple(reviews.values()), tuple(conflicts), unchanged)


def _review(row: SheetRow, before: Review | None, user: str, now: datetime) -> Review | None:
    """Return the row's decision; ``None`` when the row was left as it was written."""
    label = row.cells[DECISION] or Disposition.OPEN.label_ja
    try:
        disposition = Disposition.from_slug(label)
    except ValueError as error:
        hint = "、".join(item.label_ja for item in Disposition)
        raise InputError(f"判断 {label!r} は選べません", where=row.where, hint=hint) from error
    note = row.cells.get("備考", "")
    if disposition is Disposition.OPEN and before is None and not note:
        return None
    fields = tuple((key, row.cells[key]) for key in FREE_FIELDS if row.cells.get(key))
    decided = row.cells.get(DECIDED, "")
    changed = before is None or before.disposition is not disposition or before.note != note
    stale = before is not None and decided == before.at.astimezone(JST).date().isoformat()
    at = now if not decided or (changed and stale) else _at(decided, row.where, now)
    reviewer = row.cells.get(REVIEWER, "") or user
    return Review(
        fingerprint=row.cells[KEY],
        disposition=disposition,
        reviewer=reviewer,
        at=at,
        note=note,
        fields=fields,
    )


def _same(one: Review, other: Review) -> bool:
    return (one.disposition, one.note, one.fields, one.reviewer) == (
        other.disposition,
        other.note,
        other.fields,
        other.reviewer,
    )


def _at(text: str, where: SourceRef, now: datetime) -> datetime:
    try:
        day = parse_date(text)
    except ValueError as error:
        hint = "2026-11-22 や令和8年11月22日のように書いてください"
        raise InputError(f"判断日 {text!r} を読めません", where=where, hint=hint) from error
    at = datetime.combine(day, time(12), JST).astimezone(UTC)
    if at > now + timedelta(days=1):
        raise InputError(f"判断日 {text} は先の日付です", where=where)
    return at
