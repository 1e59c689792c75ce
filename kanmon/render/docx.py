"""Word: for files that are circulated, stamped and kept."""

import io
import zipfile
from datetime import datetime
from typing import Any

from kanmon.render.cell import cell_text, judged_line
from kanmon.report import (
    Block,
    Cell,
    Chart,
    Facts,
    Heading,
    Listing,
    Report,
    RichText,
    Span,
    Table,
    Text,
)
from kanmon.text import shorten

FONT = "游ゴシック"
# The document's own dates; a clock here would make two equal reports differ.
_CREATED = datetime(2000, 1, 1)
_RED, _GREY = "B00020", "5B6B7C"


def render_docx(report: Report) -> bytes:
    """Return an A4 document, landscape when a table has more than six columns."""
    from docx import Document

    document = Document()
    prepare_document(document, landscape=any(_shown(table) > 6 for table in report.tables))
    document.core_properties.title = shorten(xml_text(cell_text(report.title)), 255)
    document.add_heading(xml_text(cell_text(report.title)), level=0)
    if report.made_on:
        _paragraph(document, f"作成日 {report.made_on.isoformat()}", color=_GREY)
    for sentence in report.summary:
        _paragraph(document, sentence)
    for block in report.blocks:
        _block(document, block)
    if report.judged or report.skips:
        document.add_heading("判定の範囲", level=1)
        head = judged_line(report)
        _paragraph(document, head)
        for skip in report.skips:
            _paragraph(document, str(skip), style="List Bullet")
    return save_document(document)


def prepare_document(document: Any, *, landscape: bool) -> None:
    """Set A4, margins, a font that has Japanese, and fixed dates on a new python-docx document."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(attribute), FONT)
        for theme in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme"):
            fonts.attrib.pop(qn(theme), None)
    document.styles["Normal"].font.size = Pt(10)
    document.styles["Title"].font.size = Pt(18)
    properties = document.core_properties
    properties.author = "Kanmon"
    properties.created = properties.modified = _CREATED


def save_document(document: Any) -> bytes:
    """Return the document's bytes; the clock python-docx puts into the zip is left out."""
    file, fixed = io.BytesIO(), io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(fixed, "w") as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(member))
    return fixed.getvalue()


def add_runs(paragraph: Any, cell: Cell) -> None:
    """Append a cell's spans to a python-docx paragraph, with their marks."""
    from docx.shared import RGBColor

    spans = cell.spans if isinstance(cell, RichText) else (Span(cell_text(cell)),)
    for span in spans:
        run = paragraph.add_run(xml_text(cell_text(span.text)))
        if span.mark in ("added", "removed"):
            run.underline = True
        elif span.mark:
            run.bold = True
        if span.mark in ("hit", "alarm"):
            run.font.color.rgb = RGBColor.from_string(_RED)


def xml_text(text: str) -> str:
    """Return ``text`` without the code points XML 1.0 forbids (non-characters)."""
    return "".join("\ufffd" if char in "\ufffe\uffff" else char for char in text)


def _block(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(xml_text(cell_text(block.text)), level=min(block.level, 3))
    elif isinstance(block, Text):
        color = {"warning": _RED, "note": _GREY}.get(block.kind, "")
        style = {"quote": "Quote", "code": "No Spacing"}.get(block.kind, "Normal")
        _paragraph(document, block.text, style=style, color=color)
    elif isinstance(block, Listing):
        for number, item in enumerate(block.items, 1):
            if block.checkbox or block.numbered:
                # Word's own numbering would go on counting from the list before.
                paragraph = document.add_paragraph("☐ " if block.checkbox else f"{number}. ")
                add_runs(paragraph, item)
            else:
                _paragraph(document, item, style="List Bullet")
    elif isinstance(block, Facts):
        _grid(document, [[label, cell] for label, cell in block.pairs], (), (25, 75))
    elif isinstance(block, Table):
        _table(document, block)
    else:
        _chart(document, block)


def _paragraph(document: Any, cell: Cell, *, style: str = "Normal", color: str = "") -> None:
    from docx.shared import RGBColor

    paragraph = document.add_paragraph(style=style)
    add_runs(paragraph, cell)
    if color:
        for run in paragraph.runs:
            run.font.color.rgb = RGBColor.from_string(color)


def _shown(table: Table) -> int:
    return sum(not column.hidden for column in table.columns)


def _table(document: Any, table: Table) -> None:
    document.add_heading(xml_text(cell_text(table.title)), level=1)
    if table.note:
        _paragraph(document, table.note, color=_GREY)
    if not table.rows:
        _paragraph(document, "該当なし")
        return
    shown = [index for index, column in enumerate(table.columns) if not column.hidden]
    heads = tuple(table.columns[index].label_ja or table.columns[index].key for index in shown)
    widths = tuple(table.columns[index].width or 12 for index in shown)
    _grid(document, [[row[index] for index in shown] for row in table.rows], heads, widths)


def _chart(document: Any, chart: Chart) -> None:
    document.add_heading(xml_text(cell_text(chart.title)), level=2)
    heads = ("", *(name for name, _ in chart.series))
    rows: list[list[Cell]] = [
        [label, *(values[index] for _, values in chart.series)]
        for index, label in enumerate(chart.labels)
    ]
    _grid(document, rows, heads, (30, *(12 for _ in chart.series)))


def _grid(
    document: Any, rows: list[list[Cell]], heads: tuple[str, ...], widths: tuple[int, ...]
) -> None:
    """Add a ruled table; ``widths`` are proportions. The head is repeated on every page."""
    from docx.oxml import OxmlElement
    from docx.shared import Emu, Pt

    section = document.sections[0]
    usable = section.page_width - section.left_margin - section.right_margin
    grid = document.add_table(rows=len(rows) + bool(heads), cols=len(widths))
    grid.style = "Table Grid"
    grid.autofit = False
    # LibreOffice believes the grid, Word the cells: both are set.
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Emu(usable * width // sum(widths))
    lines: list[list[Cell]] = [list(heads), *rows] if heads else rows
    for number, (line, cells) in enumerate(zip(lines, (r.cells for r in grid.rows), strict=True)):
        for cell, target, width in zip(line, cells, widths, strict=True):
            target.width = Emu(usable * width // sum(widths))
            paragraph = target.paragraphs[0]
            add_runs(paragraph, cell)
            paragraph.paragraph_format.space_after = Pt(0)
            for run in paragraph.runs:
                run.font.size = Pt(9)
                run.bold = True if heads and number == 0 else run.bold
    if heads:
        properties = grid.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))
    document.add_paragraph()
