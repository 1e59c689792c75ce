"""What one side lists or asks that the other leaves out: items, nouns, actions. Pure."""

import re
from collections.abc import Iterator

from policy.modality import mask_brackets
from policy.model import Difference, Dimension
from policy.sides import Side, is_near_copy
from policy.words import Lexicon

_NOUN = r"[一-龥々ァ-ヶーA-Za-z0-9]{1,16}(?:の[一-龥々ァ-ヶーA-Za-z0-9]{1,12})?"
_JOIN = r"(?:及び|並びに|又は|若しくは|および|または|や|、)"
_LIST = re.compile(
    rf"{_NOUN}(?:{_JOIN}{_NOUN})+(?=等|など|の|を|に|は|が|で|と|へ|から|について|その他)"
)
_SPLIT = re.compile(_JOIN)
_ACTION = re.compile(
    r"(?<=[しえけせてねべめれりいきちびみげで])、(?=[^、。]{4,})|(?<=とともに)、?|(?<=した上で)、?"
)
_KANJI = re.compile(r"[一-龥々]")
_ITEM_COVERED, _ACTION_COVERED = 0.5, 0.34


def find_dropped(one: Side, two: Side, lexicon: Lexicon) -> Iterator[Difference]:
    """Yield what the guideline (``one``) asks and the local text does not, and the reverse."""
    near = is_near_copy(one, two)
    dropped = _missing_items(one, two, lexicon)
    if not dropped:
        dropped = _missing_nouns(one, two, lexicon) or _missing_actions(one, two, lexicon)
    if dropped:
        words = "」「".join(dropped)
        reason = f"ガイドラインが挙げる「{words}」に当たる定めが見当たりません。"
        yield Difference(Dimension.MEASURE, -1, dropped[0], "", reason)
        return
    added = _missing_items(two, one, lexicon) if one.items else ()
    if not added and near:
        added = _missing_nouns(two, one, lexicon) or _missing_actions(two, one, lexicon)
    if added:
        words = "」「".join(added)
        reason = f"ガイドラインにない「{words}」まで求めています。"
        yield Difference(Dimension.MEASURE, 1, "", added[0], reason)


def _missing_items(one: Side, two: Side, lexicon: Lexicon) -> tuple[str, ...]:
    if not one.items:
        return ()
    others = [set(lexicon.words(item)) for item in two.items]
    text = set(lexicon.words(two.text))
    missing = []
    for item in one.items:
        words = set(lexicon.words(item))
        shares = [len(words & other) / len(words) for other in (*others, text) if words]
        if words and max(shares, default=0.0) < _ITEM_COVERED:
            missing.append(item)
    return tuple(missing)


def _missing_nouns(one: Side, two: Side, lexicon: Lexicon) -> tuple[str, ...]:
    """Return members of a noun list the other side drops while it keeps another member."""
    others = set(two.bag.words)
    canonical = lexicon.canonical(two.text)
    for match in _LIST.finditer(mask_brackets(one.text)):
        members = [word for word in _SPLIT.split(match.group()) if word]
        kept: list[str] = []
        missing: list[str] = []
        for member in members:
            words = set(lexicon.words(member))
            if not words or member.endswith(("者", "職員")):
                continue
            there = lexicon.canonical(member) in canonical or bool(words & others)
            (kept if there else missing).append(member)
        if kept and missing and not _kanji_shared(missing, two.text):
            return tuple(missing)
    return ()


def _kanji_shared(missing: list[str], text: str) -> bool:
    """Return whether every missing member shares most of its kanji with the text."""
    there = set(_KANJI.findall(text))
    for member in missing:
        own = set(_KANJI.findall(member))
        if not own or len(own & there) / len(own) < 0.6:
            return False
    return True


def _missing_actions(one: Side, two: Side, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the actions of a sentence of several (…し、…する) that the other side leaves out."""
    others = set(two.bag.words)
    kanji = set(two.bag.kanji)
    missing = []
    segments = [part for part in _ACTION.split(mask_brackets(one.text)) if part]
    if len(segments) < 2:
        return ()
    for segment in segments:
        words = set(lexicon.words(segment))
        if len(words) < 2:
            continue
        share = len(words & others) / len(words)
        own = {char for word in words for char in _KANJI.findall(word)}
        marks = len(own & kanji) / len(own) if own else 1.0
        if share < _ACTION_COVERED and marks < 0.5:
            missing.append(segment.strip("、。\x00 "))
    return tuple(missing) if len(missing) < len(segments) else ()
