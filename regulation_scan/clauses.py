"""A document tree as the articles and sentences that are judged; every word is in one of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from kanmon.documents import model as tree
from kanmon.provision import Provision, parse_provision
from regulation_scan.model import Article, Instrument, Sentence

_HEADINGS = frozenset(("toc", "date", "number", "enact"))
_WHOLE = "本則"
_LONGEST_TITLE = 80
_OLD_PREDICATE = re.compile(r"[一-龥][ヲニハ].*(ス|シ|得|ル)$")
# A title ends in a noun (…条例, …について定める規則); a clause without its full stop in a verb.
_PREDICATE = re.compile(
    r"[はをがにで、].*(ない|する|した|できる|とする|せる|れる|める|[うくすつぬむる])$"
)
_LEADING_ARTICLE = re.compile(
    r"[\s\u3000]*(?:[（(][^（()）]{1,30}[）)])?[\s\u3000]*"
    r"(第[0-9０-９一二三四五六七八九十百千]+条(?:の[0-9０-９一二三四五六七八九十百]+)*)"
    r"(?!の|に|第|から|及び|又は|、|中)"
)
_KINDS = ("条例", "規則", "要綱", "要領", "訓令", "告示", "規程", "法律", "政令", "省令", "基準")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk stands."""

    instrument: Instrument
    headings: tuple[str, ...] = ()


def instrument_of(document: tree.Document) -> Instrument:
    """Return the instrument's names as findings quote them."""
    kind = document.type or next(
        (kind for kind in _KINDS if kind in document.number or document.title.endswith(kind)), ""
    )
    title = document.title
    if _is_clause(title):
        title = PurePosixPath(document.path.rsplit("!", 1)[-1].replace("\\", "/")).stem
    return Instrument(document.path, title, document.number, kind)


def clauses_of(document: tree.Document) -> tuple[Article, ...]:
    """Return the units of judgement in document order.

    Articles as they are; what stands outside articles (a 要綱 of bare paragraphs, one clause in a
    text file, a preamble) is one unit for each part of the document; 別表 and 様式 are units too.
    """
    place = _Place(instrument_of(document))
    found = []
    order = 0
    for article in _units(document.children, place, Provision()):
        sentences = []
        for sentence in article.sentences:
            sentences.append(replace(sentence, order=order))
            order += 1
        found.append(replace(article, sentences=tuple(sentences)))
    return tuple(found)


def _units(nodes: tuple[tree.Node, ...], place: _Place, outer: Provision) -> Iterator[Article]:
    loose: list[Sentence] = []
    for node in nodes:
        match node:
            case tree.Article():
                yield _unit(place, node.provision, node.caption, _below(node))
            case tree.Group():
                inner = _Place(place.instrument, (*place.headings, node.title))
                yield from _units(node.children, inner, node.provision)
            case tree.SupplProvision():
                inner = _Place(place.instrument, (*place.headings, node.title))
                yield from _units(node.children, inner, node.provision)
            case tree.AppdxTable():
                yield _unit(place, node.provision, node.title, tuple(_texts_of(node)))
            case tree.AppdxStyle():
                yield _form(place, node)
            case _:
                loose += _loose(node)
    if loose:
        yield Article(place.instrument, str(outer) or _WHOLE, "", place.headings, tuple(loose))


def _unit(
    place: _Place, provision: Provision, caption: str, sentences: tuple[Sentence, ...]
) -> Article:
    words = caption.strip("（）() \u3000")
    return Article(place.instrument, str(provision), words, place.headings, sentences)


def _form(place: _Place, node: tree.AppdxStyle) -> Article:
    file = node.path or place.instrument.file
    source = place.instrument
    instrument = Instrument(file, source.title, source.number, source.kind)
    return Article(
        instrument,
        str(node.provision),
        node.title,
        place.headings,
        tuple(_texts_of(node)),
        form=True,
        linked="、".join(str(item) for item in node.related),
    )


def _below(article: tree.Article) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    for child in article.children:
        found += _sentences(child, _paragraph_number(child, 1), "")
    return tuple(found)


def _loose(node: tree.Node) -> list[Sentence]:
    """Return the sentences of a node outside any article; a numbered mark counts as its 項."""
    return list(_sentences(node, _paragraph_number(node, 1), ""))


def _paragraph_number(node: tree.Node, default: int) -> int:
    if isinstance(node, tree.Paragraph | tree.Item) and node.number:
        return node.number[0]
    return default


def _sentences(node: tree.Node, paragraph: int, chapeau: str) -> Iterator[Sentence]:
    address = str(node.provision)
    match node:
        case tree.Block():
            if node.kind == "title":
                address = _address_in(node.text)
            if node.kind not in _HEADINGS and (node.kind != "title" or _is_clause(node.text)):
                for text in split_sentences(node.text):
                    yield Sentence(text, address or _WHOLE, paragraph)
        case tree.Table():
            yield from _cells(node, address or _WHOLE, paragraph, chapeau)
        case tree.Paragraph() | tree.Item():
            for text, proviso in _own_sentences(node):
                yield Sentence(text, address or _WHOLE, paragraph, chapeau, proviso)
            # A sub-item is introduced by its item and by what introduces that.
            own = chapeau + _introduction(node)
            for child in node.children:
                yield from _sentences(child, paragraph, own)
        case _:
            for child in tree.children_of(node):
                yield from _sentences(child, paragraph, chapeau)


def _is_clause(title: str) -> bool:
    """Return whether a first line is no title but text: a clause alone in a file."""
    if "。" in title or len(title) > _LONGEST_TITLE:
        return True
    return bool(_OLD_PREDICATE.search(title) or _PREDICATE.search(title))


def _address_in(clause: str) -> str:
    """Return the first 項 of the article a lone clause begins with; empty when it names none."""
    match = _LEADING_ARTICLE.match(clause)
    return str(parse_provision(f"{match.group(1)}第1項")) if match else ""


def _own_sentences(node: tree.Paragraph | tree.Item) -> Iterator[tuple[str, bool]]:
    for sentence in node.sentences:
        for text in split_sentences(sentence.text):
            yield text, sentence.function == "proviso" or text.startswith(("ただし", "但し"))


def _introduction(node: tree.Paragraph | tree.Item) -> str:
    """Return the sentence that introduces the items: the one that points to them, else the last."""
    texts = [text for text, _ in _own_sentences(node)]
    pointing = [text for text in texts if re.search(r"次の|各号|左の|次に掲げ|下記", text)]
    return (pointing or texts or [""])[-1]


def _cells(table: tree.Table, address: str, paragraph: int, chapeau: str) -> Iterator[Sentence]:
    for row in table.rows:
        for cell in row.cells:
            for text in split_sentences(cell.text):
                yield Sentence(text, address, paragraph, chapeau)


def _texts_of(node: tree.AppdxTable | tree.AppdxStyle) -> Iterator[Sentence]:
    address = str(node.provision)
    for child in node.children:
        for sentence in _sentences(child, 1, ""):
            yield Sentence(sentence.text, address, 1, sentence.chapeau, sentence.proviso)


def split_sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, verbatim, without empty ones.

    A full stop inside parentheses or quotation marks ends nothing.
    """
    pieces: list[str] = []
    depth, start = 0, 0
    for index, char in enumerate(text):
        if char in "（(「『":
            depth += 1
        elif char in "）)」』":
            depth = max(0, depth - 1)
        elif (char == "。" and depth == 0) or char == "\n":
            pieces.append(text[start : index + 1])
            start = index + 1
    pieces.append(text[start:])
    return tuple(piece.strip() for piece in pieces if piece.strip())
