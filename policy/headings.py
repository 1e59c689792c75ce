"""Which section of the guideline a heading of a city's policy answers to. Pure.

A table of contents is read as a whole: likeness of the words first, then a weak preference for
the guideline's order and for staying in one part (基本方針 or 対策基準).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policy.vocabulary import Section
from policy.words import plain

_RANGE = re.compile(r"[(（]第[^()（）]*[)）]")
_NUMBER = r"[0-9〇一二三四五六七八九十百]+"
_NUMBERING = re.compile(
    rf"^\s*(?:第{_NUMBER}[編章節款目条](?:の{_NUMBER})*|[(（]{_NUMBER}[)）]|{_NUMBER}(?:[.．\-]{_NUMBER})*[.．]?"
    r"|[①-⑳])[\s　]*"
)
_BLOCK = re.compile(rf"^\s*(第{_NUMBER}[編章])")
_NOISE = re.compile(r"[^\w]|[等]")
# A section's other names are examples from cities: a hit there counts a little less.
_OTHER_NAME = 0.96
_IN_ORDER, _SAME_PART = 0.06, 0.08


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """One heading with its best section and the next best one.

    Attributes:
        section: Empty when nothing is alike.
        ranked: Section ids by likeness alone, best first, without the order of the contents.
    """

    heading: str
    section: str
    score: float
    ranked: tuple[str, ...]


def strip_numbering(heading: str) -> str:
    """Return the words of a heading: 第5章第1節 サーバ等の管理(第25条―第31条) → サーバ等の管理."""
    text = _RANGE.sub("", heading).strip()
    while True:
        shorter = _NUMBERING.sub("", text, count=1)
        if not shorter or shorter == text:
            return text
        text = shorter


def align_headings(
    headings: Sequence[str],
    sections: Sequence[Section],
    canonical: Callable[[str], str],
    words: Callable[[str], tuple[str, ...]],
) -> tuple[HeadingMatch, ...]:
    """Return the best section of every heading, in order.

    Args:
        canonical: City words to guideline words (``Lexicon.canonical``).
        words: Content words (``Lexicon.words``).
    """
    if not headings or not sections:
        return tuple(HeadingMatch(heading, "", 0.0, ()) for heading in headings)
    names = [(index, name) for index, s in enumerate(sections) for name in (s.title, *s.also)]
    reader = _Reader([name for _index, name in names], canonical, words)
    table = []
    for heading in headings:
        best = [0.0] * len(sections)
        for (index, name), likeness in zip(names, reader.compare(heading), strict=True):
            weight = 1.0 if name == sections[index].title else _OTHER_NAME
            best[index] = max(best[index], likeness * weight)
        table.append(best)
    path = _best_path(table, [_block(heading) for heading in headings], sections)
    result = []
    for heading, row, chosen in zip(headings, table, path, strict=True):
        order = sorted(range(len(sections)), key=lambda i: (-row[i], i))
        ranked = tuple(sections[i].id for i in order)
        result.append(HeadingMatch(heading, sections[chosen].id, row[chosen], ranked))
    return tuple(result)


class _Reader:
    """Compares a heading with every name of every section."""

    def __init__(
        self,
        names: Sequence[str],
        canonical: Callable[[str], str],
        words: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._canonical, self._words = canonical, words
        self._names = [self._read(name) for name in names]
        self._words_weight = _Rarity([frozenset(bag) for _raw, _grams, bag in self._names])
        self._grams_weight = _Rarity([frozenset(raw | grams) for raw, grams, _bag in self._names])

    def _read(self, text: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        stripped = strip_numbering(text)
        return (
            _grams(_NOISE.sub("", plain(stripped))),
            _grams(_NOISE.sub("", self._canonical(stripped))),
            frozenset(self._words(stripped)),
        )

    def compare(self, heading: str) -> list[float]:
        raw, grams, bag = self._read(heading)
        return [
            0.3 * self._grams_weight.overlap(raw, other_raw)
            + 0.3 * self._grams_weight.overlap(grams, other_grams)
            + 0.4 * self._words_weight.overlap(bag, other_bag)
            for other_raw, other_grams, other_bag in self._names
        ]


class _Rarity:
    """What a shared word is worth: セキュリティ and 管理 stand in half of all headings."""

    def __init__(self, bags: Sequence[frozenset[str]]) -> None:
        count: Counter[str] = Counter()
        for bag in bags:
            count.update(bag)
        self._weight = {word: math.log(1 + len(bags) / (n + 0.5)) for word, n in count.items()}
        self._unknown = math.log(1 + len(bags)) * 0.6

    def overlap(self, left: frozenset[str], right: frozenset[str]) -> float:
        """Return the weight both share over the geometric mean of the two, 0 to 1."""
        total = self._sum(left) * self._sum(right)
        return self._sum(left & right) / math.sqrt(total) if total else 0.0

    def _sum(self, words: frozenset[str]) -> float:
        return sum(self._weight.get(word, self._unknown) for word in words)


def _grams(text: str) -> frozenset[str]:
    padded = f"^{text}$"
    return frozenset(padded[i : i + 2] for i in range(len(padded) - 1))


def _block(heading: str) -> str:
    match = _BLOCK.match(heading)
    return match.group(1) if match else ""


def _best_path(
    table: Sequence[Sequence[float]], blocks: Sequence[str], sections: Sequence[Section]
) -> list[int]:
    """Return one section index per heading: the best sum of likeness and order (Viterbi)."""
    basic = [section.id.startswith("B") for section in sections]
    size = len(sections)
    value = list(table[0])
    back: list[list[int]] = []
    for row in range(1, len(table)):
        same_block = blocks[row] == blocks[row - 1]
        following, came = [0.0] * size, [0] * size
        for here in range(size):
            best, origin = -1.0, 0
            for before in range(size):
                step = value[before]
                if basic[before] == basic[here]:
                    step += _SAME_PART if same_block else _SAME_PART / 2
                    if 0 <= here - before <= 3:
                        step += _IN_ORDER
                if step > best:
                    best, origin = step, before
            following[here], came[here] = best + table[row][here], origin
        value = following
        back.append(came)
    place = max(range(size), key=lambda i: (value[i], -i))
    path = [place]
    for came in reversed(back):
        place = came[place]
        path.append(place)
    return path[::-1]
