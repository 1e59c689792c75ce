"""Sentences made comparable, with the way back to the words as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation_scan.normal import core_text, normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("縦覧ニ供スヘシ", "縦覧に供すべし"),
        ("書面をもつて行う。", "書面をもって行う。"),
        ("書面（電磁的記録（以下略）を含む。）により", "書面により"),
        ("氏名　　　㊞", "氏名印"),
        ("ＣＤ－ＲＯＭ", "CD-ROM"),
        ("ﾌﾚｷｼﾌﾞﾙﾃﾞｨｽｸ", "フレキシブルディスク"),
        ("（閉じない括弧", "閉じない括弧"),
    ],
)
def test_spellings_read_alike(written: str, read: str) -> None:
    """Old kana, full width, half-width kana and remarks in brackets do not hide a word."""
    assert core_text(written) == read


@given(st.text(alphabet="書面に（）() 　㊞ﾃﾞスヘシノ第1１。", max_size=40))
def test_every_character_knows_where_it_came_from(text: str) -> None:
    """Any stretch of the normalised sentence can be quoted verbatim from the original."""
    core = normalise(text)
    assert len(core.text) == len(core.positions)
    assert list(core.positions) == sorted(core.positions)
    for start in range(len(core.text)):
        assert core.quote(start, start + 1) in text
