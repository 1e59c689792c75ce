"""Who must act, who must agree, what is recorded and to whom it is reported. Pure."""

import re
from collections.abc import Iterator

from policy.model import Difference, Dimension, Part
from policy.ranks import WEAKER, first_of, ranked
from policy.sides import Side, forbids_all, is_near_copy, likeness

_ROLE_GROUPS = ("role", "title")
_COPY = 0.9
"""Likeness of texts from which 職員等 → 職員 is a change and not another city's usage."""


def _people(
    one: Side, two: Side, dimension: Dimension, prefix: str, label: str
) -> Iterator[Difference]:
    """Yield a difference of rank between the people named; titles beside roles only in copies.

    課長 is a title and 情報セキュリティ管理者 a role: which is higher a text alone cannot say, but
    in a copy the one was put in the place of the other.
    """
    for group in _ROLE_GROUPS:
        first, second = (first_of(side.of(dimension, prefix + group)) for side in (one, two))
        if first and second:
            if abs(first.rank - second.rank) >= 1:
                yield from ranked(dimension, first, second, label)
            return
    if not is_near_copy(one, two):
        return
    first, second = (_highest(side, dimension, prefix) for side in (one, two))
    if first and second and abs(first.rank - second.rank) >= 1:
        yield from ranked(dimension, first, second, label)


def _highest(side: Side, dimension: Dimension, prefix: str) -> Part | None:
    keys = {prefix + group for group in _ROLE_GROUPS}
    return first_of(tuple(part for part in side.of(dimension) if part.key in keys))


def actor_differences(one: Side, two: Side) -> Iterator[Difference]:
    """Yield where the duty lies with a lower officer, or with fewer or more of the staff."""
    found = tuple(_people(one, two, Dimension.ACTOR, "", "主体"))
    if found:
        yield from found
        return
    roles = [p for p in one.of(Dimension.ACTOR) if p.key in _ROLE_GROUPS]
    staff, other = (first_of(side.of(Dimension.ACTOR, "staff")) for side in (one, two))
    only_staff = [p for p in two.of(Dimension.ACTOR) if p.key == "staff"]
    if staff and other and staff.rank != other.rank:
        explicit = min(staff.rank, other.rank) < 1
        if explicit or (min(staff.rank, other.rank) < 2 and likeness(one.bag, two.bag) > _COPY):
            yield from ranked(Dimension.ACTOR, staff, other, "主体の範囲")
    elif (
        roles
        and only_staff
        and not staff
        and len(only_staff) == len(two.of(Dimension.ACTOR))
        and not (_CAUSED.search(one.text) or _PASSIVE.search(two.text))
    ):
        words = "、".join(part.text for part in roles)
        reason = f"「{words}」の義務が「{only_staff[0].text}」の義務になっています。"
        yield Difference(Dimension.ACTOR, WEAKER, roles[0].text, only_staff[0].text, reason)


# 職員に…させる leaves the act with the staff; …される leaves open who does it.
_CAUSED = re.compile(r"[さわたらかせ]せ(?:なければ|る|ること)")
_PASSIVE = re.compile(r"[さわたらかま]れ(?:なければ|る|ること)")


def approver_differences(one: Side, two: Side) -> Iterator[Difference]:
    """Yield where a lighter act (届出 for 許可) or a lower officer is enough, or the reverse."""
    act, other = (first_of(side.of(Dimension.APPROVER, "act")) for side in (one, two))
    granted = any(side.of(Dimension.APPROVER, "grant") for side in (one, two))
    if granted:  # ただし、管理者が承認したとき: who gives leave counts, not the word for it
        yield from _people(one, two, Dimension.APPROVER, "", "承認者")
    elif act and other:
        yield from ranked(Dimension.APPROVER, act, other, "手続")
        yield from _people(one, two, Dimension.APPROVER, "", "承認者")
    elif act and not (one.negative and two.negative) and not forbids_all(two, one):
        reported = first_of(two.of(Dimension.RECORD, "report"))
        if reported:
            reason = f"「{act.text}」に対し「{reported.text}」とあり、手続が軽くなっています。"
            yield Difference(Dimension.APPROVER, WEAKER, act.text, reported.text, reason)
        else:
            yield from ranked(Dimension.APPROVER, act, None, "手続")
    elif other and not two.negative and not one.negative:
        yield from ranked(Dimension.APPROVER, None, other, "手続")


_COVERED_BY = {
    "record": ("record", "keep"),
    "report": ("report", "notify"),
    "notify": ("notify", "report"),
    "publish": ("publish",),
}


def record_differences(one: Side, two: Side) -> Iterator[Difference]:
    """Yield records, reports and notices one side asks and the other does not."""
    ours, theirs = set(one.keys(Dimension.RECORD)), set(two.keys(Dimension.RECORD))
    asked = bool(two.of(Dimension.APPROVER, "act"))
    for key, covered in _COVERED_BY.items():
        first, second = (first_of(side.of(Dimension.RECORD, key)) for side in (one, two))
        if first and not theirs & set(covered) and not (key == "report" and asked):
            yield from ranked(Dimension.RECORD, first, None, "記録・報告")
        elif (
            second
            and not ours & set(covered)
            and not (key == "report" and one.of(Dimension.APPROVER, "act"))
        ):
            yield from ranked(Dimension.RECORD, None, second, "記録・報告")
    yield from _people(one, two, Dimension.RECORD, "report-to-", "報告先")
