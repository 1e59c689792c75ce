"""Whether two texts are about different known duties: the shipped baseline as landmarks. Pure.

A clause about a neighbour of the duty (監査 beside 委託先の監査) shares its words, and in a short
document nothing else claims it. But the baseline knows both: each text is nearest to another of
its duties, and that tells them apart. Other words for the same duty lie near the same landmark.
"""

from collections.abc import Sequence

import numpy as np

from policy.likeness import Matrix, Weights, body_likeness, containment
from policy.words import Bag, Features

_NEAR = 0.06
"""Landmarks this near are one: the baseline has duties that hardly differ in words."""


def apart(
    guideline: Sequence[Features],
    local: Sequence[Features],
    weights: Weights,
    background: Sequence[Bag],
) -> Matrix:
    """Return for every pair how far apart the landmarks nearest to the two texts are, 0 to 1.

    0 where both are nearest to the same one, or where one text is about as near to the landmark
    of the other as to its own: it takes two to differ. A clause that holds the duty's words is
    not far from it, whatever else it says (統合), so the distance counts by what it lacks.
    """
    if not (guideline and local and background):
        return np.zeros((len(guideline), len(local)))
    landmarks = [Features("", (bag,), bag, (), 0.0) for bag in background]
    left = body_likeness(guideline, landmarks, weights, background)
    right = body_likeness(local, landmarks, weights, background)
    own, other = left.argmax(axis=1), right.argmax(axis=1)
    lost_left = left.max(axis=1)[:, None] - left[:, other]
    lost_right = right.max(axis=1)[None, :] - right[:, own].T
    words = [[features.units[0].words for features in side] for side in (guideline, local)]
    recall, *_rest = containment(words[0], words[1], [bag.words for bag in background])
    distance: Matrix = np.maximum(np.minimum(lost_left, lost_right) - _NEAR, 0.0) * (1.0 - recall)
    return distance
