"""What is compared: on each side the text that matters, its words and its parts. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy.leave import banned_outright, with_leave
from policy.modality import ModalityRules, is_proviso, read_sentence, split_sentences
from policy.model import Dimension, Duty, Part, Strength
from policy.part_rules import PartRules
from policy.parts import find_parts
from policy.words import Bag, Lexicon

_NEAR_COPY = 0.72
_RELEVANT = 0.6


@dataclass(frozen=True, slots=True)
class Reader:
    """The rules a comparison reads with; ``background`` tells rare words from common ones."""

    modality: ModalityRules
    parts: PartRules
    lexicon: Lexicon
    background: tuple[Bag, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison.

    Attributes:
        text: The sentences compared, as they stand.
        strength: Of the main sentence, ただし書 and を除き set aside: they are exceptions.
        cue: The words that decided the strength.
        negative: It forbids.
        refers: It points elsewhere (別に定める, の例による) instead of saying what.
        banned: What it forbids in every case, as kanji; empty unless it is such a ban.
        firm: The strength if 必要に応じて and 適宜 are read as a frequency, not as a condition.
    """

    text: str
    items: tuple[str, ...]
    strength: Strength
    cue: str
    negative: bool
    refers: str
    banned: frozenset[str]
    firm: Strength
    parts: tuple[Part, ...]
    bag: Bag

    def of(self, dimension: Dimension, key: str = "") -> tuple[Part, ...]:
        """Return the parts of a dimension, of one key when given, the most binding first."""
        found = [p for p in self.parts if p.dimension is dimension and key in ("", p.key)]
        return tuple(sorted(found, key=lambda part: (-part.rank, part.start)))

    def keys(self, dimension: Dimension) -> tuple[str, ...]:
        """Return the keys of a dimension's parts, each once, sorted."""
        return tuple(sorted({part.key for part in self.of(dimension)}))


def whole(duty: Duty, reader: Reader) -> Side:
    """Return a duty as one side, all of its text."""
    return _side([duty], [duty.clause.text], reader)


def relevant(duties: Sequence[Duty], other: Side, reader: Reader) -> Side:
    """Return the local side of one duty: of long clauses only the sentences about ``other``.

    A clause may answer several duties; what it says about the others must not count here.
    """
    texts = []
    for duty in duties:
        text = duty.clause.text
        if len(text) > 1.5 * len(other.text) and len(duty.sentences) > 1:
            text = _about(text, other, reader)
        texts.append(text)
    return _side(duties, texts, reader)


def likeness(left: Bag, right: Bag) -> float:
    """Return how alike two texts are by their character pairs (Dice), 0 to 1."""
    total = sum(left.grams.values()) + sum(right.grams.values())
    shared = sum(min(n, right.grams.get(gram, 0)) for gram, n in left.grams.items())
    return 2 * shared / total if total else 0.0


def is_near_copy(left: Side, right: Side) -> bool:
    """Return whether one text was made from the other: then a dropped word means something."""
    return likeness(left.bag, right.bag) >= _NEAR_COPY


def forbids_all(ban: Side, leave: Side) -> bool:
    """Return whether one side forbids in every case what the other lets through with leave."""
    shared = sum(kanji in leave.text for kanji in ban.banned)
    # Half of the kanji is enough: 使用 and 利用 are one act.
    return bool(ban.banned) and 2 * shared >= len(ban.banned) and not leave.negative


def _about(text: str, other: Side, reader: Reader) -> str:
    groups: list[str] = []
    for sentence, _start in split_sentences(text):
        if groups and is_proviso(sentence, reader.modality):
            groups[-1] += sentence
        else:
            groups.append(sentence)
    values = [_shared(reader.lexicon.bag(group), other.bag) for group in groups]
    best = max(values, default=0.0)
    kept = [g for g, value in zip(groups, values, strict=True) if value >= best * _RELEVANT]
    return "".join(kept) or text


def _shared(bag: Bag, other: Bag) -> float:
    words = len(set(bag.words) & set(other.words))
    return words / (len(bag.words) or 1) + likeness(bag, other)


def _side(duties: Sequence[Duty], texts: Sequence[str], reader: Reader) -> Side:
    parts: list[Part] = []
    weakest: tuple[Strength, str, bool] | None = None
    firmest: list[Strength] = []
    refers = ""
    offset = 0
    for duty, text in zip(duties, texts, strict=True):
        full = text + "".join(f"［{item}］" for item in duty.clause.items)
        found = find_parts(full, reader.parts)
        strength = _strength(duty, text, reader.modality, _EXCEPTIONS)
        if strength[2]:
            found = with_leave(found, full, reader.parts)
        own = {part.dimension for part in found}
        parts += [_moved(part, offset) for part in found]
        parts += [p for p in duty.parts if p.start < 0 and p.dimension not in own]
        offset += len(full)
        firmest.append(_strength(duty, text, reader.modality, _EXCEPTIONS | _FREQUENCIES)[0])
        refers = refers or reference(text, reader.modality)
        if weakest is None or strength[0].level < weakest[0].level:
            weakest = strength
    assert weakest is not None, "a side has at least one duty"
    items = tuple(item for duty in duties for item in duty.clause.items)
    joined = "".join(texts)
    bag = reader.lexicon.bag(joined + "".join(items))
    firm = min(firmest, key=lambda strength: strength.level)
    _level, cue, negative = weakest
    banned = banned_outright(joined, cue, parts) if negative else frozenset()
    return Side(joined, items, *weakest, refers, banned, firm, tuple(parts), bag)


def _moved(part: Part, offset: int) -> Part:
    return Part(part.dimension, part.key, part.rank, part.text, part.start + offset)


_EXCEPTIONS = frozenset({"except"})
_FREQUENCIES = frozenset({"as-needed", "as-suitable"})


def _strength(
    duty: Duty, text: str, rules: ModalityRules, ignoring: frozenset[str]
) -> tuple[Strength, str, bool]:
    """Return strength, cue and polarity of the main sentences, exceptions set aside."""
    best: tuple[Strength, str, bool] | None = None
    for sentence, _start in split_sentences(text):
        reading = read_sentence(sentence, rules, ignoring=ignoring)
        inherited = [s for s in duty.sentences if s.text == sentence]
        strength = reading.strength
        if inherited and (reading.noun or duty.clause.recommended):
            strength = inherited[0].strength
        if strength is None or is_proviso(sentence, rules):
            continue
        if best is None or strength.level > best[0].level:
            best = strength, reading.cue or duty.cue, reading.negative
    return best or (duty.strength, duty.cue, False)


# The sentence ends in who or what will say it: 別に定める, 規則で定める, 所属長が指示する.
_TEXTS = "規則|要綱|要領|計画|手順|手順書|規程|基準|細則|マニュアル|別表|別記"
_ELSEWHERE = re.compile(
    r"(別(?:に|途)(?:定める|指示する|示す)"
    rf"|(?:{_TEXTS})(?:で|に|において)(?:別に)?(?:定める|規定する)"
    r"|[長者官OT会]が(?:別に|その都度|個別に)?(?:定める|指示する|判断する|決定する|決める)"
    r"|別(?:に|途)定める[^、。]{0,16}(?:による|によらなければならない|に従う|に従わなければならない|とする)"
    r"|(?:判断|指示|裁量|定め)に(?:よる|委ねる|任せる))(?:ものとする|こととする|ところによる)?$"
)


def reference(text: str, rules: ModalityRules) -> str:
    """Return the words by which the main sentence leaves the matter to another text."""
    for sentence, _start in split_sentences(text):
        reading = read_sentence(sentence, rules)
        if reading.ending == "refers":
            return reading.cue
        if elsewhere := _ELSEWHERE.search(sentence.rstrip("。 ")):
            return elsewhere.group(1)
    return ""
