"""Literals found in values: by whatever automaton, and against looking for each by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csirt.engine import literals as literals_module
from csirt.engine.literals import Literals

TEXT = st.text(st.sampled_from("ab.機\\"), max_size=6)
LITERAL = st.tuples(
    st.sampled_from(["equals", "contains", "starts", "ends"]),
    st.text(st.sampled_from("ab.機\\"), min_size=1, max_size=3),
)
HOLDS = {
    "equals": str.__eq__,
    "contains": str.__contains__,
    "starts": str.startswith,
    "ends": str.endswith,
}


@given(asked=st.lists(LITERAL, max_size=8), values=st.lists(TEXT, min_size=2, max_size=8))
def test_what_is_found_does_not_depend_on_the_automaton(
    asked: list[tuple[str, str]], values: list[str]
) -> None:
    """検索用の表を途中で速いものに作り替えても、見つかるものは 1 件ずつ調べた時と同じ。"""
    for worth in (0, 200):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(literals_module, "_WORTH_A_DFA", worth)
            literals = Literals()
            for atom, (kind, text) in enumerate(asked):
                literals.add(kind, text, atom)
            literals.build(glance=False)
            for value in values:
                found: set[int] = set()
                literals.find(value, value, found)
                assert found == {
                    atom for atom, (kind, text) in enumerate(asked) if HOLDS[kind](value, text)
                }


def test_much_searched_literals_become_a_dfa_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """よく使われる表だけが、一度だけ作り替えられる。"""
    monkeypatch.setattr(literals_module, "_WORTH_A_DFA", 2)
    literals = Literals()
    literals.add("contains", "abcd", 0)
    literals.build(glance=False)
    seen = []
    for _ in range(6):
        literals.find("abc", "abc", set())
        seen.append(literals._automaton)
    assert len({id(one) for one in seen}) == 2
    assert seen[0] is seen[2] is not seen[3], "eight characters are searched before"
    assert seen[3] is seen[-1]
