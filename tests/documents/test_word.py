"""Word files: drawn numbers, tables, text boxes and tracked changes."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest

from kanmon.documents.model import Document, Table, walk
from kanmon.documents.passage import passages
from kanmon.documents.text import source_text
from kanmon.documents.word_numbering import format_number
from kanmon.errors import InputError

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def _package(body: str, numbering: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f"<w:document {_W} {_MC}><w:body>{body}</w:body></w:document>"
        )
        if numbering:
            archive.writestr("word/numbering.xml", f"<w:numbering {_W}>{numbering}</w:numbering>")
    return file.getvalue()


def _p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def _num(level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'


def _level(index: int, style: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def test_drawn_numbers_become_provisions(read: Callable[..., Document]) -> None:
    """Word が自動で付ける「第1条」「2」「(1)」「ア」も、条・項・号として読める。"""
    levels = [
        _level(0, "decimal", "第%1条"),
        _level(1, "decimalFullWidth", "%2"),
        _level(2, "decimal", "(%3)"),
        _level(3, "aiueoFullWidth", "%4"),
    ]
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    body = (
        _p("例要綱") + _p("甲とする。", _num(0)) + _p("次に掲げる。", _num(0)) + _p("丙", _num(2))
        + _p("丁", _num(3)) + _p("戊", _num(3)) + _p("己", _num(2))
    )  # fmt: skip
    document = read(_package(body, numbering), "a.docx")
    found = [str(p.provision) for p in passages(document) if p.kind != "block"]
    assert found == [
        "第1条第1項",
        "第2条第1項",
        "第2条第1項第1号",
        "第2条第1項第1号ア",
        "第2条第1項第1号イ",
        "第2条第1項第2号",
    ]


def test_tables_boxes_and_changes(read: Callable[..., Document]) -> None:
    """表とテキストボックスを読み、削除履歴の文字は読まず、追加履歴は読む。"""
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
        + _p("氏名　印")
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
        + _p("氏名　印")
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    changed = (
        "<w:p><w:r><w:t>第1条　市長に</w:t></w:r>"
        "<w:del><w:r><w:delText>書面で</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>電子で</w:t></w:r></w:ins><w:r><w:t>出す。</w:t></w:r></w:p>"
    )
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + _p("広い") + "</w:tc>"
    row = f"<w:tr><w:tc>{_p('甲')}</w:tc><w:tc>{_p('乙')}</w:tc></w:tr>"
    table = f"<w:tbl><w:tr>{cell}</w:tr>{row}</w:tbl>"
    body = _p("例規則") + changed + _p("様式第1号（第1条関係）") + box + table
    document = read(_package(body), "a.docx")
    words = "例規則 第1条 市長に電子で出す。 様式第1号（第1条関係） 氏名 印 広い 甲 乙"
    assert source_text(document).split() == words.split()
    found = next(node for node in walk(document) if isinstance(node, Table))
    assert found.rows[0].cells[0].colspan == 2


def test_circled_seal_is_read(read: Callable[..., Document]) -> None:
    """「印」を丸で囲む Word の囲み文字は、㊞ として読む。"""

    def run(inner: str) -> str:
        return f"<w:r>{inner}</w:r>"

    field = (
        run('<w:fldChar w:fldCharType="begin"/>')
        + run("<w:instrText>eq \\o\\ac(○,</w:instrText>")
        + run("<w:instrText>印</w:instrText>")
        + run("<w:instrText>)</w:instrText>")
        + run('<w:fldChar w:fldCharType="end"/>')
    )
    body = _p("様式第1号（第1条関係）") + f"<w:p>{run('<w:t>氏名　</w:t>')}{field}</w:p>"
    assert source_text(read(_package(body), "a.docx")).split() == [
        "様式第1号（第1条関係）",
        "氏名",
        "㊞",
    ]


def test_headings_and_titles(read: Callable[..., Document]) -> None:
    """見出しスタイルの行は、番号がなくても見出しになる。"""
    word = docx.Document()
    word.add_heading("情報セキュリティ対策基準", 0)
    word.add_heading("組織体制", 1)
    word.add_paragraph("最高情報セキュリティ責任者を置く。")
    file = io.BytesIO()
    word.save(file)
    document = read(file.getvalue(), "a.docx")
    found = [p for p in passages(document) if p.kind == "paragraph"]
    assert document.title == "情報セキュリティ対策基準"
    assert [p.headings for p in found] == [("組織体制",)]


@pytest.mark.parametrize(
    ("number", "style", "shown"),
    [
        (21, "japaneseCounting", "二十一"),
        (3, "decimalEnclosedCircle", "③"),
        (12, "decimalFullWidth", "１２"),
        (2, "irohaFullWidth", "ロ"),
        (4, "lowerRoman", "iv"),
        (28, "lowerLetter", "bb"),
        (5, "somethingNew", "5"),
        (5, "none", ""),
    ],
)
def test_number_formats(number: int, style: str, shown: str) -> None:
    """Word の番号の書式を、Word と同じ字で書く。"""
    assert format_number(number, style) == shown


def test_truncated_package(read: Callable[..., Document]) -> None:
    """途中で切れた Word ファイルは、壊れていると言う。"""
    whole = _package(_p("例規則"))
    with pytest.raises(InputError, match="壊れた"):
        read(whole[: len(whole) // 2], "a.docx")


def test_broken_part(read: Callable[..., Document]) -> None:
    """中の XML が壊れた Word ファイルも、壊れていると言う。"""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w:document><w:body>")
    with pytest.raises(InputError, match="壊れた Word"):
        read(file.getvalue(), "a.docx")


def test_zip_bomb(read: Callable[..., Document]) -> None:
    """展開すると巨大になる Word ファイルは、展開しない。"""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 210_000_000)
    with pytest.raises(InputError, match="zip 爆弾"):
        read(file.getvalue(), "a.docx")
