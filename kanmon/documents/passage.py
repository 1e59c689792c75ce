"""A document as a sequence of things to judge, each with what a reader must know of its place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kanmon.documents.model import (
    AppdxStyle,
    AppdxTable,
    Article,
    Block,
    Document,
    Group,
    Item,
    Node,
    Paragraph,
    Sentence,
    SupplProvision,
    Table,
    children_of,
)
from kanmon.documents.sentence import split_sentences
from kanmon.documents.text import sentence_text
from kanmon.provision import Provision
from kanmon.source import SourceRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The own text of one paragraph, item, table cell, form line or block.

    Attributes:
        kind: ``paragraph``, ``item``, ``cell``, ``block`` (see ``block_kind``).
        where: File and address.
        sentences: In order; one for a cell or a form line.
        chapeau: Texts this one completes, outermost first: 「次に掲げる書類を…」 of the
            paragraph before its items. Empty for a paragraph.
        caption: 見出し of the article (or paragraph), without brackets.
        headings: Titles of the enclosing 編・章・節, of the 別表 or 様式, outermost first.
        row: For a cell: the texts of its whole row; else empty.
        header: For a cell: the text of the first row above it; else empty.
    """

    document: Document
    kind: str
    provision: Provision
    where: SourceRef
    sentences: tuple[Sentence, ...]
    chapeau: tuple[str, ...] = ()
    caption: str = ""
    headings: tuple[str, ...] = ()
    article: Article | None = None
    supplementary: SupplProvision | None = None
    style: AppdxStyle | None = None
    table: AppdxTable | None = None
    block_kind: str = ""
    row: tuple[str, ...] = ()
    header: str = ""

    @property
    def text(self) -> str:
        """Return the sentences as one run of text."""
        return sentence_text(self.sentences)


def passages(document: Document) -> Iterator[Passage]:
    """Yield every piece of text of the document, in order, each once; empty ones left out.

    Titles and captions are not passages of their own: they are the context of others.
    """
    start = Passage(
        document=document,
        kind="",
        provision=Provision(),
        where=SourceRef(document.path),
        sentences=(),
    )
    for child in document.children:
        yield from _passages(child, start)


def _passages(node: Node, context: Passage) -> Iterator[Passage]:
    match node:
        case Block(text=text, kind=kind):
            if text:
                yield _make(context, "block", node, split_sentences(text), block_kind=kind)
        case Table():
            yield from _cells(node, context)
        case Paragraph() | Item():
            yield from _text_node(node, context)
        case _:
            inner = _inside(node, context)
            for child in children_of(node):
                yield from _passages(child, inner)


def _inside(node: Node, context: Passage) -> Passage:
    match node:
        case Article():
            return replace(context, article=node, caption=node.heading, chapeau=())
        case Group():
            return replace(context, headings=(*context.headings, node.title))
        case SupplProvision():
            return replace(context, supplementary=node, headings=(node.title,), article=None)
        case AppdxTable():
            return replace(context, table=node, headings=(node.title,), article=None)
        case AppdxStyle():
            where = SourceRef(node.path) if node.path else context.where
            return replace(context, style=node, headings=(node.title,), article=None, where=where)
        case _:
            return context


def _text_node(node: Paragraph | Item, context: Passage) -> Iterator[Passage]:
    if isinstance(node, Paragraph) and node.caption:
        context = replace(context, caption=node.caption.strip("（）() 　"))
    if node.sentences:
        kind = "paragraph" if isinstance(node, Paragraph) else "item"
        yield _make(context, kind, node, node.sentences)
    if node.children:
        own = sentence_text(node.sentences)
        inner = replace(context, chapeau=(*context.chapeau, own) if own else context.chapeau)
        for child in node.children:
            yield from _passages(child, inner)


def _cells(table: Table, context: Passage) -> Iterator[Passage]:
    header = [cell.text for cell in table.rows[0].cells] if table.rows else []
    for row in table.rows:
        texts = tuple(cell.text for cell in row.cells)
        for index, cell in enumerate(row.cells):
            if cell.text:
                above = header[index] if index < len(header) and row is not table.rows[0] else ""
                yield _make(
                    context, "cell", table, split_sentences(cell.text), row=texts, header=above
                )


def _make(
    context: Passage,
    kind: str,
    node: Node,
    sentences: tuple[Sentence, ...],
    **more: str | tuple[str, ...],
) -> Passage:
    where = SourceRef(context.where.path, str(node.provision))
    return replace(
        context,
        kind=kind,
        provision=node.provision,
        where=where,
        sentences=sentences,
        **more,  # type: ignore[arg-type]  # the names are Passage's own; mypy sees one union
    )
