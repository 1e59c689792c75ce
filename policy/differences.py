"""In which respects the local text binds less or more than the duty: one function a dimension.

Each takes both sides (guideline first) and yields ``Difference`` with the words of both and a
Japanese sentence. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from policy.coverage import find_dropped
from policy.model import Difference, Dimension, Part, Strength
from policy.narrowed import find_narrowed
from policy.people import actor_differences, approver_differences, record_differences
from policy.ranks import OTHER, STRONGER, WEAKER, first_of, ranked
from policy.sides import Reader, Side, forbids_all, is_near_copy, likeness
from policy.words import plain

_HOURS_OF_SOON = 24.0
"""速やかに and 遅滞なく against a number of hours: up to a day counts as sooner. (Our reading.)"""


def find_differences(guideline: Side, local: Side, reader: Reader) -> tuple[Difference, ...]:
    """Return every difference, in the order of ``Dimension``; equal words differ in level only."""
    if plain(guideline.text) == plain(local.text) and guideline.items == local.items:
        return tuple(_verb(guideline, local))
    found = [
        *_verb(guideline, local),
        *_frequency(guideline, local),
        *_deadline(guideline, local),
        *actor_differences(guideline, local),
        *approver_differences(guideline, local),
        *_threshold(guideline, local),
        *(tuple(_scope(guideline, local)) or find_narrowed(guideline, local, reader.lexicon)),
        *_exception(guideline, local),
        *record_differences(guideline, local),
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
    return Difference(item.dimension, OTHER, item.guideline_words, words, reason)


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
        Dimension.VERB, WEAKER if weaker else STRONGER, _tail(one.cue), _tail(two.cue), reason
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
    first, second = (first_of(side.of(Dimension.FREQUENCY, "per-year")) for side in (one, two))
    # 適宜 is no frequency: it is only set against one.
    never = (first is None or first.rank <= 0) and (second is None or second.rank <= 0)
    if not never:
        yield from ranked(Dimension.FREQUENCY, first, second, "頻度")
    if first and second and first.rank == second.rank:
        yield from _floor(first, second)
    each, other = (first_of(side.of(Dimension.FREQUENCY, "each-time")) for side in (one, two))
    yield from ranked(Dimension.FREQUENCY, each, other, "時機")


_FLOOR = re.compile("以上|少なくとも|最低")
_COUNTED = re.compile("[0-9〇一二三四五六七八九十][回度]")


def _floor(one: Part, two: Part) -> Iterator[Difference]:
    """Yield where 1回以上 stands beside 1回: a floor and a fixed number; 毎年度 may be either."""
    floors = [_FLOOR.search(part.text) is not None for part in (one, two)]
    if floors[0] == floors[1] or not all(_COUNTED.search(plain(p.text)) for p in (one, two)):
        return
    words = "回数を下限とする語がありません" if floors[0] else "回数が下限とされています"
    reason = f"頻度が「{one.text}」に対し「{two.text}」とあり、{words}。"
    direction = WEAKER if floors[0] else STRONGER
    yield Difference(Dimension.FREQUENCY, direction, one.text, two.text, reason)


def _deadline(one: Side, two: Side) -> Iterator[Difference]:
    soon, other_soon = (first_of(side.of(Dimension.DEADLINE, "urgency")) for side in (one, two))
    hours, other_hours = (first_of(side.of(Dimension.DEADLINE, "hours")) for side in (one, two))
    if hours and other_hours:
        yield from ranked(Dimension.DEADLINE, hours, other_hours, "期限")
        return
    if soon and other_soon:
        yield from ranked(Dimension.DEADLINE, soon, other_soon, "期限")
    elif soon and other_hours:
        sooner = soon.rank < 3 and -other_hours.rank <= _HOURS_OF_SOON
        words = "短い" if sooner else "長い"
        reason = f"「{soon.text}」に対し「{other_hours.text}」とあり、期限が{words}と読めます。"
        direction = STRONGER if sooner else WEAKER
        yield Difference(Dimension.DEADLINE, direction, soon.text, other_hours.text, reason)
        return
    elif hours and other_soon:
        sooner = other_soon.rank >= 3 or -hours.rank > _HOURS_OF_SOON * 7
        words = "短い" if sooner else "数で定まっていない"
        reason = f"「{hours.text}」に対し「{other_soon.text}」とあり、期限が{words}と読めます。"
        direction = STRONGER if sooner else WEAKER
        yield Difference(Dimension.DEADLINE, direction, hours.text, other_soon.text, reason)
        return
    else:
        yield from ranked(Dimension.DEADLINE, soon, other_soon, "期限")
    yield from ranked(Dimension.DEADLINE, hours, other_hours, "期限")


def _threshold(one: Side, two: Side) -> Iterator[Difference]:
    for key in sorted({*one.keys(Dimension.THRESHOLD), *two.keys(Dimension.THRESHOLD)}):
        first, second = (first_of(side.of(Dimension.THRESHOLD, key)) for side in (one, two))
        graded = key.startswith("grade-")
        if graded and (first is None or second is None):
            continue
        if key.startswith("amount-") and (first is None or second is None):
            continue
        yield from ranked(Dimension.THRESHOLD, first, second, "基準値")


def _scope(one: Side, two: Side) -> Iterator[Difference]:
    narrow, other = (_narrowest(side) for side in (one, two))
    wide = first_of(one.of(Dimension.SCOPE, "quantifier"))
    if other and not narrow:
        words = wide.text if wide else ""
        reason = (
            f"「{words}」に対し「{other.text}」とあり、対象が狭くなっています。"
            if words
            else f"ガイドラインにない「{other.text}」で対象を狭めています。"
        )
        yield Difference(Dimension.SCOPE, WEAKER, words, other.text, reason)
    elif narrow and not other:
        reason = f"ガイドラインの「{narrow.text}」による限定がなく、対象が広くなっています。"
        yield Difference(Dimension.SCOPE, STRONGER, narrow.text, "", reason)
    left_out = first_of(two.of(Dimension.SCOPE, "exclude"))
    if left_out and not one.of(Dimension.SCOPE, "exclude"):
        reason = f"ガイドラインにない「{left_out.text}」で対象を狭めています。"
        dimension = Dimension.ACTOR if _of_actor(left_out, two) else Dimension.SCOPE
        yield Difference(dimension, WEAKER, "", left_out.text, reason)
    keys = {*one.keys(Dimension.SCOPE), *two.keys(Dimension.SCOPE)} - _WORDS_OF_SCOPE
    for key in sorted(keys):
        first, second = (first_of(side.of(Dimension.SCOPE, key)) for side in (one, two))
        if first and second:
            yield from ranked(Dimension.SCOPE, first, second, "対象の分類")
        elif second and second.rank <= _LOWEST_ABOVE_ALL and likeness(one.bag, two.bag) >= _ALIKE:
            reason = f"ガイドラインにない「{second.text}」で対象を狭めています。"
            yield Difference(Dimension.SCOPE, WEAKER, "", second.text, reason)
    for part in one.of(Dimension.SCOPE, "include"):
        gone = part.text not in two.text and not two.of(Dimension.SCOPE, "include")
        if gone and is_near_copy(one, two):
            reason = f"「{part.text}を含む」がなく、対象が狭くなっています。"
            yield Difference(Dimension.SCOPE, WEAKER, part.text, "", reason)


_LOWEST_ABOVE_ALL, _ALIKE = -2.0, 0.5
"""機密性2以上 leaves out class 1; said only of texts at least this alike."""
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
        yield Difference(Dimension.EXCEPTION, WEAKER, "", second[0].text, reason)
    elif first and not second:
        reason = f"ガイドラインにある例外（「{first[0].text}」）を認めていません。"
        yield Difference(Dimension.EXCEPTION, STRONGER, first[0].text, "", reason)
    elif len(second) > len(first):
        reason = f"例外（「{second[-1].text}」）がガイドラインより多くなっています。"
        yield Difference(Dimension.EXCEPTION, WEAKER, first[0].text, second[-1].text, reason)
    if first or second:
        return
    gate, other = (_leave_asked(side) for side in (one, two))
    if other and not gate and (two.negative or forbids_all(one, two)) and one.negative:
        reason = f"ガイドラインは例外なく禁じていますが、「{other.text}」により認めています。"
        yield Difference(Dimension.EXCEPTION, WEAKER, "", other.text, reason)
    elif gate and not other and (one.negative or forbids_all(two, one)) and two.negative:
        reason = f"ガイドラインは「{gate.text}」で認めていますが、例外なく禁じています。"
        yield Difference(Dimension.EXCEPTION, STRONGER, gate.text, "", reason)


def _leave_asked(side: Side) -> Part | None:
    """Return by what a ban lets something through, or the leave a duty says must be obtained."""
    key = (Dimension.EXCEPTION, "gate") if side.negative else (Dimension.APPROVER, "act")
    return first_of(side.of(*key))
