"""References in a text to other places: 第3条第2項, 前条, 同条第2項, 第5条から第7条まで, 別表第1.

What 準用 chains, 〜関係 and the check of an amendment need: where a reference points, seen from
where it stands.
"""

import re
from dataclasses import dataclass

from kanmon.provision import Number, Provision, Unit, half_width, parse_provision, read_number

_N = r"(?:[0-9０-９]+|[〇一二三四五六七八九十百千]+)"
_UNITS = "[編章節款目条項号]"
_STEP = rf"第{_N}{_UNITS}(?:の{_N}(?![部以人個件名の者分通回般]))*"
_APPENDIX = (
    rf"(?:別記|別紙)?(?:様式第{_N}号?(?:の{_N})*|第{_N}号(?:の{_N})*様式)"
    rf"|別表(?:第{_N}(?:の{_N})*)?|別記様式"
)
_RANGE = re.compile(rf"から((?:{_STEP})+)まで")
_BETWEEN = re.compile(r"[、・]?(?:又は|及び|若しくは|並びに|まで及び|まで、|まで並びに)?")
_TOKEN = re.compile(
    rf"(?P<near>(?:[前次同本](?:{_N})?{_UNITS}|前各[条項号]|この[条項号章節])(?!例))"
    rf"|(?P<supplementary>附則)(?={_STEP})"
    rf"|(?P<appendix>{_APPENDIX})"
    rf"|(?P<step>{_STEP})"
)
_TAIL = re.compile(rf"(?:{_STEP})+")
# A word ending so just before 第3条 names another instrument, except the text's own 「この条例」.
_FOREIGN = re.compile(
    r"(?P<name>[^\s、。（）()「」第]{0,30}(?:法律|法|令|条例|規則|規程|要綱|要領|基準))"
    r"(?:[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*[）)])?$"
)
_OWN = re.compile(r"(?:この|本|当該)(?:法律|法|令|条例|規則|規程|要綱|要領|基準)$")
_CONNECTIVES = re.compile(r"及び|又は|並びに|若しくは|により|に基づき|[はがを項号]|条(?!例)")
_UNIT_OF = {unit.value: unit for unit in Unit if len(unit.value) == 1}
_MAX_RANGE = 200


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference.

    Attributes:
        start, end: Offsets in the text.
        text: As written.
        targets: Addresses it points to, resolved; several for a range or 前3条; empty when it
            cannot be resolved (前条 in the first article).
        instrument: Name of another instrument it points into, as written (法, 施行規則); empty
            for the text's own.
    """

    start: int
    end: int
    text: str
    targets: tuple[Provision, ...]
    instrument: str = ""


def find_references(text: str, base: Provision) -> tuple[Reference, ...]:
    """Return the references in ``text``, which stands at ``base``, in order.

    同条 and 同項 point to what the reference before them named, in its instrument. A range
    counts whole numbers (第3条から第5条まで: three targets); branch numbers between them are
    known only to the document. 前各号 and 前条 are counted from ``base``.
    """
    found: list[Reference] = []
    last, instrument, named, position = Provision(), "", "", 0
    while match := _TOKEN.search(text, position):
        end = match.end()
        tail = _TAIL.match(text, end)
        end = tail.end() if tail else end
        words = text[match.start() : end]
        if match["near"]:
            instrument = instrument if words.startswith("同") else ""
            targets = _near(match["near"], base, last)
            if tail:
                targets = tuple(_extend(target, tail[0]) for target in targets)
        elif match["appendix"]:
            instrument = ""
            targets = _parsed(words)
        else:
            continues = bool(found) and _BETWEEN.fullmatch(text, found[-1].end, match.start())
            instrument = instrument if continues else _foreign(text, match.start(), named)
            named = instrument or named
            if instrument and words[0] == "第" and words.endswith("号") and "条" not in words:
                # 昭和22年法律第67号 is the number of an instrument, no place in one.
                position = end
                continue
            targets = _absolute(words, last if continues else base, instrument)
        targets, end = _range(text, end, targets)
        found.append(Reference(match.start(), end, text[match.start() : end], targets, instrument))
        last = targets[-1] if targets else last
        position = end
    return tuple(found)


def _foreign(text: str, start: int, named: str) -> str:
    """Return the other instrument named just before ``start``; ``named`` is what 同法 means."""
    match = _FOREIGN.search(text[max(start - 200, 0) : start])
    if match is None or _OWN.search(match["name"]):
        return ""
    name = _CONNECTIVES.split(match["name"])[-1]
    return named if name.startswith("同") and named else name


def _absolute(words: str, base: Provision, instrument: str) -> tuple[Provision, ...]:
    """Return what 第3条 or 第2項 means at ``base``; 第2項 alone is of the article of ``base``."""
    parsed = _parsed(words)
    unit = parsed[0].steps[0].unit if parsed else Unit.LABEL
    if not parsed or unit is Unit.SUPPLEMENTARY or (instrument and unit is Unit.ARTICLE):
        return parsed
    if unit is Unit.ARTICLE:
        return (Provision(base.upto(Unit.SUPPLEMENTARY).steps + parsed[0].steps),)
    return (_replace_from(base, unit, parsed[0]),)


def _replace_from(base: Provision, unit: Unit, inner: Provision) -> Provision:
    """Return ``base`` cut before its ``unit``, with ``inner`` in its place."""
    order = {Unit.PARAGRAPH: Unit.ARTICLE, Unit.ITEM: Unit.PARAGRAPH}
    outer = order.get(unit)
    kept = base.upto(outer) if outer else Provision()
    if outer is Unit.ARTICLE and not kept.steps:
        kept = base.upto(Unit.SUPPLEMENTARY)
    return Provision(kept.steps + inner.steps)


def _near(word: str, base: Provision, last: Provision) -> tuple[Provision, ...]:
    unit = _UNIT_OF[word[-1]]
    direction, middle = word[0], word[1:-1]
    if direction == "同":
        return _nonempty(last.upto(unit))
    if word.startswith("この") or direction == "本":
        return _nonempty(base.upto(unit))
    own = base.step(unit)
    if own is None or not own.number:
        return ()
    outer = base.upto(unit).parent
    here = own.number[0]
    if direction == "次":
        count = read_number(half_width(middle))[0] if middle else 1
        numbers = range(here + 1, here + 1 + min(count, _MAX_RANGE))
    elif middle == "各":
        numbers = range(1, here)
    else:
        count = read_number(half_width(middle))[0] if middle else 1
        if len(own.number) > 1 and count == 1:
            return (outer.child(unit, _before(own.number)),)
        numbers = range(max(here - min(count, _MAX_RANGE), 1), here)
    return tuple(outer.child(unit, (number,)) for number in numbers)


def _before(number: Number) -> Number:
    """Return the number before a branch: 第3条の3 → 第3条の2 → 第3条."""
    return (*number[:-1], number[-1] - 1) if number[-1] > 2 else number[:-1]


def _range(
    text: str, end: int, targets: tuple[Provision, ...]
) -> tuple[tuple[Provision, ...], int]:
    """Return the targets widened by 「から…まで」 after them, and where that ends."""
    match = _RANGE.match(text, end)
    if not match or len(targets) != 1 or not targets[0].steps:
        return targets, end
    first, upto = targets[0].steps[-1], _parsed(match[1])
    last = upto[0].steps[-1] if upto else first
    if last.unit is not first.unit or not first.number or last.number <= first.number:
        return targets, match.end()
    whole = range(first.number[0] + 1, min(last.number[0], first.number[0] + _MAX_RANGE))
    numbers = (first.number, *((value,) for value in whole), last.number)
    outer = targets[0].parent
    return tuple(outer.child(first.unit, number) for number in numbers), match.end()


def _extend(target: Provision, words: str) -> Provision:
    parsed = _parsed(words)
    return Provision(target.steps + parsed[0].steps) if parsed else target


def _parsed(words: str) -> tuple[Provision, ...]:
    try:
        return (parse_provision(words),)
    except ValueError:
        return ()


def _nonempty(provision: Provision) -> tuple[Provision, ...]:
    return (provision,) if provision.steps else ()
