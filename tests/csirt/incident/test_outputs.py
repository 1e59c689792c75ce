"""What leaves the desk: calendar, CACAO, drafts, letters, figures."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from csirt.clock_ics import escape, fold
from csirt.incident_documents import find_runbook
from kanmon.errors import InputError

CACAO = json.loads((Path(__file__).parent / "data" / "cacao.schema.json").read_text())


def check_playbook(document: Any) -> None:
    Draft202012Validator.check_schema(CACAO)
    Draft202012Validator(CACAO).validate(document)
    steps = document["workflow"]
    assert document["workflow_start"] in steps
    targets = [
        target
        for step in steps.values()
        for key in ("on_completion", "on_true", "on_false")
        if (target := step.get(key))
    ]
    assert set(targets) == set(steps) - {document["workflow_start"]}
    # Each step follows exactly one other: every branch ends in an end step of its own.
    assert len(targets) == len(set(targets))
    agents = {step["agent"] for step in steps.values() if "agent" in step}
    assert agents <= set(document["agent_definitions"])
    used = {c["playbook_activity"] for step in steps.values() for c in step.get("commands", [])}
    assert used == set(document["playbook_activities"])
    assert document["created"] <= document["modified"]


def test_every_runbook_is_a_valid_cacao_playbook(city: Any, library: Any) -> None:
    """全ての手順書が、CACAO 2.0 の構造に合う。"""
    for category in library.runbooks:
        output = city.ok("incident", "export", "--as", "cacao", "--category", category)
        check_playbook(json.loads(output))


def test_the_playbook_of_an_incident_is_valid_and_repeatable(
    city: Any, hit: Any, keep: Any
) -> None:
    """事案の手順書も CACAO に合い、二度出しても同じ内容になる。"""
    with city.store() as store:
        (alert,) = keep(store, hit())
    incident = city.ok("incident", "open", alert).strip()
    city.ok("incident", "set", incident, "severity=s1")
    first = city.ok("incident", "export", incident, "--as", "cacao")
    assert first == city.ok("incident", "export", incident, "--as", "cacao", minute=60 * 24)
    document = json.loads(first)
    check_playbook(document)
    assert (document["severity"], document["priority"]) == (95, 6)


@pytest.mark.parametrize("first", ["ransomware", "unauthorised-access"])
def test_of_equal_alerts_the_first_named_gives_the_runbook(
    city: Any, hit: Any, keep: Any, first: str
) -> None:
    """点数が同じなら先に書いたアラートが手順書を決め、そのわけが記録に残る。"""
    shadow = hit(minute=30)
    dump = hit(
        minute=0,
        rule=replace(shadow.rule, id="lsass", title="LSASS のダンプ", tags=("attack.t1003.001",)),
    )
    with city.store() as store:
        alerts = keep(store, shadow, dump)
    titles = {row["id"]: row for row in city.json("alerts")["alerts"]}
    assert len({row["score"] for row in titles.values()}) == 1
    by_title = {row["title"]: name for name, row in titles.items()}
    order = [by_title["シャドウコピーの削除"], by_title["LSASS のダンプ"]]
    named = order if first == "ransomware" else order[::-1]
    assert set(named) == set(alerts)
    opened = city.run("incident", "open", *named)
    assert "点数" in opened.stderr
    assert "同じ 2 件のうち先に書いた" in opened.stderr
    assert f"件名: {titles[named[0]]['title']}" in opened.stderr
    runbook = city.ok("incident", "export", opened.stdout.strip(), "--as", "cacao")
    same = city.ok("incident", "export", "--as", "cacao", "--category", first)
    assert json.loads(runbook)["labels"] == json.loads(same)["labels"]


@given(st.text(max_size=300))
def test_calendar_lines_fold_and_unfold(text: str) -> None:
    """カレンダーの行は75オクテットを超えず、つなぎ直すと元に戻る。"""
    line = "SUMMARY:" + escape(text)
    folded = fold(line)
    assert all(len(part.encode("utf-8", "replace")) <= 75 for part in folded.split("\r\n"))
    assert folded.replace("\r\n ", "").removesuffix("\r\n") == line
    assert not re.search(r"[\x00-\x1f]", line)
    assert not set(";,") & set(re.sub(r"\\.", "", line))


def test_calendar_of_deadlines(city: Any) -> None:
    """期限が、終日の予定として、日の順に、同じ内容なら同じバイトで出る。済んだものは出ない。"""
    incident = city.ok("incident", "open", "--manual", "--title", "漏えい", "--known",
                       "2026-11-06T08:30", "--known-by", "税務課").strip()  # fmt: skip
    city.ok("incident", "answer", incident, "personal-info=はい", "persons=101", "malicious=いいえ")
    data = city.ok("incident", "clocks", incident, "-f", "ics")
    assert data == city.ok("incident", "clocks", incident, "-f", "ics")
    unfolded = data.replace("\r\n ", "")
    days = re.findall(r"DTSTART;VALUE=DATE:(\d{8})", unfolded)
    assert days == sorted(days)
    assert "20261207" in days  # day 30 is Saturday 5 December
    city.ok("incident", "done", incident, "appi-68-final", "--note", "受付 123")
    assert "appi-68-final" not in city.ok("incident", "clocks", incident, "-f", "ics")


def test_overdue_is_red_and_can_stop_a_script(city: Any) -> None:
    """期限超過は赤で示し、--fail-overdue で終了コード10になる。"""
    incident = city.ok("incident", "open", "--manual", "--title", "漏えい", "--known",
                       "2026-11-06T08:30", "--known-by", "税務課").strip()  # fmt: skip
    city.ok("incident", "answer", incident, "personal-info=はい", "persons=101", "malicious=いいえ")
    month = 60 * 24 * 40
    late = city.run("incident", "clocks", "--fail-overdue", "-f", "html", minute=month)
    assert late.exit_code == 10
    assert re.search(r'class="[^"]*alarm[^"]*"[^>]*>期限超過', late.stdout)
    for words in (("list",), ("show", incident), ("runbook", incident), ("summary", incident)):
        html = city.ok("incident", *words, "-f", "html", minute=month)
        assert re.search(r'class="[^"]*alarm[^"]*"[^>]*>期限超過', html), words


def test_a_draft_marks_what_is_not_known(city: Any) -> None:
    """報告の案は、分かった事項を入れ、分からない事項を【未確認】と示す。"""
    incident = city.ok("incident", "open", "--manual", "--title", "漏えい", "--known",
                       "2026-11-06T08:30", "--known-by", "税務課").strip()  # fmt: skip
    city.ok("incident", "answer", incident, "personal-info=はい", "persons=2400", "malicious=はい")
    items = {row["item"]: row["draft"] for row in city.json("incident", "draft", incident)["items"]}
    assert len(items) == 9
    assert items["本人の数"] == "2,400人"
    assert items["原因"] == "【未確認】"
    assert "100人を超える（4号）" in items["概要"]
    assert "不正の目的のおそれ（2号）" in items["概要"]
    city.ok("incident", "set", incident, "cause=誤設定")
    after = {row["item"]: row["draft"] for row in city.json("incident", "draft", incident)["items"]}
    assert after["原因"] == "誤設定"


def test_letters_are_filled_and_mark_the_unknown(city: Any) -> None:
    """文面は分かった値で埋まり、残りは【未確認】と出る。知らない文面は、ある文面を挙げて断る。"""
    incident = city.ok("incident", "open", "--manual", "--title", "封筒の誤送付",
                       "--category", "mis-sending").strip()  # fmt: skip
    for name in ("persons", "residents", "assembly", "press", "contractor", "prefecture", "soumu",
                 "police", "jpcert", "jlis"):  # fmt: skip
        text = city.ok("incident", "letter", incident, name)
        assert incident in text
        assert "【未確認】" in text
        assert "{{" not in text
    refused = city.run("incident", "letter", incident, "mayor")
    assert refused.exit_code == 3
    assert "residents" in refused.stderr


def test_figures_of_the_year(city: Any, hit: Any, keep: Any) -> None:
    """年度の集計に、件数・かかった時間・誤検知の多いルールが出る。"""
    with city.store() as store:
        ids = keep(store, *(hit(host=f"PC-{n}") for n in range(4)))
    city.ok("alerts", "review", *ids[:3], "--as", "false-positive", "--note", "作業")
    city.ok("alerts", "review", ids[3], "--as", "confirmed", "--note", "本物")
    incident = city.ok("incident", "open", ids[3]).strip()
    city.ok("incident", "time", incident, "detected=2026-11-06T08:00", "contained=2026-11-06T10:30")
    figures = city.json("incident", "statistics", "--year", "2026")
    (rule,) = figures["rules"]
    assert (rule["alerts"], rule["false_positives"], rule["false_rate"]) == (4, 3, 75.0)
    assert rule["advice"]
    spans = {row["span"]: row for row in figures["spans"]}
    assert spans["検知→封じ込め"]["median_hours"] == 2.5
    assert figures["categories"][0]["total"] == 1
    assert city.json("incident", "statistics", "--year", "2020")["categories"] == []


def test_evidence_is_kept_by_its_digest(city: Any) -> None:
    """証拠は SHA-256 で登録し、書き換わったり無くなったりしたら知らせる。"""
    incident = city.ok("incident", "open", "--manual", "--title", "x").strip()
    file = city.folder / "証拠.bin"
    file.write_bytes(b"log")
    city.ok("incident", "evidence", incident, str(file), "--stored", "金庫")
    assert "一致" in city.ok("incident", "evidence", incident, "--verify")
    file.write_bytes(b"changed")
    changed = city.run("incident", "evidence", incident, "--verify")
    assert changed.exit_code == 10
    assert "書き換わっている" in changed.stdout
    missing = city.run("incident", "evidence", incident, str(city.folder / "ない"), "--stored", "x")
    assert missing.exit_code == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("show", "INC-1999-0001"), "その番号の事案はありません"),
        (("open",), "--manual"),
        (("open", "--manual"), "--title"),
        (("runbook", "--category", "nothing"), "手順書はありません"),
        (("set", "INC", "severity=最悪"), "使えません"),
        (("set", "INC", "nothing=1"), "項目はありません"),
        (("set", "INC", "severity"), "項目=値"),
        (("time", "INC", "known=きのう"), "時刻として読めません"),
        (("time", "INC", "nothing=2026-01-01"), "時刻はありません"),
        (("done", "INC", "nothing"), "報告・通知はありません"),
        (("move", "INC", "どこか"), "状態はありません"),
        (("split", "INC", "ffff", "--title", "x"), "アラートはありません"),
    ],
)
def test_wrong_input_is_refused_with_what_to_do(
    words: tuple[str, ...], expected: str, city: Any
) -> None:
    """誤った入力は、何が違うかと次にすることを示して断り、何も変えない。"""
    incident = city.ok("incident", "open", "--manual", "--title", "x").strip()
    before = city.json("incident", "show", incident)["records"][0]["revision"]
    result = city.run("incident", *(incident if word == "INC" else word for word in words))
    assert result.exit_code in (2, 3)
    assert expected in result.stderr
    assert city.json("incident", "show", incident)["records"][0]["revision"] == before


def test_find_runbook_names_those_there_are(library: Any) -> None:
    """ない手順書を求めると、ある手順書を挙げる。"""
    with pytest.raises(InputError) as caught:
        find_runbook(library, "x")
    assert "ransomware" in caught.value.hint
