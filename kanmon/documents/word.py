"""Reads a Word file (.docx): paragraphs, drawn list numbers, tables, text boxes, footnotes."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from kanmon.documents.field_code import drawn_characters
from kanmon.documents.line import Line, read_article
from kanmon.documents.model import Cell, Row
from kanmon.documents.word_numbering import Numbering, integer
from kanmon.errors import InputError
from kanmon.source import SourceRef

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_Element = etree._Element
_MAX_UNPACKED = 200 * 1000 * 1000
"""All parts together; an ordinance of 30 MB packed has at most a few MB of text unpacked."""
_MAX_HEADING = 60
_NOT_TEXT = {
    f"{_W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "delText", "rt", "sectPr", "tblPr")
} | {_FALLBACK}


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says: its list, and whether it is a heading."""

    list_id: str = ""
    list_depth: int = 0
    heading: int = 0
    is_title: bool = False


def docx_lines(data: bytes, path: str) -> list[Line]:
    """Return the lines and tables of a Word file in order; deleted tracked text is left out.

    Headers and footers are left out. List numbers are written out as Word shows them.

    Raises:
        InputError: the package is broken or unpacks to an unreasonable size.
    """
    where = SourceRef(path)
    parts = _parts(data, where)
    if "word/document.xml" not in parts:
        raise InputError("Word の本文がありません", where=where)
    body = parts["word/document.xml"].find(f"{_W}body")
    reader = _Reader(
        Numbering(parts.get("word/numbering.xml")),
        _styles(parts.get("word/styles.xml")),
        _footnotes(parts.get("word/footnotes.xml")),
    )
    return list(reader.lines(body)) if body is not None else []


def _parts(data: bytes, where: SourceRef) -> dict[str, _Element]:
    wanted = ("document", "numbering", "styles", "footnotes")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MAX_UNPACKED:
                raise InputError("展開すると大きくなりすぎます（zip 爆弾の疑い）", where=where)
            names = [f"word/{name}.xml" for name in wanted]
            present = [name for name in names if name in archive.NameToInfo]
            return {name: etree.fromstring(archive.read(name), parser) for name in present}
    except (zipfile.BadZipFile, etree.XMLSyntaxError, ValueError, EOFError, OSError) as error:
        raise InputError(
            f"壊れた Word ファイルです: {error}",
            where=where,
            hint="Word で開いて保存し直してください",
        ) from error


class _Reader:
    """Walks the body once, because list numbers count on from paragraph to paragraph."""

    def __init__(
        self, numbering: Numbering, styles: dict[str, _Style], footnotes: dict[str, _Element]
    ) -> None:
        self._numbering = numbering
        self._styles = styles
        self._footnotes = footnotes
        self._field = ""

    def lines(self, parent: _Element) -> Iterator[Line]:
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from self._table(element)
            elif element.tag not in _NOT_TEXT:
                # Content controls, insertions, custom XML: what is inside counts.
                yield from self.lines(element)

    def _paragraph(self, paragraph: _Element) -> Iterator[Line]:
        text: list[str] = []
        boxes: list[_Element] = []
        self._collect(paragraph, text, boxes)
        properties = paragraph.find(f"{_W}pPr")
        style = self._styles.get(_child(properties, "pStyle"), _Style())
        words = "".join(text)
        mark = self._mark(properties, style) if words.strip() else ""
        parts = [part.rstrip() for part in words.split("\n") if part.strip()]
        for index, part in enumerate(parts):
            shown = f"{mark}\u3000{part.lstrip()}" if mark and index == 0 else part
            role, number = _role(style, shown)
            yield Line(shown, role, number=number)
        for box in boxes:
            yield from self.lines(box)

    def _collect(self, element: _Element, text: list[str], boxes: list[_Element]) -> None:
        for child in element:
            tag = child.tag
            if tag in _NOT_TEXT:
                continue
            if tag == f"{_W}t":
                text.append(child.text or "")
            elif tag == f"{_W}tab":
                text.append("\u3000")
            elif tag in (f"{_W}br", f"{_W}cr"):
                text.append("\n")
            elif tag == f"{_W}noBreakHyphen":
                text.append("-")
            elif tag == f"{_W}instrText":
                self._field += child.text or ""
            elif tag == f"{_W}fldChar":
                # The code is complete where its shown result or its end begins.
                text.append(drawn_characters(self._field))
                self._field = ""
            elif tag == f"{_W}txbxContent":
                boxes.append(child)
            elif tag == f"{_W}footnoteReference":
                note = self._footnotes.get(child.get(f"{_W}id", ""))
                if note is not None:
                    boxes.append(note)
            else:
                self._collect(child, text, boxes)

    def _mark(self, properties: _Element | None, style: _Style) -> str:
        own = properties.find(f"{_W}numPr") if properties is not None else None
        list_id, depth = style.list_id, style.list_depth
        if own is not None:
            list_id = _child(own, "numId") or list_id
            depth = integer(_child(own, "ilvl") or str(depth))
        return self._numbering.mark(list_id, depth) if list_id not in ("", "0") else ""

    def _table(self, table: _Element) -> Iterator[Line]:
        rows, texts = [], []
        for row in table.iterchildren(f"{_W}tr"):
            cells = []
            for cell in _cells(row):
                lines = list(self.lines(cell))
                texts.extend(lines)
                merged = cell.find(f"{_W}tcPr/{_W}vMerge")
                span = cell.find(f"{_W}tcPr/{_W}gridSpan")
                width = integer(span.get(f"{_W}val")) if span is not None else 1
                text = "\n".join(line.text or _flat(line.rows) for line in lines)
                continues = merged is not None and merged.get(f"{_W}val") != "restart"
                cells.append(Cell("" if continues else text.strip(), max(width, 1)))
            rows.append(Row(tuple(cells)))
        single = len(rows) == 1 and len(rows[0].cells) == 1
        if single or any(read_article(line.text) for line in texts):
            yield from texts
        elif any(cell.text for row in rows for cell in row.cells):
            yield Line(rows=tuple(rows))


def _cells(row: _Element) -> Iterator[_Element]:
    for element in row:
        if element.tag == f"{_W}tc":
            yield element
        elif element.tag == f"{_W}sdt":
            yield from element.iter(f"{_W}tc")


def _role(style: _Style, text: str) -> tuple[str, int]:
    if style.is_title:
        return "title", 0
    if style.heading and len(text) <= _MAX_HEADING and not text.endswith("。"):
        return "heading", style.heading
    return "", 0


def _styles(root: _Element | None) -> dict[str, _Style]:
    elements = (
        {}
        if root is None
        else {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
    )
    return {name: _style(name, elements) for name in elements}


def _style(name: str, elements: dict[str, _Element]) -> _Style:
    """Return a style with what it inherits; a chain that bites its tail ends."""
    list_id, depth, heading, is_title = "", "", 0, False
    seen: set[str] = set()
    while name in elements and name not in seen:
        seen.add(name)
        element = elements[name]
        properties = element.find(f"{_W}pPr")
        numbered = properties.find(f"{_W}numPr") if properties is not None else None
        list_id = list_id or _child(numbered, "numId")
        depth = depth or _child(numbered, "ilvl")
        outline = _child(properties, "outlineLvl")
        if outline.isdigit() and int(outline) < 9:
            heading = heading or int(outline) + 1
        is_title = is_title or _child(element, "name").lower() in ("title", "表題")
        name = _child(element, "basedOn")
    return _Style(list_id, integer(depth), heading, is_title)


def _footnotes(root: _Element | None) -> dict[str, _Element]:
    return (
        {}
        if root is None
        else {note.get(f"{_W}id", ""): note for note in root.iter(f"{_W}footnote")}
    )


def _child(element: _Element | None, name: str) -> str:
    found = element.find(f"{_W}{name}") if element is not None else None
    return "" if found is None else found.get(f"{_W}val", "")


def _flat(rows: tuple[Row, ...]) -> str:
    return "\n".join("\t".join(cell.text for cell in row.cells) for row in rows)
