"""Which places of the local policy answer to which duty of the guideline. Pure.

Both sides arrive as ``Features``. A score is a weighted sum of similarities; the order of the
clauses is a weak prior, never a rule, and a title alone never decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kanmon.finding import Confidence
from policy.likeness import DEFAULT_WEIGHTS, Matrix, Scores, Weights, score
from policy.model import Alignment
from policy.words import Features


def align(
    guideline: Sequence[Features],
    local: Sequence[Features],
    weights: Weights = DEFAULT_WEIGHTS,
    scores: Scores | None = None,
) -> tuple[Alignment, ...]:
    """Return one alignment per duty, in the guideline's order.

    Equal scores are ordered by id, so the order of the local clauses does not matter.
    """
    table = scores or score(guideline, local, weights)
    if not local:
        return tuple(
            Alignment(features.id, (), 0.0, "", 0.0, Confidence.HIGH) for features in guideline
        )
    weights = adapted(weights, table)
    field = _Field(local, table, table.total.max(axis=0), weights)
    return tuple(_align_one(row, item.id, field) for row, item in enumerate(guideline))


_FEW = 10
_LOOSE, _CLOSE = 0.62, 0.85


def adapted(weights: Weights, table: Scores) -> Weights:
    """Return thresholds fit for how close the two documents are as a whole.

    In a copy of the guideline a distant clause is another matter; in a policy of its own words it
    may be the same. The measure is the median of each duty's best likeness; below ten duties
    nothing can be said and the thresholds stay.
    """
    if len(table.body) < _FEW:
        return weights
    median = float(np.median(table.body.max(axis=1)))
    closeness = min(max((median - _LOOSE) / (_CLOSE - _LOOSE), 0.0), 1.0)
    return replace(
        weights,
        doubt=weights.doubt + 0.08 * closeness,
        mutual=weights.mutual + 0.17 * closeness,
        accept=weights.accept + 0.15 * closeness,
        shared=weights.shared + 0.10 * closeness,
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """What every duty is aligned with; ``owner`` is each clause's best score with any duty."""

    local: Sequence[Features]
    table: Scores
    owner: Matrix
    weights: Weights


def _align_one(row: int, name: str, field: _Field) -> Alignment:
    local, table, owner, weights = field.local, field.table, field.owner, field.weights
    total, body = table.total[row], table.body[row]
    claimed = owner - total > weights.rival
    ranked = sorted(range(len(local)), key=lambda i: (-round(float(total[i]), 9), local[i].id))
    free = [i for i in ranked if not claimed[i]]
    taken = [i for i in ranked if claimed[i]]
    chosen: list[int] = []
    confidence = Confidence.HIGH
    if taken and (not free or total[taken[0]] > total[free[0]] + weights.rival):
        best = taken[0]
        whole = float(table.recall[row, best]) >= weights.shared_recall
        if whole and body[best] >= weights.shared:
            chosen, confidence = [best], Confidence.MEDIUM
    if not chosen and free and body[free[0]] >= weights.doubt:
        best = free[0]
        chosen = [best, *_further(row, free[1:], best, field)]
        second = next((float(total[i]) for i in ranked if i not in chosen), 0.0)
        mutual = owner[best] - total[best] < 1e-9
        margin = float(total[best]) - second
        confidence = _confidence(float(body[best]), margin, mutual, weights)
    rest = next((i for i in ranked if i not in chosen), None)
    return Alignment(
        name,
        tuple(local[i].id for i in chosen),
        float(total[chosen[0]]) if chosen else float(total[ranked[0]]),
        local[rest].id if rest is not None else "",
        float(total[rest]) if rest is not None else 0.0,
        confidence,
    )


def _confidence(body: float, margin: float, mutual: bool, weights: Weights) -> Confidence:
    if body < (weights.mutual if mutual else weights.accept):
        return Confidence.LOW
    if body >= weights.accept + 0.15 or (mutual and margin >= 0.12):
        return Confidence.HIGH
    return Confidence.MEDIUM


def _further(row: int, candidates: Sequence[int], best: int, field: _Field) -> list[int]:
    """Return the clauses that hold what the best one leaves out: the duty was split.

    Such a clause is nearer to this duty than to any other and says little beside it.
    """
    local, table, owner, weights = field.local, field.table, field.owner, field.weights
    duty = table.left[row]
    covered = np.minimum(duty, table.right[best])
    whole = max(float(duty.sum()), 1e-9)
    further: list[int] = []
    for candidate in candidates:
        body = float(table.body[row, candidate])
        if body < weights.doubt:
            continue
        # Paragraphs of one article stand for one matter more often than others do.
        kin = local[candidate].path == local[best].path and bool(local[best].path)
        other = int(table.total[:, candidate].argmax())
        if other != row and int(table.total[other].argmax()) == candidate:
            continue  # it is the answer to another duty
        lost = float(owner[candidate] - table.total[row, candidate])
        own = lost < (weights.rival / 2 if kin else 1e-9)
        near = body >= (weights.doubt if kin else weights.mutual)
        little = float(table.precision[row, candidate]) >= (0.25 if kin else 0.4)
        together = np.maximum(covered, np.minimum(duty, table.right[candidate]))
        adds = (float(together.sum()) - float(covered.sum())) / whole
        enough = adds >= (weights.part / 4 if kin else weights.part)
        if own and near and little and (enough or (kin and body >= weights.accept)):
            further.append(candidate)
            covered = together
    return further
