"""A verb for a verb in the same form: 掲げなければ with 供する gives 供しなければ.

Only the classes that occur in drafts are known; the form is read from the words that follow, so a
draft keeps whatever the sentence goes on with.
"""

import re
from collections.abc import Mapping

# Ending of each form by class, in the order of _FOLLOWED: before なければ, before ねば, passive,
# causative, before て or た, before ば, before べき, dictionary form, continuative.
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "サ変": ("し", "せ", "さ", "さ", "し", "すれ", "す", "する", "し"),
    "一段": ("", "", "ら", "さ", "", "れ", "る", "る", ""),
    "サ行": ("さ", "さ", "さ", "さ", "し", "せ", "す", "す", "し"),
    "カ行": ("か", "か", "か", "か", "い", "け", "く", "く", "き"),
}
# Words after each form. Other negatives (提示しないで) are left out: with 又は they would say
# something else. The continuative stands before a comma, a conjunction or an auxiliary.
_FOLLOWED = (
    "(?=なければ|なくては)",
    "(?=ねば|ざるを得)",
    "(?=れ)",
    "(?=せ)",
    "(?=[てた])",
    "(?=ば)",
    "(?=べ)",
    "",
    "(?=、|。|又は|及び|若しくは|かつ|つつ|ます|やす|得)",
)
_PASSIVE, _CAUSATIVE, _BEFORE_TE, _DICTIONARY, _CONTINUATIVE = 2, 3, 4, 7, 8
_CLASS_BY_END = (("する", "サ変"), ("す", "サ行"), ("く", "カ行"), ("る", "一段"))
FORM = "form"
"""Prefix of the groups that say in which form a verb was found."""


def verb_pattern(verb: str) -> str:
    """Return a regular expression for a verb in any form, one named group a form.

    Raises ``ValueError`` for a verb of a class that is not known.
    """
    stem, kind = _parted(verb)
    forms = "|".join(
        f"(?P<{FORM}{number}>{ending}{followed})"
        for number, (ending, followed) in enumerate(zip(_ENDINGS[kind], _FOLLOWED, strict=True))
    )
    return f"{re.escape(stem)}(?:{forms})"


def form_of(match: re.Match[str]) -> int:
    """Return the form in which the verb of ``verb_pattern`` was found."""
    groups = match.groupdict()
    return next(n for n in range(len(_FOLLOWED)) if groups.get(f"{FORM}{n}") is not None)


def in_form(verb: str, form: int) -> str:
    """Return the verb in a form of ``form_of``: (公表する, 0) is 公表し, before なければ."""
    stem, kind = _parted(verb)
    return stem + _ENDINGS[kind][form]


def joined(verb: str, form: int) -> str:
    """Return the verb before 、又は in the voice of ``form``: 出頭し, 出頭させ, 出頭され."""
    return _voiced(verb, form, _CONTINUATIVE, "")


def with_te(verb: str) -> str:
    """Return the verb before a comma as …して."""
    return in_form(verb, _BEFORE_TE) + "て"


def is_continuative(form: int) -> bool:
    """Return whether a form is the one before a comma: 出頭し、."""
    return form == _CONTINUATIVE


def ended(verb: str, form: int) -> str:
    """Return the verb before とともに in the voice of ``form``: 掲示する, 掲示させる."""
    return _voiced(verb, form, _DICTIONARY, "る")


def _voiced(verb: str, form: int, plain: int, ending: str) -> str:
    if form == _PASSIVE:
        return in_form(verb, form) + "れ" + ending
    if form == _CAUSATIVE:
        return in_form(verb, form) + "せ" + ending
    return in_form(verb, plain)


def _parted(verb: str) -> tuple[str, str]:
    for end, kind in _CLASS_BY_END:
        if verb.endswith(end):
            return verb.removesuffix(end), kind
    raise ValueError(f"活用の分からない動詞です: {verb}")
