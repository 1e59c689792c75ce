"""The labelled sets are what the issue asks of them."""

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

from policy.judged import Judged
from policy.model import Dimension, Verdict

Read = Callable[[str], list[dict[str, Any]]]


def test_every_verdict_and_every_dimension_has_enough_pairs(labelled: Read) -> None:
    """At least 300 pairs, 80 of equal meaning in other words, 12 per dimension."""
    pairs = labelled("pairs.jsonl")
    verdicts = Counter(pair["verdict"] for pair in pairs)
    weak = (pair["dimensions"] for pair in pairs if pair["verdict"] == "weaker")
    dimensions = Counter(name for names in weak for name in names)
    assert len(pairs) >= 300
    assert set(verdicts) == {verdict.slug for verdict in Verdict}
    assert verdicts["equal"] >= 80
    assert all(dimensions[d.slug] >= 12 for d in Dimension if d is not Dimension.TERM)
    assert {pair.get("relation") for pair in pairs} >= {"split", "merge"}


def test_strength_sentences_cover_every_level(labelled: Read) -> None:
    """At least 200 sentences, every level from 0 to 7, and sentences that are no duty."""
    lines = labelled("strength.jsonl")
    assert len(lines) >= 200
    assert {line["level"] for line in lines} == {None, *range(8)}


def test_development_and_holdout_are_told_apart_by_the_id_alone(labelled: Read) -> None:
    """Nobody can move a hard pair into the part that is looked at."""
    for line in (*labelled("pairs.jsonl"), *labelled("strength.jsonl")):
        digest = hashlib.sha256(line["id"].encode()).digest()
        assert line["part"] == ("dev" if digest[0] < 128 else "holdout")


def test_ids_of_the_samples_are_read_as_expected(
    labelled: Read, judged: Callable[[str], Judged]
) -> None:
    """Every place named in the expectations is found in the documents under that number."""
    for line in labelled("samples_expected.jsonl"):
        found = judged(line["policy"])
        guideline = {clause.id for clause in found.guideline.clauses}
        local = {clause.id for clause in found.local.clauses}
        assert line["guideline"] is None or line["guideline"] in guideline
        assert set(line["local"]) <= local
