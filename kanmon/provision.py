"""Addresses inside an instrument: 第12条の2第3項第1号ア, 附則第2項, 別表第1, 様式第3号.

One canonical form (Arabic numerals, half width, 第1項 always written) whatever the source uses,
so that addresses can be compared, sorted and filed.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import total_ordering

from kanmon.dates import parse_number

Number = tuple[int, ...]
"""A number with its branches: 第16条の3の2 is ``(16, 3, 2)``. Empty: not numbered."""


class Unit(Enum):
    """What a step of an address counts, in sorting order. ``label_ja`` is the counter word."""

    TITLE = "題名"
    TOC = "目次"
    PREAMBLE = "前文"
    PART = "編"
    CHAPTER = "章"
    SECTION = "節"
    SUBSECTION = "款"
    DIVISION = "目"
    ARTICLE = "条"
    PARAGRAPH = "項"
    ITEM = "号"
    LABEL = "符号"
    SUPPLEMENTARY = "附則"
    TABLE = "別表"
    STYLE = "様式"

    @property
    def label_ja(self) -> str:
        """Return the Japanese counter or name."""
        return str(self.value)


_RANK = {unit: rank for rank, unit in enumerate(Unit)}
_COUNTED = {unit.value: unit for unit in Unit if len(unit.value) == 1}
_BARE = {unit.value: unit for unit in (Unit.TITLE, Unit.TOC, Unit.PREAMBLE)}

# One order that agrees with both アイウエオ… (municipal) and イロハ… (national) as far as either
# is used in practice (to ソ and to タ); an address alone does not say which of them it follows.
_KANA_ORDER = (
    "アイウエオロハニホヘトチリヌルヲワカキクケコサシスセソヨタツテナネノヒフマミムメモヤユラレン"
)
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
"""Circled numbers 1 to 50, in order."""

_N = r"(?:[0-9]+|[〇一二三四五六七八九十百千]+)"
_BRANCHES = rf"((?:の{_N})*)"
_SUPPLEMENTARY = re.compile(r"附則(?:\(((?:[^()]|\([^()]*\))*)\))?")
_STYLE_AFTER = re.compile(rf"(別記|別紙|別表)?様式(?:第?({_N})号?{_BRANCHES})?")
_STYLE_BEFORE = re.compile(rf"(別記|別紙)?第({_N})号{_BRANCHES}様式{_BRANCHES}")
_TABLE = re.compile(rf"(別表|別記|別図|別紙)(?:第({_N})(?:号)?{_BRANCHES})?")
_UNIT = re.compile(rf"第({_N})([編章節款目条項号]){_BRANCHES}")
_LABEL = re.compile(
    rf"その{_N}|第{_N}(?![編章節款目条項号])(?:-(?:[0-9]+|\([0-9]+\)))*|[{CIRCLED}]|\([^()]{{1,4}}\)|[0-9]+(?:[.-][0-9]+)*|[ア-ン]|[a-z]{{1,5}}|[A-Z]"
)
_RELATED = re.compile(r"\(((?:[^()]|\([^()]*\))*?)関係\)")
_JOINT = "・"
"""Stands between two labels that would otherwise read as one: ``1・1``."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an address.

    Attributes:
        number: For everything that is counted; see ``Number``.
        label: The mark itself for ``LABEL`` (ア, (ア), 1.1, ①); the amending instrument for
            ``SUPPLEMENTARY`` (令和4年6月17日法律第68号; empty for the original 附則); the name for
            ``TABLE`` (別表, 別記); the name with ``%`` where the number stands for ``STYLE``
            (``様式%``, ``%様式``, ``別記様式%``).
    """

    unit: Unit
    number: Number = ()
    label: str = ""

    def __str__(self) -> str:
        if self.unit in (Unit.TITLE, Unit.TOC, Unit.PREAMBLE):
            return self.unit.label_ja
        if self.unit is Unit.LABEL:
            return self.label
        if self.unit is Unit.SUPPLEMENTARY:
            return f"附則({self.label})" if self.label else "附則"
        if self.unit is Unit.TABLE:
            return self.label + (_counted(self.number, "") if self.number else "")
        if self.unit is Unit.STYLE:
            return self.label.replace("%", _counted(self.number, "号") if self.number else "")
        return _counted(self.number, self.unit.value)

    @property
    def sort_key(self) -> tuple[int, Number, Number, str]:
        """Return what orders steps: kind, number, value of the label, label."""
        value = _label_value(self.label) if self.unit is Unit.LABEL else ()
        return (_RANK[self.unit], self.number, value, self.label)


@total_ordering
@dataclass(frozen=True, slots=True)
class Provision:
    """An address: steps from the outside in; empty for the instrument as a whole.

    Attributes:
        related: The 第7条 of ``(第7条関係)``, of a form or table; not part of the identity people
            cite, so ``str`` leaves it out and ``full`` shows it.
    """

    steps: tuple[Step, ...] = ()
    related: str = ""

    def __str__(self) -> str:
        text = ""
        previous: Step | None = None
        for step in self.steps:
            if previous is not None and _would_merge(previous, step):
                text += _JOINT
            text += str(step)
            previous = step
        return text

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Provision):
            return NotImplemented
        return self.sort_key < other.sort_key

    @property
    def full(self) -> str:
        """Return the address with 〜関係: 様式第3号(第7条関係)."""
        return f"{self}({self.related}関係)" if self.related else str(self)

    @property
    def sort_key(self) -> tuple[tuple[tuple[int, Number, Number, str], ...], str]:
        """Return what orders addresses: the main text, 附則, 別表, 様式; a part after its whole."""
        return (tuple(step.sort_key for step in self.steps), self.related)

    @property
    def parent(self) -> "Provision":
        """Return the address one step out; the instrument's own for a single step."""
        return Provision(self.steps[:-1])

    def child(self, unit: Unit, number: Number = (), label: str = "") -> "Provision":
        """Return the address one step further in."""
        return Provision((*self.steps, Step(unit, number, label)))

    def contains(self, other: "Provision") -> bool:
        """Return whether ``other`` is this address or lies within it."""
        return other.steps[: len(self.steps)] == self.steps

    def step(self, unit: Unit) -> Step | None:
        """Return the last step counting ``unit``, or ``None``."""
        return next((step for step in reversed(self.steps) if step.unit is unit), None)

    def upto(self, unit: Unit) -> "Provision":
        """Return the address cut after its last ``unit`` step; the empty address without one."""
        for index in range(len(self.steps), 0, -1):
            if self.steps[index - 1].unit is unit:
                return Provision(self.steps[:index])
        return Provision()


def parse_provision(text: str) -> Provision:
    """Return the address written in ``text``: kanji or Arabic, full or half width.

    ``parse_provision(provision.full) == provision``.

    Raises:
        ValueError: something in ``text`` is no part of an address.
    """
    plain = "".join(half_width(text).split())
    steps: list[Step] = []
    related, position = "", 0
    while position < len(plain):
        if steps and (match := _RELATED.match(plain, position)) and _is_appendix(steps):
            related, position = _arabic_places(match[1]), match.end()
            continue
        step, position = _read_step(plain, position, text)
        if step is not None:
            steps.append(step)
    return Provision(tuple(steps), related)


def parse_attribute(value: str) -> tuple[Number, Number]:
    """Return first and last number of a law XML ``Num``: ``14_2``; ``5:7`` for 第5条から第7条まで.

    For a single number both are equal; both are empty when ``value`` holds no number.
    """
    first, _, last = value.partition(":")
    numbers = []
    for part in (first, last or first):
        pieces = part.split("_")
        good = all(piece.isascii() and piece.isdigit() for piece in pieces)
        numbers.append(tuple(int(piece) for piece in pieces) if good else ())
    return numbers[0], numbers[1] or numbers[0]


def read_number(main: str, branches: str = "") -> Number:
    """Return the number of e.g. ``十六`` and ``の三の二``: ``(16, 3, 2)``."""
    return (parse_number(main), *(parse_number(part) for part in branches.split("の")[1:]))


def half_width(text: str) -> str:
    """Return ``text`` in NFKC except circled numbers, which NFKC would turn into plain ones."""
    if text.isascii():
        return text
    return "".join(
        char if char in CIRCLED else unicodedata.normalize("NFKC", char) for char in text
    )


def arabic_dates(text: str) -> str:
    """Return ``text`` with kanji numerals before 年月日号 in Arabic: 第六八号 → 第68号."""
    pattern = rf"({_N})(?=[年月日号])"
    return re.sub(pattern, lambda match: str(parse_number(match[1])), half_width(text))


def _arabic_places(text: str) -> str:
    pattern = rf"(?<=[第の])({_N})"
    return re.sub(pattern, lambda match: str(parse_number(match[1])), text)


def _read_step(plain: str, position: int, whole: str) -> tuple[Step | None, int]:
    if plain[position] == _JOINT:
        return None, position + 1
    if (bare := _BARE.get(plain[position : position + 2])) is not None:
        return Step(bare), position + 2
    if plain.startswith("本則", position):
        return None, position + 2
    if match := _SUPPLEMENTARY.match(plain, position):
        return Step(Unit.SUPPLEMENTARY, label=arabic_dates(match[1] or "")), match.end()
    if match := _STYLE_BEFORE.match(plain, position):
        number = read_number(match[2], match[3] + match[4])
        return Step(Unit.STYLE, number, f"{match[1] or ''}%様式"), match.end()
    if match := _STYLE_AFTER.match(plain, position):
        number = read_number(match[2], match[3]) if match[2] else ()
        return Step(Unit.STYLE, number, f"{match[1] or ''}様式%"), match.end()
    if match := _TABLE.match(plain, position):
        number = read_number(match[2], match[3]) if match[2] else ()
        return Step(Unit.TABLE, number, match[1]), match.end()
    if match := _UNIT.match(plain, position):
        return Step(_COUNTED[match[2]], read_number(match[1], match[3])), match.end()
    if match := _LABEL.match(plain, position):
        return Step(Unit.LABEL, label=match[0]), match.end()
    raise ValueError(f"not an address: {whole!r} at {plain[position:]!r}")


def _is_appendix(steps: list[Step]) -> bool:
    return any(step.unit in (Unit.TABLE, Unit.STYLE) for step in steps)


def _counted(number: Number, unit: str) -> str:
    return f"第{number[0]}{unit}" + "".join(f"の{branch}" for branch in number[1:])


def _would_merge(before: Step, after: Step) -> bool:
    """Return whether two labels written together could be read as one or as something else."""
    if after.unit is not Unit.LABEL:
        return False
    if before.unit in (Unit.TABLE, Unit.STYLE):
        # 別表第1 followed by 1 would read as 別表第11, 様式 by 第1 as 様式第1号.
        return after.label[0] in "0123456789第"
    if before.unit is Unit.SUPPLEMENTARY:
        return not before.label and after.label[0] == "("
    end, start = str(before)[-1], after.label[0]
    return end.isascii() and start.isascii() and end.isalnum() and start.isalnum()


def _label_value(label: str) -> Number:
    """Return the rank of a mark among its kind: ア and (ア) 0, ② and (2) 2, 1.2 (1, 2)."""
    inner = label.strip("()").removeprefix("その").removeprefix("第")
    if inner in CIRCLED and inner:
        return (CIRCLED.index(inner) + 1,)
    if inner in _KANA_ORDER and inner:
        return (_KANA_ORDER.index(inner),)
    parts = re.split(r"[.-]", re.sub(r"[()]", "", inner))
    if all(part.isascii() and part.isdigit() for part in parts):
        return tuple(int(part) for part in parts)
    if inner and all(char in "〇一二三四五六七八九十百千" for char in inner):
        return (parse_number(inner),)
    return ()
