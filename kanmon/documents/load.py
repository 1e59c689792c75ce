"""Files in, documents out; what cannot be read becomes a Skip that says why."""

from collections.abc import Iterator, Mapping, Sequence

from kanmon.documents.assemble import document_from_lines
from kanmon.documents.encoding import decode_text
from kanmon.documents.law_xml import read_law_xml
from kanmon.documents.model import Document
from kanmon.documents.plain_text import text_lines
from kanmon.documents.sniff import sniff
from kanmon.errors import InputError, ToolError
from kanmon.inputs import InputFile, unpacking
from kanmon.run import Skip
from kanmon.source import SourceRef

MAX_BYTES = 30 * 1000 * 1000
"""Largest file read. The longest Act of ../shared/laws has 3 MB; a whole 例規集 in one Word file
is better split, because every place in it is cited by file."""


def load_document(
    item: InputFile, siblings: Mapping[str, InputFile] | None = None
) -> Document:
    """Return the document in one file.

    Args:
        siblings: Further files by name, where forms a page links to are looked for before the
            disk beside it.

    Raises:
        ToolError: the file cannot be read as a document; the message says what to do.
    """
    return _read(_content(item), item.name)


def load_documents(
    inputs: Sequence[InputFile],
) -> tuple[tuple[Document, ...], tuple[Skip, ...]]:
    """Return the documents in file order, and what could not be read.

    A form that a page links to is part of that page and no document of its own.
    """
    documents: list[Document] = []
    skips: list[Skip] = []
    for found in load_each(inputs):
        if isinstance(found, Skip):
            skips.append(found)
        else:
            documents.append(found)
    return tuple(documents), tuple(skips)


def load_each(inputs: Sequence[InputFile]) -> Iterator[Document | Skip]:
    """Yield each document, or why there is none, in file order; see ``load_documents``."""
    siblings = {item.name: item for item in inputs}
    for item in inputs:
        try:
            yield load_document(item, siblings)
        except ToolError as error:
            where = error.where or SourceRef(item.name)
            yield Skip(where, str(error.args[0]), error.hint)


def _content(item: InputFile) -> bytes:
    with unpacking(item.ref), item.open() as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(
            f"大きすぎます（上限 {MAX_BYTES // 1_000_000} MB）",
            where=item.ref,
            hint="例規ごとに分けたファイルを渡してください",
        )
    return data


def _read(data: bytes, path: str) -> Document:
    kind = sniff(data, path)
    if kind == "law-xml":
        return read_law_xml(data, path)
    return document_from_lines(text_lines(decode_text(data, path)), path, "text")
