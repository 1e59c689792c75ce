"""The tree every format is read into. Names are those of the e-Gov law XML (法令標準XML v3).

    Document
      Block (題名, 目次, 前文 …)
      Group (編 章 節 款 目) ─ Article ─ Paragraph ─ Item ─ Item (level 1: Subitem1 …)
      SupplProvision ─ Article or Paragraph
      AppdxTable, AppdxStyle ─ Table, Block, Paragraph …

Every node keeps the words of its source, titles and numbers included, so that the text can be
given back (``kanmon.documents.text.source_text``). Source: 法令標準XMLスキーマ (e-Gov).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from kanmon.provision import Number, Provision, Unit
from kanmon.run import Skip
from kanmon.source import SourceRef


@dataclass(frozen=True, slots=True)
class Ruby:
    """A reading printed beside characters: after ``end`` of the text it belongs to."""

    end: int
    reading: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence.

    Attributes:
        function: ``main``, ``proviso`` (ただし書) or ``""`` when there is only one sentence.
        column: 1, 2 … when the text is set in columns (terms and their meaning); else 0.
    """

    text: str
    function: str = ""
    column: int = 0
    ruby: tuple[Ruby, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Text whose structure is not one of the others; nothing is ever dropped instead.

    Attributes:
        kind: ``title``, ``date``, ``number``, ``toc``, ``enact``, ``preamble``, ``note``,
            ``remarks``, ``list``, ``field`` (a line of a form), ``figure`` or ``""``.
    """

    provision: Provision
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; ``text`` holds line feeds between its lines."""

    text: str
    colspan: int = 1
    rowspan: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A table row."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table inside a paragraph, an appendix or a form."""

    provision: Provision
    rows: tuple[Row, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """号 (``level`` 0) or Subitem1 to 10 (``level`` 1 to 10: イ, ア, (1) …).

    Attributes:
        title: The mark as in the source: ``(1)``, ``一``, ``ア``, ``1.2``.
        last: Last number of a range (第3号から第5号まで 削除); equals ``number`` otherwise.
    """

    provision: Provision
    level: int
    number: Number
    last: Number
    title: str
    sentences: tuple[Sentence, ...]
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """項. ``title`` is its number as in the source, empty for an unnumbered one.

    Attributes:
        number: ``(1,)`` also for the single unnumbered paragraph of an article; empty for a
            paragraph of an unstructured text, whose address is the enclosing one.
        caption: A caption of its own, with its brackets; usually empty (the article has it).
    """

    provision: Provision
    number: Number
    title: str
    caption: str
    sentences: tuple[Sentence, ...]
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """条.

    Attributes:
        last: Last number of a range (第5条から第7条まで 削除); equals ``number`` otherwise.
        title: As in the source: ``第一条``, ``第12条の2``.
        caption: Heading with its brackets: ``（目的）``; empty when it has none.
        caption_first: True when the source writes the caption before the number.
    """

    provision: Provision
    number: Number
    last: Number
    title: str
    caption: str
    children: tuple["Node", ...]
    caption_first: bool = True

    @property
    def heading(self) -> str:
        """Return the caption without its brackets."""
        return self.caption.strip("（）() 　")


@dataclass(frozen=True, slots=True)
class Group:
    """編 (Part), 章 (Chapter), 節 (Section), 款 (Subsection), 目 (Division) or a numbered heading.

    Attributes:
        unit: Which of them; ``Unit.LABEL`` for a heading such as ``1.2 目的``.
        title: The whole heading line: ``第一章　総則``.
    """

    provision: Provision
    unit: Unit
    number: Number
    title: str
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class SupplProvision:
    """附則; ``amendment`` names the amending instrument, empty for the original one.

    Attributes:
        extract: True for 抄: only some of its articles are kept.
    """

    provision: Provision
    title: str
    amendment: str
    children: tuple["Node", ...]
    extract: bool = False


@dataclass(frozen=True, slots=True)
class AppdxTable:
    """別表 (also 別記, 別図): ``related`` holds the provisions of its 〜関係."""

    provision: Provision
    title: str
    related: tuple[Provision, ...]
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AppdxStyle:
    """様式: a form, with its own text where the source or a linked file has it.

    Attributes:
        path: The file its text was read from; empty when it stands in the document itself.
        related: The provisions it belongs to: ``(第7条関係)``.
        links: Files the page links for it, as written there, read or not.
    """

    provision: Provision
    title: str
    related: tuple[Provision, ...]
    children: tuple["Node", ...]
    path: str = ""
    links: tuple[str, ...] = ()


Node = Block | Table | Item | Paragraph | Article | Group | SupplProvision | AppdxTable | AppdxStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One instrument, or one form in a file of its own.

    Attributes:
        path: As the user named the file.
        format: ``law-xml``, ``g-reiki``, ``d1-law``, ``html``, ``docx``, ``pdf``, ``text`` or
            ``rtf``.
        title: 題名 without a leading ○; the file's name when the text shows none.
        number: As written: ``平成16年条例第16号`` or ``規則第3号``; empty when not found.
        date: Day of promulgation when it is written.
        type: 法律, 政令, 条例, 規則, 要綱, 要領, 訓令, 告示, 規程, 基準 …; empty when not known.
        subject: What outlives an edit and names the instrument: number and title.
        classification: 体系 of the 例規 system (第3編 執行機関/…); empty when not known.
        notices: What could not be read of it (a figure, a linked form that is missing), and
            gaps in its numbers, which may be lost text.
    """

    path: str
    format: str
    title: str
    number: str = ""
    date: datetime.date | None = None
    type: str = ""
    classification: str = ""
    children: tuple[Node, ...]
    notices: tuple[Skip, ...] = ()

    @property
    def subject(self) -> str:
        """Return number and title: what findings of this instrument are filed under."""
        return f"{self.number} {self.title}".strip()

    def where(self, node: "Node | Provision", path: str = "") -> SourceRef:
        """Return the place of a node; ``path`` names the file of a form read from its own."""
        provision = node if isinstance(node, Provision) else node.provision
        if isinstance(node, AppdxStyle) and node.path:
            path = node.path
        return SourceRef(path or self.path, str(provision))


def children_of(node: Node | Document) -> tuple[Node, ...]:
    """Return the nodes directly below, in order; none for a table or a block."""
    return () if isinstance(node, Block | Table) else node.children


def walk(node: Node | Document) -> Iterator[Node]:
    """Yield all nodes below ``node``, depth first, in document order."""
    for child in children_of(node):
        yield child
        yield from walk(child)


def articles(document: Document) -> Iterator[Article]:
    """Yield the articles of the main text and of every 附則, in document order."""
    return (node for node in walk(document) if isinstance(node, Article))


def find(document: Document, provision: Provision) -> Node | None:
    """Return the first node at ``provision``, or ``None``.

    第5条第1号 also finds 第5条第1項第1号, as people cite an article of one paragraph.
    """
    wanted = {provision.steps, _with_first_paragraph(provision).steps}
    return next((node for node in walk(document) if node.provision.steps in wanted), None)


def _with_first_paragraph(provision: Provision) -> Provision:
    for index, step in enumerate(provision.steps):
        after = provision.steps[index + 1 : index + 2]
        if step.unit is Unit.ARTICLE and after and after[0].unit in (Unit.ITEM, Unit.LABEL):
            article = Provision(provision.steps[: index + 1]).child(Unit.PARAGRAPH, (1,))
            return Provision(article.steps + provision.steps[index + 1 :])
    return provision
