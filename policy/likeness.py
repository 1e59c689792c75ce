"""How alike every duty and every local clause are, as matrices. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policy.words import Bag, Features

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each likeness counts. Source: chosen on our own development examples.

    Attributes:
        accept: Likeness of the body from which on the best clause is an answer. Titles help to
            choose the best, they never make it one.
        mutual: So is this one, when both are each other's best.
        doubt: Below this nothing answers (欠落); between the two a person must look.
        rival: A clause that fits another duty better by this much belongs to that one.
        shared: Score, and share of the duty's words, from which a clause that belongs to another
            duty answers this one too (統合).
        part: Share of a duty that a further (split) clause must add.
        apart: What being nearest to different landmarks costs (``landmarks.apart``).
    """

    words: float = 0.40
    kanji: float = 0.22
    grams: float = 0.26
    heading: float = 0.12
    order: float = 0.02
    accept: float = 0.30
    mutual: float = 0.215
    doubt: float = 0.125
    rival: float = 0.10
    shared: float = 0.38
    shared_recall: float = 0.65
    part: float = 0.12
    apart: float = 1.0


DEFAULT_WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Scores:
    """Likeness of every duty (rows) and local clause (columns), in the order given.

    Attributes:
        total: 0 to 1, what decides.
        body: Without headings and order: a title match alone stays near 0.
        recall: Share of the duty's words, by weight, that the clause holds.
        precision: Share of the clause's words that the duty holds.
        left: Weight of every word in each duty (rows), 0 where it is absent.
        right: The same for each local clause.
    """

    total: Matrix
    body: Matrix
    recall: Matrix
    precision: Matrix
    left: Matrix
    right: Matrix


def score(
    guideline: Sequence[Features],
    local: Sequence[Features],
    weights: Weights = DEFAULT_WEIGHTS,
    background: Sequence[Bag] = (),
    against: Matrix | None = None,
) -> Scores:
    """Return the likeness of every pair; empty matrices when a side is empty.

    ``against`` is taken off where something speaks against a pair (one bans, one asks).

    ``background`` are further texts of the kind: how rare a word is cannot be seen in a short
    document alone.
    """
    shape = (len(guideline), len(local))
    if not all(shape):
        empty = np.zeros(shape)
        return Scores(empty, empty, empty, empty, empty, empty)
    body = body_likeness(guideline, local, weights, background)
    if against is not None:
        body = np.maximum(body - against, 0.0)
    body = np.maximum(body, _equal([f.text for f in guideline], [f.text for f in local]))
    whole_left = [features.units[0].words for features in guideline]
    whole_right = [features.units[0].words for features in local]
    recall, precision, one, two = containment(whole_left, whole_right, _of(background, "words"))
    heading = _cosine(
        [features.heading.words for features in guideline],
        [features.heading.words for features in local],
        _of(background, "words"),
    )
    order = _order(guideline, local)
    total = (
        (1.0 - weights.heading - weights.order) * body
        + weights.heading * heading
        + weights.order * order * np.minimum(1.0, body * 2)
        # Of two equal clauses the one of the same number is meant: a tie-break, nothing more.
        + 1e-6 * _equal([f.id for f in guideline], [f.id for f in local])
    )
    return Scores(total, body, recall, precision, one, two)


def _order(guideline: Sequence[Features], local: Sequence[Features]) -> Matrix:
    """Return how near the places of each pair are in their documents, 0 to 1."""
    places = np.array([features.position for features in guideline])[:, None]
    others = np.array([features.position for features in local])[None, :]
    result: Matrix = 1.0 - np.abs(places - others)
    return result


def body_likeness(
    guideline: Sequence[Features],
    local: Sequence[Features],
    weights: Weights,
    background: Sequence[Bag],
) -> Matrix:
    """Return the likeness of the texts, the best of whole clauses and single sentences."""
    left, right = _units(guideline), _units(local)
    kinds = {
        kind: _cosine(*(_of(bags, kind) for bags in (left.bags, right.bags, background)))
        for kind in ("words", "kanji", "grams")
    }
    likeness = (
        weights.words * kinds["words"]
        + weights.kanji * kinds["kanji"]
        + weights.grams * kinds["grams"]
    ) / (weights.words + weights.kanji + weights.grams)
    return _best_unit(likeness, left.owner, right.owner, (len(guideline), len(local)))


@dataclass(frozen=True, slots=True)
class _Units:
    bags: list[Bag]
    owner: NDArray[np.int64]


def _units(features: Sequence[Features]) -> _Units:
    bags = [unit for item in features for unit in item.units]
    owner = [place for place, item in enumerate(features) for _unit in item.units]
    return _Units(bags, np.array(owner))


def _equal(left: Sequence[str], right: Sequence[str]) -> Matrix:
    """Return 1 where both texts are the same and not empty, else 0."""
    one, two = np.array(left, dtype=object)[:, None], np.array(right, dtype=object)[None, :]
    return np.asarray((one == two) & (one != ""), dtype=float)


def _best_unit(
    likeness: Matrix, rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]
) -> Matrix:
    result = np.zeros(shape)
    by_row = np.zeros((shape[0], likeness.shape[1]))
    np.maximum.at(by_row, rows, likeness)
    np.maximum.at(result.T, columns, by_row.T)
    return result


def _weights_of(bags: Sequence[Mapping[str, float]]) -> tuple[dict[str, int], Matrix]:
    """Return the vocabulary and a BM25-like inverse document frequency."""
    count: dict[str, int] = {}
    for bag in bags:
        for word in bag:
            count[word] = count.get(word, 0) + 1
    vocabulary = {word: place for place, word in enumerate(sorted(count))}
    frequency = np.array([count[word] for word in sorted(count)], dtype=float)
    return vocabulary, np.log(1.0 + (len(bags) - frequency + 0.5) / (frequency + 0.5)) + 0.15


def _matrix(
    bags: Sequence[Mapping[str, float]], vocabulary: Mapping[str, int], weight: Matrix
) -> Matrix:
    matrix = np.zeros((len(bags), len(vocabulary)))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            # Saturating like BM25 (k1 = 1.2): a word said thrice is not three times the topic.
            matrix[row, vocabulary[word]] = count * 2.2 / (count + 1.2)
    return matrix * weight


def _of(bags: Sequence[Bag], kind: str) -> list[Mapping[str, float]]:
    return [getattr(bag, kind) for bag in bags]


def _cosine(
    left: Sequence[Mapping[str, float]],
    right: Sequence[Mapping[str, float]],
    background: Sequence[Mapping[str, float]] = (),
) -> Matrix:
    vocabulary, weight = _weights_of((*left, *right, *background))
    if not vocabulary:
        return np.zeros((len(left), len(right)))
    one, two = _matrix(left, vocabulary, weight), _matrix(right, vocabulary, weight)
    norms = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(two, axis=1)[None, :]
    result: Matrix = (one @ two.T) / np.where(norms == 0, 1.0, norms)
    return result


def containment(
    left: Sequence[Mapping[str, float]],
    right: Sequence[Mapping[str, float]],
    background: Sequence[Mapping[str, float]],
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return recall and precision of every pair, and the word weights of both sides."""
    vocabulary, weight = _weights_of((*left, *right, *background))
    if not vocabulary:
        empty = np.zeros((len(left), len(right)))
        return empty, empty, np.zeros((len(left), 1)), np.zeros((len(right), 1))
    one = (_matrix(left, vocabulary, weight) > 0) * np.sqrt(weight)
    two = (_matrix(right, vocabulary, weight) > 0) * np.sqrt(weight)
    shared = one @ two.T
    recall = shared / np.maximum((one**2).sum(axis=1)[:, None], 1e-9)
    precision = shared / np.maximum((two**2).sum(axis=1)[None, :], 1e-9)
    return recall, precision, np.square(one, dtype=float), np.square(two, dtype=float)
