"""The smallest change of words that lifts a clause, and the numbers of what is added."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kanmon.source import SourceRef
from policy.amend_number import (
    Place,
    branch_article,
    next_places,
    read_place,
    shift_articles,
    shifted,
    write_place,
)
from policy.amend_style import LocalStyle, in_city_words, learn_style
from policy.amend_words import lift, negative_stem
from policy.model import Clause, Difference, Dimension
from policy.vocabulary import Synonym

EDITS = yaml.safe_load((Path(__file__).parent / "data" / "edits.yml").read_text(encoding="utf-8"))


def clause(text: str) -> Clause:
    """Return a city clause saying ``text``."""
    return Clause(
        id="第1条", edition="市", headings=(), number="", text=text, where=SourceRef("市.txt")
    )


@pytest.mark.parametrize("case", EDITS, ids=lambda case: f"{case['dimension']}: {case['text']}")
def test_one_weakness_is_lifted_by_its_words(case: dict[str, str]) -> None:
    """Only the words that made the difference change; where that is unsafe, nothing does."""
    dimension = next(d for d in Dimension if d.slug == case["dimension"])
    difference = Difference(dimension, -1, case["guideline"], case["local"], "")
    assert lift(case["text"], difference, LocalStyle({})) == case["draft"]


@pytest.mark.parametrize(
    ("verb", "stem"),
    [
        ("備える", "備え"),
        ("行う", "行わ"),
        ("する", "し"),
        ("講ずる", "講じ"),
        ("取る", "取ら"),
        ("得る", "得"),
        ("置く", "置か"),
        ("使わない", None),
    ],
)
def test_verbs_are_bent_as_grammar_asks(verb: str, stem: str | None) -> None:
    """五段 and 一段 verbs are told apart; a negative one is left to the person."""
    assert negative_stem(verb) == stem


def test_a_draft_speaks_the_citys_words() -> None:
    """The city's name for a thing is used where it has one."""
    style = learn_style(
        [clause("所属長は、電算室の出入りを管理しなければならない。")],
        [
            Synonym("管理区域", ("電算室",)),
            Synonym("情報セキュリティ管理者", ("所属長",)),
            Synonym("入退室", ("出入り",)),
            Synonym("ログ", ("利用履歴",)),
        ],
    )
    said = in_city_words("情報セキュリティ管理者は、管理区域への入退室のログを取る。", style)
    assert said == "所属長は、電算室への出入りのログを取る。"


def test_a_word_never_becomes_a_part_of_itself() -> None:
    """職員等 must not shrink to 職員, and 修正プログラム is not taken for プログラム."""
    style = learn_style(
        [clause("職員は、ソフトウェアを入れてはならない。修正プログラムは別とする。")],
        [
            Synonym("職員等", ("職員",)),
            Synonym("ソフトウェア", ("プログラム",)),
            Synonym("修正プログラム", ("パッチ",)),
        ],
    )
    said = in_city_words("職員等は、修正プログラムのないプログラムを使ってはならない。", style)
    assert said == "職員等は、修正プログラムのないソフトウェアを使ってはならない。"


def test_a_polite_city_gets_polite_sentences() -> None:
    """A policy written in です・ます is amended in です・ます."""
    style = learn_style([clause("職員は、鍵を掛けなければなりません。報告します。")], [])
    assert in_city_words("記録しなければならない。", style) == "記録しなければなりません。"


def test_a_town_is_called_a_town() -> None:
    """The guideline speaks of 市 and 副市長; a town's draft of 町 and 副町長, 都市 stays."""
    style = learn_style([clause("町は、方針を定める。副町長をもって充てる。")], [])
    said = in_city_words(
        "市は、CISO（以下「CISO」という。）を置き、副市長をもって充てる。都市計画。", style
    )
    assert said == "町は、CISOを置き、副町長をもって充てる。都市計画。"


PLACES = st.one_of(
    st.builds(Place, st.just("6.2(1)"), st.integers(1, 20), st.just("circled")),
    st.builds(Place, st.just("5.4"), st.integers(1, 99), st.just("bracket")),
    st.builds(Place, st.just("第31条"), st.integers(2, 30), st.just("paragraph")),
    st.builds(Place, st.just("第6条の2第1項"), st.integers(1, 30), st.just("item")),
)


@given(PLACES)
def test_an_address_read_and_written_is_the_same(place: Place) -> None:
    """Taking an address apart loses nothing."""
    assert read_place(write_place(place)) == place


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 5))
def test_moved_and_added_numbers_never_collide(size: int, anchor: int, count: int) -> None:
    """After an insertion every sibling has a number of its own, in the old order."""
    ids = [f"第5条第{number}項" for number in range(2, size + 2)]
    behind = f"第5条第{min(anchor, size) + 1}項"
    moved = shifted(ids, {behind: count})
    final = [moved.get(name, name) for name in ids]
    everything = {*final, *next_places(behind, count)}
    assert len(everything) == len(ids) + count
    assert sorted(final, key=lambda name: read_place(name).number) == final


def test_new_articles_take_a_branch_number_or_move_the_rest() -> None:
    """第12条の2 beside an existing branch is 第12条の3; shifting moves what stands below too."""
    assert branch_article("第12条第2項", ["第12条", "第12条の2", "第13条"]) == "第12条の3"
    assert shift_articles(["第12条", "第13条第1項", "第13条の2第1号", "別表"], [12]) == {
        "第13条第1項": "第14条第1項",
        "第13条の2第1号": "第14条の2第1号",
    }
    assert next_places("第6条", 1) == ("第6条第2項",)
    assert next_places("前文", 1) == ("前文の次（1）",)
