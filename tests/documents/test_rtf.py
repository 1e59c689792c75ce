"""RTF forms: words, tables and text boxes, whatever the encoding."""

from collections.abc import Callable

import pytest

from kanmon.documents.model import Document
from kanmon.documents.rtf import rtf_lines
from kanmon.errors import InputError


def _texts(data: bytes) -> list[str]:
    lines = rtf_lines(data, "x.rtf")
    return [line.text or "|".join(c.text for r in line.rows for c in r.cells) for line in lines]


def test_cp932_escapes() -> None:
    """\\'xx で書かれた日本語が読める。"""
    body = "".join(f"\\'{byte:02x}" for byte in "様式第１号".encode("cp932"))
    assert _texts(f"{{\\rtf1\\ansi\\ansicpg932 {body}\\par}}".encode()) == ["様式第１号"]


def test_unicode_escapes_skip_their_fallback() -> None:
    """\\uNNNN の代わりの文字は、二重に読まない。負の数も、面外の漢字も読む。"""
    data = rb"{\rtf1\ansi\ansicpg932\uc1 \u27663\'8e\u21517?\uc0\u-10176\u-9205 \uc2 \u21360ab\par}"
    assert _texts(data) == ["氏名𠀋印"]


def test_tables_and_boxes() -> None:
    """表の枠と、テキストボックスの中の印の欄も読む。"""
    data = (
        rb"{\rtf1\ansi\ansicpg932{\fonttbl{\f0 FONTNAME;}}{\info{\title TITLE}}"
        rb"\trowd\cellx1\cellx2\pard\intbl A\par B\cell C\cell\row\pard"
        rb"{\*\shpinst{\sp{\sn x}{\sv PROPERTY}}{\shptxt \pard SEAL\par}}{\pict 00ff}after\par}"
    )
    assert _texts(data) == ["A\nB|C", "SEAL", "after"]


def test_circled_seal_is_read() -> None:
    """囲み文字の印は ㊞ として、目次などの他のフィールドは表示されている文字だけを読む。"""
    circle, seal = ("".join(f"\\'{byte:02x}" for byte in c.encode("cp932")) for c in "○印")
    field = f"{{\\field{{\\*\\fldinst {{eq \\\\o\\\\ac({circle},{{{seal}}})}}}}{{\\fldrslt }}}}"
    page = "{\\field{\\*\\fldinst PAGE}{\\fldrslt 3}}"
    assert _texts(f"{{\\rtf1\\ansicpg932 A{field}B{page}\\par}}".encode()) == ["A㊞B3"]


def test_form_file_is_a_document(read: Callable[..., Document]) -> None:
    """様式だけのファイルは、様式の番号を持つ文書になる。"""
    body = "".join(f"\\'{byte:02x}" for byte in "様式第１号（第２条関係）".encode("cp932"))
    data = f"{{\\rtf1\\ansi\\ansicpg932 {body}\\par \\u21360?\\par}}".encode()
    document = read(data, "f.rtf")
    assert (document.type, str(document.children[0].provision)) == ("様式", "様式第1号")


def test_binary_data_is_skipped() -> None:
    """埋め込まれたバイナリーの中の括弧に惑わされない。"""
    assert _texts(b"{\\rtf1{\\*\\x\\bin4 }}}}}A\\par}") == ["A"]


def test_endless_nesting_is_refused() -> None:
    """際限なく入れ子にされた RTF は断る。"""
    with pytest.raises(InputError, match="入れ子"):
        rtf_lines(b"{\\rtf1" + b"{" * 5000, "x.rtf")
