"""The formats that are lines one after another: plain text, Word, PDF, RTF."""

from kanmon.documents.encoding import decode_text
from kanmon.documents.line import Line
from kanmon.documents.pdf import pdf_lines
from kanmon.documents.plain_text import text_lines
from kanmon.documents.rtf import rtf_lines
from kanmon.documents.word import docx_lines
from kanmon.errors import InputError, ToolError
from kanmon.inputs import InputFile
from kanmon.run import Skip
from kanmon.source import SourceRef
from kanmon.unpacking import unpacking

MAX_BYTES = 30 * 1000 * 1000
"""Largest file read. The longest of the Acts measured has 3 MB; a whole 例規集 in one Word file
is better split, because every place in it is cited by file."""


def read_content(item: InputFile) -> bytes:
    """Return the bytes of a file.

    Raises:
        InputError: it is larger than ``MAX_BYTES`` or cannot be read.
    """
    with unpacking(item.ref), item.open() as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(
            f"大きすぎます（上限 {MAX_BYTES // 1_000_000} MB）",
            where=item.ref,
            hint="例規ごとに分けたファイルを渡してください",
        )
    return data


def flat_lines(data: bytes, path: str, kind: str) -> tuple[list[Line], list[Skip]]:
    """Return the lines of a ``docx``, ``pdf``, ``rtf`` or ``text``, and what could not be read.

    Raises:
        ToolError: as the reader of the format says.
    """
    if kind == "pdf":
        return pdf_lines(data, path)
    if kind == "docx":
        return docx_lines(data, path), []
    if kind == "rtf":
        return rtf_lines(data, path), []
    return text_lines(decode_text(data, path)), []


def skip_of(error: ToolError, item: InputFile) -> Skip:
    """Return what a loader of many keeps of an error."""
    return Skip(error.where or SourceRef(item.name), str(error.args[0]), error.hint)
