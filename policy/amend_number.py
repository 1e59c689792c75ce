"""Numbers of added provisions, and what moves because of them. Pure.

An id is a prefix and an ordinal in one of the forms a policy uses: ``6.2(1)③``, ``5.4(2)``,
``第31条第2項``, ``第61条第3号``, ``第40条``, ``第40条の2``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_ARTICLE = re.compile(r"第(\d+)条((?:の\d+)*)")
_FORMS = (
    ("circled", re.compile(rf"^(.*)([{_CIRCLED}])$")),
    ("bracket", re.compile(r"^(.*)[(（](\d+)[)）]$")),
    ("paragraph", re.compile(r"^(.*条(?:の\d+)*)第(\d+)項$")),
    ("item", re.compile(r"^(.*)第(\d+)号$")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """An id taken apart; ``form`` empty for one that cannot be counted on from."""

    prefix: str
    number: int
    form: str


def read_place(clause_id: str) -> Place:
    """Return the last ordinal of an id with what stands before it."""
    for form, pattern in _FORMS:
        if match := pattern.match(clause_id):
            raw = match.group(2)
            number = _CIRCLED.index(raw) + 1 if form == "circled" else int(raw)
            return Place(match.group(1), number, form)
    if _ARTICLE.fullmatch(clause_id):
        return Place(clause_id, 1, "article")
    return Place(clause_id, 0, "")


def write_place(place: Place) -> str:
    """Return the id of a place: the inverse of ``read_place``."""
    match place.form:
        case "circled" if place.number <= len(_CIRCLED):
            return place.prefix + _CIRCLED[place.number - 1]
        case "circled" | "bracket":
            return f"{place.prefix}({place.number})"
        case "paragraph":
            return f"{place.prefix}第{place.number}項"
        case "item":
            return f"{place.prefix}第{place.number}号"
        case "article":
            return place.prefix if place.number == 1 else f"{place.prefix}第{place.number}項"
    return place.prefix


def next_places(anchor: str, count: int) -> tuple[str, ...]:
    """Return the ids of ``count`` provisions put behind ``anchor``, in order."""
    place = read_place(anchor)
    if not place.form:
        return tuple(f"{anchor}の次（{number}）" for number in range(1, count + 1))
    return tuple(
        write_place(Place(place.prefix, place.number + step, place.form))
        for step in range(1, count + 1)
    )


def shifted(ids: Sequence[str], added: Mapping[str, int]) -> Mapping[str, str]:
    """Return the new id of every existing one that moves (繰下げ), by old id.

    ``added`` says how many provisions go behind each anchor. Only later siblings of an anchor
    move: those with its prefix and form and a larger number.
    """
    anchors = [(read_place(anchor), count) for anchor, count in added.items()]
    moved = {}
    for name in ids:
        place = read_place(name)
        step = sum(
            count
            for anchor, count in anchors
            if (anchor.prefix, anchor.form) == (place.prefix, place.form)
            and anchor.form != "article"
            and anchor.number < place.number
        )
        if step and place.form:
            moved[name] = write_place(Place(place.prefix, place.number + step, place.form))
    return moved


def branch_article(anchor: str, ids: Iterable[str]) -> str:
    """Return the id of an article put behind ``anchor``'s by a branch number (第12条の2)."""
    match = _ARTICLE.match(anchor)
    if match is None:
        return next_places(anchor, 1)[0]
    number = match.group(1)
    found = (re.match(rf"第{number}条の(\d+)", name) for name in ids)
    taken = [int(branch.group(1)) for branch in found if branch]
    return f"第{number}条の{max([1, *taken]) + 1}"


def last_of_article(anchor: str, ids: Iterable[str]) -> str:
    """Return the last id, in order, of ``anchor``'s article and its branch articles."""
    number = article_number(anchor)
    return [name for name in ids if name == anchor or article_number(name) == number][-1]


def is_article(clause_id: str) -> bool:
    """Return whether an id is that of an instrument in articles."""
    return _ARTICLE.match(clause_id) is not None


def shift_articles(ids: Iterable[str], behind: Sequence[int]) -> Mapping[str, str]:
    """Return the new ids when an article is inserted behind each number in ``behind``.

    Branch numbers and what stands below an article move with it.
    """
    moved = {}
    for name in ids:
        match = _ARTICLE.match(name)
        if match is None:
            continue
        step = sum(number < int(match.group(1)) for number in behind)
        if step:
            moved[name] = f"第{int(match.group(1)) + step}条{name[match.end(1) + 1 :]}"
    return moved


def article_number(clause_id: str) -> int:
    """Return the number of the article an id is in; 0 for an instrument without articles."""
    match = _ARTICLE.match(clause_id)
    return int(match.group(1)) if match else 0
