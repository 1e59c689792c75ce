"""Decisions written in the workbook of ``policy diff``, read back and checked."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from kanmon.dates import parse_date
from kanmon.errors import InputError
from kanmon.review import Disposition, Review
from kanmon.source import SourceRef
from policy.report import REVIEW_COLUMNS, REVIEW_SHEET

_MAX_BYTES = 50 * 1000 * 1000
_NEEDED = ("disposition", "note", "approver", "expires", "fingerprint")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row in which somebody wrote something.

    Attributes:
        expires: A day, or ``None`` when the cell is empty.
    """

    where: SourceRef
    fingerprint: str
    disposition: str
    note: str
    approver: str
    expires: date | None


def read_sheet(path: Path) -> tuple[ReviewRow, ...]:
    """Return the rows with a decision, in sheet order.

    Raises:
        InputError: no workbook, the sheet or a column is missing, or dates that are none (all of
            them are listed).
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    where = SourceRef(str(path))
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError("大きすぎる Excel です（上限 50 MB）", where=where)
        book = load_workbook(path, data_only=True)
    except FileNotFoundError as error:
        raise InputError("ファイルがありません", where=where) from error
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        hint = "policy diff -f xlsx が書いた .xlsx を、そのままの形式で渡してください"
        raise InputError("Excel として読めません", where=where, hint=hint) from error
    try:
        if REVIEW_SHEET not in book.sheetnames:
            raise InputError(f"シート「{REVIEW_SHEET}」がありません", where=where)
        rows = [tuple(row) for row in book[REVIEW_SHEET].iter_rows(values_only=True)]
    finally:
        book.close()
    return _rows(rows, SourceRef(str(path), REVIEW_SHEET))


def _rows(rows: Sequence[tuple[object, ...]], where: SourceRef) -> tuple[ReviewRow, ...]:
    labels = {column.key: column.label_ja for column in REVIEW_COLUMNS if column.key in _NEEDED}
    header = next(
        (n for n, row in enumerate(rows) if set(labels.values()) <= {_text(cell) for cell in row}),
        None,
    )
    if header is None:
        hint = f"列 {'、'.join(labels.values())} を消さずに戻してください"
        raise InputError("判断の列が見つかりません", where=where, hint=hint)
    names = [_text(cell) for cell in rows[header]]
    place = {key: names.index(label) for key, label in labels.items()}
    found: list[ReviewRow] = []
    errors: list[str] = []
    for number, row in enumerate(rows[header + 1 :], header + 2):
        cells = {key: row[index] if index < len(row) else None for key, index in place.items()}
        if not _text(cells["disposition"]) and not _text(cells["note"]):
            continue
        try:
            found.append(_row(cells, where.at(f"{where.place} {number} 行")))
        except ValueError as error:
            errors.append(f"{number} 行: {error}")
    if errors:
        raise InputError(
            "\n".join(errors), where=where, hint="直してからもう一度読み込んでください"
        )
    return tuple(found)


def _row(cells: Mapping[str, object], where: SourceRef) -> ReviewRow:
    disposition = _text(cells["disposition"])
    if not disposition:
        raise ValueError("理由だけがあり、判断が選ばれていません")
    try:
        kind = Disposition.from_slug(disposition)
    except ValueError:
        known = "、".join(member.label_ja for member in Disposition)
        raise ValueError(f"判断「{disposition}」はありません（{known}）") from None
    row = ReviewRow(
        where,
        _text(cells["fingerprint"]),
        kind.slug,
        _text(cells["note"]),
        _text(cells["approver"]),
        _day(cells["expires"]),
    )
    if not row.fingerprint:
        raise ValueError("照合番号がありません（行を書き足すことはできません）")
    if kind is Disposition.ACCEPTED and not (row.note and row.approver):
        raise ValueError("許容には、判断の理由と承認者が必要です")
    return row


def new_reviews(
    rows: Sequence[ReviewRow],
    known: set[str],
    last: Mapping[str, Review],
    by: tuple[str, datetime],
) -> tuple[Review, ...]:
    """Return the decisions that say something new, in sheet order; ``by`` is who and when.

    Raises:
        InputError: a row belongs to no finding of this store.
    """
    strangers = [row for row in rows if row.fingerprint not in known]
    if strangers:
        raise InputError(
            f"{len(strangers)} 行が、この保存ファイルの所見ではありません",
            where=strangers[0].where,
            hint="この保存ファイルで policy diff を実行して作った Excel を使ってください",
        )
    reviewer, at = by
    found = []
    for row in rows:
        review = Review(
            fingerprint=row.fingerprint,
            disposition=Disposition.from_slug(row.disposition),
            reviewer=reviewer,
            at=at,
            note=row.note,
            approver=row.approver,
            expires=row.expires,
        )
        if not _same(last.get(row.fingerprint), review):
            found.append(review)
    return tuple(found)


def _same(before: Review | None, now: Review) -> bool:
    if before is None:
        return now.disposition is Disposition.OPEN and not now.note
    return (before.disposition, before.note, before.approver, before.expires) == (
        now.disposition,
        now.note,
        now.approver,
        now.expires,
    )


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _day(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    return parse_date(text) if text else None
