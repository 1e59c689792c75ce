"""Files in, documents out; what cannot be read becomes a Skip that says why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kanmon.documents.assemble import document_from_lines
from kanmon.documents.continuity import check_continuity
from kanmon.documents.encoding import decode_text
from kanmon.documents.flat import flat_lines, read_content, skip_of
from kanmon.documents.forms import attach_forms, form_paths
from kanmon.documents.html import read_html
from kanmon.documents.law_xml import read_law_xml
from kanmon.documents.model import Document
from kanmon.documents.sniff import sniff
from kanmon.errors import InputError, ToolError
from kanmon.inputs import InputFile
from kanmon.run import Skip
from kanmon.source import SourceRef


def load_document(item: InputFile, siblings: Mapping[str, InputFile] | None = None) -> Document:
    """Return the document in one file, with the forms it links to.

    Gaps in its numbers stand among its notices, like what could not be read.

    Args:
        item: The file.
        siblings: Further inputs by name, where forms are looked for before the disk.

    Raises:
        ToolError: the file cannot be read as a document; the message says what to do.
    """
    document = attach_forms(_read(read_content(item), item.name), siblings or {})
    return replace(document, notices=(*document.notices, *check_continuity(document)))


def load_documents(
    inputs: Sequence[InputFile],
) -> tuple[tuple[Document, ...], tuple[Skip, ...]]:
    """Return the documents in file order, and every file or form that could not be read.

    A form that a page links to is part of that page and no document of its own.
    """
    documents: list[Document] = []
    skips: list[Skip] = []
    for found in load_each(inputs):
        if isinstance(found, Skip):
            skips.append(found)
        else:
            documents.append(found)
    linked = {path for document in documents for path in form_paths(document)}
    kept = [document for document in documents if document.path not in linked]
    skips = [skip for skip in skips if skip.where.path not in linked]
    skips.extend(notice for document in kept for notice in document.notices)
    return tuple(kept), tuple(sorted(set(skips)))


def load_each(inputs: Sequence[InputFile]) -> Iterator[Document | Skip]:
    """Yield each document, or why there is none, in file order.

    Unlike ``load_documents`` it holds one document at a time, and a form in a file of its own
    also comes as a document; ``form_paths`` of its page names it.
    """
    siblings = {item.name: item for item in inputs}
    for item in inputs:
        try:
            yield load_document(item, siblings)
        except ToolError as error:
            yield skip_of(error, item)


def _read(data: bytes, path: str) -> Document:
    kind = sniff(data, path)
    if kind == "law-xml":
        return read_law_xml(data, path)
    if kind == "html":
        return read_html(decode_text(data, path), path)
    lines, notices = flat_lines(data, path, kind)
    if not any(line.text or line.rows for line in lines):
        raise InputError(
            "文字がありません", where=SourceRef(path), hint="元のファイルを確かめてください"
        )
    return document_from_lines(lines, path, kind, notices)
