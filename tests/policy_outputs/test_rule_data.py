"""The shipped data of the policy job is complete and agrees with itself."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from policy.load import load_baseline_edition, load_rules, strength_of
from policy.load_rules import load_baseline, load_sections
from policy.load_statute import load_statute

RULES = Path(__file__).parents[2] / "rules" / "policy"
DUTIES = load_baseline(RULES / "baseline.yml")[1]


def test_the_baseline_is_a_paraphrase_and_says_so() -> None:
    """Every duty is marked as our own wording that nobody has checked against the text yet."""
    raw = yaml.safe_load((RULES / "baseline.yml").read_text(encoding="utf-8"))
    assert raw["paraphrase"] is True
    assert all(duty["paraphrase"] and duty["verify"] for duty in raw["duties"])
    assert len(raw["duties"]) >= 150


def test_every_section_has_duties_and_every_duty_a_section() -> None:
    """No leaf of the section tree is empty, and no duty hangs in the air."""
    sections = {section.id: section for section in load_sections(RULES / "sections.yml")}
    used = Counter(duty.section for duty in DUTIES)
    parents = {name.partition(".")[0] for name in sections if "." in name}
    policy_only = {"B2", "B3", "B6"}  # definitions and aims: nobody has to do anything
    assert set(used) <= set(sections)
    assert {name for name in sections if not used[name]} <= parents | policy_only
    assert all(duty.law_item == sections[duty.section].law_item for duty in DUTIES)
    assert len({duty.id for duty in DUTIES}) == len(DUTIES)


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty.id)
def test_baseline_strength_is_that_of_its_own_words(duty) -> None:  # type: ignore[no-untyped-def]
    """The level written beside a duty is the level its sentence is read with."""
    assert strength_of(duty.text, load_rules_once()) == duty.strength.level
    assert duty.recommended == (duty.strength.level == 1)


def test_the_baseline_loads_as_an_edition() -> None:
    """It can stand in for the guideline, clause by clause."""
    edition, duties = load_baseline_edition(RULES)
    assert [clause.id for clause in edition.clauses] == [duty.id for duty in duties]


def test_a_word_stands_under_one_term_only() -> None:
    """A city's word leads to one meaning; old terms are no synonyms."""
    raw = yaml.safe_load((RULES / "terms.yml").read_text(encoding="utf-8"))
    words = Counter(w for entry in raw["synonyms"] for w in (entry["term"], *entry["also"]))
    assert [word for word, count in words.items() if count > 1] == []
    assert [entry["old"] for entry in raw["old_terms"] if entry["old"] in words] == []


def test_the_statute_has_eight_fields_with_their_dates() -> None:
    """Eight fields, in force on 2027-07-01, grace for the fifth and seventh only."""
    statute = load_statute(RULES / "statute.yml")
    assert [item.number for item in statute.items] == list(range(1, 9))
    assert statute.in_force.isoformat() == "2027-07-01"
    assert statute.grace_items == {5, 7}


_LOADED = []


def load_rules_once():  # type: ignore[no-untyped-def]
    """Return the rules, read from disk once."""
    if not _LOADED:
        _LOADED.append(load_rules(RULES))
    return _LOADED[0]
