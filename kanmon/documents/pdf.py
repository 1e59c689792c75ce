"""Reads a PDF that has text: broken lines joined, page numbers dropped, vertical text re-joined."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from kanmon.documents.line import Line
from kanmon.documents.plain_text import begins_unit, join_words
from kanmon.errors import InputError, UnsupportedError
from kanmon.run import Skip
from kanmon.source import SourceRef

_DASHES = r"[-－‐―–\s(（)）]*"
_PAGE_NUMBER = re.compile(
    rf"{_DASHES}(?:\d{{1,4}}|[ivx]{{1,5}})(?:\s*[/／]\s*\d{{1,4}})?{_DASHES}(?:頁|ページ)?"
)
_JAPANESE = "ぁ-んァ-ヶー一-龠々〇、。「」『』（）・―～第"
_GAP = re.compile(rf"(?<=[{_JAPANESE}]) +(?=[!-~])|(?<=[!-~]) +(?=[{_JAPANESE}])")
_COUNTERS = "年月日時分条項号章節編款目人名回円通部枚件以箇か個週割倍階級歳者メ％"
_LIST_NUMBER = re.compile(rf"\(?[0-9]+(?:[.-][0-9]+)*\)? +(?=[^\s{_COUNTERS}])")
_MAX_PAGES = 3000
_VERTICAL_SHARE = 0.6
"""A page more than this of whose lines are single characters is set vertically."""
_REPEATED = 3
"""A first or last line on this many pages is a running head, not text."""


@dataclass(frozen=True, slots=True)
class _Printed:
    """One printed line: words, left and right edge, height of its characters, in points."""

    text: str
    left: float
    right: float
    size: float


def pdf_lines(data: bytes, path: str) -> tuple[list[Line], list[Skip]]:
    """Return the lines of a PDF in reading order, and the pages that hold no text.

    Running heads and page numbers are left out; what a printed line broke is joined again.

    Raises:
        UnsupportedError: the PDF is locked by a password, or has no text at all (a scan).
        InputError: it is broken.
    """
    import pypdfium2

    where = SourceRef(path)
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnsupportedError(
                "パスワードで保護された PDF です",
                where=where,
                hint="保護を外した PDF を保存し直して渡してください",
            ) from error
        raise InputError(f"PDF として読めません: {error}", where=where) from error
    try:
        if len(document) > _MAX_PAGES:
            raise InputError(f"ページが多すぎます（上限 {_MAX_PAGES}）", where=where)
        pages = [_page(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise InputError(f"PDF のページを読めません: {error}", where=where) from error
    finally:
        document.close()
    if not any(pages):
        raise UnsupportedError(
            "文字情報がありません（紙を読み取っただけの PDF）",
            where=where,
            hint="文字認識（OCR）をかけた PDF か、元の Word ファイルを渡してください",
        )
    skips = [
        Skip(
            where.at(f"page {number}"),
            "文字情報がないページです",
            "画像の内容を目で確かめてください",
        )
        for number, page in enumerate(pages, 1)
        if not page
    ]
    return _joined(_without_running_heads(pages)), skips


def _page(document: Any, index: int) -> list[_Printed]:
    """Return the printed lines of one page."""
    page = document[index]
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range()
        lines = [line for line in text.splitlines() if line.strip()]
        single = sum(1 for line in lines if len(line.strip()) == 1)
        if len(lines) > 10 and single > _VERTICAL_SHARE * len(lines):
            return _vertical(text, text_page)
        return _horizontal(text, text_page)
    finally:
        text_page.close()
        page.close()


def _horizontal(text: str, text_page: Any) -> list[_Printed]:
    lines, position = [], 0
    for raw in text.splitlines(keepends=True):
        words = raw.strip()
        if words:
            start = position + len(raw) - len(raw.lstrip())
            left, _, _, _ = _box(text_page, start)
            _, bottom, right, top = _box(text_page, start + len(words) - 1)
            lines.append(_Printed(_clean(words), left, right, top - bottom))
        position += len(raw)
    return lines


def _box(text_page: Any, index: int) -> tuple[float, float, float, float]:
    box: tuple[float, float, float, float] = text_page.get_charbox(index, loose=True)
    return box


def _vertical(text: str, text_page: Any) -> list[_Printed]:
    """Return the columns of a page set vertically, right to left, as lines.

    The right "edge" of such a line is how far down it goes.
    """
    columns: list[tuple[float, float, list[str]]] = []
    previous = size = 0.0
    for index, char in enumerate(text):
        if char.isspace():
            continue
        left, bottom, right, _ = _box(text_page, index)
        centre, size = (left + right) / 2, max(size, right - left)
        if columns and abs(centre - previous) <= size / 2:
            chars = columns[-1][2]
            chars.append(char)
            columns[-1] = (centre, bottom, chars)
        else:
            columns.append((centre, bottom, [char]))
        previous = centre
    columns.sort(key=lambda column: -column[0])
    return [_Printed(_clean("".join(chars)), 0, -bottom, size) for _, bottom, chars in columns]


def _clean(text: str) -> str:
    """Return a printed line without the gaps pdfium reports between Japanese and Latin type.

    A list number keeps the space after it, unless a counter follows (``3 年``).
    """
    # U+FFFE and U+0002 stand for a hyphen pdfium found at a line's end.
    text = text.replace("\ufffe", "-").replace("\x02", "-").replace("\u00a0", " ")
    head = _LIST_NUMBER.match(text)
    start = head.end() if head else 0
    return text[:start] + _GAP.sub("", text[start:])


def _without_running_heads(pages: Sequence[list[_Printed]]) -> list[_Printed]:
    edges = Counter(_shape(line.text) for page in pages if page for line in (page[0], page[-1]))
    kept: list[_Printed] = []
    for page in pages:
        for index, line in enumerate(page):
            at_edge = index in (0, len(page) - 1)
            repeated = len(pages) >= _REPEATED and edges[_shape(line.text)] >= _REPEATED
            numbered = _PAGE_NUMBER.fullmatch(line.text) is not None
            if not (at_edge and (repeated or numbered)):
                kept.append(line)
    return kept


def _shape(text: str) -> str:
    return re.sub(r"[0-9０-９]+", "0", text)


def _joined(printed: list[_Printed]) -> list[Line]:
    """Return logical lines: one that reaches the right margin goes on in the next."""
    margin = _margin(printed)
    texts: list[str] = []
    full = False
    for line in printed:
        if texts and full and not begins_unit(line.text):
            texts[-1] = join_words(texts[-1], line.text)
        else:
            texts.append(line.text)
        full = line.right >= margin - 1.6 * line.size
    return [Line(text) for text in texts if text.strip()]


def _margin(printed: list[_Printed]) -> float:
    """Return the right margin of the text: the usual right edge of its longest lines."""
    edges = sorted((line.right for line in printed), reverse=True)
    return median(edges[: max(len(edges) // 4, 1)])
