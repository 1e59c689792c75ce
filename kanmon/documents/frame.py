"""The open nodes of a tree under construction, outermost first, and how they are closed."""

from dataclasses import dataclass, field

from kanmon.documents.identity import read_related
from kanmon.documents.model import (
    AppdxStyle,
    AppdxTable,
    Article,
    Block,
    Group,
    Item,
    Node,
    Paragraph,
    SupplProvision,
)
from kanmon.documents.sentence import split_sentences
from kanmon.provision import Number, Provision, Step, Unit

# How deep each kind may stand: a node closes every open node of its own depth or deeper.
ROOT, APPENDIX, HEADING, NUMBERED, ARTICLE, PARAGRAPH, ITEM = 0, 1, 2, 8, 20, 21, 22


@dataclass(slots=True)
class Frame:
    """One open node.

    Attributes:
        kind: ``root``, ``supplementary``, ``table``, ``style``, ``group``, ``article``,
            ``paragraph`` or ``item``.
        mark_kind: For an item or numbered heading: the series its number belongs to.
        text: Own text so far (paragraph, item) or what follows the number (heading).
    """

    kind: str
    depth: int
    provision: Provision
    title: str = ""
    caption: str = ""
    caption_first: bool = True
    number: Number = ()
    last: Number = ()
    mark_kind: str = ""
    text: str = ""
    links: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)

    def close(self) -> Node:
        """Return the finished node."""
        children = tuple(self.children)
        match self.kind:
            case "supplementary":
                amendment = self.provision.steps[-1].label
                extract = "抄" in self.title
                return SupplProvision(self.provision, self.title, amendment, children, extract)
            case "table":
                related = read_related(self.title)
                return AppdxTable(self.provision, self.title, related, children)
            case "style":
                related = read_related(self.title)
                links = tuple(self.links)
                return AppdxStyle(self.provision, self.title, related, children, "", links)
            case "group":
                return self._group(children)
            case "article":
                number, last = self.number, self.last or self.number
                return Article(
                    self.provision,
                    number,
                    last,
                    self.title,
                    self.caption,
                    children,
                    self.caption_first,
                )
            case "item":
                return self._item(children)
            case _:
                return Paragraph(
                    self.provision,
                    self.number,
                    self.title,
                    self.caption,
                    split_sentences(self.text),
                    children,
                )

    def _group(self, children: tuple[Node, ...]) -> Node:
        styled = self.mark_kind == "style"
        unit = Unit.LABEL if styled else self.provision.steps[-1].unit
        if unit is Unit.LABEL and not styled and not children:
            # A number with nothing under it was no heading but an entry of a list.
            return self._item(children)
        title = f"{self.title}\u3000{self.text}" if self.text else self.title
        return Group(self.provision, unit, self.number, title, children)

    def _item(self, children: tuple[Node, ...]) -> Item:
        level = max(self.depth - ITEM, 0)
        sentences = split_sentences(self.text)
        return Item(
            self.provision, level, self.number, self.number, self.title, sentences, children
        )


class Stack:
    """The open frames. The innermost one takes what comes next."""

    def __init__(self) -> None:
        self.frames = [Frame("root", ROOT, Provision())]

    @property
    def top(self) -> Frame:
        """Return the innermost open frame."""
        return self.frames[-1]

    def open(self, frame: Frame) -> None:
        """Close what cannot contain ``frame``, then open it."""
        self.close_to(frame.depth)
        self.frames.append(frame)

    def close_to(self, depth: int) -> None:
        """Close every frame at ``depth`` or deeper."""
        while self.top.depth >= depth and len(self.frames) > 1:
            node = self.frames.pop().close()
            self.top.children.append(node)

    def nearest(self, *kinds: str) -> Frame | None:
        """Return the innermost open frame of one of ``kinds``, or ``None``."""
        return next((frame for frame in reversed(self.frames) if frame.kind in kinds), None)

    def finish(self) -> tuple[Node, ...]:
        """Close everything and return the nodes of the document."""
        self.close_to(ROOT + 1)
        return tuple(self.top.children)


def block(provision: Provision, text: str, kind: str = "") -> Block:
    """Return a block; a head of the document (title, 目次, 前文) gets its own address."""
    heads = {"title": Unit.TITLE, "toc": Unit.TOC, "preamble": Unit.PREAMBLE}
    unit = heads.get(kind)
    return Block(Provision((Step(unit),)) if unit else provision, text, kind)
