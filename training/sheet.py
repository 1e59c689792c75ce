"""CSV and Excel as offices really save them: one table of text, each row with its place."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from kanmon.errors import InputError, UnsupportedError
from kanmon.run import InputDigest, digest_texts
from kanmon.source import SourceRef

MAX_BYTES = 256 * 1024**2
"""Far above any city: 20,000 staff with 40 columns are 10 MB."""
MAX_ROWS = 1_000_000
NEXT_COLUMN = "（次の列）"
"""Added to a header to name the unnamed column after it (Moodle writes a date there)."""
_MAX_UNPACKED = 1024**3
_TITLE_ROWS = 5
# Excel counts days from here (it takes 1900 for a leap year, hence not 31 December 1899).
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_MAX_FIELD = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: header to text (stripped), and where it stands."""

    cells: Mapping[str, str]
    where: SourceRef


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table read from a file.

    Attributes:
        encoding: What the bytes were: ``cp932``, ``utf-8``, ``utf-16`` or ``xlsx``.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    where: SourceRef
    encoding: str
    digest: InputDigest


def read_sheet(path: Path) -> Sheet:
    """Return the first table of a CSV (CP932, UTF-8, UTF-16) or xlsx file.

    Rows without any text are dropped, and so are lines of one cell (a title) above the headings.

    Raises:
        InputError: missing, empty, too large, broken, or in no known encoding.
        UnsupportedError: an old ``.xls`` or a password-protected workbook.
    """
    where = SourceRef(str(path))
    data = read_bytes(path)
    digest = InputDigest(str(path), digest_texts([data]))
    if data[:4] == b"PK\x03\x04":
        return _table(_workbook_rows(data, where), where, "xlsx", digest)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise UnsupportedError(
            "古い形式の Excel（.xls）か、パスワード付きのブックです",
            where=where,
            hint="Excel で開き、パスワードを外して .xlsx か CSV で保存し直してください",
        )
    text, encoding = decode(data, where)
    return _table(_csv_rows(text, where), where, encoding, digest)


def day_hint(text: str) -> str:
    """Return how a day is written, for a cell that holds none; names what Excel's number would be.

    Such a number is not taken over: 50401 may be a day of 2037 or 令和5年4月1日 without its zero.
    """
    if re.fullmatch(r"[1-7][0-9]{4}", text):
        day = (_EXCEL_DAY_ZERO + timedelta(days=int(text))).isoformat()
        how = "列の表示形式を「日付」にして保存し直してください"
        return f"Excel の日付の通し番号なら {day} です。{how}"
    return "R8.4.1、令和8年4月1日、2026/4/1 などで書きます"


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes; raises ``InputError`` when missing, empty or over 256 MB."""
    where = SourceRef(str(path))
    try:
        if not path.exists():
            hint = "パスの綴りと、置き場所がつながっているかを確かめてください"
            raise InputError("ファイルがありません", where=where, hint=hint)
        if not path.is_file():
            raise InputError("通常のファイルではありません", where=where)
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"大きすぎます（{MAX_BYTES // 1024**2} MB まで）",
                where=where,
                hint="必要な期間や所属だけを書き出してください",
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"開けません: {error.strerror}", where=where) from error
    if not data.strip():
        raise InputError("空のファイルです", where=where, hint="書き出しをやり直してください")
    return data


def decode(data: bytes, where: SourceRef) -> tuple[str, str]:
    """Return the text and the name of its encoding; raises ``InputError`` when it is none."""
    if data.startswith(b"\xef\xbb\xbf"):
        candidates: tuple[str, ...] = ("utf-8-sig",)
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ("utf-16",)
    elif b"\x00" in data[:2000]:
        # Without a mark the commas tell: low byte first puts them on even places.
        is_little = data[0::2].count(b",") >= data[1::2].count(b",")
        candidates = ("utf-16-le" if is_little else "utf-16-be",)
    else:
        candidates = ("utf-8", "cp932")
    position = 0
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            position = error.start
        else:
            if "\x00" in text:
                break  # a picture or a program: some bytes happen to make up characters
            return text, encoding.removesuffix("-sig")[:6].rstrip("-")
    line = data.count(b"\n", 0, position) + 1
    raise InputError(
        "文字コードが読めません（CP932・UTF-8・UTF-16 のどれでもありません）",
        where=where.at(f"{line} 行目"),
        hint="Excel の「名前を付けて保存」で CSV UTF-8 を選び、保存し直してください",
    )


def _csv_rows(text: str, where: SourceRef) -> Iterator[tuple[str, list[str]]]:
    first = text.split("\n", 1)[0]
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield f"{reader.line_num} 行目", row
    except csv.Error as error:
        raise InputError(
            "CSV の形が壊れています（引用符が閉じていないなど）",
            where=where.at(f"{reader.line_num} 行目"),
            hint="その行の前後の引用符と改行を確かめてください",
        ) from error


def _workbook_rows(data: bytes, where: SourceRef) -> Iterator[tuple[str, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    broken = "Excel のブックとして読めません"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
                raise InputError("展開すると大きくなりすぎます（zip 爆弾の疑い）", where=where)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        hint = "Excel で開けるか確かめ、.xlsx で保存し直してください"
        raise InputError(broken, where=where, hint=hint) from error
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield f"{sheet.title}!{number} 行目", [_cell_text(value) for value in values]
    except (KeyError, IndexError, ValueError, SyntaxError) as error:
        raise InputError(broken, where=where) from error
    finally:
        book.close()


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(
    rows: Iterator[tuple[str, list[str]]], where: SourceRef, encoding: str, digest: InputDigest
) -> Sheet:
    header: list[str] = []
    found: list[Row] = []
    is_title = False  # one filled cell at the top: the only heading, or a title above them
    for place, values in rows:
        cells = [value.strip().strip("\u3000").strip() for value in values]
        if not any(cells):
            continue
        filled = sum(map(bool, cells))
        if not header or (is_title and filled > 1 and len(found) < _TITLE_ROWS):
            header, found = _checked_header(cells, where.at(place)), []
            is_title = filled == 1
            continue
        if len(found) >= MAX_ROWS:
            raise InputError(f"行が多すぎます（{MAX_ROWS:,} 行まで）", where=where)
        if any(cells[len(header) :]):
            raise InputError(
                f"見出し（{len(header)} 列）より値が多い行です",
                where=where.at(place),
                hint="値の中のカンマが引用符で囲まれているか確かめてください",
            )
        cells += [""] * (len(header) - len(cells))
        cell_of = {name: value for name, value in zip(header, cells, strict=False) if name}
        found.append(Row(cell_of, where.at(place)))
    if not header:
        raise InputError("見出しの行がありません", where=where)
    return Sheet(tuple(header), tuple(found), where, encoding, digest)


def _checked_header(cells: list[str], where: SourceRef) -> list[str]:
    header = [" ".join(cell.split()) for cell in cells]
    header = [
        f"{header[n - 1]}{NEXT_COLUMN}" if n and not name and header[n - 1] else name
        for n, name in enumerate(header)
    ]
    while header and not header[-1]:
        header.pop()
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise InputError(
            f"同じ見出しが 2 つあります: {'、'.join(twice)}",
            where=where,
            hint="見出しを書き分けてから取り込んでください",
        )
    return header
