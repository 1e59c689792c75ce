"""Where a new clause goes, which number it gets, what moves, which references break. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from policy.amend import Draft
from policy.amend_number import (
    article_number,
    branch_article,
    is_article,
    last_of_article,
    next_places,
    read_place,
    shift_articles,
    shifted,
)
from policy.model import Clause, Comparison, Verdict

BRANCH, SHIFT = "branch", "shift"
"""How a new article is numbered: 第12条の2, or the next number with the later ones moved."""
_REFERENCE = re.compile(r"第\d+条(?:の\d+)*(?:第\d+項)?(?:第\d+号)?")
_RELATIVE = re.compile(r"前[条項号]|次[条項号]|前[二三四五2-5][条項号]")


@dataclass(frozen=True, slots=True)
class Added:
    """A new clause with its number; ``anchor`` is the clause it stands behind.

    Attributes:
        heading: Caption of a new article; empty where it joins an existing one.
    """

    draft: Draft
    anchor: str
    id: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The policy after the drafts.

    Attributes:
        moved: New id by old id (繰下げ).
        broken: (Clause id, words) of references a person must look at.
    """

    added: tuple[Added, ...]
    moved: Mapping[str, str]
    broken: tuple[tuple[str, str], ...]


def lay_out(
    drafts: Sequence[Draft],
    comparisons: Sequence[Comparison],
    clauses: Sequence[Clause],
    new_articles: str = BRANCH,
) -> Layout:
    """Return numbers for the new clauses among ``drafts`` and what they move."""
    finder = _Anchors(comparisons, clauses)
    joins: dict[str, list[Draft]] = {}
    opens: dict[tuple[str, tuple[str, ...]], list[Draft]] = {}
    for draft in drafts:
        if draft.before is not None:
            continue
        anchor, same_section = finder.find(draft)
        guideline = draft.comparison.guideline
        if same_section or not is_article(anchor) or guideline is None:
            joins.setdefault(anchor, []).append(draft)
        else:
            opens.setdefault((anchor, guideline.headings), []).append(draft)
    ids = [clause.id for clause in clauses]
    moved = dict(shifted(ids, {anchor: len(found) for anchor, found in joins.items()}))
    added = [item for anchor, found in joins.items() for item in _join(anchor, found, moved)]
    articles, behind = _open(opens, ids, new_articles)
    added += articles
    if behind:
        later = shift_articles([*ids, *moved.values(), *(item.id for item in added)], behind)
        moved = {name: later.get(moved.get(name, name), moved.get(name, name)) for name in ids}
        moved = {old: new for old, new in moved.items() if old != new}
        own = {item.id for item in articles}
        added = [
            item if item.id in own else replace(item, id=later.get(item.id, item.id))
            for item in added
        ]
    order = {name: place for place, name in enumerate(ids)}
    added.sort(key=lambda item: order.get(item.anchor, len(order)))
    return Layout(tuple(added), moved, _broken(clauses, moved, added))


class _Anchors:
    """Finds the clause a new one goes behind."""

    def __init__(self, comparisons: Sequence[Comparison], clauses: Sequence[Clause]) -> None:
        self._last: str = clauses[-1].id
        self._duties = [c for c in comparisons if c.guideline is not None]
        self._places = {
            c.guideline.id: place for place, c in enumerate(self._duties) if c.guideline
        }

    def find(self, draft: Draft) -> tuple[str, bool]:
        """Return the anchor, and whether it answers a duty of the same section."""
        comparison = draft.comparison
        if comparison.local and comparison.verdict is not Verdict.UNDECIDED:
            return comparison.local[0].id, True
        guideline = comparison.guideline
        assert guideline is not None
        for depth in range(len(guideline.headings), 0, -1):
            anchor = self._nearest(self._places[guideline.id], guideline.headings[:depth])
            if anchor:
                return anchor, depth == len(guideline.headings)
        return self._last, False

    def _nearest(self, place: int, path: tuple[str, ...]) -> str:
        """Return the best clause answering the nearest duty under ``path``, earlier ones first."""
        for duty in (*reversed(self._duties[:place]), *self._duties[place + 1 :]):
            if duty.guideline is None or duty.guideline.headings[: len(path)] != path:
                continue
            if duty.local and duty.verdict is not Verdict.UNDECIDED:
                return duty.local[0].id
        return ""


def _join(anchor: str, drafts: Sequence[Draft], moved: Mapping[str, str]) -> Iterable[Added]:
    start = moved.get(anchor, anchor)
    for draft, name in zip(drafts, next_places(start, len(drafts)), strict=True):
        yield Added(draft, anchor, name)


def _open(
    opens: Mapping[tuple[str, tuple[str, ...]], Sequence[Draft]],
    ids: Sequence[str],
    new_articles: str,
) -> tuple[list[Added], list[int]]:
    """Return the clauses of new articles, and the article numbers something goes behind."""
    taken = list(ids)
    behind: list[int] = []
    added: list[Added] = []
    groups = sorted(opens.items(), key=lambda entry: article_number(entry[0][0]))
    for count, ((anchor, headings), drafts) in enumerate(groups, 1):
        if new_articles == SHIFT:
            number = article_number(anchor)
            behind.append(number)
            article = f"第{number + count}条"
        else:
            article = branch_article(anchor, taken)
        taken.append(article)
        names = [article] if len(drafts) == 1 else [f"{article}第1項"]
        names += next_places(names[0], len(drafts) - 1)
        last = last_of_article(anchor, ids)
        added += [
            Added(draft, last, name, headings[-1])
            for draft, name in zip(drafts, names, strict=True)
        ]
    return added, behind


def _broken(
    clauses: Iterable[Clause], moved: Mapping[str, str], added: Sequence[Added]
) -> tuple[tuple[str, str], ...]:
    """Return references to what moved, and 前項, 前条 and the like right behind a new clause."""
    joined = {item.anchor for item in added if not item.heading}
    opened = {item.anchor for item in added if item.heading}
    found = []
    before = ""
    for clause in clauses:
        found += [
            (clause.id, words) for words in _REFERENCE.findall(clause.quote) if words in moved
        ]
        siblings = before in joined and read_place(before).prefix == read_place(clause.id).prefix
        for words in _RELATIVE.findall(clause.quote):
            if before in opened if words.endswith("条") else siblings:
                found.append((clause.id, words))
        before = clause.id
    return tuple(found)
