"""One cell or paragraph as plain text or JSON value, the same in every format."""

import re
from datetime import date, datetime

from kanmon.dates import format_instant
from kanmon.report import Cell, Report, RichText
from kanmon.text import printable

LEVEL_COLOURS = {
    "重大": "#B00020",
    "高": "#E3711A",
    "中": "#FFD75E",
    "低": "#9CC3E6",
    "情報": "#C9D1D9",
}
"""Colour of a chart's series that is named after a level."""


def cell_text(cell: Cell) -> str:
    """Return what a reader sees: Japan time, ``○`` for true, nothing for None or false.

    Control, bidi and invisible characters are written out (``\\x1b``); line feeds stay.
    """
    if cell is None or cell is False:
        return ""
    if cell is True:
        return "○"
    if isinstance(cell, datetime):
        return format_instant(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:,.4f}".rstrip("0").rstrip(".")
    return printable(str(cell), newlines=True)


def cell_json(cell: Cell) -> object:
    """Return the JSON value of a cell: numbers stay numbers, instants are ISO 8601 with offset."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, RichText):
        return str(cell)
    return cell


_PLAIN_NUMBER = re.compile(r"[+-](?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""What ``float`` takes besides (a tab before it, ``+inf``, ``-1_0``) is no number to Excel."""


def safe_formula(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula (OWASP, CSV injection).

    A leading ``= + - @``, tab or carriage return (also full-width, also behind blanks) gets an
    apostrophe, unless the whole text is a plain number.
    """
    stripped = text.lstrip(" \u3000\n")
    if not stripped or stripped[0] not in "=+-@\t\r＝＋－＠":
        return text
    return text if _PLAIN_NUMBER.fullmatch(stripped) else "'" + text


def judged_line(report: Report) -> str:
    """Return how much was judged and how much could not be: stands in every format."""
    return f"{report.judged or '判定'}、判定できなかったもの {len(report.skips):,} 件"
