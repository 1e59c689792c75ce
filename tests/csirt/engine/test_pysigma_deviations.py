"""Where pySigma 1.5.1 differs from the specification, Kanmon follows the specification.

Each test fails when pySigma's own behaviour is used instead; the first half of each shows that
pySigma still behaves so, and may be dropped together with the repair when it no longer does.
"""

import base64
from typing import Any

import pytest
from sigma.exceptions import SigmaError, SigmaModifierError
from sigma.rule import SigmaRule
from sigma.rule.detection import SigmaDetectionItem

from csirt.compile.condition import parse_condition
from csirt.compile.detection import compile_selection
from csirt.compile.expression import Expression, Is, Not, Or
from csirt.compile.expression import Test as FieldTest


def selection(**items: Any) -> Expression:
    """Return a selection with ``__`` for ``|`` in its keys."""
    return compile_selection({key.replace("__", "|"): value for key, value in items.items()}, {})


def texts(expression: Expression) -> set[str]:
    """Return the literals of a single test or of alternatives."""
    parts = expression.parts if isinstance(expression, Or) else (expression,)
    return {part.test.text for part in parts if isinstance(part, Is)}


def pysigma_value(key: str, value: Any) -> Any:
    """Return what pySigma itself makes of a value."""
    return SigmaDetectionItem.from_mapping(key, value).value[0]


def test_a_selection_whose_name_begins_with_not_is_not_negated() -> None:
    """「notepad」という検索条件名が、「epad の否定」に化けない。"""
    yes, other = Is("a", FieldTest("equals", "1")), Is("b", FieldTest("equals", "2"))
    rule = SigmaRule.from_dict(
        {
            "title": "t",
            "logsource": {"product": "windows"},
            "detection": {"notepad": {"a": 1}, "epad": {"b": 2}, "condition": "notepad"},
        }
    )
    assert "NOT" in type(rule.detection.parsed_condition[0].parsed).__name__
    assert parse_condition("notepad", {"notepad": yes, "epad": other}) == yes
    assert parse_condition("not epad", {"notepad": yes, "epad": other}) == Not(other)


def test_base64_of_an_escaped_wildcard_has_no_backslash() -> None:
    """base64 は、エスケープを外した文字そのものを符号化する。"""
    assert str(pysigma_value("f|base64", r"a\*")) == base64.b64encode(rb"a\*").decode()
    assert texts(selection(f__base64=r"a\*")) == {base64.b64encode(b"a*").decode()}


def test_base64offset_counts_bytes() -> None:
    """base64offset は文字数でなくバイト数で位置を決める（日本語でも見つかる）。"""
    found = texts(selection(f__base64offset__contains="機密"))
    assert len(found) == 3
    for before in ("", "x", "xy"):
        encoded = base64.b64encode(f"{before}機密yz".encode()).decode()
        assert any(text in encoded for text in found)


def test_utf16_begins_with_its_byte_order_mark() -> None:
    """utf16 の先頭は FF FE の 2 バイト。"""
    assert str(pysigma_value("f|utf16", "a"))[0] == "\ufeff"
    encoded = base64.b64encode(b"\xff\xfea\x00").decode()
    assert texts(selection(f__utf16__base64="a")) == {encoded}


def test_utf16le_is_another_name_of_wide() -> None:
    """仕様にある utf16le を、知らない修飾子として退けない。"""
    with pytest.raises(SigmaModifierError):
        pysigma_value("f|utf16le", "a")
    assert selection(f__utf16le__base64="ab") == selection(f__wide__base64="ab")


def test_wide_takes_any_character() -> None:
    """wide は日本語も受け付ける。"""
    with pytest.raises(SigmaError):
        pysigma_value("f|wide", "é機")
    expected = base64.b64encode("é機".encode("utf-16-le")).decode()
    assert texts(selection(f__wide__base64="é機")) == {expected}


def test_windash_exchanges_all_five_dashes_both_ways() -> None:
    """ルールが全角ダッシュで書かれていても、ハイフンやスラッシュと入れ替える。"""
    all_five = {" -x", " /x", " –x", " —x", " ―x"}
    for dash in "-/–—―":
        assert texts(selection(f__windash__contains=f" {dash}x")) == all_five
    assert len(SigmaDetectionItem.from_mapping("f|windash", " –x").value[0].values) == 1


def test_a_value_of_too_many_dashes_is_refused_not_expanded() -> None:
    """5 の 12 乗通りに展開して止まったりしない。"""
    with pytest.raises(SigmaError):
        selection(f__windash=" -a" * 12)


def test_integers_beyond_53_bits_keep_their_digits() -> None:
    """9007199254740993 が …992 に丸められない。"""
    assert str(pysigma_value("f", 2**53 + 1)) != str(2**53 + 1)
    assert texts(selection(f=2**53 + 1)) == {str(2**53 + 1)}
    assert texts(selection(f=2**64 + 1)) == {str(2**64 + 1)}
