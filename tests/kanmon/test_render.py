"""Every format from one report: the same bytes twice, and nothing hostile comes alive."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from openpyxl import load_workbook

from kanmon.options import FORMATS
from kanmon.render.cell import safe_formula
from kanmon.render.render import render
from kanmon.report import (
    Chart,
    Column,
    Facts,
    Heading,
    Listing,
    Report,
    RichText,
    Span,
    Table,
    Text,
)
from kanmon.run import Skip
from kanmon.source import SourceRef

HOSTILE = "=1+1<script>alert(1)</script>\x1b[31m\u202e|`x`[a](javascript:b)\ud800\x00"


def report(text: str = HOSTILE) -> Report:
    table = Table(
        "alerts",
        "警告[一覧]",
        (
            Column("level", "重大度"),
            Column("text", "内容", 40),
            Column("decision", "判断", choices=("該当", "非該当"), editable=True),
            Column("at", "時刻"),
            Column("id", "番号", hidden=True),
        ),
        (
            ("重大", text, "", datetime(2026, 1, 1, tzinfo=UTC), 1),
            ("低", RichText((Span("前"), Span(text, "hit"))), "該当", None, 2),
        ),
        severity_column="level",
    )
    return Report(
        title=text,
        summary=(text,),
        judged="2 件を判定",
        made_on=date(2026, 11, 22),
        skips=(Skip(SourceRef(text, "1"), text, text),),
        blocks=(
            Heading(text),
            Text(text, "code"),
            Text(text, "warning"),
            Listing((text,), numbered=True),
            Listing((text,), checkbox=True),
            Facts(((text, RichText((Span(text, "alarm"),))), ("数", 3))),
            Chart("chart", text, (text,), ((text, (1.5,)), ("b", (2,)))),
            Chart("stack", text, (text,), ((text, (1.5,)), ("b", (2,))), stacked=True),
            table,
        ),
    )


@pytest.mark.parametrize("fmt", FORMATS)
def test_two_renderings_are_identical(fmt: str) -> None:
    """同じ報告書は何度出しても同じバイト列になる。"""
    assert render(report(), fmt) == render(report(), fmt)


@pytest.mark.parametrize("fmt", ["text", "md", "html", "csv"])
def test_no_terminal_escape_or_bidi_mark_survives(fmt: str) -> None:
    """どの形式にも端末制御文字・方向制御文字は残らない。"""
    text = render(report(), fmt).decode("utf-8")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", text)


def test_html_runs_nothing_and_fetches_nothing() -> None:
    """HTML にスクリプトや外部読み込みは一切なく、ログの文字列は文字のまま見える。"""
    page = lxml_html.fromstring(render(report(), "html").decode())
    assert page.xpath("//script|//iframe|//object|//img|//link|//@onclick|//@onerror") == []
    assert all(link.startswith("#") for link in page.xpath("//@href"))
    assert "default-src 'none'" in page.xpath("//meta/@content")[0]
    assert "<script>alert(1)</script>" in page.text_content()


def test_excel_holds_text_not_formulas() -> None:
    """Excel では、式に見える文字列も文字のまま入り、判断欄には選択肢がある。"""
    book = load_workbook(io.BytesIO(render(report(), "xlsx")))
    assert book.sheetnames == ["概要", "警告_一覧_", "判定できなかったもの"]
    sheet = book["警告_一覧_"]
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    assert str(sheet["B2"].value).startswith("=1+1<script>")
    assert sheet["D2"].value == "2026-01-01 09:00:00"
    assert sheet.column_dimensions["E"].hidden
    assert sheet.data_validations.dataValidation[0].formula1 == '"該当,非該当"'
    assert sheet.freeze_panes == "A2"


def test_csv_opens_in_excel_and_is_no_formula() -> None:
    """CSV は Excel で文字化けせず、式として動くセルもない。"""
    data = render(report(), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["重大度", "内容", "判断", "時刻", "番号"]
    assert rows[1][1].startswith("'=1+1")


@given(st.text(max_size=8))
def test_no_text_becomes_a_formula(text: str) -> None:
    """どんな文字列も、先頭が = + - @ のまま CSV に入ることはない（数は除く）。"""
    safe = safe_formula(text).lstrip(" \u3000\n")
    assert safe[:1] not in ("=", "@", "\t", "\r", "＝", "＋", "－", "＠")
    if safe[:1] in ("+", "-"):
        assert re.fullmatch(r"[0-9.eE+-]+", safe)
        float(safe)


@pytest.mark.parametrize("text", ["\t0", "\r1", "+inf", "-nan", "-1_0", "+１", "+1\n"])
def test_what_only_looks_like_a_number_becomes_text(text: str) -> None:
    """数に似ていても、ただの数でないもの（タブ付き、-nan など）は文字のまま入る。"""
    assert safe_formula(text) == "'" + text


@pytest.mark.parametrize("text", ["-1", "+0.5", "-.5", "-1e-3", " -2"])
def test_a_plain_number_stays_one(text: str) -> None:
    """符号の付いたただの数は、そのまま数として入る。"""
    assert safe_formula(text) == text


def test_markdown_is_shown_letter_for_letter() -> None:
    """Markdown の記号やリンクは効かず、そのまま表示される。"""
    text = render(report(), "md").decode()
    prose = re.sub(r"```.*?```", "", text, flags=re.S)
    assert "<script>" not in prose
    assert "](javascript" not in prose
    assert re.search(r"(?<!\\)\|\\`", prose) is None


def test_word_holds_the_words_and_marks(tmp_path: object) -> None:
    """Word に見出し・表・期限超過の赤字が入る。"""
    document = Document(io.BytesIO(render(report("本文"), "docx")))
    runs = [run for p in document.tables[0].rows[0].cells[1].paragraphs for run in p.runs]
    assert [str(run.font.color.rgb) for run in runs] == ["B00020"]
    assert "判定の範囲" in [paragraph.text for paragraph in document.paragraphs]


def test_json_carries_skips_and_every_table() -> None:
    """JSON には判定できなかったものと全ての表が入る。"""
    whole = json.loads(render(report("x"), "json"))
    assert whole["skips"] == [{"path": "x", "place": "1", "reason": "x", "hint": "x"}]
    assert [row["level"] for row in whole["alerts"]] == ["重大", "低"]
    assert whole["alerts"][0]["at"] == "2026-01-01T00:00:00+00:00"
    assert whole["chart"]["b"] == [2]


@pytest.mark.parametrize("fmt", ["text", "md", "html", "json"])
def test_what_was_not_judged_is_always_told(fmt: str) -> None:
    """「n 件を判定、m 件は判定できず」がどの形式にもある。"""
    text = render(report("場所と理由"), fmt).decode()
    assert "2 件を判定" in text
    assert text.count("場所と理由") > 3


@pytest.mark.parametrize("fmt", ["xlsx", "docx"])
@settings(max_examples=15, deadline=None)
@given(text=st.text())
def test_office_files_open_whatever_the_log_says(fmt: str, text: str) -> None:
    """どんな文字列が入っても Excel・Word のファイルは壊れない。"""
    with zipfile.ZipFile(io.BytesIO(render(report(text), fmt))) as archive:
        assert archive.testzip() is None
    data = io.BytesIO(render(report(text), fmt))
    assert load_workbook(data) if fmt == "xlsx" else Document(data)
