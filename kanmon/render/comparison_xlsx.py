"""新旧対照表 as an Excel sheet: one row a clause, changed words underlined inside the cell."""

import io
from datetime import datetime
from typing import Any

from kanmon.comparison import Comparison, ComparisonStyle
from kanmon.render.cell import cell_text
from kanmon.report import RichText, Span
from kanmon.text import display_width, shorten

_CREATED = datetime(2000, 1, 1)
_WIDTH = 110
"""Characters over all columns: A4 landscape at a readable size."""
_LINE_POINTS = 15.0
_MAX_HEIGHT = 409.0
"""Excel's own limit of a row."""
_MAX_CELL = 32_767
_UNDERLINES = {"single": 1, "double": 2, "none": 0}


def render_comparison_xlsx(comparison: Comparison) -> bytes:
    """Return the table as an .xlsx; two equal comparisons give equal bytes."""
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        title = cell_text(comparison.title)
        book.set_properties({"title": shorten(title, 255), "created": _CREATED})
        sheet = book.add_worksheet("新旧対照表")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        _write(book, sheet, comparison, title)
    return file.getvalue()


def _write(book: Any, sheet: Any, comparison: Comparison, title: str) -> None:
    style = comparison.style
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#E8EEF4"})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    underline = _UNDERLINES[style.underline]
    whole = book.add_format(
        {"border": 1, "text_wrap": True, "valign": "top", "underline": underline}
    )
    marked = book.add_format({"underline": underline})
    plain = book.add_format()
    draft = f"【{style.draft}】" if style.draft else ""
    sheet.write_string(0, 0, f"{draft}{title}", bold)
    sheet.write_string(1, 0, cell_text(comparison.instrument))
    for index, (heading, width) in enumerate(
        zip(comparison.headings, _widths(style), strict=False)
    ):
        sheet.set_column(index, index, width)
        sheet.write_string(3, index, heading, head)
    for number, row in enumerate(comparison.rows, 4):
        sheet.set_row(number, _height(comparison.cells(row), style))
        for index, content in enumerate(comparison.cells(row)):
            spans = content.spans if isinstance(content, RichText) else (Span(content),)
            _cell(sheet, (number, index), spans, (body, whole, plain, marked))
    below = 5 + len(comparison.rows)
    for number, remark in enumerate(comparison.remarks, below):
        sheet.write_string(number, 0, cell_text(remark))
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)


def _cell(
    sheet: Any, place: tuple[int, int], spans: tuple[Span, ...], formats: tuple[Any, Any, Any, Any]
) -> None:
    body, whole_marked, plain, marked = formats
    shown = [(cell_text(span.text), span.mark) for span in spans if span.text]
    whole = shorten("".join(text for text, _ in shown), _MAX_CELL)
    if len(shown) < 2 or len(whole) == _MAX_CELL:
        # Excel has no rich text of one piece; a wholly marked cell is formatted as a cell.
        is_marked = bool(shown) and all(mark for _, mark in shown)
        sheet.write_string(*place, whole, whole_marked if is_marked else body)
        return
    pieces: list[Any] = []
    for text, mark in shown:
        pieces += [marked if mark else plain, text]
    sheet.write_rich_string(*place, *pieces, body)


def _height(cells: tuple[RichText | str, ...], style: ComparisonStyle) -> float:
    """Return the row height in points; a row of wrapped rich text does not fit itself."""
    lines = 1
    for content, width in zip(cells, _widths(style), strict=False):
        parts = str(content).split("\n")
        lines = max(lines, sum(1 + int(display_width(part) // (width - 2)) for part in parts))
    return min(_LINE_POINTS * lines + 3, _MAX_HEIGHT)


def _widths(style: ComparisonStyle) -> tuple[float, float, float]:
    note = style.note_share if style.note_label else 0
    half = _WIDTH * (100 - note) / 200
    return half, half, _WIDTH * note / 100
