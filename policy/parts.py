"""The meaning-bearing parts of a clause: who, whom to ask, what is recorded, for what, unless what.

Pure; the words are data (``PartRules``). Offsets are those of ``Clause.quote``.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from policy.modality import ModalityRules, mask_brackets, read_clause, split_sentences
from policy.model import Clause, Dimension, Duty, Part
from policy.part_rules import PartRules, RoleWord, narrow
from policy.quantities import find_quantities

_ACT_TAIL = (
    r"(?:を(?:得|受け|経|取得|取|もら|求め|行|しな|し|要)|が(?:必要|な|あ)|なく|なし|のない|のある|した"
    r"|し(?!た媒体)|する|の(?:上|うえ)|れば|なければ|ること|出|て)"
)
_JOINED = re.compile(r"(?:及び|並びに|又は|若しくは|または|および|、|と|や|・)\x00*$")
_INCLUDE = re.compile(r"([^、。（(]{2,40}?)を含む")


def read_duty(clause: Clause, modality: ModalityRules, rules: PartRules) -> Duty | None:
    """Return what the clause asks, or ``None`` when it asks nothing (a definition, a title)."""
    strength, cue, sentences = read_clause(
        clause.text, modality, chapeau=clause.chapeau, recommended=clause.recommended
    )
    if strength is None:
        return None
    parts = list(find_parts(clause.quote, rules))
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
        for match in re.finditer(rf"(?:{act.pattern.pattern})(?={_ACT_TAIL})", plain):
            before = plain[max(0, match.start() - 40) : match.start()]
            target = _target(before, rules)
            if act.key == "report":
                if target is not None:
                    role, place = target
                    start = max(0, match.start() - 40) + place
                    yield Part(
                        Dimension.RECORD, f"report-to-{role.group}", role.rank, role.word, start
                    )
                continue
            yield Part(
                Dimension.APPROVER, "act", rules.rank_of_act(act.key), match.group(), match.start()
            )
            if target is not None:
                role, place = target
                start = max(0, match.start() - 40) + place
                yield Part(Dimension.APPROVER, role.group, role.rank, role.word, start)


def _target(before: str, rules: PartRules) -> tuple[RoleWord, int] | None:
    """Return the role the act is asked of: the last one, joined to it by の, に, へ, から."""
    named = list(roles_in(before, rules))
    if not named:
        return None
    role, place = named[-1]
    rest = before[place + len(role.word) :]
    return (role, place) if re.match(r"等?(?:の|に|へ|から|より|及び|又は|まで)", rest) else None


def _records(plain: str, rules: PartRules) -> Iterator[Part]:
    for record in rules.records:
        for match in record.pattern.finditer(plain):
            yield Part(Dimension.RECORD, record.key, 1.0, match.group(), match.start())


def _scopes(plain: str, rules: PartRules) -> Iterator[Part]:
    for quantifier in rules.quantifiers:
        for match in quantifier.pattern.finditer(plain):
            yield Part(Dimension.SCOPE, "quantifier", quantifier.rank, match.group(), match.start())
    for kind in rules.classes:
        for match in kind.pattern.finditer(plain):
            letters = match.groups()[1] if len(match.groups()) > 1 else ""
            rank = -float(match.group(1)) - {"A": 0.2, "B": 0.1, "C": 0.0, "": 0.0}[letters or ""]
            yield Part(Dimension.SCOPE, kind.key, rank, match.group(), match.start())
    for match in _INCLUDE.finditer(plain):
        yield Part(Dimension.SCOPE, "include", 1.0, match.group(1), match.start(1))


def _exceptions(plain: str, rules: PartRules) -> Iterator[Part]:
    for pattern in rules.exceptions:
        if match := pattern.search(plain):
            yield Part(Dimension.EXCEPTION, "exception", -1.0, match.group(), match.start())
            return
    if match := rules.gates.search(plain):
        yield Part(Dimension.EXCEPTION, "gate", -0.5, match.group(), match.start())
