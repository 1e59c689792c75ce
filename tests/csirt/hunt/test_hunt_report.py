"""検知結果の各形式: 何が、どこで、いつ、なぜ、そして判定できなかったもの。"""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest

from csirt.alert import group_hits
from csirt.hit_output import hit_record, write_json, write_jsonl
from csirt.model import Hit
from csirt.report import CARDS_IN_TEXT, HuntSummary, hunt_report
from kanmon.finding import Severity
from kanmon.render.render import render
from kanmon.review import Disposition
from kanmon.run import Skip
from kanmon.source import SourceRef

MakeHit = Callable[..., Hit]
HOSTILE = '=HYPERLINK("http://198.51.100.1")<script>alert(1)</script>[x](javascript:1)\x1b[2J\u202e'
SKIP = Skip(SourceRef("logs/a.ndjson", "line 3"), "JSON として読めません")


def summarise(hits: list[Hit]) -> HuntSummary:
    return HuntSummary(
        alerts=group_hits(hits, timedelta(hours=1)),
        dispositions={},
        hits=len(hits),
        judged=1204,
        files=2,
        rules=[hit.rule for hit in hits[:1]],
        input_skips=(SKIP,),
        rule_skips=(),
        made_on=date(2026, 11, 6),
    )


def shown(summary: HuntSummary, fmt: str) -> str:
    return render(hunt_report(summary, fmt), fmt).decode("utf-8")


@pytest.mark.parametrize("fmt", ["text", "html"])
def test_an_alert_answers_the_questions_of_three_in_the_morning(hit: MakeHit, fmt: str) -> None:
    """いつ・どこで・なぜ・意味・誤検知の典型・次に見ることが、すべて書いてある。"""
    text = shown(summarise([hit(0), hit(4)]), fmt)
    for expected in (
        "2026-11-05 23:10:00 〜 23:14:00（日本時間、2 件）",
        "PC-01",
        "CITY\\yamada",
        "evil.exe -x",
        "だから大事",
        "親プロセスを見る",
        "管理者の作業",
        "T1059.001（実行）",
        "https://attack.mitre.org/techniques/T1059/001/",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("fmt", ["text", "html"])
def test_what_was_judged_and_what_was_not_is_always_said(hit: MakeHit, fmt: str) -> None:
    """アラートがなくても、判定した件数と読めなかったものの一覧が出る。"""
    text = shown(replace(summarise([hit()]), alerts=(), hits=0), fmt)
    assert "アラートはありません" in text
    assert "1,204 件のイベントを判定" in text
    assert "logs/a.ndjson:line 3" in text
    assert "JSON として読めません" in text


def test_a_decision_made_before_is_shown(hit: MakeHit) -> None:
    """前に「非該当」と判断したアラートには、その判断が付いて出る。"""
    summary = summarise([hit()])
    decided = {summary.alerts[0].fingerprint: Disposition.FALSE_POSITIVE}
    text = shown(replace(summary, dispositions=decided), "text")
    assert "非該当" in text
    assert "うち未判断は 0 件" in text


def test_a_terminal_shows_the_worst_in_full_and_says_how_many_are_left(hit: MakeHit) -> None:
    """端末では重い順に一部を詳しく出し、残りの数を言う。"""
    many = [hit(0, host=f"PC-{n:03}") for n in range(CARDS_IN_TEXT + 5)]
    text = shown(summarise(many), "text")
    assert text.count("アラートID") == CARDS_IN_TEXT
    assert "ほか 5 件" in text
    assert "PC-034" in text


def test_excel_holds_every_alert_event_and_the_timeline(hit: MakeHit) -> None:
    """Excel には、アラート・根拠のイベント・時系列・読めなかったもののシートがある。"""
    book = openpyxl.load_workbook(
        io.BytesIO(render(hunt_report(summarise([hit(0), hit(4)]), "xlsx"), "xlsx"))
    )
    sheets = "概要 アラート一覧 時系列 発火したルール 根拠のイベント 判定できなかったもの"
    assert " ".join(book.sheetnames) == sheets
    row = [cell.value for cell in book["アラート一覧"][2]]
    assert row[1] == "高"
    assert "CommandLine: evil.exe -x" in str(row[9])
    assert book["根拠のイベント"].max_row == 3


@pytest.mark.parametrize("fmt", ["text", "html", "csv"])
def test_nothing_from_a_log_is_acted_upon(hit: MakeHit, fmt: str) -> None:
    """ログに仕込まれたスクリプト・数式・端末制御・文字の向きの反転は、ただの文字になる。"""
    rule = replace(hit().rule, title=HOSTILE, falsepositives=(HOSTILE,))
    text = shown(summarise([hit(0, rule=rule, host=HOSTILE, command=HOSTILE)]), fmt)
    assert "\x1b" not in text
    assert "\u202e" not in text
    if fmt == "html":
        assert "<script>" not in text
    if fmt == "csv":
        assert not any(cell.startswith("=") for cell in text.replace('"', "").split(","))


def test_a_formula_in_excel_is_text(hit: MakeHit) -> None:
    """Excel のどのセルも数式にならない。"""
    rule = replace(hit().rule, title=HOSTILE)
    report = hunt_report(summarise([hit(0, rule=rule, host=HOSTILE, command=HOSTILE)]), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_the_jsonl_line_is_the_documented_one(hit: MakeHit) -> None:
    """jsonl の 1 行は文書どおりの九つの項目を、その順に持つ。"""
    stream = io.BytesIO()
    write_jsonl([hit(0, record=7)], stream)
    line = json.loads(stream.getvalue())
    assert ",".join(line) == "rule_id,rule_title,level,time,source,record,host,fields,matched"
    assert line["time"] == "2026-11-05T14:10:00.000000Z"
    assert (line["level"], line["record"]) == ("high", 7)
    assert line["matched"] == {"CommandLine": "evil.exe -x"}
    assert json.loads(json.dumps(hit_record(hit(None))))["time"] is None


def test_a_field_that_matched_twice_lists_both_values(hit: MakeHit) -> None:
    """同じ項目に一致した値が複数あれば、並べて出る。"""
    twice = replace(hit(), matched=(("", "Accepted"), ("", "root"), ("X", "1"), ("X", "1")))
    assert hit_record(twice)["matched"] == {"": ["Accepted", "root"], "X": "1"}


def test_json_cannot_be_broken_by_a_log(hit: MakeHit) -> None:
    """壊れた文字や巨大な数を含むログでも、出力は正しい JSON である。"""
    hits = [replace(hit(host="PC\ud800"), fields=(("N", 2**70), ("S", "\ud800x")))]
    stream = io.BytesIO()
    write_json(summarise(hits), hits, stream)
    whole = json.loads(stream.getvalue())
    assert whole["hits"][0]["fields"]["N"] == 2**70
    assert (whole["judged"], whole["skipped"], whole["hit_count"]) == (1204, 1, 1)
    assert whole["skips"][0]["place"] == "line 3"
    assert whole["alerts"][0]["level"] == Severity.HIGH.slug
