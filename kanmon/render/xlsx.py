"""Excel: one sheet a table, a summary in front, drop-downs where the user decides."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kanmon.errors import UnsupportedError
from kanmon.render.cell import LEVEL_COLOURS, cell_text, judged_line
from kanmon.report import (
    Cell,
    Chart,
    Column,
    Facts,
    Heading,
    Listing,
    Report,
    RichText,
    Table,
    Text,
)
from kanmon.text import display_width, shorten

# Limits of the file format: https://support.microsoft.com/office/1672b34d (specifications).
_MAX_ROWS = 1_048_576
_MAX_CELL = 32_767
_MAX_ROW_POINTS = 405
_MAX_SHEET_NAME = 31
_MAX_LIST_CHOICES = 255
# The zip's own dates; a clock here would make two equal reports differ.
_CREATED = datetime(2000, 1, 1)
_SEVERITY_COLOURS = {"重大": "#F4B6B6", "高": "#F9D5B5", "中": "#FFF3BF", "低": "#E3EDF7"}
_MARKS: dict[str, dict[str, Any]] = {
    "hit": {"bold": True, "font_color": "#B00020"},
    "alarm": {"bold": True, "font_color": "#B00020"},
    "added": {"underline": 1, "font_color": "#0B4F8A"},
    "removed": {"underline": 1, "font_color": "#8A3B0B"},
    "strong": {"bold": True},
}


def render_xlsx(report: Report) -> bytes:
    """Return a workbook: 概要, a sheet a table, 判定できなかったもの.

    Text is always written as text: a cell from a log can never become a formula or a link.

    Raises:
        UnsupportedError: a table has more rows than a sheet can hold.
    """
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": shorten(cell_text(report.title), 255), "created": _CREATED})
        writer = _Writer(book)
        writer.summary(report)
        for table in report.tables:
            writer.table(table)
        if report.skips:
            writer.table(_skip_table(report))
    return file.getvalue()


def _skip_table(report: Report) -> Table:
    columns = (
        Column("place", "場所", 50),
        Column("reason", "理由", 60),
        Column("hint", "対処", 50),
    )
    rows = tuple((str(skip.where), skip.reason, skip.hint) for skip in report.skips)
    return Table("skips", "判定できなかったもの", columns, rows)


class _Writer:
    """Holds the workbook's formats and sheet names while sheets are written."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._names: set[str] = set()
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def _format(self, **properties: Any) -> Any:
        base = {"font_name": "游ゴシック", "font_size": 10, "valign": "top", **properties}
        key = tuple(sorted(base.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(base)
        return self._formats[key]

    def _sheet(self, title: str) -> Any:
        plain = re.sub(r"[\[\]:*?/\\']", "_", cell_text(title)).strip() or "表"
        name, number = plain[:_MAX_SHEET_NAME], 2
        while name.lower() in self._names:
            suffix = f"_{number}"
            name, number = plain[: _MAX_SHEET_NAME - len(suffix)] + suffix, number + 1
        self._names.add(name.lower())
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def summary(self, report: Report) -> None:
        sheet = self._sheet("概要")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, cell_text(report.title), self._format(bold=True, font_size=14))
        row = 2
        lines = [*report.summary]
        if report.made_on:
            lines.append(f"作成日 {report.made_on.isoformat()}")
        if report.judged or report.skips:
            lines.append(judged_line(report))
        for line in lines:
            sheet.merge_range(row, 0, row, 1, "", self._format(text_wrap=True))
            sheet.write_string(row, 0, cell_text(line), self._format(text_wrap=True))
            sheet.set_row(row, 15 * (1 + display_width(line) // 110))
            row += 1
        row += 1
        for block in report.blocks:
            row = self._summary_block(sheet, row, block)

    def _summary_block(self, sheet: Any, row: int, block: object) -> int:
        wrap = self._format(text_wrap=True)
        if isinstance(block, Heading):
            sheet.write_string(row, 0, cell_text(block.text), self._format(bold=True, font_size=12))
            return row + 1
        if isinstance(block, Text):
            self._write(sheet, row, 1, block.text, {"text_wrap": True})
            return row + 1
        if isinstance(block, Listing):
            for number, item in enumerate(block.items, 1):
                label = "□" if block.checkbox else str(number) if block.numbered else "・"
                sheet.write_string(row, 0, label, self._format(align="right"))
                self._write(sheet, row, 1, item, {"text_wrap": True})
                row += 1
            return row
        if isinstance(block, Facts):
            for label, cell in block.pairs:
                sheet.write_string(row, 0, cell_text(label), self._format(bold=True, border=1))
                self._write(sheet, row, 1, cell, {"text_wrap": True, "border": 1})
                row += 1
            return row + 1
        if isinstance(block, Chart):
            return self._chart(sheet, row, block)
        if isinstance(block, Table):
            text = f"→ シート「{block.title}」 {len(block.rows):,} 件"
            sheet.write_string(row, 1, cell_text(text), wrap)
            return row + 1
        return row

    def _chart(self, sheet: Any, row: int, chart: Chart) -> int:
        """Draw the chart beside its figures; readers without charts still see the numbers."""
        head = self._format(bold=True, border=1, bg_color="#E8EEF4")
        sheet.write_string(row, 0, cell_text(chart.title), self._format(bold=True))
        first = row + 1
        for column, (name, values) in enumerate(chart.series, 4):
            sheet.write_string(first, column, cell_text(name), head)
            for offset, value in enumerate(values, 1):
                sheet.write_number(first + offset, column, value, self._format(border=1))
        for offset, label in enumerate(chart.labels, 1):
            sheet.write_string(first + offset, 3, cell_text(label), self._format(border=1))
        sheet.set_column(3, 3, 24)
        kind = {"type": "bar", **({"subtype": "stacked"} if chart.stacked else {})}
        drawing = self._book.add_chart(kind)
        last = first + len(chart.labels)
        for column, (name, _) in enumerate(chart.series, 4):
            colour = LEVEL_COLOURS.get(name)
            drawing.add_series(
                {
                    "name": [sheet.name, first, column],
                    "categories": [sheet.name, first + 1, 3, last, 3],
                    "values": [sheet.name, first + 1, column, last, column],
                    **({"fill": {"color": colour}} if colour else {}),
                }
            )
        drawing.set_title({"name": cell_text(chart.title), "name_font": {"size": 11}})
        # Every label: Excel would leave out every other one of many.
        drawing.set_y_axis({"reverse": True, "interval_unit": 1})
        height = max(120, 60 + 22 * len(chart.labels) * (1 if chart.stacked else len(chart.series)))
        drawing.set_size({"width": 760, "height": height})
        sheet.insert_chart(row + 1, 0, drawing)
        return int(max(last, row + 1 + height // 20) + 2)

    def table(self, table: Table) -> None:
        if len(table.rows) >= _MAX_ROWS:
            raise UnsupportedError(
                f"表「{table.title}」は {len(table.rows):,} 行あり、Excel の 1 シートに入りません",
                hint="csv か jsonl を使うか、期間や重大度で絞ってください",
            )
        sheet = self._sheet(table.title)
        head = self._format(
            bold=True, border=1, bg_color="#1F3A5F", font_color="#FFFFFF", text_wrap=True
        )
        widths = [
            column.width or _natural_width(column, table.rows, index)
            for index, column in enumerate(table.columns)
        ]
        for index, column in enumerate(table.columns):
            sheet.write_string(0, index, cell_text(column.label_ja or column.key), head)
            sheet.set_column(index, index, widths[index], None, {"hidden": column.hidden})
        colours = _row_colours(table)
        for number, row in enumerate(table.rows, 1):
            sheet.set_row(number, _row_height(row, widths))
            for index, cell in enumerate(row):
                style = {"text_wrap": True, "border": 1, "border_color": "#C8D0D8"}
                if table.columns[index].editable:
                    style["bg_color"] = "#FFFBE6"
                elif colours[number - 1]:
                    style["bg_color"] = colours[number - 1]
                self._write(sheet, number, index, cell, style)
        self._finish(sheet, table)

    def _finish(self, sheet: Any, table: Table) -> None:
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        for index, column in enumerate(table.columns):
            if column.choices and table.rows:
                self._drop_down(sheet, index, column, len(table.rows))

    def _drop_down(self, sheet: Any, index: int, column: Column, rows: int) -> None:
        source: object = list(column.choices)
        if len(",".join(column.choices)) > _MAX_LIST_CHOICES:
            lists = self._sheet(f"選択肢_{column.label_ja}")
            lists.hide()
            for number, choice in enumerate(column.choices):
                lists.write_string(number, 0, choice)
            source = f"='{lists.name}'!$A$1:$A${len(column.choices)}"
        sheet.data_validation(
            1,
            index,
            rows,
            index,
            {
                "validate": "list",
                "source": source,
                "error_title": "選択肢にありません",
                "error_message": "一覧から選んでください。",
            },
        )

    def _write(self, sheet: Any, row: int, column: int, cell: Cell, style: dict[str, Any]) -> None:
        if isinstance(cell, RichText):
            self._write_rich(sheet, row, column, cell, style)
        elif isinstance(cell, bool) or cell is None:
            sheet.write_string(row, column, cell_text(cell), self._format(**style))
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell, self._format(**style))
        elif isinstance(cell, date) and not isinstance(cell, datetime):
            sheet.write_datetime(
                row, column, cell, self._format(**style, num_format="yyyy/mm/dd", align="left")
            )
        else:
            text = shorten(cell_text(cell), _MAX_CELL)
            sheet.write_string(row, column, text, self._format(**style))

    def _write_rich(
        self, sheet: Any, row: int, column: int, cell: RichText, style: dict[str, Any]
    ) -> None:
        spans = [span for span in cell.spans if span.text]
        plain = "".join(cell_text(span.text) for span in spans)
        if len(spans) == 1 and spans[0].mark in _MARKS:
            style = {**style, **_MARKS[spans[0].mark]}
        if len(spans) < 2 or len(plain) > _MAX_CELL:
            sheet.write_string(row, column, shorten(plain, _MAX_CELL), self._format(**style))
            return
        parts: list[object] = []
        for span in spans:
            parts += [self._format(**_MARKS.get(span.mark, {})), cell_text(span.text)]
        sheet.write_rich_string(row, column, *parts, self._format(**style))


def _row_colours(table: Table) -> list[str]:
    index = next(
        (n for n, column in enumerate(table.columns) if column.key == table.severity_column), None
    )
    if index is None:
        return [""] * len(table.rows)
    return [_SEVERITY_COLOURS.get(cell_text(row[index]), "") for row in table.rows]


def _row_height(row: tuple[Cell, ...], widths: Sequence[int]) -> int:
    """Return points for the cell with the most lines; programs differ in doing it themselves."""
    lines = max(
        sum(1 + display_width(line) // width for line in cell_text(cell).splitlines())
        for cell, width in zip(row, widths, strict=True)
    )
    return min(15 * max(lines, 1), _MAX_ROW_POINTS)


def _natural_width(column: Column, rows: Sequence[tuple[Cell, ...]], index: int) -> int:
    sample = [cell_text(row[index]) for row in rows[:200]]
    widest = max((display_width(line) for text in sample for line in text.splitlines()), default=0)
    return max(8, min(60, max(widest, display_width(column.label_ja)) + 3))
