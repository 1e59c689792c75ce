"""The list numbers Word draws and does not store: counted here as Word counts them.

Source: ECMA-376 Part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from kanmon.provision import CIRCLED

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_Element = etree._Element
_AIUEO = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
)
_FULL_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


class Numbering:
    """Counts the list paragraphs of one document, in order."""

    def __init__(self, root: _Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._counters: dict[str, dict[int, int]] = {}
        if root is None:
            return
        for abstract in root.iter(f"{_W}abstractNum"):
            levels = {
                integer(level.get(f"{_W}ilvl")): _level(level)
                for level in abstract.iter(f"{_W}lvl")
            }
            self._levels[abstract.get(f"{_W}abstractNumId", "")] = levels
        for num in root.iter(f"{_W}num"):
            number = num.get(f"{_W}numId", "")
            abstract_id = _value(num.find(f"{_W}abstractNumId"))
            # A list that starts again at a number of its own counts for itself.
            restarted = num.find(f"{_W}lvlOverride") is not None
            self._abstract[number] = abstract_id
            self._counters.setdefault(number if restarted else f"abstract {abstract_id}", {})

    def mark(self, number: str, depth: int) -> str:
        """Return the mark of the next paragraph of list ``number`` at ``depth``; empty for none."""
        abstract = self._abstract.get(number)
        levels = self._levels.get(abstract or "", {})
        level = levels.get(depth)
        if level is None:
            return ""
        counters = self._counters.get(number)
        if counters is None:
            counters = self._counters.setdefault(f"abstract {abstract}", {})
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in [key for key in counters if key > depth]:
            del counters[deeper]
        if level.format == "bullet":
            return "・"
        text = level.text
        for index in range(depth + 1):
            outer = levels.get(index)
            if outer is not None and f"%{index + 1}" in text:
                count = counters.get(index, outer.start)
                text = text.replace(f"%{index + 1}", format_number(count, outer.format))
        return text.strip()


def format_number(number: int, style: str) -> str:
    """Return ``number`` as the Word number format ``style`` writes it; digits when unknown."""
    writer = _WRITERS.get(style)
    return writer(number) if writer and number > 0 else "" if style == "none" else str(number)


def kanji_number(number: int) -> str:
    """Return ``number`` (below 10,000) in kanji: 二十一."""
    text = ""
    for unit, word in ((1000, "千"), (100, "百"), (10, "十")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("" if digit == 1 else "〇一二三四五六七八九"[digit]) + word
    return text + ("〇一二三四五六七八九"[number] if number else "")


def _letters(alphabet: str) -> Callable[[int], str]:
    return lambda number: (
        alphabet[(number - 1) % len(alphabet)] * (1 + (number - 1) // len(alphabet))
    )


def _roman(number: int) -> str:
    text = ""
    for value, word in _ROMAN:
        while number >= value and len(text) < 20:
            text, number = text + word, number - value
    return text


_WRITERS: dict[str, Callable[[int], str]] = {
    "decimalFullWidth": lambda number: str(number).translate(_FULL_DIGITS),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_DIGITS),
    "decimalEnclosedCircle": lambda number: CIRCLED[number - 1] if number <= 50 else str(number),
    "decimalEnclosedParen": lambda number: f"({number})",
    "japaneseCounting": kanji_number,
    "japaneseDigitalTenThousand": kanji_number,
    "chineseCounting": kanji_number,
    "chineseCountingThousand": kanji_number,
    "ideographDigital": kanji_number,
    "aiueo": _letters(_AIUEO),
    "aiueoFullWidth": _letters(_AIUEO),
    "iroha": _letters(_IROHA),
    "irohaFullWidth": _letters(_IROHA),
    "lowerLetter": _letters("abcdefghijklmnopqrstuvwxyz"),
    "upperLetter": _letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}


def _level(element: _Element) -> _Level:
    return _Level(
        _value(element.find(f"{_W}numFmt")) or "decimal",
        _value(element.find(f"{_W}lvlText")),
        integer(_value(element.find(f"{_W}start")) or "1"),
    )


def _value(element: _Element | None) -> str:
    return "" if element is None else element.get(f"{_W}val", "")


def integer(text: str | None) -> int:
    """Return the number of an attribute; 0 for a missing or malformed one."""
    return int(text[:6]) if text and text.isascii() and text.isdigit() else 0
