"""Word, PDF by way of Word, and the RTF in which 例規 systems keep forms."""

import io
import subprocess
from pathlib import Path

from kanmon.documents.line import Line, read_appendix
from kanmon.render.docx import prepare_document, save_document


def docx(lines: list[Line]) -> bytes:
    """Return a Word file; tables as tables."""
    from docx import Document
    from docx.enum.text import WD_BREAK

    document = Document()
    prepare_document(document, landscape=False)
    for index, line in enumerate(lines):
        if line.rows:
            table = document.add_table(len(line.rows), len(line.rows[0].cells), style="Table Grid")
            for row, cells in zip(line.rows, table.rows, strict=True):
                for cell, target in zip(row.cells, cells.cells, strict=True):
                    target.text = cell.text
            continue
        paragraph = document.add_paragraph()
        if index and read_appendix(line.text) is not None:
            paragraph.add_run().add_break(WD_BREAK.PAGE)
        paragraph.add_run(line.text)
    return save_document(document)


def pdf(lines: list[Line], path: Path) -> None:
    """Write a PDF by way of Word and LibreOffice."""
    word = path.with_suffix(".docx")
    word.write_bytes(docx(lines))
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(path.parent), str(word)]
    subprocess.run(command, check=True, capture_output=True)
    word.unlink()


def rtf(lines: list[Line]) -> bytes:
    """Return a form as 例規 systems keep it: CP932 escapes, one table."""
    out = io.StringIO()
    out.write("{\\rtf1\\ansi\\ansicpg932\\deff0{\\fonttbl{\\f0\\fnil\\fcharset128 MS Mincho;}}\n")
    out.write("\\paperw11906\\paperh16838\\f0\\fs21\n")
    for line in lines:
        for row in line.rows:
            step = 9000 // len(row.cells)
            edges = "".join(f"\\cellx{step * (i + 1)}" for i in range(len(row.cells)))
            cells = "".join(f"\\pard\\intbl {rtf_text(cell.text)}\\cell " for cell in row.cells)
            out.write(f"\\trowd{edges}{cells}\\row\n")
        if not line.rows:
            out.write(f"\\pard {rtf_text(line.text)}\\par\n")
    out.write("}\n")
    return out.getvalue().encode("ascii")


def rtf_text(text: str) -> str:
    """Return text as escapes; what CP932 lacks is written as \\u."""
    pieces = []
    for char in text:
        try:
            data = char.encode("cp932")
        except UnicodeEncodeError:
            pieces.append(f"\\u{ord(char)}?")
            continue
        plain = len(data) == 1 and char not in "\\{}"
        pieces.append(char if plain else "".join(f"\\'{byte:02x}" for byte in data))
    return "".join(pieces)
