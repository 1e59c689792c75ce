"""Sequences that no sentence of a rule has: a draft that shows one is not written."""

import re

_IMPOSSIBLE = (
    re.compile(r"(?:により|よって)(?:て|な[けい]|ない|ず)"),
    re.compile(
        r"[。、]{2}|をを|にに(?!わ)|がが(?!い)|はは(?!は)|でで(?!き)|のの|へへ|とと(?!き|も|の|な|す|し|い|り|お|ころ)"
    ),
    re.compile(
        r"(?P<noun>[一-龥ァ-ヶー]{2,})(?:又は|若しくは|及び|並びに|、)(?P=noun)(?=[をにはがでのへとや、。]|により)"
    ),
    re.compile(r"(?:又は|若しくは|及び|並びに|、)[一-龥ァ-ヶー]{2,12}又は[一-龥ァ-ヶー]{2,12}又は"),
    re.compile(r"(?P<many>電磁的記録媒体)[^。（）]{0,14}(?:又は|及び|若しくは|並びに)(?P=many)"),
    re.compile(r"しし|するする|されせ|させさせ|しする|[^、]（電磁的記録を含む。）（"),
    re.compile(
        r"公表(?:して(?:これを)?|する方法により)公表|(?P<way>インターネットの利用により公表).*(?P=way)"
    ),
    re.compile(
        r"印を記名|記名し、(?:かつ、)?記名|署名し、(?:かつ、)?署名|又は記名又は|記名又は記名"
    ),
)
_ACT = re.compile(
    r"[一-龥](?:[しきりみいえけめせげ]|[かさたらわ](?:せ|れ)|り付け)、$|、(?:かつ|又は|及び)、?$"
)
_NO_ACT = re.compile(
    r"(?:に対し|に関し|に際し|に応じ|に基づき|につき|に従い|に代え|に照らし|を通じ|を除き|に限り|必要に応じ|て)、$"
)
_PAIRS = {"（": "）", "(": ")", "「": "」", "『": "』"}
_FLAW = "言い換えると文の続きが不自然になる"


def flaw_in(draft: str, before: str) -> str:
    """Return why a draft cannot stand, in Japanese; empty when no flaw is new in it."""
    for pattern in _IMPOSSIBLE:
        for match in pattern.finditer(draft):
            if match.group() not in before:
                return _FLAW
    if not is_balanced(draft) and is_balanced(before):
        return "括弧の対応が崩れる"
    return ""


def is_balanced(text: str) -> bool:
    """Return whether every bracket is closed by its own kind, in order."""
    expected: list[str] = []
    for char in text:
        if char in _PAIRS:
            expected.append(_PAIRS[char])
        elif char in _PAIRS.values() and (not expected or expected.pop() != char):
            return False
    return not expected


def inside_brackets(text: str, position: int) -> bool:
    """Return whether a position stands in brackets or quotation marks: nothing is added there."""
    head = text[:position]
    return any(head.count(opening) > head.count(closing) for opening, closing in _PAIRS.items())


def joins_acts(text: str, start: int, end: int) -> bool:
    """Return whether a phrase is one of several acts (署名し、証を提示し; 出頭し、かつ、述べる).

    A second act offered there would seem to be a choice between all of them.
    """
    comma = text.rfind("、", 0, start) + 1
    head = text[:comma]
    after_act = bool(_ACT.search(head)) and not _NO_ACT.search(head)
    return (
        after_act
        or bool(re.match(r"(?:又は|若しくは)", text[comma:]))
        or bool(re.match(r"[せれ]?、(?:かつ|及び)", text[end:]))
    )
