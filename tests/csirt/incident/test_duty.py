"""Triggers in three truths, and what people may write as an answer or in duties.yml."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csirt.duty import (
    AllOf,
    Answer,
    AnyOf,
    Condition,
    DutyBook,
    Is,
    Not,
    Truth,
    judge,
    open_questions,
)
from csirt.duty_load import load_duties, parse_answer
from kanmon.errors import InputError

BAD = sorted((Path(__file__).parent / "bad").glob("*.yml"))
QUESTIONS = ["a", "b", "c"]
CONDITIONS = st.recursive(
    st.sampled_from([Is(name, True) for name in QUESTIONS]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)
PARTIAL = st.dictionaries(st.sampled_from(QUESTIONS), st.booleans())


@given(CONDITIONS, PARTIAL, st.fixed_dictionaries({name: st.booleans() for name in QUESTIONS}))
def test_a_decided_condition_stays_decided(
    condition: Condition, some: dict[str, bool], rest: dict[str, bool]
) -> None:
    """一部の答えで該当か非該当かが決まれば、残りをどう答えても変わらない。"""
    early = judge(condition, {name: Answer(value) for name, value in some.items()})
    full = {name: Answer(value) for name, value in {**rest, **some}.items()}
    if early is not Truth.UNKNOWN:
        assert judge(condition, full) is early
    assert judge(condition, full) is not Truth.UNKNOWN


@given(CONDITIONS, PARTIAL)
def test_only_questions_that_matter_are_asked(condition: Condition, some: dict[str, bool]) -> None:
    """決まったことについて、さらに問わない。決まらないなら、必ず何かを問う。"""
    answers = {name: Answer(value) for name, value in some.items()}
    asked = open_questions(condition, answers)
    assert bool(asked) == (judge(condition, answers) is Truth.UNKNOWN)
    assert not set(asked) & set(answers)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("malicious=はい", True),
        ("malicious=no", False),
        ("malicious=不明", None),
        ("persons=１，２００人", 1200),
        ("persons=百一", 101),
        ("body=議会", "assembly"),
        ("cyber-attack=ddos", "ddos"),
    ],
)
def test_answers_are_read_as_people_write_them(text: str, value: object, book: DutyBook) -> None:
    """はい・いいえ・不明、全角や漢数字の人数、選択肢の日本語のどれでも答えられる。"""
    assert parse_answer(book, text)[1].value == value


@pytest.mark.parametrize("text", ["persons=たくさん", "malicious=100", "nothing=はい", "body=市",
                                  "persons=-1", "malicious", "persons="])  # fmt: skip
def test_an_answer_that_does_not_fit_is_refused_with_the_choices(text: str, book: DutyBook) -> None:
    """答えにならない答えは、選べる答えとともに断る。"""
    with pytest.raises(InputError) as caught:
        parse_answer(book, text)
    assert caught.value.hint


def test_every_duty_names_basis_and_source(book: DutyBook) -> None:
    """全ての報告・通知に、根拠と出典があり、法令のものは確認の要否が付いている。"""
    assert all(duty.basis and duty.source for duty in book.duties)
    assert any(duty.verify for duty in book.duties)
    assert any(not duty.verify for duty in book.duties)


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_a_wrong_duties_file_is_refused_with_its_place(path: Path) -> None:
    """誤った duties.yml は、どこが違うかを挙げて断る。期待する言葉は1行目に書いてある。"""
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(InputError) as caught:
        load_duties(path)
    assert expected in str(caught.value)
    assert path.name in str(caught.value)
