"""Hostile text made visible, and folded as Lucene folds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.text import display_width, fold, printable, shorten


def test_terminal_escapes_and_bidi_marks_are_shown_not_obeyed() -> None:
    """端末を操る文字や並びを逆転させる文字は、見える形に書き直す。"""
    assert printable("a\x1b[31m\u202egnp.exe") == "a\\x1b[31m\\u202egnp.exe"
    assert printable("一行\n二行\t") == "一行\\n二行\\t"
    assert printable("一行\n二行", newlines=True) == "一行\n二行"


@given(st.text())
def test_nothing_printable_can_move_the_cursor(text: str) -> None:
    """どんな入力でも制御文字は残らない。"""
    assert all(char.isprintable() or char.isspace() for char in printable(text) if ord(char) < 256)
    assert "\n" not in printable(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("CMD.EXE", "cmd.exe"), ("ＣＭＤ", "ｃｍｄ"), ("ÉΣ", "éσ"), ("İ", "İ"), ("ſ", "ſ")],
)
def test_folding_is_one_code_point_at_a_time(text: str, expected: str) -> None:
    """全角も小文字に揃うが、長さの変わる文字や別の字になる文字には手を付けない。"""
    assert fold(text) == expected


@given(st.text())
def test_folding_keeps_the_length_and_is_stable(text: str) -> None:
    """小文字化しても文字数は変わらず、二度かけても同じ。"""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_japanese_takes_two_columns() -> None:
    """全角文字は端末で 2 桁を占める。"""
    assert display_width("警告A") == 5
    assert shorten("警告一覧", 3) == "警告…"
