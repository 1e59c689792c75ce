"""Regular expressions find what Python's re finds, in any text, within a limit of time."""

import re
import signal
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csirt.engine.patterns import Pattern, required_literal
from csirt.engine.time_limit import OutOfTimeError, search_in_time

PATTERNS = [
    "k", "s", "i", "ı", "İ", "ſ", "µ", "ß", "é", "Σ", "[a-z]", "[^a-z]", "[A-Z]+x", "[ı-ſ]",
    r"\w", r"\W", r"^\w+$", r"\bk", r"\B", r"\s", r"\S", r"\d", r"[^\W\d]", r"[\s,]", "a$", "^$",
    "(?=k)k", "(.)\\1", r"(?<!s)k", "あ+", r"a\Z", "[a[]k", "a{,2}k", "x?", r"\x6b", "(?i)K",
]  # fmt: skip
SPECIAL = "kKsSiIıİſ\u212aµμßẞéÉΣσς①²़\u0301あ一゛ｋＫ_0٣\x1c\x85\u3000 \n,ax"


@given(
    st.sampled_from(PATTERNS),
    st.sampled_from(["", "i", "im", "s", "ims"]),
    st.text(SPECIAL, max_size=6),
)
def test_a_pattern_finds_exactly_what_python_finds(text: str, flags: str, value: str) -> None:
    """全角・結合文字・トルコ語の i などが混じっても、Python の re と同じ結果になる。"""
    wanted = re.search(text, value, sum(getattr(re, flag.upper()) for flag in flags))
    assert Pattern(text, flags).search(value) == bool(wanted)


def test_flags_before_a_pattern_with_its_own_are_kept() -> None:
    """パターン自身の (?i) と修飾子 s は、両方とも効く。"""
    assert Pattern("(?i)A.b", "s").search("a\nB")


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        (r"HostId=[a-z]{36}\s+EngineVersion=", "engineversion="),
        (r"(?i)(set).*&&\s?set.*", "&&"),  # an s may be a ſ there
        (r"a.b", ""),
        (r"ab", ""),
        (r"abc|def", ""),
    ],
)
def test_the_literal_that_every_match_contains_is_found(text: str, literal: str) -> None:
    """正規表現に必ず含まれる文字列が分かれば、それのない値では正規表現を試さずに済む。"""
    assert required_literal(text, "") == literal


SLOW = Pattern("(?=.*!)(a|aa)+$(?<!b)", "")
SLOW_VALUE = "a" * 60 + "!"


def test_a_search_ends_in_time_and_leaves_the_alarm_as_it_was() -> None:
    """終わらない検索を止めたあと、ほかの部品のアラームの設定は元のまま。"""
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rung.append(number))
    signal.setitimer(signal.ITIMER_REAL, 100)
    began = time.monotonic()
    try:
        with pytest.raises(OutOfTimeError):
            SLOW.search(SLOW_VALUE)
        assert time.monotonic() - began < 5
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 50
        signal.raise_signal(signal.SIGALRM)
        assert rung == [signal.SIGALRM]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_search_outside_the_main_thread_ends_in_time_too() -> None:
    """主スレッド以外での検索も、止まらずに終わる。"""
    outcome: list[str] = []

    def search() -> None:
        compiled = re.compile(r"(?i)\bcafÉ(?!x)")
        outcome.append(str(search_in_time(compiled, "le café")))
        try:
            search_in_time(re.compile("(?=.*!)(a|aa)+$(?<!b)"), SLOW_VALUE)
        except OutOfTimeError:
            outcome.append("out of time")

    thread = threading.Thread(target=search)
    thread.start()
    thread.join(10)
    assert outcome == ["True", "out of time"]
