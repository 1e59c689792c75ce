"""The meaning-bearing parts of a clause: who, whom to ask, what is recorded, for what, unless what.

Pure; the words are data (``PartRules``). Offsets are those of ``Clause.quote``.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from policy.modality import (
    ModalityRules,
    mask_brackets,
    read_clause,
    read_sentence,
    split_sentences,
)
from policy.model import Clause, Dimension, Duty, Part, Strength
from policy.part_rules import PartRules, RoleWord, narrow
from policy.quantities import find_quantities

_ACT_TAIL = (
    r"(?:を(?:得|受け|経|取得|取|もら|求め|行|しな|し|要)|が(?:必要|な|あ)|なく|なし|のない|のある|した"
    r"|し(?!た媒体)|する|の(?:上|うえ)|れば|なければ|ること|出|て)"
)
_OBTAINED = (
    r"(?:を(?:得|受け|経|取得|もら|求め|要)|が(?:必要|な|あ)|なく|なし|のない|のある|した者"
    r"|され(?!る))"
)
_JOINED = re.compile(r"(?:及び|並びに|又は|若しくは|または|および|、|と|や|・)\x00*$")
_ASKED = re.compile(r"等?(?:の|に|へ|から|より|及び|又は|まで)")
_JOINED_ROLE = re.compile(r"等?(?:及び|並びに|又は|若しくは|、|と|や)$")
_ATTRIBUTE = re.compile(r"[一-龥]?[ぁ-ん]{0,4}[るた](?=[一-龥ァ-ヶA-Z])")
_EXCLUDED = re.compile(r"[（(][^（）()]*を除く[。．]?[）)]")
_INCLUDE = re.compile(r"([^、。（(]{2,40}?)を含む")


def read_duty(clause: Clause, modality: ModalityRules, rules: PartRules) -> Duty | None:
    """Return what the clause asks, or ``None`` when it asks nothing (a definition, a title)."""
    strength, cue, sentences = read_clause(
        clause.text, modality, chapeau=clause.chapeau, recommended=clause.recommended
    )
    if strength is None:
        cue = _refers(clause.text, modality)
        if not cue:
            return None
        strength = Strength.INSTRUCTION
    parts = list(find_parts(clause.quote, rules))
    if not any(read_sentence(sentence.text, modality).negative for sentence in sentences):
        parts = [part for part in parts if part.key != "gate"]  # 許可を得ることが義務そのもの
    for chapeau in clause.chapeau:
        own = {part.dimension for part in parts}
        parts += [
            replace(part, start=-1)
            for part in find_parts(chapeau, rules)
            if part.dimension not in own
        ]
    order = list(Dimension)
    parts.sort(key=lambda part: (order.index(part.dimension), part.start, part.key))
    return Duty(clause, strength, cue, sentences, tuple(parts))


def _refers(text: str, modality: ModalityRules) -> str:
    """Return the words by which a clause leaves its subject to another text (準用する)."""
    for sentence, _start in split_sentences(text):
        reading = read_sentence(sentence, modality)
        if reading.ending == "refers":
            return reading.cue
    return ""


def find_parts(text: str, rules: PartRules) -> tuple[Part, ...]:
    """Return every part of ``text``, in order of place."""
    found: list[Part] = []
    for sentence, offset in split_sentences(text):
        for part in _find_in_sentence(sentence, rules):
            found.append(replace(part, start=part.start + offset))
    return tuple(sorted(found, key=lambda part: (part.start, part.key)))


def _find_in_sentence(sentence: str, rules: PartRules) -> Iterator[Part]:
    plain = narrow(sentence)
    yield from find_quantities(sentence, rules)
    yield from _actors(plain, rules)
    yield from _approvals(plain, rules)
    yield from _records(plain, rules)
    yield from _scopes(plain, rules)
    yield from _exceptions(plain, rules)


def roles_in(text: str, rules: PartRules) -> Iterator[tuple[RoleWord, int]]:
    """Yield the roles named in ``text`` with their offsets; the longest word wins."""
    position = 0
    while position < len(text):
        for role in rules.roles:
            if text.startswith(role.word, position):
                yield role, position
                position += len(role.word)
                break
        else:
            position += 1


def _actors(plain: str, rules: PartRules) -> Iterator[Part]:
    """Yield who must act: the words directly before は (else が), joined ones included."""
    bare = mask_brackets(plain)
    for particle in "はが":
        for match in re.finditer(particle, bare):
            named = tuple(_named_before(bare, match.start(), rules))
            if named:
                yield from reversed(named)
                return


def _named_before(bare: str, end: int, rules: PartRules) -> Iterator[Part]:
    """Yield roles and groups of staff ending at ``end``, walking left over 及び, 又は, 、."""
    while True:
        end = len(bare[:end].rstrip("\x00 "))
        part = _staff_at(bare, end, rules) or _role_at(bare, end, rules)
        if part is None:
            return
        yield part
        joined = _JOINED.search(bare[: part.start])
        if joined is None:
            return
        end = joined.start()


def _staff_at(bare: str, end: int, rules: PartRules) -> Part | None:
    for staff in rules.staff:
        for match in staff.pattern.finditer(bare, max(0, end - 12), end):
            if match.end() == end:
                return Part(Dimension.ACTOR, "staff", staff.rank, match.group(), match.start())
    return None


def _role_at(bare: str, end: int, rules: PartRules) -> Part | None:
    end -= 1 if bare[:end].endswith(("等", "ら")) else 0
    for role in rules.roles:
        if bare.endswith(role.word, 0, end):
            start = end - len(role.word)
            return Part(Dimension.ACTOR, role.group, role.rank, role.word, start)
    return None


def _approvals(plain: str, rules: PartRules) -> Iterator[Part]:
    """Yield acts that must be obtained or done, and the rank of whoever they are asked of."""
    for act in rules.acts:
        # 許可する is what the one in charge does; only 許可を得る asks somebody.
        tail = _OBTAINED if act.key in ("permit", "approve") else _ACT_TAIL
        for match in re.finditer(rf"(?:{act.pattern.pattern})(?={tail})", plain):
            before = plain[max(0, match.start() - 40) : match.start()]
            start = max(0, match.start() - 40)
            reported = act.key == "report"
            if not reported:
                rank = rules.rank_of_act(act.key)
                yield Part(Dimension.APPROVER, "act", rank, match.group(), match.start())
            for role, place in asked_of(before, rules):
                key = f"report-to-{role.group}" if reported else role.group
                kind = Dimension.RECORD if reported else Dimension.APPROVER
                yield Part(kind, key, role.rank, role.word, start + place)


def asked_of(
    before: str, rules: PartRules, joint: re.Pattern[str] = _ASKED
) -> Iterator[tuple[RoleWord, int]]:
    """Yield the roles an act is asked of: the last ones, joined to it by の, に, へ, から."""
    end = len(before)
    for role, place in reversed(list(roles_in(before, rules))):
        between = before[place + len(role.word) : end]
        if not (joint if end == len(before) else _JOINED_ROLE).match(between):
            return
        yield role, place
        end = place


def _records(plain: str, rules: PartRules) -> Iterator[Part]:
    for record in rules.records:
        for match in record.pattern.finditer(plain):
            if _ATTRIBUTE.match(plain, match.end()) or _ATTRIBUTE.match(plain, match.end() - 1):
                continue  # ログを記録するサーバ: says which server, asks no record
            yield Part(Dimension.RECORD, record.key, 1.0, match.group(), match.start())


def _scopes(plain: str, rules: PartRules) -> Iterator[Part]:
    for quantifier in rules.quantifiers:
        for match in quantifier.pattern.finditer(plain):
            yield Part(Dimension.SCOPE, "quantifier", quantifier.rank, match.group(), match.start())
    for kind in rules.classes:
        for match in kind.pattern.finditer(plain):
            rank = _class_rank(match.group(1), match.group(2) or "", bool(match.group(3)))
            yield Part(Dimension.SCOPE, kind.key, rank, match.group(), match.start())
    for match in _INCLUDE.finditer(plain):
        yield Part(Dimension.SCOPE, "include", 1.0, match.group(1), match.start(1))
    for match in _EXCLUDED.finditer(plain):
        yield Part(Dimension.SCOPE, "exclude", -1.0, match.group(), match.start())


def _class_rank(number: str, letter: str, above: bool) -> float:
    """Return minus the lowest class covered; one class alone covers less than 以上."""
    alone = 0.0 if above or number == "3" else 0.5
    return -float(number) - alone - {"A": 0.2, "B": 0.1}.get(letter, 0.0)


def _exceptions(plain: str, rules: PartRules) -> Iterator[Part]:
    bare = mask_brackets(plain)
    for pattern in rules.exceptions:
        if match := pattern.search(bare):
            yield Part(Dimension.EXCEPTION, "exception", -1.0, match.group(), match.start())
            return
    if match := rules.gates.search(plain):
        yield Part(Dimension.EXCEPTION, "gate", -0.5, match.group(), match.start())
