"""Numbers in the middle of a line: several 項 or 号 that a copy has run together."""

import re

from kanmon.documents.line import read_article, read_mark
from kanmon.provision import half_width, read_number

_SPACE = r"[ \t\u3000\u00a0]"
# After a full stop: ２ with a space, or full width and close to its words. A unit after it makes
# it an amount (２年, ３月): such a number begins nothing.
_PARAGRAPH = re.compile(
    rf"(?<=。){_SPACE}*(?=([0-9０-９]{{1,2}})(?:{_SPACE}+|(?<=[０-９])(?=[一-龥ぁ-ん])(?![年月日時分人名円回条項号箇件割か個])))"
)
_BRACKETED = re.compile(
    rf"(?:(?<=。)|(?<={_SPACE})){_SPACE}*(?=[（(]([0-9０-９]{{1,2}})[）)](?!{_SPACE}*(?:及び|又は|から|の|に|、)))"
)
_KANJI = re.compile(
    rf"(?:(?<=。)|(?<={_SPACE})){_SPACE}*(?=([一二三四五六七八九十]{{1,3}}){_SPACE})"
)


def split_inline(line: str) -> list[str]:
    """Return the line cut before each 項 and 号 that stands in the middle of it.

    Only numbers that count up one by one are taken as such: ２, ３ … in a line that begins an
    article or a 項, and （１）, （２） … or 一, 二 … from the first on. Nothing is lost but the
    white space between the pieces.
    """
    text = line.strip()
    mark = read_mark(text)
    if read_article(text) is not None:
        pieces = _cut(line, _PARAGRAPH, 2, least=1)
    elif mark is not None and mark.kind == "digits" and mark.number:
        pieces = _cut(line, _PARAGRAPH, mark.number[0] + 1, least=1)
    else:
        pieces = [line]
    items = [item for piece in pieces for item in _cut(piece, _BRACKETED, 1, least=2)]
    return [item for piece in items for item in _cut(piece, _KANJI, 1, least=2)]


def _cut(text: str, pattern: re.Pattern[str], first: int, *, least: int) -> list[str]:
    """Return the pieces between marks that count up from ``first``; whole with fewer marks."""
    places, wanted = [0], first
    for match in pattern.finditer(text):
        if read_number(half_width(match.group(1)))[0] == wanted:
            places.append(match.end())
            wanted += 1
    if len(places) <= least:
        return [text]
    ends = [*places[1:], len(text)]
    return [text[start:end].rstrip() for start, end in zip(places, ends, strict=True)]
