"""What one side lists or asks that the other leaves out: items, nouns, actions. Pure."""

import re
from collections.abc import Iterator

from policy.modality import mask_brackets, split_sentences
from policy.model import Difference, Dimension
from policy.sides import Side, is_near_copy
from policy.words import Lexicon

_NOUN = r"[一-龥々ァ-ヶーA-Za-z0-9]{1,16}(?:の[一-龥々ァ-ヶーA-Za-z0-9]{1,12})?"
_JOIN = r"(?:及び|並びに|又は|若しくは|および|または|や|、)"
_LIST = re.compile(
    rf"{_NOUN}(?:{_JOIN}{_NOUN})*{_JOIN}(?:{_NOUN}|[ぁ-ん]{{2,4}}(?=の|を))(?=等|など|の|を|に|は|が|で|と|へ|から|について|その他)"
)
_SPLIT = re.compile(_JOIN)
_CONJUNCTION = re.compile(r"及び|並びに|又は|若しくは|および|または|や")
_TIMES = re.compile(r"毎|ごと|以内|以上|年度|定期|随時|直ち|速やか")
# Endings that only say when or about what: no action ends there.
_CONTEXT = (
    *("当たり", "より", "ついて", "おいて", "際し", "際して", "関し", "関して", "対し", "対して"),
    *("応じ", "応じて", "よって", "もって", "として", "限り", "通じて", "含め", "除き", "基づき"),
    *("伴い", "加え", "加えて", "先立ち", "従い"),
)
_ACTION = re.compile(
    r"(?<=[しえけせてねべめれりいきちびみげで])(?:"
    + "".join(f"(?<!{words})" for words in _CONTEXT)
    + r")、(?=[^、。]{4,})|(?<=とともに)、?|(?<=した上で)、?"
    r"|(?<=てはならず)、|(?<=なければならず)、"
)
_MARK = re.compile(r"[（(](?:[0-9０-９]{1,2}|[ア-ン]|[一二三四五六七八九十]{1,2})[)）]|[①-⑳]")
_KOTO = re.compile(r"([^、。]{2,40}?こと)(?=、|及び|並びに|又は|を|が|。)(?:、|及び|並びに|又は)?")
_KANJI = re.compile(r"[一-龥々]")
_NOT_COUNTED = ("規程", "基準")
_PROVISO = ("ただし", "但し", "なお", "この場合")
_ITEM_COVERED, _MEMBER_SHARED = 0.5, 0.55
# (share of words, share of kanji) below which an action counts as left out.
_LEFT_OUT_OF_COPY, _LEFT_OUT = (0.34, 0.5), (0.15, 0.3)


def find_dropped(one: Side, two: Side, lexicon: Lexicon) -> Iterator[Difference]:
    """Yield what the guideline (``one``) asks and the local text does not, and the reverse."""
    dropped = _missing(one, two, lexicon)
    if dropped:
        dimension, words = dropped
        listed = "」「".join(words)
        reason = f"ガイドラインが挙げる「{listed}」に当たる定めが見当たりません。"
        yield Difference(dimension, -1, "…".join(words), "", reason)
        return
    added = _missing(two, one, lexicon) if _listed(one) or is_near_copy(one, two) else None
    if added:
        dimension, words = added
        listed = "」「".join(words)
        reason = f"ガイドラインにない「{listed}」まで定めています。"
        yield Difference(dimension, 1, "", "…".join(words), reason)


def _missing(one: Side, two: Side, lexicon: Lexicon) -> tuple[Dimension, tuple[str, ...]] | None:
    if items := _missing_items(one, two, lexicon):
        return Dimension.MEASURE, items
    found = _missing_nouns(one, two, lexicon)
    if found is not None:
        members, missing = found
        # Of a pair one thing is left out: the duty covers less. Of a list: a measure is missing.
        return Dimension.SCOPE if members <= 2 else Dimension.MEASURE, missing
    if actions := _missing_actions(one, two, lexicon):
        return Dimension.MEASURE, actions
    return None


def _listed(side: Side) -> tuple[str, ...]:
    """Return the items of a side: enumerated below it, marked inside it, or …こと、…こと."""
    if side.items:
        return side.items
    marks = list(_MARK.finditer(side.text))
    if len(marks) > 1:
        ends = [*(mark.start() for mark in marks[1:]), len(side.text)]
        pieces = [
            side.text[mark.end() : end].strip(" 　、。")
            for mark, end in zip(marks, ends, strict=True)
        ]
        return tuple(piece for piece in pieces if piece)
    phrases = tuple(match.group(1).strip() for match in _KOTO.finditer(side.text))
    return phrases if len(phrases) > 1 else ()


def _missing_items(one: Side, two: Side, lexicon: Lexicon) -> tuple[str, ...]:
    items = _listed(one)
    if not items:
        return ()
    others = [set(lexicon.bag(item).words) for item in _listed(two)]
    text = set(two.bag.words)
    missing = []
    for item in items:
        words = set(lexicon.bag(item).words)
        shares = [len(words & other) / len(words) for other in (*others, text) if words]
        if words and max(shares, default=0.0) < _ITEM_COVERED:
            missing.append(item)
    return tuple(missing)


def _missing_nouns(one: Side, two: Side, lexicon: Lexicon) -> tuple[int, tuple[str, ...]] | None:
    """Return the size of a noun list and its members the other side drops while it keeps one."""
    others = set(two.bag.words)
    canonical = lexicon.canonical(two.text)
    near = is_near_copy(one, two)
    for match in _LIST.finditer(_main(one.text)):
        members = [word for word in _SPLIT.split(match.group()) if word]
        if not _CONJUNCTION.search(match.group()) or _TIMES.search(match.group()):
            continue
        kept: list[str] = []
        missing: list[str] = []
        for member in members:
            words = set(lexicon.bag(member).words)
            if not words or member.endswith(
                _NOT_COUNTED if near else (*_NOT_COUNTED, "者", "職員")
            ):
                continue
            share = len(words & others) / len(words)
            shared = share > _MEMBER_SHARED if near else share > 0
            there = lexicon.canonical(member) in canonical or shared
            (kept if there else missing).append(member)
        if kept and missing and (near or not _kanji_shared(missing, two.text)):
            return len(kept) + len(missing), tuple(missing)
    return None


def _main(text: str) -> str:
    """Return the main sentences without 括弧書: a ただし書 lists no measures."""
    sentences = [sentence for sentence, _start in split_sentences(text)]
    return "".join(mask_brackets(s) for s in sentences if not s.startswith(_PROVISO))


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
    others, kanji = set(two.bag.words), set(two.bag.kanji)
    is_near = is_near_copy(one, two)
    least_words, least_kanji = _LEFT_OUT_OF_COPY if is_near else _LEFT_OUT
    segments = [part for part in _ACTION.split(_main(one.text)) if part]
    if len(segments) < 2:
        return ()
    missing = []
    for segment in segments:
        bag = lexicon.bag(segment)
        words = set(bag.words)
        if len(words) < 2:
            continue
        share = len(words & others) / len(words)
        own = set(bag.kanji)
        marks = len(own & kanji) / len(own) if own else 1.0
        said = not is_near and bool(set(lexicon.words(segment)[-1:]) & others)
        if share < least_words and marks < least_kanji and not said:
            missing.append(segment.replace("\x00", "").strip("、。 "))
    return tuple(missing) if len(missing) < len(segments) else ()
