"""What stands under a name of a field, and under two names joined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csirt.engine.fields import compares, read
from kanmon.text import fold

JOINED = ("Domain\\User",)


@pytest.mark.parametrize(
    ("event", "value"),
    [
        ({"Domain": "CITY", "User": "taro"}, "CITY\\taro"),
        ({"Domain": ["CITY"], "User": 7}, "CITY\\7"),
        ({"Domain": ["CITY", "PREF"], "User": ["taro", "jiro"]}, "CITY\\taro"),
        ({"Domain": "CITY", "User": None}, None),
        ({"Domain": "CITY"}, None),
        ({"Domain": [], "User": []}, None),
        ({"Domain": "CITY", "User": [None]}, None),
        ({"Domain": "", "User": ""}, "\\"),
    ],
)
def test_two_fields_are_joined_when_both_have_a_value(
    event: dict[str, object], value: object
) -> None:
    """「ドメイン\\利用者」は両方に値があるときだけ作り、空の一覧は値なしとみなす。"""
    assert read(event, JOINED) == value


def test_the_first_name_with_a_value_counts() -> None:
    """別名は順に見て、値のある最初のものを使う。"""
    assert read({"B": None, "C": 1}, ("A", "B", "C")) == 1


TEXT = st.text(st.sampled_from("aAbBİiΣσςßKk市"), max_size=6)


@given(one=TEXT, two=TEXT)
def test_two_fields_are_compared_without_regard_to_case(one: str, two: str) -> None:
    """2 つの項目の比較は、長さを先に見ても、小文字にそろえて比べた結果と必ず同じ。"""
    left, right = fold(one), fold(two)
    expected = {
        "equals": left == right,
        "starts": left.startswith(right),
        "ends": left.endswith(right),
        "contains": right in left,
    }
    assert {how: compares(one, two, how) for how in expected} == expected
