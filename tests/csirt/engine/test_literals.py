"""Literals found in values: by whatever automaton, and against looking for each by itself."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csirt.engine import literals as literals_module
from csirt.engine import long_lines as long_lines_module
from csirt.engine.literals import Literals
from csirt.engine.long_lines import LongLines

TEXT = st.text(st.sampled_from("ab.機\\"), max_size=6)
LITERAL = st.tuples(
    st.sampled_from(["equals", "contains", "starts", "ends"]),
    st.text(st.sampled_from("ab.機\\\n"), min_size=1, max_size=3),
)
HOLDS = {
    "equals": str.__eq__,
    "contains": str.__contains__,
    "starts": str.startswith,
    "ends": str.endswith,
}


def check_against_looking_for_each(asked: list[tuple[str, str]], values: list[str]) -> None:
    """Assert that what is found in the values is what is true of each literal by itself."""
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


@given(asked=st.lists(LITERAL, max_size=8), values=st.lists(TEXT, min_size=2, max_size=8))
def test_what_is_found_does_not_depend_on_the_automaton(
    asked: list[tuple[str, str]], values: list[str]
) -> None:
    """検索用の表を途中で速いものに作り替えても、見つかるものは 1 件ずつ調べた時と同じ。"""
    for worth in (0, 200):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(literals_module, "_WORTH_A_DFA", worth)
            check_against_looking_for_each(asked, values)


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


LINES = st.lists(st.text(st.sampled_from("ab.機"), max_size=8), max_size=4).map("\n".join)


@example(asked=[("contains", "b\na")], values=["aaaab\na"])
@given(asked=st.lists(LITERAL, min_size=1, max_size=8), values=st.lists(LINES, max_size=8))
def test_long_values_are_searched_like_short_ones(
    asked: list[tuple[str, str]], values: list[str]
) -> None:
    """長い値の探し方（近道・長い行の使い回し）でも、見つかるものは 1 件ずつ調べた時と同じ。"""
    with pytest.MonkeyPatch.context() as patched:
        for module, name, limit in (
            (literals_module, "LONG", 4),
            (long_lines_module, "LONG", 2),
            (long_lines_module, "_HEAD", 2),
            (literals_module, "_WORTH_A_LOOK", 1),
        ):
            patched.setattr(module, name, limit)
        check_against_looking_for_each(asked, values)


def test_a_long_line_that_comes_again_is_not_searched_again() -> None:
    """記録のたびに繰り返される長いコマンド行は、一度だけ調べる。"""
    line = b"powershell " + b"QBGACgA" * 500
    searched: list[bytes] = []

    def search(part: bytes) -> list[tuple[int, int, int]]:
        searched.append(part)
        at = part.find(b"powershell")
        return [(0, at, at + 10)] if at >= 0 else []

    lines = LongLines()
    lines.matches(b"a\n" + line + b"\nb", search)
    searched.clear()
    assert lines.matches(b"other\n" + line, search) == [(0, 6, 16)]
    assert sorted(searched) == [b"", b"other\n"]
    searched.clear()
    assert lines.matches(b"x" + line, search) == [(0, 1, 11)], "it is another line"
    assert b"x" + line in searched


def test_a_line_that_is_not_long_is_not_kept() -> None:
    """短い行ばかりの値や、極端に長い行は覚えない（メモリーを使い切らない）。"""
    lines = LongLines()
    for value in (b"short\n" * 1_000, b"x" * 100_000):
        assert lines.matches(value, lambda part: [(0, 0, len(part))]) == [(0, 0, len(value))]
    assert lines._known == []
