"""The programme's YAML: the shipped one holds, and every mistake is named with its place."""

from pathlib import Path

import pytest
import yaml

from kanmon.errors import ConfigError
from kanmon.session import shipped_rules
from tests.training.city import programme
from training.catalogue_file import find_files, load_catalogue, read_files
from training.programme import WhenKind

CASES = yaml.safe_load((Path(__file__).parent / "bad" / "programmes.yml").read_text())
INCIDENTS = {
    *("ransomware", "malware", "unauthorised-access", "account-takeover", "phishing"),
    *("web-defacement", "ddos", "mis-sending", "lost-device", "insider"),
    *("contractor", "vulnerability", "my-number"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_mistake_is_named_with_file_and_entry(case: dict[str, str]) -> None:
    """What is wrong, where, and what would be right."""
    with pytest.raises(ConfigError) as caught:
        programme(case["text"])
    assert case["message"] in str(caught.value)
    assert str(caught.value).startswith("test.yml")


def shipped():  # type: ignore[no-untyped-def]
    return load_catalogue(read_files(find_files([shipped_rules() / "training"])))


def test_the_shipped_programme_is_complete() -> None:
    """Everybody the guideline names has a rule, and every rule and course cites its basis."""
    catalogue = shipped()
    assert {r.when.kind for r in catalogue.rules} == set(WhenKind)
    assert all(rule.basis for rule in catalogue.rules)
    assert all(course.basis and course.summary for course in catalogue.courses.values())
    used = {course for rule in catalogue.rules for course in rule.courses}
    needed = {p for c in catalogue.courses.values() for p in c.prerequisites}
    credits_used = {c for group in catalogue.credits.values() for entry in group for c in entry}
    assert set(catalogue.courses) <= used | needed | credits_used


def test_every_kind_of_incident_leads_to_training() -> None:
    """No category of rules/runbooks is without a consequence."""
    rules = [r for r in shipped().rules if r.when.kind is WhenKind.INCIDENT]
    assert {c for rule in rules for c in rule.when.categories} == INCIDENTS


def test_every_wanted_level_can_be_reached_by_a_course() -> None:
    """The skill matrix asks for nothing that no course teaches."""
    catalogue = shipped()
    taught: dict[str, int] = {}
    for course in catalogue.courses.values():
        for name, level in course.competencies:
            taught[name] = max(level, taught.get(name, 0))
    for skill in catalogue.skills:
        for name, level in skill.levels:
            assert taught.get(name, 0) >= level, (skill.title, name)


def test_a_later_file_replaces_entries_of_an_earlier_one() -> None:
    """A city adapts the shipped programme in a file of its own."""
    first = b"""
courses: [{id: a, title: A, kind: drill, minutes: 1}]
traits: [{role: X, who: {posts: [p]}}, {role: Y, who: {}}]
"""
    second = b"""
courses: [{id: a, title: B, kind: drill, minutes: 2}]
traits: [{role: X, who: {posts: [q]}}]
"""
    catalogue = load_catalogue([("1.yml", first), ("2.yml", second)])
    assert catalogue.courses["a"].title == "B"
    assert [(t.value, t.who.posts) for t in catalogue.traits] == [("X", ("q",)), ("Y", ())]
