"""Duties of the guideline beside clauses of the local policy: one verdict each. Pure.

A verdict is a proposal; only a review is a decision. 欠落 is never said from a title, and a
doubtful pair is 要人手.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from kanmon.finding import Confidence
from policy.align import align
from policy.differences import find_differences
from policy.landmarks import apart
from policy.likeness import DEFAULT_WEIGHTS, Matrix, Scores, Weights, score
from policy.model import (
    Alignment,
    Comparison,
    Difference,
    Dimension,
    Duty,
    Strength,
    Verdict,
)
from policy.profile import Profile
from policy.sides import Reader, reference, relevant, whole
from policy.vocabulary import OldTerm
from policy.words import plain


def compare(
    guideline: Sequence[Duty],
    local: Sequence[Duty],
    reader: Reader,
    profile: Profile | None = None,
    weights: Weights = DEFAULT_WEIGHTS,
) -> tuple[Comparison, ...]:
    """Return one comparison per duty in the guideline's order, then 独自 in the local order."""
    profile = profile or Profile()
    left = reader.lexicon.features(duty.clause for duty in guideline)
    right = reader.lexicon.features(duty.clause for duty in local)
    distance = apart(left, right, weights, reader.background)
    # What only points elsewhere (別に定める) says too little to have a landmark.
    distance[:, [bool(reference(d.clause.text, reader.modality)) for d in local]] = 0.0
    against = _against(guideline, local) + weights.apart * distance
    table = score(left, right, weights, reader.background, against)
    alignments = align(left, right, weights, table)
    by_id = {duty.clause.id: duty for duty in local}
    shared = _shared(alignments, guideline, profile)
    found = []
    idle: set[str] = set()
    for duty, alignment in zip(guideline, alignments, strict=True):
        if not profile.applies(duty.clause):
            found.append(_not_applicable(duty))
            # What answers a duty that need not be met is no clause of the city's own either.
            idle |= set(alignment.local) if alignment.confidence is not Confidence.LOW else set()
            continue
        duties = [by_id[name] for name in alignment.local]
        found.append(_judge(duty, duties, alignment, reader, shared))
    taken = {clause.id for item in found for clause in item.local} | idle
    own = _own(guideline, local, table, taken)
    return (*found, *own)


_OPPOSED = 0.06
"""What a ban and a demand with the same words lose of their likeness."""


def _against(guideline: Sequence[Duty], local: Sequence[Duty]) -> Matrix:
    """Return the penalty of pairs of which one forbids and the other asks for no leave."""
    bans = [[duty.strength is Strength.PROHIBITION for duty in side] for side in (guideline, local)]
    gates = [[bool(duty.of(Dimension.APPROVER)) for duty in side] for side in (guideline, local)]
    opposed = np.not_equal.outer(np.array(bans[0], dtype=bool), np.array(bans[1], dtype=bool))
    asked = np.logical_or.outer(np.array(gates[0], dtype=bool), np.array(gates[1], dtype=bool))
    penalty: Matrix = np.where(opposed & ~asked, _OPPOSED, 0.0)
    return penalty


def _shared(
    alignments: Iterable[Alignment], guideline: Sequence[Duty], profile: Profile
) -> Mapping[str, int]:
    """Return for each local id how many applicable duties it answers with some certainty."""
    counts: dict[str, int] = {}
    applicable = {duty.clause.id for duty in guideline if profile.applies(duty.clause)}
    for alignment in alignments:
        if alignment.guideline in applicable and alignment.confidence is not Confidence.LOW:
            for name in alignment.local:
                counts[name] = counts.get(name, 0) + 1
    return counts


def judge_pair(
    duty: Duty, duties: Sequence[Duty], reader: Reader, *, merged: bool = False
) -> Comparison:
    """Return the verdict about a duty and the clauses known to answer it."""
    alignment = Alignment(
        duty.clause.id,
        tuple(local.clause.id for local in duties),
        1.0 if duties else 0.0,
        "",
        0.0,
        Confidence.HIGH,
    )
    shared = {local.clause.id: 2 if merged else 1 for local in duties}
    return _judge(duty, list(duties), alignment, reader, shared)


def _judge(
    duty: Duty,
    duties: list[Duty],
    alignment: Alignment,
    reader: Reader,
    shared: Mapping[str, int],
) -> Comparison:
    base = Comparison(
        guideline=duty.clause,
        local=tuple(item.clause for item in duties),
        verdict=Verdict.EQUAL,
        differences=(),
        reason="",
        confidence=alignment.confidence,
        score=round(alignment.score, 4),
        runner_up=alignment.runner_up,
        runner_up_score=round(alignment.runner_up_score, 4),
        strength=duty.strength,
    )
    if not duties:
        return replace(base, verdict=Verdict.MISSING, reason=_missing_reason(duty, alignment))
    if alignment.confidence is Confidence.LOW:
        reason = (
            f"「{duties[0].clause.id}」が最も近い条文ですが、近さが {alignment.score:.2f} と低く、"
            "対応するかどうかを人が確かめる必要があります。"
        )
        return replace(base, verdict=Verdict.UNDECIDED, reason=reason)
    one = whole(duty, reader)
    two = relevant(duties, one, reader)
    if two.refers and not one.refers:
        reason = f"市の条文は「{two.refers}」と他に委ねており、その中身を確かめる必要があります。"
        return replace(base, verdict=Verdict.UNDECIDED, reason=reason, confidence=Confidence.LOW)
    differences = find_differences(one, two, reader)
    terms = old_terms_in(two.text, one.text, reader.lexicon.old_terms)
    return _verdict(base, differences, terms, shared)


def _verdict(
    base: Comparison,
    differences: tuple[Difference, ...],
    terms: tuple[OldTerm, ...],
    shared: Mapping[str, int],
) -> Comparison:
    weaker = tuple(item for item in differences if item.direction < 0)
    unclear = tuple(item for item in differences if item.direction == 0)
    stronger = tuple(item for item in differences if item.direction > 0)
    old = "".join(_term(term).reason for term in terms)
    if weaker:
        also = "".join(item.reason for item in stronger)
        reason = "".join(item.reason for item in weaker) + old + also
        return replace(base, verdict=Verdict.WEAKER, differences=weaker, reason=reason)
    if unclear:
        reason = "".join(item.reason for item in unclear)
        return replace(base, verdict=Verdict.UNDECIDED, differences=unclear, reason=reason)
    if terms:
        edition = max(terms, key=lambda term: term.edition).edition
        found = tuple(_term(term) for term in terms)
        return replace(
            base, verdict=Verdict.OUTDATED, differences=found, reason=old, edition=edition
        )
    merged = any(shared.get(clause.id, 0) > 1 for clause in base.local)
    if stronger and not merged:
        reason = "".join(item.reason for item in stronger)
        return replace(base, verdict=Verdict.STRONGER, differences=stronger, reason=reason)
    if len(base.local) > 1:
        ids = "、".join(clause.id for clause in base.local)
        reason = f"ガイドラインの一つの義務を {ids} に分けて定めています。内容に不足はありません。"
        return replace(base, verdict=Verdict.SPLIT, reason=reason)
    if merged:
        reason = (
            f"「{base.local[0].id}」がガイドラインの複数の義務をまとめて定めています。"
            "内容に不足はありません。"
        )
        return replace(base, verdict=Verdict.SPLIT, reason=reason)
    reason = "強さ、頻度、期限、主体、承認、基準値、範囲、例外、記録、項目に違いはありません。"
    return replace(base, verdict=Verdict.EQUAL, reason=reason)


def old_terms_in(text: str, other: str, old_terms: Sequence[OldTerm]) -> tuple[OldTerm, ...]:
    """Return the old terms in ``text`` that ``other`` does not use itself, in list order.

    The new word may hold the old one (自治体機密性2 ⊃ 機密性2): that is no old term.
    """
    here, there = plain(text), plain(other)
    for term in old_terms:
        if plain(term.old) in plain(term.new):
            here = here.replace(plain(term.new), "\x00")
            there = there.replace(plain(term.new), "\x00")
    found: list[tuple[int, OldTerm]] = []
    for term in sorted(old_terms, key=lambda term: -len(term.old)):
        word = plain(term.old)
        if word in here and word not in there:
            here = here.replace(word, "\x00")
            found.append((old_terms.index(term), term))
    return tuple(term for _place, term in sorted(found, key=lambda item: item[0]))


def _term(term: OldTerm) -> Difference:
    reason = f"「{term.old}」は{term.edition}の用語で、現行の版では「{term.new}」です。"
    return Difference(Dimension.TERM, 0, term.new, term.old, reason)


def _missing_reason(duty: Duty, alignment: Alignment) -> str:
    near = ""
    if alignment.runner_up:
        score = f"近さ {alignment.score:.2f}"
        near = f"最も近い条文は {alignment.runner_up}（{score}）で、内容が異なります。"
    weak = "推奨事項のため、必ずしも定める必要はありません。" if duty.clause.recommended else ""
    return f"この義務に当たる条文が見当たりません。{near}{weak}"


def _not_applicable(duty: Duty) -> Comparison:
    conditions = "、".join(duty.clause.applies)
    return Comparison(
        guideline=duty.clause,
        local=(),
        verdict=Verdict.NOT_APPLICABLE,
        differences=(),
        reason=f"市の構成（kanmon.toml の policy）に当たらない義務です（{conditions}）。",
        confidence=Confidence.HIGH,
        strength=duty.strength,
    )


def _own(
    guideline: Sequence[Duty], local: Sequence[Duty], table: Scores, taken: set[str]
) -> list[Comparison]:
    found = []
    for column, duty in enumerate(local):
        if duty.clause.id in taken:
            continue
        scores = [float(value) for value in table.total[:, column]] if guideline else []
        best = max(range(len(scores)), key=lambda i: (scores[i], -i)) if scores else -1
        near = guideline[best].clause.id if scores else ""
        found.append(
            Comparison(
                guideline=None,
                local=(duty.clause,),
                verdict=Verdict.OWN,
                differences=(),
                reason="ガイドラインに当たる義務がなく、市が独自に定めています。",
                confidence=Confidence.MEDIUM if scores and scores[best] > 0.4 else Confidence.HIGH,
                runner_up=near,
                runner_up_score=round(scores[best], 4) if scores else 0.0,
            )
        )
    return found
