"""Draft clauses for what is missing, weaker or outdated, in the city's own words. Pure.

A draft is a proposal: it is compared again with the guideline, and what that says stands beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from policy.amend_style import LocalStyle, in_city_words
from policy.amend_words import exchange_term, lift
from policy.compare import judge_pair
from policy.model import Clause, Comparison, Dimension, Duty, Verdict
from policy.parts import read_duty
from policy.sides import Reader

AMENDED = frozenset({Verdict.MISSING, Verdict.WEAKER, Verdict.OUTDATED})
"""Verdicts that call for a draft; 要人手 is for a person first."""
_ENOUGH = frozenset({Verdict.EQUAL, Verdict.STRONGER, Verdict.SPLIT, Verdict.OUTDATED})


class Method(Enum):
    """How a draft came about."""

    EDIT = "edit", "市の条文の語を直す"
    REPLACE = "replace", "ガイドラインの内容を市の言葉で書き直す"
    ADD = "add", "条文を加える"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One proposed change.

    Attributes:
        comparison: The verdict it answers.
        before: The city's clause to be changed; ``None`` for a new one.
        after: The clause as proposed. A new one has no id yet.
        again: Verdict about the proposed words; ``None`` when they state no duty.
    """

    comparison: Comparison
    method: Method
    before: Clause | None
    after: Clause
    again: Verdict | None


@dataclass(frozen=True, slots=True)
class Drafter:
    """What drafting needs: the duties of both sides by id, the reader, the city's style."""

    guideline: Mapping[str, Duty]
    local: Mapping[str, Duty]
    reader: Reader
    style: LocalStyle


def draft_amendments(
    comparisons: Sequence[Comparison], drafter: Drafter, settled: frozenset[str] = frozenset()
) -> tuple[Draft, ...]:
    """Return a draft per verdict that calls for one, in the guideline's order.

    ``settled`` are duties a person decided to leave. Several verdicts about one clause build on
    each other: the last draft of a clause holds all its changes.
    """
    answers = _answers(comparisons)
    current: dict[str, Clause] = {}
    drafts = []
    for comparison in comparisons:
        clause = comparison.guideline
        if clause is None or clause.id in settled or comparison.verdict not in AMENDED:
            continue
        draft = None
        if comparison.local:
            shared = any(answers[local.id] > 1 for local in comparison.local)
            draft = _changed(comparison, drafter, current, shared)
        if draft is None:
            draft = _added(comparison, drafter)
        if draft.before is not None:
            current[draft.after.id] = draft.after
        drafts.append(draft)
    return tuple(drafts)


def final_clauses(drafts: Iterable[Draft]) -> Mapping[str, Clause]:
    """Return the last proposed form of each changed clause, by id."""
    return {draft.after.id: draft.after for draft in drafts if draft.before is not None}


def _answers(comparisons: Iterable[Comparison]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for comparison in comparisons:
        if comparison.guideline is not None:
            for clause in comparison.local:
                counts[clause.id] = counts.get(clause.id, 0) + 1
    return counts


def _changed(
    comparison: Comparison, drafter: Drafter, current: Mapping[str, Clause], shared: bool
) -> Draft | None:
    """Return an edit of the city's clause, or the guideline's sentence in its place.

    ``None`` when the clause answers other duties too: then nothing of it may be dropped.
    """
    place = _clause_to_change(comparison)
    before = current.get(place.id, place)
    edited = _edited(before.text, comparison, drafter.style)
    if edited is not None:
        after = replace(before, text=edited)
        again = _again(comparison, after, drafter)
        if again in _ENOUGH:
            return Draft(
                comparison=comparison, method=Method.EDIT, before=place, after=after, again=again
            )
    if shared or len(comparison.local) > 1 or comparison.guideline is None:
        return None
    after = _in_words(comparison.guideline, before, drafter.style)
    again = _again(comparison, after, drafter)
    return Draft(
        comparison=comparison, method=Method.REPLACE, before=place, after=after, again=again
    )


def _clause_to_change(comparison: Comparison) -> Clause:
    """Return the local clause that holds the words that made the difference, else the best one."""
    words = [item.local_words for item in comparison.differences if item.local_words]
    for clause in comparison.local:
        if any(word in clause.text for word in words):
            return clause
    return comparison.local[0]


def _edited(text: str, comparison: Comparison, style: LocalStyle) -> str | None:
    edited: str | None = text
    # The verb last: lifting it also drops 適宜 and the like, which a frequency replaces.
    ordered = sorted(comparison.differences, key=lambda d: d.dimension is Dimension.VERB)
    for difference in ordered:
        if edited is None:
            return None
        if difference.dimension is Dimension.TERM:
            edited = exchange_term(edited, difference)
        elif difference.direction < 0:
            edited = lift(edited, difference, style)
    return edited if edited != text else None


def _in_words(guideline: Clause, place: Clause, style: LocalStyle) -> Clause:
    return replace(
        place,
        text=in_city_words(guideline.text, style),
        items=tuple(in_city_words(item, style) for item in guideline.items),
    )


def _added(comparison: Comparison, drafter: Drafter) -> Draft:
    guideline = comparison.guideline
    assert guideline is not None
    after = replace(_in_words(guideline, guideline, drafter.style), id="", number="")
    again = _again(comparison, after, drafter)
    return Draft(comparison=comparison, method=Method.ADD, before=None, after=after, again=again)


def _again(comparison: Comparison, after: Clause, drafter: Drafter) -> Verdict | None:
    """Return what the same comparison says about the proposed words."""
    assert comparison.guideline is not None
    duty = drafter.guideline[comparison.guideline.id]
    proposed = read_duty(after, drafter.reader.modality, drafter.reader.parts)
    if proposed is None:
        return None
    others = [
        drafter.local[clause.id]
        for clause in comparison.local
        if after.id and clause.id != after.id and clause.id in drafter.local
    ]
    return judge_pair(duty, [proposed, *others], drafter.reader).verdict
