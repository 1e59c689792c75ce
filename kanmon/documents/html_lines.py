"""Lines and tables of an HTML element, as a reader of the page sees them."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from kanmon.documents.line import Line, read_article
from kanmon.documents.model import Cell, Row
from kanmon.documents.plain_text import text_lines

_Element = etree._Element
RoleOf = Callable[[_Element], tuple[str, int]]
"""Returns role and number of a ``Line`` for the block element it came from."""

_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|caption|center|d[dlt]|details|div|fieldset|figure|"
    "figcaption|footer|form|h[1-6]|header|hr|html|legend|li|main|[ou]l|p|section|summary|"
    "table|tbody|t[dhr]|tfoot|thead"
)
_DROPPED = re.compile(
    "script|style|template|noscript|select|option|nav|button|input|r[tp]|head|title"
)
_LINKED = re.compile(r"""([^'"()\s]+\.(?:rtf|docx?|pdf|xlsx?|xlsm|odt|jtd))\b""", re.I)
_SPACE = re.compile(r"[ \t\r\n]+")
_MAX_DEPTH = 400


def html_lines(root: _Element, role_of: RoleOf | None = None) -> list[Line]:
    """Return the lines below ``root`` in document order; scripts, menus and readings left out.

    A table that only lays out articles gives its lines; any other is kept as a table.
    """
    walker = _Walker(role_of or (lambda _: ("", 0)))
    walker.walk(root, 0)
    walker.end_line()
    return walker.lines


class _Walker:
    """Collects text until a block begins or ends."""

    def __init__(self, role_of: RoleOf) -> None:
        self.lines: list[Line] = []
        self._role_of = role_of
        self._text: list[str] = []
        self._links: list[str] = []
        self._role: tuple[str, int] = ("", 0)

    def walk(self, element: _Element, depth: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or _DROPPED.fullmatch(tag) or depth > _MAX_DEPTH:
            return
        if tag == "table" and (rows := self._rows(element, depth)):
            self.end_line()
            self.lines.append(Line(rows=rows, links=tuple(_links_below(element))))
            return
        if tag == "pre":
            self._add_preformatted(element, depth)
            return
        is_block = _BLOCKS.fullmatch(tag) is not None
        if is_block or tag == "br":
            self.end_line()
        if is_block:
            self._role = self._role_of(element)
        self._links.extend(_links(element))
        self._add(element.text)
        for child in element:
            self.walk(child, depth + 1)
            self._add(child.tail)
        if is_block:
            self.end_line()

    def end_line(self) -> None:
        text = _collapse("".join(self._text))
        if text or self._links:
            role, number = self._role
            self.lines.append(Line(text, role, links=tuple(self._links), number=number))
        self._text.clear()
        self._links.clear()

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(text)

    def _add_preformatted(self, element: _Element, depth: int) -> None:
        """Take the lines as a text file's: here a line break is one, and may wrap a sentence."""
        self.end_line()
        self.lines.extend(text_lines(_verbatim(element, depth)))
        if links := tuple(_links_below(element)):
            self.lines.append(Line(links=links))

    def _rows(self, table: _Element, depth: int) -> tuple[Row, ...]:
        """Return the rows, or none when the table only lays out the page."""
        rows = tuple(row for row in map(self._row, _own_rows(table)) if row.cells)
        texts = [line for row in rows for cell in row.cells for line in cell.text.split("\n")]
        lays_out = any(read_article(text) for text in texts)
        single = sum(len(row.cells) for row in rows) == 1
        return () if lays_out or single or not any(texts) else rows

    def _row(self, row: _Element) -> Row:
        cells = []
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            lines = html_lines(cell)
            texts = [line.text or _flat(line.rows) for line in lines]
            text = "\n".join(text for text in texts if text)
            header = cell.tag == "th"
            cells.append(Cell(text, _span(cell, "colspan"), _span(cell, "rowspan"), header))
        return Row(tuple(cells) if any(cell.text for cell in cells) else ())


def _own_rows(table: _Element) -> Iterator[_Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _verbatim(element: _Element, depth: int) -> str:
    tag = element.tag
    if not isinstance(tag, str) or _DROPPED.fullmatch(tag) or depth > _MAX_DEPTH:
        return ""
    inner = "".join(_verbatim(child, depth + 1) + (child.tail or "") for child in element)
    return ("\n" if tag == "br" else "") + (element.text or "") + inner


def _flat(rows: tuple[Row, ...]) -> str:
    return "\n".join("\t".join(cell.text for cell in row.cells) for row in rows)


def _span(element: _Element, name: str) -> int:
    value = element.get(name, "1")
    return min(int(value), 1000) if value.isascii() and value.isdigit() else 1


def _links(element: _Element) -> list[str]:
    if element.tag != "a":
        return []
    return _LINKED.findall(f"{element.get('onclick', '')} {element.get('href', '')}")


def _links_below(element: _Element) -> Iterator[str]:
    for anchor in element.iter("a"):
        yield from _links(anchor)


def _collapse(text: str) -> str:
    """Return text as a browser shows it; a line break between Japanese words leaves no space."""
    text = text.replace("\u00a0", " ")

    def shrink(match: re.Match[str]) -> str:
        if "\n" not in match[0] and "\r" not in match[0]:
            return " "
        before = text[max(match.start() - 1, 0) : match.start()]
        after = text[match.end() : match.end() + 1]
        return " " if before.isascii() and after.isascii() else ""

    return _SPACE.sub(shrink, text).strip(" ")
