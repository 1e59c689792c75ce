"""新旧対照表 as a Word file: A4 landscape, headings on every page, changes underlined."""

from typing import Any

from kanmon.comparison import Comparison, ComparisonStyle
from kanmon.render.cell import cell_text
from kanmon.render.docx import prepare_document, save_document, xml_text
from kanmon.report import RichText, Span
from kanmon.text import shorten

_TEXT_WIDTH_MM = 261


def render_comparison_docx(comparison: Comparison) -> bytes:
    """Return the table as a .docx; two equal comparisons give equal bytes."""
    from docx import Document

    document = Document()
    prepare_document(document, landscape=True)
    _set_font(document, comparison.style.font)
    title = xml_text(cell_text(comparison.title))
    document.core_properties.title = shorten(title, 255)
    _head(document, comparison, title)
    headings = comparison.headings
    table = document.add_table(rows=1, cols=len(headings))
    table.style = "Table Grid"
    table.autofit = False
    _repeat(table.rows[0])
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        _centre(cell.paragraphs[0]).add_run(xml_text(heading)).bold = True
    for row in comparison.rows:
        cells = table.add_row().cells
        for cell, content in zip(cells, comparison.cells(row), strict=True):
            _fill(cell, content, comparison.style)
    _widths(table, comparison.style)
    for remark in comparison.remarks:
        document.add_paragraph(xml_text(cell_text(remark)))
    return save_document(document)


def _head(document: Any, comparison: Comparison, title: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if comparison.style.draft:
        mark = document.add_paragraph(f"【{comparison.style.draft}】")
        mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _centre(document.add_paragraph()).add_run(title).bold = True
    if comparison.instrument:
        document.add_paragraph(f"○{xml_text(cell_text(comparison.instrument))}")


def _set_font(document: Any, name: str) -> None:
    from docx.oxml.ns import qn

    style = document.styles["Normal"]
    style.font.name = name
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(attribute), name)


def _fill(cell: Any, content: RichText | str, style: ComparisonStyle) -> None:
    from docx.enum.text import WD_UNDERLINE

    kinds = {"single": WD_UNDERLINE.SINGLE, "double": WD_UNDERLINE.DOUBLE}
    spans = content.spans if isinstance(content, RichText) else (Span(content),)
    paragraph = cell.paragraphs[0]
    for span in spans:
        for index, line in enumerate(xml_text(cell_text(span.text)).split("\n")):
            if index:
                paragraph = cell.add_paragraph()
            run = paragraph.add_run(line)
            if span.mark and style.underline in kinds:
                run.underline = kinds[style.underline]


def _repeat(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def _centre(paragraph: Any) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _widths(table: Any, style: ComparisonStyle) -> None:
    from docx.shared import Mm

    note = style.note_share if style.note_label else 0
    shares = [(100 - note) / 2, (100 - note) / 2, note][: len(table.columns)]
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(_TEXT_WIDTH_MM * share / 100)
        for cell in column.cells:
            cell.width = column.width
