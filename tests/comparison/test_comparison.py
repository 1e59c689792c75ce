"""新旧対照表: what changed is underlined, the rest is left out as the city does it."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.comparison import (
    Clause,
    ClausePair,
    Comparison,
    ComparisonStyle,
    compare_clauses,
    diff_spans,
    pair_clauses,
    sudachi_words,
)
from kanmon.errors import ConfigError
from kanmon.load_comparison import load_style, load_styles
from kanmon.render.comparison_docx import render_comparison_docx
from kanmon.render.comparison_xlsx import render_comparison_xlsx
from kanmon.report import RichText

RULES = Path(__file__).parents[2] / "rules" / "comparison"
STYLE = ComparisonStyle(id="t", title="試験")
OLD = (
    Clause("第5条", "申請者は、申請書に押印の上、市長に書面により提出しなければならない。"),
    Clause("２", "前項の申請は、毎年4月1日までに行う。"),
    Clause("３", "市長は、申請を受理したときは、台帳に記載する。"),
    Clause("４", "その他必要な事項は、別に定める。"),
    Clause("５", "市長は、申請書を縦覧に供する。"),
)
NEW = (
    Clause("第5条", "申請者は、申請書を市長に提出しなければならない。"),
    Clause("２", "前項の申請は、毎年4月1日までに行う。"),
    Clause("３", "市長は、申請を受理したときは、台帳に記載する。"),
    Clause("４", "第1項の提出は、電子情報処理組織を使用して行うことができる。"),
    Clause("５", "その他必要な事項は、別に定める。"),
)


def _marked(text: RichText) -> list[str]:
    return [span.text for span in text.spans if span.mark]


def test_rows_say_what_changed() -> None:
    """変わった語だけに印が付き、同じ項はまとめて略し、新設と削除がそう書かれる。"""
    rows = compare_clauses(pair_clauses(OLD, NEW), STYLE)
    assert [(str(row.old), str(row.new)) for row in rows[1:]] == [
        ("２～３　（略）", "２～３　（略）"),
        ("（新設）", f"４　{NEW[3].text}"),
        ("４　その他必要な事項は、別に定める。", "５　その他必要な事項は、別に定める。"),
        ("５　市長は、申請書を縦覧に供する。", "（削る）"),
    ]
    assert "押印の上、" in "".join(_marked(rows[0].old))
    assert not any("申請者" in text for text in _marked(rows[0].old) + _marked(rows[0].new))


def test_renumbered_clause_marks_only_its_number() -> None:
    """繰り下がっただけの項は、番号だけに印が付く。"""
    rows = compare_clauses(pair_clauses(OLD, NEW), STYLE)
    assert (_marked(rows[3].old), _marked(rows[3].new)) == (["４"], ["５"])


def test_words_of_sudachi_are_not_cut() -> None:
    """語の途中では切らない（「書面」の「書」だけに印が付くことはない）。"""
    old, new = diff_spans("書面により提出する。", "書類により提出する。", sudachi_words())
    assert (_marked(old), _marked(new)) == (["書面"], ["書類"])


@given(st.text(max_size=80), st.text(max_size=80))
def test_spans_give_the_texts_back(old: str, new: str) -> None:
    """印を外せば、元の2つの文にぴったり戻る。"""
    left, right = diff_spans(old, new)
    assert (str(left), str(right)) == (old, new)


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=30)), max_size=6))
def test_equal_versions_have_no_mark(clauses: list[tuple[str, str]]) -> None:
    """同じ版どうしを比べたら、どこにも印が付かない。"""
    version = [Clause(*clause) for clause in clauses]
    pairs = pair_clauses(version, version)
    for style in (STYLE, replace(STYLE, collapse=False)):
        for row in compare_clauses(pairs, style):
            assert _marked(row.old) + _marked(row.new) == []


words = st.lists(
    st.builds(
        Clause, st.sampled_from(["１", "２", ""]), st.sampled_from(["甲乙丙", "甲乙丁", "戊"])
    ),
    max_size=6,
)


@given(words, words)
def test_no_clause_is_lost(old: list[Clause], new: list[Clause]) -> None:
    """どの項も、対になるか、新設か、削除かのどれか1つになる。"""
    pairs = pair_clauses(old, new)
    assert [pair.new for pair in pairs if pair.new is not None] == new
    assert [pair.old for pair in pairs if pair.old is not None] == old


def _comparison(style: ComparisonStyle) -> Comparison:
    pairs = list(pair_clauses(OLD, NEW))
    pairs[0] = replace(pairs[0], note="=押印の見直し", heading="（申請）")
    rows = compare_clauses(pairs, style)
    return Comparison(
        title="例規則の一部を改正する規則　新旧対照表", instrument="例規則", style=style, rows=rows
    )


@pytest.mark.parametrize("name", sorted(load_styles(RULES)))
def test_word_file(name: str) -> None:
    """Word の表は、横向き・見出し行の繰返し・下線・日本語書体で、2回作っても同じバイト列になる。"""
    style = load_style(RULES, name)
    data = render_comparison_docx(_comparison(style))
    document = docx.Document(io.BytesIO(data))
    table = document.tables[0]
    headings = [cell.text for cell in table.rows[0].cells]
    new = headings.index(style.new_label)
    first = table.rows[1].cells[new]
    underlined = [
        r.text for p in table.rows[1].cells[1 - new].paragraphs for r in p.runs if r.underline
    ]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read("word/document.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    assert first.paragraphs[0].text == "（申請）"
    assert "押印の上、" in "".join(underlined)
    assert "w:tblHeader" in xml
    assert f'w:eastAsia="{style.font}"' in styles
    assert document.sections[0].page_width > document.sections[0].page_height
    assert document.paragraphs[0].text == "【案】"
    assert (style.note_label in headings) == bool(style.note_label)
    assert data == render_comparison_docx(_comparison(style))


@pytest.mark.parametrize("name", sorted(load_styles(RULES)))
def test_excel_file(name: str) -> None:
    """Excel の表も同じ内容で、式に見える文字も文字のまま、2回作っても同じバイト列になる。"""
    style = load_style(RULES, name)
    data = render_comparison_xlsx(_comparison(style))
    sheet = openpyxl.load_workbook(io.BytesIO(data), rich_text=True).active
    assert sheet is not None
    headings = [cell.value for cell in sheet[4] if cell.value]
    assert set(headings) >= {style.new_label, style.old_label}
    if style.note_label:
        cell = sheet.cell(5, headings.index(style.note_label) + 1)
        assert (str(cell.value), cell.data_type) == ("=押印の見直し", "s")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        strings = archive.read("xl/sharedStrings.xml").decode()
    assert re.search(r"<u(?: val=\"double\")?/>", strings)
    assert data == render_comparison_xlsx(_comparison(style))


def test_omission_without_numbers() -> None:
    """番号のない文だけを略すときは（略）だけになる。"""
    same = Clause("", "甲。")
    rows = compare_clauses([ClausePair(same, same)], STYLE)
    assert str(rows[0].new) == "（略）"


BAD = {
    "[]": "「項目: 値」の形ではありません",
    "colour: red": "知らない項目です: colour",
    "new_first: はい": "new_first の値の種類が違います",
    "underline: wave": "underline は 'wave' にできません",
    "note_share: 80": "note_share は 0 から 50 までです",
    "title: [": "YAML として読めません",
}


@pytest.mark.parametrize("text", BAD)
def test_bad_style(text: str, tmp_path: Path) -> None:
    """様式ファイルの書き間違いは、どの項目がどう違うかを言う。"""
    (tmp_path / "bad.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(BAD[text])) as caught:
        load_styles(tmp_path)
    assert "bad.yml" in str(caught.value)


def test_unknown_style_lists_the_known() -> None:
    """ない様式を指定したら、ある様式の名前を挙げる。"""
    with pytest.raises(ConfigError, match="after-before、current-proposal、full-text"):
        load_style(RULES, "none")
