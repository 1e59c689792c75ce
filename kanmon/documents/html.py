"""Reads the pages of 例規 systems (g-reiki, D1-Law) and any other HTML page.

Source: DOM of Super Reiki-Base and D1-Law pages as observed (docs/documents.md).
"""

import re
from dataclasses import replace

import lxml.html
from lxml import etree

from kanmon.documents.assemble import document_from_lines
from kanmon.documents.html_lines import html_lines
from kanmon.documents.line import Line, read_article, read_heading
from kanmon.documents.model import Document
from kanmon.errors import InputError, UnsupportedError
from kanmon.source import SourceRef

_Element = etree._Element
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PARAGRAPH_ID = re.compile(r"(?:f\d+_)?j\d+(?:[-_]\d+)*_k(\d+)")
_D1_ROOTS = (("USER-SET-STYLE", "class"), ("result", "id"), ("contentWrap", "class"))
_MENU_SHARE = 0.6
"""A page most of whose words are links is a menu: body pages stay far below."""


def read_html(text: str, path: str) -> Document:
    """Return the instrument on a page.

    Raises:
        UnsupportedError: the page is a frameset or a menu and holds no instrument.
        InputError: it cannot be parsed or shows no words.
    """
    root = _parse(text, path)
    if next(root.iter("frameset"), None) is not None:
        _refuse_frames(root, path)
    body = _find(root, "primaryInner2", "id")
    if body is not None or (body := _find(root, "primary", "id")) is not None:
        return _finish(_g_reiki(root, body), path, "g-reiki", root)
    for name, attribute in _D1_ROOTS:
        if (body := _find(root, name, attribute)) is not None:
            return _finish(html_lines(body), path, "d1-law", root)
    return _finish(_generic(root, path), path, "html", root)


def _parse(text: str, path: str) -> _Element:
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = lxml.html.document_fromstring(_DECLARATION.sub("", text), parser)
    except (etree.ParserError, ValueError) as error:
        raise InputError(f"HTML として読めません: {error}", where=SourceRef(path)) from error
    return root


def _find(root: _Element, name: str, attribute: str) -> _Element | None:
    for element in root.iter(etree.Element):
        if name in (element.get(attribute) or "").split():
            return element
    return None


def _refuse_frames(root: _Element, path: str) -> None:
    pages = [frame.get("src", "") for frame in root.iter("frame")]
    named = "、".join(page for page in pages[:3] if page)
    raise UnsupportedError(
        "フレームの枠だけのページで、例規の本文がありません",
        where=SourceRef(path),
        hint=f"本文のページがあるフォルダーごと渡してください（枠の中身: {named or '不明'}）",
    )


def _g_reiki(root: _Element, body: _Element) -> list[Line]:
    numbers = _paragraph_numbers(root)

    def role_of(element: _Element) -> tuple[str, int]:
        kind = (element.get("class") or "").split()
        if "title-irregular" in kind or ("title" in kind and _inside(element, "head")):
            return "title", 0
        # An unnumbered paragraph: p.p in div.clause; its number stands only in the address map.
        if element.tag == "p" and "p" in kind and _inside(element, "clause"):
            found = [numbers[key] for key in _ids_below(element) if key in numbers]
            return "paragraph", found[0] if found else 0
        return "", 0

    return html_lines(body, role_of)


def _inside(element: _Element, name: str) -> bool:
    parent = element.getparent()
    return parent is not None and name in (parent.get("class") or "").split()


def _ids_below(element: _Element) -> list[str]:
    return [inner.get("id", "") for inner in element.iter(etree.Element)]


def _paragraph_numbers(root: _Element) -> dict[str, int]:
    """Return element id → number of its 項, from the hidden address map ``div#num-ids``."""
    table = _find(root, "num-ids", "id")
    numbers: dict[str, int] = {}
    for entry in table if table is not None else ():
        if match := _PARAGRAPH_ID.fullmatch(entry.get("id", "")):
            numbers[(entry.text or "").strip()] = int(match[1])
    return numbers


def _generic(root: _Element, path: str) -> list[Line]:
    mains = list(root.iter("main"))
    body = mains[0] if len(mains) == 1 else root

    def role_of(element: _Element) -> tuple[str, int]:
        tag = str(element.tag)
        is_heading = len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"
        return ("heading", int(tag[1])) if is_heading else ("", 0)

    lines = html_lines(body, role_of)
    if not any(line.text or line.rows for line in lines):
        raise InputError("ページに文字がありません", where=SourceRef(path))
    if _is_menu(body, lines):
        raise UnsupportedError(
            "目次・メニューのページで、例規の本文がありません",
            where=SourceRef(path),
            hint="本文のページ（reiki_honbun フォルダーなど）を渡してください",
        )
    return _with_title(lines)


def _with_title(lines: list[Line]) -> list[Line]:
    """Return the lines with the first h1 as title; what a page shows above it is only text."""
    ranks = [(line.role, line.number) for line in lines]
    first = ranks.index(("heading", 1)) if ("heading", 1) in ranks else -1
    structured = any(read_article(line.text) or read_heading(line.text) for line in lines[:first])
    if first < 0 or structured:
        return lines
    above = [replace(line, role="text") for line in lines[:first]]
    return [*above, replace(lines[first], role="title"), *lines[first + 1 :]]


def _is_menu(body: _Element, lines: list[Line]) -> bool:
    if any(read_article(line.text) for line in lines):
        return False
    linked = sum(len(_words(anchor)) for anchor in body.iter("a"))
    shown = sum(len(line.text) for line in lines)
    cells = sum(len(cell.text) for line in lines for row in line.rows for cell in row.cells)
    return linked > _MENU_SHARE * max(shown + cells, 1)


def _finish(lines: list[Line], path: str, format: str, root: _Element) -> Document:
    document = document_from_lines(lines, path, format)
    place = _find(root, "taikei-item", "class")
    if place is None:
        return document
    return replace(document, classification=_words(place))


def _words(element: _Element) -> str:
    return "".join(map(str, element.itertext())).replace("\n", "").strip()
