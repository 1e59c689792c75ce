"""The smallest change of words that lifts a clause to the guideline's level. Pure.

Every function returns ``None`` when it knows no safe change; the caller then offers the
guideline's own sentence in the city's words instead.
"""

import re

from policy.amend_style import LocalStyle, in_city_words
from policy.model import Difference, Dimension

_GODAN = dict(zip("うくぐすつぬぶむる", "わかがさたなばまら", strict=True))
# Verbs written kanji + る that lose る (一段): their stem shows no kana to tell them by.
_ICHIDAN_KANJI = frozenset("得見着寝似煮出経干射居")
_I_E_ROWS = frozenset("いきぎしじちにびみりえけげせぜてねべめれ")
_DUTY = "なければならない"
_SOFT_ENDINGS = (
    r"よう(?:に)?努め(?:なければならない|るものとする|る)",
    r"よう(?:に)?(?:配慮|留意)(?:しなければならない|するものとする|する)",
    r"よう(?:に)?心掛け(?:なければならない|るものとする|る)",
    r"ことが(?:望ましい|望まれる)",
    r"ことができる",
    r"ことに努め(?:なければならない|るものとする|る)",
    r"(?:ものとする|こととする|こと)",
)
_NOUN_EFFORT = re.compile(
    r"(?:の(?P<noun>[一-龥ァ-ヶー]+)|(?P<bare>[一-龥ァ-ヶー]+))"
    r"(?:に努め(?:なければならない|るものとする|る)|を検討する(?:ものとする)?)。"
)
_SOFTENERS = re.compile(r"(?:原則として|必要に応じて?|可能な限り|できる限り|適宜)、?")
_PROVISO = re.compile(r"(?:ただし|但し)[^。]*。")
_LEFT_OUT = re.compile(r"[（(][^（）()]*を除く。?[）)]")
_EXCEPT = re.compile(r"[^、。]*を除(?:き|いて)、")
_LOWER_ACT = re.compile(
    r"(?:に(?:届け出|報告し|通知し|連絡し|申し出|申請し|相談し)|と協議し|に協議し)なければならない"
)
_CONDITION = re.compile(r"(?:とき|場合|際)(?:に)?は、|場合、|に当たっては、")
# Time words that take no に: 「2年ごとに見直す」 becomes 「毎年度見直す」.
_BARE_TIME = re.compile(r"^(?:毎|常時|直ちに|速やかに|遅滞なく)")


def lift(text: str, difference: Difference, style: LocalStyle) -> str | None:
    """Return ``text`` without one weakness, or ``None`` when that needs more than its words."""
    match difference.dimension:
        case Dimension.VERB:
            return _lift_verb(text)
        case Dimension.EXCEPTION:
            return _without_exception(text)
        case Dimension.RECORD | Dimension.MEASURE:
            return None
        case Dimension.ACTOR if not text.startswith(f"{difference.local_words}は"):
            return None
        case Dimension.APPROVER if _LOWER_ACT.search(text) and difference.guideline_words in (
            "許可",
            "承認",
        ):
            return _LOWER_ACT.sub(f"の{difference.guideline_words}を得{_DUTY}", text, count=1)
    return _exchange(text, difference, style)


def exchange_term(text: str, difference: Difference) -> str:
    """Return ``text`` with an old term replaced by the current one."""
    return text.replace(difference.local_words, difference.guideline_words)


def _exchange(text: str, difference: Difference, style: LocalStyle) -> str | None:
    wanted = in_city_words(difference.guideline_words, style)
    words = difference.local_words
    if not wanted and words and difference.dimension is Dimension.SCOPE:
        return text.replace(words, "", 1) if words in text else None
    if not wanted:
        return None
    if not words:
        timed = difference.dimension in (Dimension.DEADLINE, Dimension.FREQUENCY)
        return _insert(text, wanted) if timed else None
    if words not in text:
        return None
    if _BARE_TIME.match(wanted):
        return re.sub(re.escape(words) + "に?", lambda _: wanted, text, count=1)
    return text.replace(words, wanted, 1)


def _insert(text: str, words: str) -> str | None:
    """Put a time word where Japanese puts it: behind the condition, else behind the subject."""
    places = [match.end() for match in _CONDITION.finditer(text.partition("。")[0])]
    place = places[-1] if places else text.find("は、") + 2
    return f"{text[:place]}{words}{text[place:]}" if place > 1 else None


def _without_exception(text: str) -> str | None:
    for pattern in (_PROVISO, _LEFT_OUT, _EXCEPT):
        shorter = pattern.sub("", text, count=1).strip()
        if shorter and shorter != text:
            return shorter
    return None


def _lift_verb(text: str) -> str | None:
    bare = _SOFTENERS.sub("", text)
    if match := _NOUN_EFFORT.search(bare):
        noun = match["noun"]
        duty = f"を{noun}し{_DUTY}。" if noun else f"{match['bare']}し{_DUTY}。"
        return bare[: match.start()] + duty
    for ending in _SOFT_ENDINGS:
        match = re.search(rf"(?P<verb>[^、。]+){ending}。", bare)
        if match:
            stem = negative_stem(match["verb"])
            return bare[: match.start()] + stem + _DUTY + "。" if stem else None
    return bare if bare != text else None


def negative_stem(verb: str) -> str | None:
    """Return what stands before ない: 備える → 備え, 行う → 行わ, する → し; ``None`` if unsure."""
    if verb.endswith("する"):
        return verb[:-2] + "し"
    if verb.endswith("ずる"):
        return verb[:-2] + "じ"
    if verb.endswith("る") and len(verb) > 1:
        before = verb[-2]
        if before in _I_E_ROWS or before in _ICHIDAN_KANJI:
            return verb[:-1]
    if verb and verb[-1] in _GODAN and not verb.endswith("ない"):
        return verb[:-1] + _GODAN[verb[-1]]
    return None
