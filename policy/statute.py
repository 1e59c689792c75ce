"""The eight fields of the ministerial ordinance, and how far the policy covers each. Pure.

Source: 地方自治法施行規則16条の3 (令和8年総務省令第80号); every fact of it is data,
``rules/policy/statute.yml``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kanmon.finding import Confidence
from kanmon.text import squeeze
from policy.model import Clause, Comparison, Strength, Verdict
from policy.vocabulary import Section

COVERED = frozenset({Verdict.EQUAL, Verdict.STRONGER, Verdict.SPLIT, Verdict.OUTDATED})
"""Verdicts under which the guideline's duty is answered at its full strength."""


@dataclass(frozen=True, slots=True)
class StatuteItem:
    """One 号: what it is about, what it asks in our words, the guideline's chapters for it."""

    number: int
    title: str
    asks: str
    chapters: tuple[str, ...]
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Statute:
    """The ordinance as data.

    Attributes:
        in_force: First day of the eight fields.
        policy_in_force: First day of the duty to adopt and publish a policy (244条の6).
        grace_items: Numbers of the fields that existing systems and contracts are spared.
    """

    title: str
    source: str
    in_force: date
    policy_title: str
    policy_in_force: date
    grace_items: frozenset[int]
    grace_text: str
    exempt_text: str
    items: tuple[StatuteItem, ...]


class Coverage(Enum):
    """How far the policy answers one field."""

    MET = "met", "充足"
    PARTLY = "partly", "一部"
    MISSING = "missing", "欠落"
    UNKNOWN = "unknown", "判定なし"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStatus:
    """One field's standing.

    Attributes:
        asked: Duties that apply to this city and are neither 【推奨事項】 nor 裁量.
        covered: Of those, answered at full strength.
        unsure: Of those covered, how many the machine is not sure of: a person must look.
        accepted: Of those, left out or weakened by a decision that holds today.
        clauses: Ids of the city's clauses that answer, in the order of the comparisons.
        gaps: Comparisons still open: 欠落, 弱い, 要人手.
    """

    item: StatuteItem
    coverage: Coverage
    asked: int
    covered: int
    unsure: int
    accepted: int
    clauses: tuple[str, ...]
    gaps: tuple[Comparison, ...]


def law_items(
    clauses: Iterable[Clause], sections: Sequence[Section], statute: Statute
) -> Mapping[str, int]:
    """Return for each clause id the 号 it belongs to, 0 for the 基本方針; unknown ones left out.

    A heading that is a section's title decides, the innermost first; then the chapter its own
    number begins with. Nothing is guessed beyond that.
    """
    titles = {squeeze(section.title): section.law_item for section in sections}
    for section in sections:
        for word in section.also:
            titles.setdefault(squeeze(word), section.law_item)
    chapters = {chapter: item.number for item in statute.items for chapter in item.chapters}
    found = {}
    for clause in clauses:
        number = _by_heading(clause, titles)
        if number is None:
            number = chapters.get(_chapter(clause.id))
        if number is not None:
            found[clause.id] = number
    return found


def _by_heading(clause: Clause, titles: Mapping[str, int]) -> int | None:
    for heading in reversed(clause.headings):
        number = titles.get(squeeze(heading))
        if number is not None:
            return number
    return None


def _chapter(clause_id: str) -> str:
    digits = ""
    for char in squeeze(clause_id):
        if not char.isdigit():
            break
        digits += char
    return digits


def item_statuses(
    comparisons: Sequence[Comparison],
    statute: Statute,
    numbers: Mapping[str, int],
    accepted: frozenset[str] = frozenset(),
) -> tuple[ItemStatus, ...]:
    """Return the standing of every field, in the ordinance's order.

    ``accepted`` holds the guideline ids a person decided to leave as they are. A field is met
    when nothing is open, missing when nothing of it is answered, unknown when nothing was asked.
    """
    return tuple(
        _status(item, [c for c in comparisons if _is_of(c, item.number, numbers)], accepted)
        for item in statute.items
    )


def _is_of(comparison: Comparison, number: int, numbers: Mapping[str, int]) -> bool:
    clause = comparison.guideline
    return clause is not None and numbers.get(clause.id) == number


def _status(
    item: StatuteItem, comparisons: Iterable[Comparison], accepted: frozenset[str]
) -> ItemStatus:
    asked = covered = unsure = left = 0
    clauses: dict[str, None] = {}
    gaps = []
    for comparison in comparisons:
        clause = comparison.guideline
        if clause is None or comparison.verdict is Verdict.NOT_APPLICABLE:
            continue
        if comparison.verdict is not Verdict.UNDECIDED:
            clauses.update((local.id, None) for local in comparison.local)
        if is_optional(comparison):
            continue
        asked += 1
        if comparison.verdict in COVERED:
            covered += 1
            unsure += is_unsure(comparison)
        elif clause.id in accepted:
            left += 1
        else:
            gaps.append(comparison)
    return ItemStatus(
        item=item,
        coverage=_coverage(asked, covered + left, bool(clauses)),
        asked=asked,
        covered=covered,
        unsure=unsure,
        accepted=left,
        clauses=tuple(clauses),
        gaps=tuple(gaps),
    )


def is_unsure(comparison: Comparison) -> bool:
    """Return whether a person must look before the duty is called met.

    One clause read as the answer to several duties (統合) is where the comparison errs most: a
    clause about a neighbouring matter (監査, 委託先の監査) looks much the same.
    """
    merged = comparison.verdict is Verdict.SPLIT and len(comparison.local) == 1
    return merged or comparison.confidence is not Confidence.HIGH


def is_optional(comparison: Comparison) -> bool:
    """Return whether leaving the duty out is no gap: 【推奨事項】, 望ましい, ことができる."""
    clause, strength = comparison.guideline, comparison.strength
    soft = strength is not None and strength.level <= Strength.RECOMMENDATION.level
    return soft or (clause is not None and clause.recommended)


def _coverage(asked: int, settled: int, any_clause: bool) -> Coverage:
    if not asked:
        return Coverage.UNKNOWN
    if settled == asked:
        return Coverage.MET
    return Coverage.PARTLY if settled or any_clause else Coverage.MISSING
