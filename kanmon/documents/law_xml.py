"""Reads 法令標準XML (e-Gov law XML v3), also inside the envelope of the e-Gov API."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree

from kanmon.documents.identity import read_related
from kanmon.documents.law_root import identify_law, parse_law
from kanmon.documents.model import (
    AppdxStyle,
    AppdxTable,
    Article,
    Block,
    Cell,
    Document,
    Group,
    Item,
    Node,
    Paragraph,
    Row,
    SupplProvision,
    Table,
)
from kanmon.documents.xml_text import (
    element_lines,
    element_text,
    joined,
    read_num,
    take_heads,
    take_sentences,
)
from kanmon.provision import (
    Number,
    Provision,
    Step,
    Unit,
    arabic_dates,
    half_width,
    parse_attribute,
    parse_provision,
)
from kanmon.run import Skip
from kanmon.source import SourceRef

_GROUPS = {
    "Part": Unit.PART,
    "Chapter": Unit.CHAPTER,
    "Section": Unit.SECTION,
    "Subsection": Unit.SUBSECTION,
    "Division": Unit.DIVISION,
}
_BLOCKS = {
    "TOC": "toc",
    "EnactStatement": "enact",
    "Preamble": "preamble",
    "AmendProvision": "amend",
    "List": "list",
    "Remarks": "remarks",
    "Note": "note",
    "SupplNote": "note",
    "ArithFormula": "formula",
}
_STYLES = {"AppdxStyle", "AppdxFormat", "SupplProvisionAppdxStyle"}
_TABLES = {
    "AppdxTable",
    "AppdxNote",
    "AppdxFig",
    "Appdx",
    "SupplProvisionAppdxTable",
    "SupplProvisionAppdx",
}
_CONTAINERS = {"MainProvision", "StyleStruct", "Style", "Format", "FormatStruct", "NoteStruct"}
_Element = etree._Element


def read_law_xml(data: bytes, path: str) -> Document:
    """Return the instrument in ``data``.

    Entities, DTDs and the network are never used: a document that declares one is refused.

    Raises:
        InputError: the XML is broken, declares a DTD, or holds no ``Law``.
    """
    law = parse_law(data, path)
    identity = identify_law(law)
    place = _Place(path, Provision(), Provision(), [])
    children = tuple(_nodes(law, place))
    return Document(
        path=path,
        format="law-xml",
        title=identity.title,
        number=identity.number,
        date=identity.date,
        type=identity.type,
        children=children,
        notices=tuple(place.notices),
    )


class _Place(NamedTuple):
    """Where the reading stands.

    Attributes:
        base: The address articles, paragraphs and items count from.
        group: The address of the enclosing 編・章・節; article numbers run across them.
        notices: What could not be read, added to as the reading goes on.
    """

    path: str
    base: Provision
    group: Provision
    notices: list[Skip]

    def at(self, base: Provision) -> "_Place":
        return self._replace(base=base)


def _nodes(parent: _Element, place: _Place) -> Iterator[Node]:
    """Yield the nodes of the children of ``parent``; every piece of text ends up in one."""
    base = place.base
    if parent.text and parent.text.strip():
        yield Block(base, parent.text.strip())
    for element in parent:
        tag = element.tag
        if (reader := _READERS.get(tag)) is not None:
            yield reader(element, place)
        elif tag in ("LawBody", *_CONTAINERS):
            yield from _nodes(element, place)
        elif tag == "TableStruct":
            yield from _table_struct(element, base)
        elif tag in ("FigStruct", "Fig"):
            place.notices.append(
                Skip(
                    SourceRef(place.path, str(base)),
                    "図は文字として読めません",
                    "図を目で確かめてください",
                )
            )
            yield Block(base, element_lines(element), "figure")
        else:
            yield _block(element, base)
        if element.tail and element.tail.strip():
            yield Block(base, element.tail.strip())


def _block(element: _Element, base: Provision) -> Block:
    tag = element.tag
    if tag == "LawTitle":
        return Block(Provision((Step(Unit.TITLE),)), element_lines(element), "title")
    if tag == "LawNum":
        return Block(Provision((Step(Unit.TITLE),)), element_lines(element), "number")
    if tag == "TOC":
        return Block(Provision((Step(Unit.TOC),)), element_lines(element), "toc")
    if tag == "Preamble":
        return Block(Provision((Step(Unit.PREAMBLE),)), element_lines(element), "preamble")
    return Block(base, element_lines(element), _BLOCKS.get(tag, ""))


def _group(element: _Element, place: _Place) -> Group:
    unit = _GROUPS[element.tag]
    first, _ = read_num(element)
    address = place.group.child(unit, first)
    title = ""
    if len(element) and element[0].tag == f"{element.tag}Title":
        title = element_text(element[0])
        element.remove(element[0])
    inner = place._replace(group=address)
    return Group(address, unit, first, title, tuple(_nodes(element, inner)))


def _article(element: _Element, place: _Place) -> Article:
    first, last = read_num(element)
    address = place.base.child(Unit.ARTICLE, first)
    heads = take_heads(element, ("ArticleCaption", "ArticleTitle"))
    return Article(
        address,
        first,
        last,
        heads["ArticleTitle"],
        heads["ArticleCaption"],
        tuple(_nodes(element, place.at(address))),
        next(iter(heads)) == "ArticleCaption",
    )


def _paragraph(element: _Element, place: _Place) -> Paragraph:
    first, _ = read_num(element)
    address = place.base.child(Unit.PARAGRAPH, first)
    heads = take_heads(element, ("ParagraphCaption", "ParagraphNum"))
    sentences = take_sentences(element, "ParagraphSentence")
    children = tuple(_nodes(element, place.at(address))) if len(element) else ()
    return Paragraph(
        address, first, heads["ParagraphNum"], heads["ParagraphCaption"], sentences, children
    )


def _item(element: _Element, place: _Place) -> Item:
    tag = element.tag
    first, last = read_num(element)
    title = take_heads(element, (f"{tag}Title",))[f"{tag}Title"]
    level = int(tag[7:]) if tag != "Item" else 0
    if level == 0:
        address = place.base.child(Unit.ITEM, first)
    else:
        address = place.base.child(Unit.LABEL, label=half_width(title) or joined(first))
    sentences = take_sentences(element, f"{tag}Sentence")
    children = tuple(_nodes(element, place.at(address))) if len(element) else ()
    return Item(address, level, first, last, title, sentences, children)


def _supplementary(element: _Element, place: _Place) -> SupplProvision:
    amendment = arabic_dates(element.get("AmendLawNum", ""))
    address = Provision((Step(Unit.SUPPLEMENTARY, label=amendment),))
    title = take_heads(element, ("SupplProvisionLabel",))["SupplProvisionLabel"]
    inner = _Place(place.path, address, Provision(), place.notices)
    extract = element.get("Extract") == "true"
    return SupplProvision(address, title, amendment, tuple(_nodes(element, inner)), extract)


def _appendix(element: _Element, place: _Place) -> AppdxTable | AppdxStyle:
    tag = element.tag
    heads = take_heads(element, (f"{tag}Title", "RelatedArticleNum"))
    title = "".join(heads.values())
    is_style = tag in _STYLES
    first, _ = parse_attribute(element.get("Num", ""))
    address = _appendix_address(heads[f"{tag}Title"], first, is_style=is_style)
    outer = place.base.upto(Unit.SUPPLEMENTARY).steps
    address = Provision(outer + address.steps, address.related)
    inner = _Place(place.path, address, Provision(), place.notices)
    children = tuple(_nodes(element, inner))
    kind = AppdxStyle if is_style else AppdxTable
    return kind(address, title, read_related(title), children)


def _appendix_address(title: str, number: Number, *, is_style: bool) -> Provision:
    plain = re.sub(r"[（(].*", "", "".join(half_width(title).split()))
    try:
        provision = parse_provision(plain)
    except ValueError:
        provision = Provision()
    wanted = Unit.STYLE if is_style else Unit.TABLE
    if provision.steps and provision.steps[0].unit in (Unit.STYLE, Unit.TABLE):
        return provision
    return Provision((Step(wanted, number, "様式%" if is_style else "別表"),))


def _table_struct(element: _Element, base: Provision) -> Iterator[Node]:
    title = take_heads(element, ("TableStructTitle",))["TableStructTitle"]
    for child in element:
        if child.tag == "Table":
            yield _table(child, base, title)
            title = ""
        else:
            yield _block(child, base)
    if title:
        yield Block(base, title)


def _table(element: _Element, base: Provision, title: str) -> Table:
    rows = []
    for row in element:
        header = row.tag == "TableHeaderRow"
        cells = tuple(
            Cell(element_lines(cell), _span(cell, "colspan"), _span(cell, "rowspan"), header)
            for cell in row
        )
        rows.append(Row(cells))
    return Table(base, tuple(rows), title)


def _span(element: _Element, name: str) -> int:
    value = element.get(name, "1")
    return int(value) if value.isascii() and value.isdigit() else 1


_Reader = Callable[[_Element, _Place], Node]
_READERS: dict[str, _Reader] = {
    **dict.fromkeys(_GROUPS, _group),
    "Article": _article,
    "Paragraph": _paragraph,
    "Item": _item,
    **{f"Subitem{level}": _item for level in range(1, 11)},
    "SupplProvision": _supplementary,
    **dict.fromkeys(_STYLES | _TABLES, _appendix),
}
