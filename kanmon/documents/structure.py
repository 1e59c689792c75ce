"""Lines of a flat text in, the tree out: 章・条・項・号・附則・別表・様式 by their numbers.

Every line ends up in the tree, in order; a line that fits nowhere becomes an unnumbered paragraph
where it stands. Reading continues from what is open: ``２`` is a 項 in an article whose first 項
is open, an entry of a list elsewhere.
"""

from collections.abc import Sequence
from dataclasses import replace

from kanmon.documents.contents import Contents
from kanmon.documents.frame import (
    APPENDIX,
    ARTICLE,
    HEADING,
    ITEM,
    NUMBERED,
    PARAGRAPH,
    Frame,
    Stack,
    block,
)
from kanmon.documents.head import head_block, names_instrument
from kanmon.documents.line import (
    ArticleLine,
    Line,
    Mark,
    is_caption,
    is_history,
    is_toc,
    read_appendix,
    read_article,
    read_heading,
    read_mark,
    read_supplementary,
)
from kanmon.documents.meaning import (
    HEADING_KINDS,
    continues_paragraphs,
    is_heading,
    label_base,
    next_paragraph,
    tight_paragraph,
)
from kanmon.documents.model import Node, Row, Table
from kanmon.provision import Number, Provision, Step, Unit, arabic_dates

_HEADING_DEPTH = {
    Unit.PART: HEADING,
    Unit.CHAPTER: HEADING + 1,
    Unit.SECTION: HEADING + 2,
    Unit.SUBSECTION: HEADING + 3,
    Unit.DIVISION: HEADING + 4,
}


def build(lines: Sequence[Line]) -> tuple[Node, ...]:
    """Return the children of the document that ``lines`` are."""
    builder = _Builder(lines)
    for index, line in enumerate(lines):
        builder.read(index, line)
    return builder.finish()


class _Builder:
    """Reads line after line; ``stack`` is all it knows of the past, but for three remarks."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.stack = Stack()
        self.in_head = True
        self.contents: Contents | None = None
        self.caption = ""
        self.seen: set[Provision] = set()

    def finish(self) -> tuple[Node, ...]:
        self._flush_contents()
        self._flush_caption()
        return self.stack.finish()

    def read(self, index: int, line: Line) -> None:
        if line.rows:
            self._table(line)
            return
        text = line.text.strip()
        if not text:
            if line.links and self.stack.top.kind == "style":
                self.stack.top.links.extend(line.links)
            return
        if self.contents is not None and self.contents.take(text):
            return
        self._flush_contents()
        if self._structure(text, line):
            return
        if self.in_head:
            found = head_block(text, line, is_first=not self.stack.top.children)
            if found is not None:
                self.stack.top.children.append(found)
                return
            self.in_head = False
        self._body(index, text, line)

    # Lines that mean the same everywhere

    def _structure(self, text: str, line: Line) -> bool:
        if line.role == "text":
            return False
        if (amendment := read_supplementary(text)) is not None:
            self._flush_caption()
            step = Step(Unit.SUPPLEMENTARY, label=arabic_dates("".join(amendment.split())))
            self.stack.open(Frame("supplementary", APPENDIX, Provision((step,)), text))
        elif (address := read_appendix(text)) is not None:
            self._flush_caption()
            kind = "style" if address.steps[0].unit is Unit.STYLE else "table"
            frame = Frame(kind, APPENDIX, address, text, links=list(line.links))
            self.stack.open(frame)
        elif self.stack.nearest("style", "table"):
            return False
        elif is_toc(text):
            self._flush_caption()
            self.contents = Contents(text)
        elif (article := read_article(text, expected=bool(self.caption))) is not None:
            self._article(article)
        elif (heading := read_heading(text)) is not None:
            self._flush_caption()
            self._heading(*heading, text)
        elif is_caption(text) and not (self.in_head and names_instrument(text)):
            self._flush_caption()
            self.caption = text
        elif is_history(text) and not self.in_head:
            self._flush_caption()
            self.stack.top.children.append(block(self.stack.top.provision, text, "note"))
        else:
            return False
        self.in_head = False
        return True

    def _heading(self, unit: Unit, number: Number, text: str) -> None:
        depth = _HEADING_DEPTH[unit]
        self.stack.close_to(depth)
        outer = self.stack.nearest("group")
        base = outer.provision if outer else self._base()
        frame = Frame("group", depth, base.child(unit, number), text, number=number)
        self.stack.open(frame)

    def _article(self, article: ArticleLine) -> None:
        self.stack.close_to(ARTICLE)
        address = self._base().child(Unit.ARTICLE, article.number)
        group = self.stack.nearest("group")
        if address in self.seen and group is not None:
            # Numbers that start again in every chapter: only the chapter tells them apart.
            address = group.provision.child(Unit.ARTICLE, article.number)
        self.seen.add(address)
        caption, first = (self.caption, True) if self.caption else (article.caption, False)
        if self.caption and article.caption:
            self.stack.top.children.append(block(address, self.caption))
            caption, first = article.caption, False
        self.caption = ""
        self.stack.open(
            Frame(
                "article",
                ARTICLE,
                address,
                article.title,
                caption,
                first,
                article.number,
                article.last,
            )
        )
        if article.rest:
            self._paragraph((1,), "", article.rest)

    def _flush_contents(self) -> None:
        if self.contents is not None:
            text = "\n".join(self.contents.lines)
            self.stack.top.children.append(block(Provision(), text, "toc"))
        self.contents = None

    # Everything else

    def _body(self, index: int, text: str, line: Line) -> None:
        form = self.stack.nearest("style")
        if form is not None:
            self._flush_caption()
            form.links.extend(line.links)
            self.stack.top.children.append(block(form.provision, text, "field"))
            return
        if line.role == "paragraph":
            self._paragraph((line.number or next_paragraph(self.stack),), "", text)
            return
        mark = read_mark(text) or tight_paragraph(self.stack, text)
        if line.role == "heading" and (mark is None or mark.kind not in HEADING_KINDS):
            self._styled_heading(line.number, text)
        elif mark is None or line.role == "text":
            self._unnumbered(text)
        elif continues_paragraphs(self.stack, mark):
            self._paragraph(mark.number, mark.title, mark.rest)
        elif line.role == "heading" or is_heading(self.stack, mark, self._after(index)):
            self._numbered_heading(mark)
        else:
            self._item(mark)

    def _numbered_heading(self, mark: Mark) -> None:
        self._flush_caption()
        depth = NUMBERED + len(mark.number) + (0 if mark.kind == "dai" else 2)
        self.stack.close_to(depth)
        base = label_base(self.stack, mark)
        address = base.child(Unit.LABEL, label=mark.label)
        frame = Frame("group", depth, address, mark.title, number=mark.number, text=mark.rest)
        frame.mark_kind = mark.kind
        self.stack.open(frame)

    def _styled_heading(self, level: int, text: str) -> None:
        """Open a heading only its style marks; what stands under it keeps the outer address."""
        self._flush_caption()
        depth = NUMBERED + min(max(level, 1), 9) + 2
        self.stack.close_to(depth)
        frame = Frame("group", depth, self.stack.top.provision, text, mark_kind="style")
        self.stack.open(frame)

    def _item(self, mark: Mark) -> None:
        self._flush_caption()
        open_items = [frame for frame in self.stack.frames if frame.kind == "item"]
        sibling = next((frame for frame in open_items if frame.mark_kind == mark.kind), None)
        depth = sibling.depth if sibling else ITEM + len(open_items)
        self.stack.close_to(depth)
        top = self.stack.top
        if depth == ITEM and top.kind in ("article", "supplementary"):
            # Items directly under the number: an article whose first paragraph has no words.
            self._paragraph((1,), "", "")
            top = self.stack.top
        counted = mark.kind in ("paren_digits", "kanji", "paren_kanji") and mark.number
        if depth == ITEM and top.kind == "paragraph" and top.number and counted:
            address = top.provision.child(Unit.ITEM, mark.number)
        else:
            address = label_base(self.stack, mark).child(Unit.LABEL, label=mark.label)
        frame = Frame("item", depth, address, mark.title, number=mark.number, text=mark.rest)
        frame.mark_kind = mark.kind
        self.stack.open(frame)

    def _paragraph(self, number: Number, title: str, text: str) -> None:
        self.stack.close_to(PARAGRAPH)
        top = self.stack.top
        # In a text without articles a paragraph is found at the address of what it stands in.
        counted = bool(number) and (top.kind in ("article", "supplementary") or bool(title))
        address = top.provision.child(Unit.PARAGRAPH, number) if counted else top.provision
        frame = Frame("paragraph", PARAGRAPH, address, title, self.caption, text=text)
        frame.number = number if counted else ()
        self.caption = ""
        self.stack.open(frame)

    def _unnumbered(self, text: str) -> None:
        top = self.stack.top
        bare = top.mark_kind not in ("", "style") and not top.text and not top.children
        if bare and not self.caption:
            # The number stands on a line of its own; its words follow.
            top.text = text
            return
        if top.kind in ("article", "supplementary") or self.caption:
            self._paragraph((next_paragraph(self.stack),), "", text)
        elif top.kind in ("paragraph", "item"):
            frame = Frame("paragraph", top.depth + 1, top.provision, text=text)
            top.children.append(frame.close())
        else:
            self._paragraph((), "", text)

    def _table(self, line: Line) -> None:
        self._flush_contents()
        line = self._titled(line)
        self._flush_caption()
        self.stack.top.children.append(Table(self.stack.top.provision, line.rows))

    def _titled(self, line: Line) -> Line:
        """Open the form or table a Word table names in its first cell; return what is left."""
        cells = line.rows[0].cells
        first, _, rest = cells[0].text.partition("\n") if cells else ("", "", "")
        if read_appendix(first.strip()) is None:
            return line
        self._structure(first.strip(), Line(first, links=line.links))
        row = Row((replace(cells[0], text=rest), *cells[1:]))
        return replace(line, rows=(row, *line.rows[1:]))

    def _flush_caption(self) -> None:
        if self.caption:
            self.stack.top.children.append(block(self.stack.top.provision, self.caption))
            self.caption = ""

    def _after(self, index: int) -> str:
        return self.lines[index + 1].text.strip() if index + 1 < len(self.lines) else ""

    def _base(self) -> Provision:
        frame = self.stack.nearest("supplementary")
        return frame.provision if frame else Provision()
