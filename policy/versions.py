"""What became of every clause between two editions, body and 解説 apart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from policy.compare import old_terms_in
from policy.differences import find_differences
from policy.likeness import Scores, score
from policy.model import Clause, ClauseKind, Difference, Named
from policy.parts import read_duty
from policy.sides import Reader, likeness, whole
from policy.words import plain

_SAME, _SAME_NUMBER = 0.5, 0.2
"""Likeness of body text from which two clauses are one clause, edited; less under one number."""


_REWRITTEN = 0.35
"""Below this likeness single words cannot be set against each other."""


class Change(Named):
    """What a revision did to a clause."""

    ADDED = "added", "追加"
    DELETED = "deleted", "削除"
    STRENGTHENED = "strengthened", "強化"
    WEAKENED = "weakened", "緩和"
    TERM = "term", "用語の変更"
    CHANGED = "changed", "その他の変更"
    MOVED = "moved", "移動"
    RENUMBERED = "renumbered", "番号の変更"
    UNCHANGED = "unchanged", "変更なし"


@dataclass(frozen=True, slots=True)
class Revision:
    """One clause in both editions.

    Attributes:
        old: ``None`` for an added clause.
        new: ``None`` for a deleted one.
        reason: One or more Japanese sentences.
    """

    kind: ClauseKind
    change: Change
    old: Clause | None
    new: Clause | None
    differences: tuple[Difference, ...]
    reason: str


def compare_editions(
    old: Sequence[Clause], new: Sequence[Clause], reader: Reader
) -> tuple[Revision, ...]:
    """Return every clause of both editions once: the new one's in order, then the deleted."""
    found: list[Revision] = []
    for kind in ClauseKind:
        before = [clause for clause in old if clause.kind is kind]
        after = [clause for clause in new if clause.kind is kind]
        found += _compare_layer(before, after, kind, reader)
    return tuple(found)


def _compare_layer(
    old: Sequence[Clause], new: Sequence[Clause], kind: ClauseKind, reader: Reader
) -> list[Revision]:
    pairs = _pair(old, new, reader)
    found = []
    for place, clause in enumerate(new):
        if place in pairs:
            found.append(_revision(old[pairs[place]], clause, kind, reader))
        else:
            reason = "旧版に当たる条文がありません。"
            found.append(Revision(kind, Change.ADDED, None, clause, (), reason))
    kept = set(pairs.values())
    for place, clause in enumerate(old):
        if place not in kept:
            reason = "新版に当たる条文がありません。"
            found.append(Revision(kind, Change.DELETED, clause, None, (), reason))
    return found


def _pair(old: Sequence[Clause], new: Sequence[Clause], reader: Reader) -> dict[int, int]:
    """Return new place -> old place: equal texts first, then the likest, each used once."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    waiting: dict[str, list[int]] = {}
    for place, clause in enumerate(old):
        waiting.setdefault(plain(clause.quote), []).append(place)
    for place, clause in enumerate(new):
        same = waiting.get(plain(clause.quote), [])
        # Of several equal texts the one with the same number is the same clause.
        same.sort(key=lambda index: (old[index].id != clause.id, index))
        if same:
            pairs[place] = same.pop(0)
            taken.add(pairs[place])
    rest_new = [place for place in range(len(new)) if place not in pairs]
    rest_old = [place for place in range(len(old)) if place not in taken]
    table = score(
        reader.lexicon.features(new[place] for place in rest_new),
        reader.lexicon.features(old[place] for place in rest_old),
        background=reader.background,
    )
    for row, column in _greedy(table, [new[p].id for p in rest_new], [old[p].id for p in rest_old]):
        pairs[rest_new[row]] = rest_old[column]
    return pairs


def _greedy(table: Scores, new: Sequence[str], old: Sequence[str]) -> list[tuple[int, int]]:
    cells = [
        (-round(float(table.body[row, column]) + 0.1 * (new[row] == old[column]), 6), row, column)
        for row in range(len(new))
        for column in range(len(old))
        if table.body[row, column] >= (_SAME_NUMBER if new[row] == old[column] else _SAME)
    ]
    rows: set[int] = set()
    columns: set[int] = set()
    chosen = []
    for _value, row, column in sorted(cells):
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            chosen.append((row, column))
    return chosen


def _revision(old: Clause, new: Clause, kind: ClauseKind, reader: Reader) -> Revision:
    if plain(old.quote) != plain(new.quote):
        change, differences, reason = _edited(old, new, reader)
        moved = _place(old, new)
        if moved is not Change.UNCHANGED:
            reason += f"{old.id} から {new.id} へ{moved.label_ja}もしています。"
        return Revision(kind, change, old, new, differences, reason)
    change = _place(old, new)
    reasons = {
        Change.UNCHANGED: "変更はありません。",
        Change.MOVED: f"{old.id} から {new.id} へ移りました。文言は同じです。",
        Change.RENUMBERED: f"{old.id} が {new.id} に繰り下がり、又は繰り上がりました。",
    }
    return Revision(kind, change, old, new, (), reasons[change])


def _place(old: Clause, new: Clause) -> Change:
    if old.id == new.id:
        return Change.UNCHANGED
    same = [plain(h) for h in old.headings[-1:]] == [plain(h) for h in new.headings[-1:]]
    return Change.RENUMBERED if same else Change.MOVED


def _edited(old: Clause, new: Clause, reader: Reader) -> tuple[Change, tuple[Difference, ...], str]:
    before = read_duty(old, reader.modality, reader.parts)
    after = read_duty(new, reader.modality, reader.parts)
    if before is not None and after is not None:
        sides = whole(before, reader), whole(after, reader)
        if likeness(sides[0].bag, sides[1].bag) < _REWRITTEN:
            return Change.CHANGED, (), "全体が書き改められました。両方の文を読み比べてください。"
        differences = find_differences(*sides, reader)
        directions = {difference.direction for difference in differences}
        reason = "".join(difference.reason for difference in differences)
        reason = reason.replace("ガイドライン", "旧版")
        if directions == {1}:
            return Change.STRENGTHENED, differences, reason
        if directions == {-1}:
            return Change.WEAKENED, differences, reason
        if directions:
            return Change.CHANGED, differences, reason
    terms = old_terms_in(old.text, new.text, reader.lexicon.old_terms)
    if terms:
        words = "、".join(f"「{term.old}」を「{term.new}」" for term in terms)
        return Change.TERM, (), f"{words}に改めました。"
    return Change.CHANGED, (), "文言が変わりました。強さや数値などの違いは見つかりません。"
