"""A document tree as text again: whole, or one node."""

from collections.abc import Iterator

from kanmon.documents.model import (
    Article,
    Block,
    Cell,
    Document,
    Item,
    Node,
    Paragraph,
    Sentence,
    Table,
    children_of,
)


def source_text(document: Document) -> str:
    """Return all words of the source in its order, one unit a line.

    Lossless: with white space removed on both sides it equals the text of the source: all text
    of a law XML, the visible body of a page, the paragraphs and cells of a Word file, the
    characters of a PDF or text file. Layout (spaces, line breaks, fonts) and what a form in a
    file of its own says are not part of it.
    """
    return "\n".join(_lines_below(document))


def node_text(node: Node) -> str:
    """Return the words of ``node`` and everything below it, one unit a line."""
    return "\n".join(_lines(node))


def sentence_text(sentences: tuple[Sentence, ...]) -> str:
    """Return sentences as one run of text; columns stand apart by a full-width space."""
    text, column = "", 0
    for sentence in sentences:
        if sentence.column != column and text:
            text += "\u3000"
        column = sentence.column
        text += sentence.text
    return text


def _lines_below(node: Node | Document) -> Iterator[str]:
    for child in children_of(node):
        yield from _lines(child)


def _lines(node: Node) -> Iterator[str]:
    match node:
        case Block(text=text):
            if text:
                yield text
        case Table():
            yield from _table_lines(node)
        case Item() | Paragraph():
            caption = node.caption if isinstance(node, Paragraph) else ""
            if caption:
                yield caption
            yield from _own_line(node.title, node.sentences)
            yield from _lines_below(node)
        case Article():
            yield from _article_lines(node)
        case _:
            if node.title:
                yield node.title
            # What a linked file says is not the words of this page.
            if not getattr(node, "path", ""):
                yield from _lines_below(node)


def _own_line(title: str, sentences: tuple[Sentence, ...]) -> Iterator[str]:
    text = "".join(map(_with_readings, sentences)) if sentences else ""
    if title or text:
        yield f"{title}\u3000{text}" if title and text else title or text


def _article_lines(article: Article) -> Iterator[str]:
    heading = (
        (article.caption, article.title)
        if article.caption_first
        else (article.title, article.caption)
    )
    yield from (part for part in heading if part)
    yield from _lines_below(article)


def _table_lines(table: Table) -> Iterator[str]:
    if table.title:
        yield table.title
    for row in table.rows:
        yield "\t".join(_cell_line(cell) for cell in row.cells)


def _cell_line(cell: Cell) -> str:
    return cell.text.replace("\n", " ")


def _with_readings(sentence: Sentence) -> str:
    if not sentence.ruby:
        return sentence.text
    text, position = "", 0
    for ruby in sentence.ruby:
        text += sentence.text[position : ruby.end] + ruby.reading
        position = ruby.end
    return text + sentence.text[position:]
