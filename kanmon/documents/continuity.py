"""Are the numbers of an instrument complete? A gap after an import may be lost text."""

from collections.abc import Iterable, Iterator

from kanmon.documents.model import (
    Article,
    Document,
    Group,
    Node,
    Paragraph,
    SupplProvision,
    children_of,
)
from kanmon.provision import Number, Provision, Unit
from kanmon.run import Skip

_HINT = "取り込みで条文が落ちていないか、元のファイルと見比べてください"
_SHOWN = 3


def check_continuity(document: Document) -> tuple[Skip, ...]:
    """Return a Skip for each gap in the numbers of articles, and of paragraphs in an article.

    A deleted range (第5条から第7条まで 削除) and branch numbers (第16条の2) are no gaps, nor is
    anything in the 附則 of an amending instrument or one marked 抄, which are kept in extract. An
    instrument may begin at any article: parts of one are often kept as a file.
    """
    skips: list[Skip] = []
    for node in document.children:
        if isinstance(node, SupplProvision) and (node.amendment or node.extract):
            continue
        found = list(_articles(node))
        if isinstance(node, SupplProvision):
            skips.extend(_gaps(document, found))
    main = [node for node in document.children if not isinstance(node, SupplProvision)]
    skips.extend(_gaps(document, [article for node in main for article in _articles(node)]))
    return tuple(sorted(skips))


def _articles(node: Node) -> Iterator[Article]:
    if isinstance(node, Article):
        yield node
    elif isinstance(node, Group | SupplProvision):
        for child in children_of(node):
            yield from _articles(child)


def _gaps(document: Document, articles: Iterable[Article]) -> Iterator[Skip]:
    previous: Article | None = None
    for article in articles:
        if previous is not None and article.provision.parent != previous.provision.parent:
            previous = None
        reason = _gap(previous.last, article.number, "条") if previous else ""
        if reason:
            yield Skip(document.where(article), reason, _HINT)
        previous = article
        yield from _paragraph_gaps(document, article)


def _paragraph_gaps(document: Document, article: Article) -> Iterator[Skip]:
    last: Number = (0,)
    for node in article.children:
        if isinstance(node, Paragraph) and node.number:
            if reason := _gap(last, node.number, "項"):
                yield Skip(document.where(node), reason, _HINT)
            last = node.number


def _gap(last: Number, number: Number, unit: str) -> str:
    """Return what is wrong between two numbers that follow each other; empty when nothing is."""
    if not last or not number:
        return ""
    if number <= last:
        return f"{_name(last, unit)}の次が{_name(number, unit)}で、番号が戻っています"
    if number in set(_successors(last)):
        return ""
    if len(number) == 1:
        missing = [_name((value,), unit) for value in range(last[0] + 1, number[0])]
    else:
        depth = len(number) - 1
        goes_on = len(last) > depth and last[:depth] == number[:depth]
        start = last[depth] + 1 if goes_on else 2
        missing = [_name((*number[:-1], value), unit) for value in range(start, number[-1])]
    if not missing:
        missing = [_name(number[:-1], unit)]
    more = f" ほか{len(missing) - _SHOWN}" if len(missing) > _SHOWN else ""
    shown = "・".join(missing[:_SHOWN]) + more
    return f"{_name(last, unit)}の次が{_name(number, unit)}です（{shown}がありません）"


def _successors(last: Number) -> Iterator[Number]:
    """Yield the numbers that may follow ``last``: 第3条の2 → 第3条の2の2, 第3条の3, 第4条."""
    yield (*last, 2)
    for depth in range(len(last)):
        yield (*last[:depth], last[depth] + 1)


def _name(number: Number, unit: str) -> str:
    return str(Provision().child(Unit.ARTICLE if unit == "条" else Unit.PARAGRAPH, number))
