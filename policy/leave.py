"""Leave and bans: 「…してはならない。ただし、管理者が承認したときは、この限りでない」. Pure.

A ban with such a ただし書 asks what 「承認を得なければ…してはならない」 asks; a ban without any is
stricter than a duty to obtain leave.
"""

import re
from collections.abc import Sequence

from policy.modality import last_word
from policy.model import Dimension, Part
from policy.part_rules import PartRules, narrow
from policy.parts import asked_of

_LEAVE_ACTS = ("permit", "approve")
_GIVEN = (
    r"(?:を(?:得|受け)(?:た|ている|る)|した|する|され(?:た|ている|る)|が(?:あ(?:る|った)|得られた))"
)
_WHEN = r"(?:場合|とき|時)"
_GIVER = re.compile(r"等?(?:が|の|に|から|より|及び|又は)")
_OTHER_CASES = re.compile(rf"{_WHEN}(?:又は|若しくは|あるいは|及び|並びに|や)")
_KANJI = re.compile(r"[一-龥々]")
# What limits a ban to some cases, beside exceptions and leave.
_LIMITED = re.compile(
    r"以外|目的外|(?:せ|得|受け|経|行わ|出)ず|ないで|なく(?!て)|なし|ない限り|なければ"
    r"|みだりに|むやみに|不必要に|不用意に|不正に|不当に|故意に|他人に|第三者に"
)
_BAN_KANJI = frozenset("禁止認許可容出来")
_OBJECT_TAIL = re.compile(r"(?:こと|もの)?[をはもが]*$")


def read_leave(text: str, rules: PartRules) -> tuple[Part, ...]:
    """Return the gate, the leave and who gives it, of a ban that excepts only what has leave.

    Empty when the exception covers other cases too. The gate's text is the condition as it
    stands; parts are in order of place.
    """
    plain = narrow(text)
    acts = "|".join(act.pattern.pattern for act in rules.acts if act.key in _LEAVE_ACTS)
    given = rf"(?P<act>{acts}){_GIVEN}{_WHEN}"
    proviso = rf"(?:ただし|但し)、?(?P<case>[^。]*?{given})[^。]*この限りで"
    except_for = rf"(?:^|[、。])(?P<case>[^、。]*?{given})(?:を除(?:き|いて|いては)|以外)"
    match = re.search(proviso, plain) or re.search(except_for, plain)
    if match is None or _OTHER_CASES.search(match.group()):
        return ()
    case, act, start = match["case"], match["act"], match.start("act")
    before = plain[max(0, start - 40) : start]
    givers = [
        Part(Dimension.APPROVER, role.group, role.rank, role.word, start - len(before) + place)
        for role, place in asked_of(before, rules, _GIVER)
    ]
    found = [
        Part(Dimension.EXCEPTION, "gate", -0.5, case, match.start("case")),
        Part(Dimension.APPROVER, "grant", rules.rank_of_act("permit"), act, start),
        *givers,
    ]
    return tuple(sorted(found, key=lambda part: (part.start, part.key)))


def with_leave(parts: Sequence[Part], text: str, rules: PartRules) -> tuple[Part, ...]:
    """Return the parts of a ban, an exception that only asks for leave read as its gate."""
    leave = read_leave(text, rules)
    if not leave:
        return tuple(parts)
    gate = next(part for part in leave if part.key == "gate")
    # Who gives leave is no one who must act: ただし、管理者が承認したとき.
    replaced = range(gate.start, gate.start + len(gate.text))
    others = [
        part
        for part in parts
        if part.dimension is not Dimension.EXCEPTION
        and not (part.dimension is Dimension.ACTOR and part.start in replaced)
    ]
    known = {(part.key, part.start) for part in others}
    return (*others, *(part for part in leave if (part.key, part.start) not in known))


def banned_outright(text: str, cue: str, parts: Sequence[Part]) -> frozenset[str]:
    """Return the kanji of the act a ban forbids in every case: 持 and 出 of 持ち出す.

    Empty when the ban leaves any case open: by leave, exception, purpose or manner.
    """
    asked = (Dimension.EXCEPTION, Dimension.APPROVER)
    if _LIMITED.search(text) or any(part.dimension in asked for part in parts):
        return frozenset()
    own = frozenset(_KANJI.findall(cue)) - _BAN_KANJI
    before = text[: text.rfind(cue)] if cue in text else text
    return own or frozenset(_KANJI.findall(last_word(_OBJECT_TAIL.sub("", before))))
