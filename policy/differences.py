"""In which respects the local text binds less or more than the duty: one function a dimension.

Each takes both sides (guideline first) and yields ``Difference`` with the words of both and a
Japanese sentence. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from policy.coverage import find_dropped
from policy.model import Difference, Dimension, Part, Strength
from policy.sides import Reader, Side, is_near_copy, likeness

_WEAKER, _STRONGER, _OTHER = -1, 1, 0
_ROLE_GROUPS = ("role", "title")
_COPY = 0.9
"""Likeness of texts from which 職員等 → 職員 is a change and not another city's usage."""
_HOURS_OF_SOON = 24.0
"""速やかに and 遅滞なく against a number of hours: up to a day counts as sooner. (Our reading.)"""


def find_differences(guideline: Side, local: Side, reader: Reader) -> tuple[Difference, ...]:
    """Return every difference, in the order of ``Dimension``."""
    found = [
        *_verb(guideline, local),
        *_frequency(guideline, local),
        *_deadline(guideline, local),
        *_actor(guideline, local),
        *_approver(guideline, local),
        *_threshold(guideline, local),
        *_scope(guideline, local),
        *_exception(guideline, local),
        *_record(guideline, local),
    ]
    found += _not_said_before(found, find_dropped(guideline, local, reader.lexicon))
    if vague := _VAGUE.search(local.text):
        found = [_vague(item, vague.group()) for item in found]
    order = list(Dimension)
    return tuple(sorted(found, key=lambda item: order.index(item.dimension)))


_VAGUE = re.compile(
    r"所定の|一定の(?=回数|期間|時間|長さ|基準)|別に定める(?=回数|期間|時間|基準|長さ)"
)


def _vague(item: Difference, words: str) -> Difference:
    """A number the local text leaves open (所定の回数) is not missing: nobody can tell."""
    if item.dimension not in _NUMERIC or item.local_words or item.direction >= 0:
        return item
    reason = f"「{item.guideline_words}」に対し「{words}」とあり、中身を確かめる必要があります。"
    return Difference(item.dimension, _OTHER, item.guideline_words, words, reason)


_NUMERIC = (Dimension.FREQUENCY, Dimension.DEADLINE, Dimension.THRESHOLD)


def _not_said_before(
    found: Sequence[Difference], dropped: Iterable[Difference]
) -> list[Difference]:
    """Return what is dropped, unless another respect (報告, 承認) has already said it."""
    said = [item for item in found if item.direction < 0 and item.guideline_words]
    kept = []
    for item in dropped:
        words = item.guideline_words
        if item.direction > 0 or not any(other.guideline_words in words for other in said):
            kept.append(item)
    return kept


def _ranked(
    dimension: Dimension, one: Part | None, two: Part | None, label: str
) -> Iterator[Difference]:
    """Yield the difference between two parts of one key, either of which may be absent."""
    if one is None and two is None:
        return
    if two is None:
        assert one is not None
        reason = f"ガイドラインの「{one.text}」に当たる{label}の定めがありません。"
        yield Difference(dimension, _WEAKER, one.text, "", reason)
    elif one is None:
        reason = f"ガイドラインにない{label}の定め「{two.text}」があります。"
        yield Difference(dimension, _STRONGER, "", two.text, reason)
    elif abs(one.rank - two.rank) > _tolerance(one):
        weaker = two.rank < one.rank
        words = "弱くなっています" if weaker else "強くなっています"
        reason = f"{label}が「{one.text}」に対し「{two.text}」とあり、{words}。"
        yield Difference(dimension, _WEAKER if weaker else _STRONGER, one.text, two.text, reason)


def _tolerance(part: Part) -> float:
    """Return what two ranks may differ by: 90 days and 3 months are one length of time."""
    return 0.03 * abs(part.rank) if part.key.endswith("hours") else 1e-9


def _first(parts: tuple[Part, ...]) -> Part | None:
    return parts[0] if parts else None


def _verb(one: Side, two: Side) -> Iterator[Difference]:
    if one.strength.level == two.strength.level or {one.strength, two.strength} == _BINDING:
        return
    if _as_frequency(one, two):
        return
    weaker = two.strength.level < one.strength.level
    words = "弱くなっています" if weaker else "強くなっています"
    reason = (
        f"「{one.cue}」（{one.strength.level} {one.strength.label_ja}）に対し"
        f"「{two.cue}」（{two.strength.level} {two.strength.label_ja}）とあり、"
        f"義務の強さが{words}。"
    )
    yield Difference(
        Dimension.VERB, _WEAKER if weaker else _STRONGER, _tail(one.cue), _tail(two.cue), reason
    )


def _as_frequency(one: Side, two: Side) -> bool:
    """Return whether 必要に応じて only stands in place of the other side's frequency."""
    often, other = one.of(Dimension.FREQUENCY), two.of(Dimension.FREQUENCY)
    replaced = any(p.rank > 0 for p in often) != any(p.rank > 0 for p in other)
    return replaced and one.firm.level == two.firm.level


def _tail(cue: str) -> str:
    return cue.rpartition("…")[2] if cue.endswith("。") else cue


_BINDING = frozenset({Strength.OBLIGATION, Strength.PROHIBITION})
"""Bind alike: 許可なく…してはならない and 許可を得なければならない ask the same."""


def _frequency(one: Side, two: Side) -> Iterator[Difference]:
    first, second = _first(one.of(Dimension.FREQUENCY)), _first(two.of(Dimension.FREQUENCY))
    if first is not None and second is None and first.rank <= 0:
        return
    if first is None and second is not None and second.rank <= 0:
        return
    yield from _ranked(Dimension.FREQUENCY, first, second, "頻度")


def _deadline(one: Side, two: Side) -> Iterator[Difference]:
    soon, other_soon = (_first(side.of(Dimension.DEADLINE, "urgency")) for side in (one, two))
    hours, other_hours = (_first(side.of(Dimension.DEADLINE, "hours")) for side in (one, two))
    if hours and other_hours:
        yield from _ranked(Dimension.DEADLINE, hours, other_hours, "期限")
        return
    if soon and other_soon:
        yield from _ranked(Dimension.DEADLINE, soon, other_soon, "期限")
    elif soon and other_hours:
        sooner = soon.rank < 3 and -other_hours.rank <= _HOURS_OF_SOON
        words = "短い" if sooner else "長い"
        reason = f"「{soon.text}」に対し「{other_hours.text}」とあり、期限が{words}と読めます。"
        direction = _STRONGER if sooner else _WEAKER
        yield Difference(Dimension.DEADLINE, direction, soon.text, other_hours.text, reason)
        return
    elif hours and other_soon:
        sooner = other_soon.rank >= 3 or -hours.rank > _HOURS_OF_SOON * 7
        words = "短い" if sooner else "数で定まっていない"
        reason = f"「{hours.text}」に対し「{other_soon.text}」とあり、期限が{words}と読めます。"
        direction = _STRONGER if sooner else _WEAKER
        yield Difference(Dimension.DEADLINE, direction, hours.text, other_soon.text, reason)
        return
    else:
        yield from _ranked(Dimension.DEADLINE, soon, other_soon, "期限")
    yield from _ranked(Dimension.DEADLINE, hours, other_hours, "期限")


def _people(
    one: Side, two: Side, dimension: Dimension, prefix: str, label: str
) -> Iterator[Difference]:
    """Yield a difference of rank between the people named; titles beside roles only in copies.

    課長 is a title and 情報セキュリティ管理者 a role: which is higher a text alone cannot say, but
    in a copy the one was put in the place of the other.
    """
    for group in _ROLE_GROUPS:
        first, second = (_first(side.of(dimension, prefix + group)) for side in (one, two))
        if first and second:
            if abs(first.rank - second.rank) >= 1:
                yield from _ranked(dimension, first, second, label)
            return
    if not is_near_copy(one, two):
        return
    first, second = (_highest(side, dimension, prefix) for side in (one, two))
    if first and second and abs(first.rank - second.rank) >= 1:
        yield from _ranked(dimension, first, second, label)


def _highest(side: Side, dimension: Dimension, prefix: str) -> Part | None:
    keys = {prefix + group for group in _ROLE_GROUPS}
    return _first(tuple(part for part in side.of(dimension) if part.key in keys))


def _actor(one: Side, two: Side) -> Iterator[Difference]:
    found = tuple(_people(one, two, Dimension.ACTOR, "", "主体"))
    if found:
        yield from found
        return
    roles = [p for p in one.of(Dimension.ACTOR) if p.key in _ROLE_GROUPS]
    staff, other = (_first(side.of(Dimension.ACTOR, "staff")) for side in (one, two))
    only_staff = [p for p in two.of(Dimension.ACTOR) if p.key == "staff"]
    if staff and other and staff.rank != other.rank:
        explicit = min(staff.rank, other.rank) < 1
        if explicit or (min(staff.rank, other.rank) < 2 and likeness(one.bag, two.bag) > _COPY):
            yield from _ranked(Dimension.ACTOR, staff, other, "主体の範囲")
    elif (
        roles
        and only_staff
        and not staff
        and len(only_staff) == len(two.of(Dimension.ACTOR))
        and not (_CAUSED.search(one.text) or _PASSIVE.search(two.text))
    ):
        words = "、".join(part.text for part in roles)
        reason = f"「{words}」の義務が「{only_staff[0].text}」の義務になっています。"
        yield Difference(Dimension.ACTOR, _WEAKER, roles[0].text, only_staff[0].text, reason)


# 職員に…させる leaves the act with the staff; …される leaves open who does it.
_CAUSED = re.compile(r"[さわたらかせ]せ(?:なければ|る|ること)")
_PASSIVE = re.compile(r"[さわたらかま]れ(?:なければ|る|ること)")


def _approver(one: Side, two: Side) -> Iterator[Difference]:
    act, other = (_first(side.of(Dimension.APPROVER, "act")) for side in (one, two))
    if act and other:
        yield from _ranked(Dimension.APPROVER, act, other, "手続")
        yield from _people(one, two, Dimension.APPROVER, "", "承認者")
    elif act and not (one.negative and two.negative):
        reported = _first(two.of(Dimension.RECORD, "report"))
        if reported:
            reason = f"「{act.text}」に対し「{reported.text}」とあり、手続が軽くなっています。"
            yield Difference(Dimension.APPROVER, _WEAKER, act.text, reported.text, reason)
        else:
            yield from _ranked(Dimension.APPROVER, act, None, "手続")
    elif other and not two.negative and not one.negative:
        yield from _ranked(Dimension.APPROVER, None, other, "手続")


def _threshold(one: Side, two: Side) -> Iterator[Difference]:
    for key in sorted({*one.keys(Dimension.THRESHOLD), *two.keys(Dimension.THRESHOLD)}):
        first, second = (_first(side.of(Dimension.THRESHOLD, key)) for side in (one, two))
        graded = key.startswith("grade-")
        if graded and (first is None or second is None):
            continue
        if key.startswith("amount-") and (first is None or second is None):
            continue
        yield from _ranked(Dimension.THRESHOLD, first, second, "基準値")


def _scope(one: Side, two: Side) -> Iterator[Difference]:
    narrow, other = (_narrowest(side) for side in (one, two))
    wide = _first(one.of(Dimension.SCOPE, "quantifier"))
    if other and not narrow:
        words = wide.text if wide else ""
        reason = (
            f"「{words}」に対し「{other.text}」とあり、対象が狭くなっています。"
            if words
            else f"ガイドラインにない「{other.text}」で対象を狭めています。"
        )
        yield Difference(Dimension.SCOPE, _WEAKER, words, other.text, reason)
    elif narrow and not other:
        reason = f"ガイドラインの「{narrow.text}」による限定がなく、対象が広くなっています。"
        yield Difference(Dimension.SCOPE, _STRONGER, narrow.text, "", reason)
    left_out = _first(two.of(Dimension.SCOPE, "exclude"))
    if left_out and not one.of(Dimension.SCOPE, "exclude"):
        reason = f"ガイドラインにない「{left_out.text}」で対象を狭めています。"
        dimension = Dimension.ACTOR if _of_actor(left_out, two) else Dimension.SCOPE
        yield Difference(dimension, _WEAKER, "", left_out.text, reason)
    keys = {*one.keys(Dimension.SCOPE), *two.keys(Dimension.SCOPE)} - _WORDS_OF_SCOPE
    for key in sorted(keys):
        first, second = (_first(side.of(Dimension.SCOPE, key)) for side in (one, two))
        if first and second:
            yield from _ranked(Dimension.SCOPE, first, second, "対象の分類")
    for part in one.of(Dimension.SCOPE, "include"):
        gone = part.text not in two.text and not two.of(Dimension.SCOPE, "include")
        if gone and is_near_copy(one, two):
            reason = f"「{part.text}を含む」がなく、対象が狭くなっています。"
            yield Difference(Dimension.SCOPE, _WEAKER, part.text, "", reason)


_WORDS_OF_SCOPE = frozenset({"quantifier", "include", "exclude"})


def _of_actor(part: Part, side: Side) -> bool:
    """Return whether a bracket stands right behind who must act: 職員(…を除く。)は."""
    return any(actor.start + len(actor.text) == part.start for actor in side.of(Dimension.ACTOR))


def _narrowest(side: Side) -> Part | None:
    found = [p for p in side.of(Dimension.SCOPE, "quantifier") if p.rank < 1]
    return found[0] if found else None


def _exception(one: Side, two: Side) -> Iterator[Difference]:
    first, second = (side.of(Dimension.EXCEPTION, "exception") for side in (one, two))
    if second and not first:
        reason = f"ガイドラインにない例外（「{second[0].text}」）が加えられています。"
        yield Difference(Dimension.EXCEPTION, _WEAKER, "", second[0].text, reason)
    elif first and not second:
        reason = f"ガイドラインにある例外（「{first[0].text}」）を認めていません。"
        yield Difference(Dimension.EXCEPTION, _STRONGER, first[0].text, "", reason)
    elif len(second) > len(first):
        reason = f"例外（「{second[-1].text}」）がガイドラインより多くなっています。"
        yield Difference(Dimension.EXCEPTION, _WEAKER, first[0].text, second[-1].text, reason)
    if first or second or not (one.negative and two.negative):
        return
    gate, other = (_first(side.of(Dimension.EXCEPTION, "gate")) for side in (one, two))
    if other and not gate:
        reason = f"ガイドラインは例外なく禁じていますが、「{other.text}」により認めています。"
        yield Difference(Dimension.EXCEPTION, _WEAKER, "", other.text, reason)
    elif gate and not other:
        reason = f"ガイドラインは「{gate.text}」で認めていますが、例外なく禁じています。"
        yield Difference(Dimension.EXCEPTION, _STRONGER, gate.text, "", reason)


_COVERED_BY = {
    "record": ("record", "keep"),
    "report": ("report", "notify"),
    "notify": ("notify", "report"),
    "publish": ("publish",),
}


def _record(one: Side, two: Side) -> Iterator[Difference]:
    ours, theirs = set(one.keys(Dimension.RECORD)), set(two.keys(Dimension.RECORD))
    asked = bool(two.of(Dimension.APPROVER, "act"))
    for key, covered in _COVERED_BY.items():
        first, second = (_first(side.of(Dimension.RECORD, key)) for side in (one, two))
        if first and not theirs & set(covered) and not (key == "report" and asked):
            yield from _ranked(Dimension.RECORD, first, None, "記録・報告")
        elif (
            second
            and not ours & set(covered)
            and not (key == "report" and one.of(Dimension.APPROVER, "act"))
        ):
            yield from _ranked(Dimension.RECORD, None, second, "記録・報告")
    yield from _people(one, two, Dimension.RECORD, "report-to-", "報告先")
