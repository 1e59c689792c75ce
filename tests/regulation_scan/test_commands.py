"""The commands as a clerk types them."""

import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

Kanmon = Callable[..., Result]
TEXT = (
    "汐見市公園条例\n平成10年3月20日条例第5号\n\n"
    "（許可）\n第5条　公園を使う者は、申請書に記名押印し、市長に提出しなければならない。\n"
    "２　市長は、料金表を公園内の見やすい場所に掲示するものとする。\n\n"
    "（準用）\n第6条　前条第1項の規定は、運動場の使用について準用する。\n\n"
    "（罰則）\n第7条　第5条第2項の掲示を損壊した者は、5万円以下の過料に処する。\n"
)
KEYS = {
    "file", "instrument", "number", "provision", "categories", "types", "evidence", "sentence",
    "subject", "modality", "status", "reason", "by_reference", "covered_by", "digital_ok",
    "phase", "priority", "confidence",
}  # fmt: skip


@pytest.fixture
def ordinance(tmp_path: Path) -> str:
    """An ordinance in a text file."""
    (tmp_path / "公園条例.txt").write_text(TEXT, encoding="utf-8")
    return "公園条例.txt"


def test_json_lines_carry_every_outcome(kanmon: Kanmon, ordinance: str, tmp_path: Path) -> None:
    """One line for each sentence and outcome: findings, by reference, and what was ruled out."""
    kanmon("scan", ordinance, "-f", "jsonl", "-o", "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert all(set(line) >= KEYS for line in lines)
    first = lines[0]
    assert (first["provision"], first["categories"]) == ("第5条第1項", ["書面", "押印・署名"])
    assert (first["number"], first["subject"]) == ("平成10年条例第5号", "公園を使う者")
    assert (first["priority"], first["phase"]) == ("B", "1-1")
    assert [line["by_reference"] for line in lines if line["provision"] == "第6条第1項"] == [
        ["第5条第1項"]
    ]
    assert [(line["status"], line["reason"]) for line in lines][-1] == ("not_applicable", "PEN")


@pytest.mark.parametrize("fmt", ["text", "json", "csv", "xlsx", "html", "docx", "md"])
def test_every_format_is_written_and_repeats_to_the_byte(
    kanmon: Kanmon, ordinance: str, tmp_path: Path, fmt: str
) -> None:
    """Two runs give the same bytes, with one process or two, in every format."""
    kanmon("scan", ordinance, "-f", fmt, "-o", "a")
    kanmon("scan", ordinance, "-f", fmt, "-o", "b", "--jobs", "2", "--no-store")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != b""


def test_counts_of_all_three_outcomes_are_told(kanmon: Kanmon, ordinance: str) -> None:
    """Found, covered, ruled out and not judged are all counted, also when zero."""
    output = kanmon("scan", ordinance).output
    assert "該当候補 5 件、通則条例等で対応済み 0 件、非該当 1 件" in output
    assert "判定できなかったもの 0 件" in output


def test_only_the_categories_asked_for(kanmon: Kanmon, ordinance: str, tmp_path: Path) -> None:
    """--category leaves the others out; an unknown one is refused with the list."""
    kanmon("scan", ordinance, "--category", "書面掲示", "-f", "jsonl", "-o", "out.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert {category for line in lines for category in line["categories"]} == {"書面掲示"}
    assert (
        "区分 '掲示' はありません" in kanmon("scan", ordinance, "--category", "掲示", code=3).output
    )


def test_since_shows_only_what_is_new(kanmon: Kanmon, ordinance: str, tmp_path: Path) -> None:
    """After an amendment, --since last shows the new clause and nothing that was there before."""
    kanmon("scan", ordinance, "-f", "jsonl", "-o", "a")
    more = TEXT + "\n（巡視）\n第8条　職員は、園内を巡視しなければならない。\n"
    (tmp_path / ordinance).write_text(more, encoding="utf-8")
    kanmon("scan", ordinance, "--since", "last", "-f", "jsonl", "-o", "b")
    lines = [json.loads(line) for line in (tmp_path / "b").read_text("utf-8").splitlines()]
    assert [line["provision"] for line in lines] == ["第8条第1項"]


def test_a_part_of_the_result_says_that_it_is_one(
    kanmon: Kanmon, ordinance: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of one category, or of what is new, never reads as the whole result."""
    whole = kanmon("scan", ordinance).output
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    kanmon("scan", ordinance, "--category", "目視", "--since", "last", "-o", "部分.html")
    page = (tmp_path / "部分.html").read_text("utf-8")
    for words in ("区分を絞っています: 目視。", "直前の点検の後に新しく出たもの"):
        assert words in page
        assert words not in whole


def test_fail_on_gives_exit_code_ten(kanmon: Kanmon, ordinance: str) -> None:
    """A pipeline can stop when there are candidates at a level."""
    kanmon("scan", ordinance, "--fail-on", "high", code=10)
    kanmon("scan", ordinance, "--fail-on", "critical")


def test_profile_gives_the_citys_settings(kanmon: Kanmon, ordinance: str, tmp_path: Path) -> None:
    """--profile reads 通則条例 and seal rules from a file of its own."""
    (tmp_path / "市.toml").write_text(
        '[[regulation.general_ordinances]]\ntitle = "オンライン条例"\narticle = "第3条"\n',
        encoding="utf-8",
    )
    output = kanmon("scan", ordinance, "--profile", "市.toml").output
    assert "通則条例等で対応済み 4 件" in output


def test_cache_is_private_and_holds_no_pickle(
    kanmon: Kanmon, ordinance: str, tmp_path: Path
) -> None:
    """The kept parses and results are JSON in an owner-only file; a damaged one is named."""
    kanmon("scan", ordinance)
    path = tmp_path / "kanmon-cache.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM result").fetchone() == (1,)
    connection.close()
    for extra in tmp_path.glob("kanmon-cache.db-*"):
        extra.unlink()
    path.write_bytes(b"no database" * 100)
    assert "解析の控えを読めません" in kanmon("scan", ordinance, code=4).output


def test_what_cannot_be_read_is_listed(kanmon: Kanmon, ordinance: str, tmp_path: Path) -> None:
    """Beside a readable ordinance, bad files are skipped with the reason; the scan goes on."""
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "壊れた.xml").write_text("<Law><LawBody>", encoding="utf-8")
    (tmp_path / "写真.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    (tmp_path / "枠.html").write_text(
        "<html><frameset><frame src='a.html'></frameset></html>", encoding="utf-8"
    )
    output = kanmon("scan", ".", "-f", "text").output
    for name in ("空.txt", "壊れた.xml", "写真.png", "枠.html"):
        assert name in output
    assert "該当候補 5 件" in output


def test_nothing_readable_is_an_error_and_leaves_the_last_scan_the_last(
    kanmon: Kanmon, ordinance: str, tmp_path: Path
) -> None:
    """An empty folder or a scan in pictures never passes for an ordinance without findings."""
    kanmon("scan", ordinance, "-f", "jsonl", "-o", "out.jsonl")
    (tmp_path / "空").mkdir()
    (tmp_path / "空.txt").write_bytes(b"")
    for path, reason in (("空", "一つもありません\n  対処"), ("空.txt", "（空のファイルです）")):
        assert reason in kanmon("scan", path, code=3).output
    assert "（6 件）" in kanmon("table", "-o", "table.xlsx").output


def test_missing_path_is_an_error(kanmon: Kanmon) -> None:
    """A path that does not exist stops with the path and what to do."""
    output = kanmon("scan", "ない.txt", code=3).output
    assert "ない.txt" in output
    assert "対処" in output


@pytest.mark.slow
def test_explain_shows_parse_and_reasons(kanmon: Kanmon, ordinance: str) -> None:
    """A clerk sees the parse in Japanese words and the reasons of every category."""
    output = kanmon("explain", ordinance, "第五条第１項").output
    for words in ("係り受け解析", "主語", "押印・署名: 該当候補", "理由1", "文末の性質"):
        assert words in output
    assert "第9条 がありません" in kanmon("explain", ordinance, "第9条", code=3).output
    assert "条項の番号ではありません" in kanmon("explain", ordinance, "あれ", code=3).output


@pytest.mark.slow
def test_amend_drafts_changed_wording(kanmon: Kanmon, ordinance: str, tmp_path: Path) -> None:
    """The common wordings get a draft, marked 案, in the style asked for; others are counted."""
    output = kanmon("amend", ordinance, "-f", "text").output
    assert "（案）" in output
    assert "申請書に記名し" in output
    for fmt in ("docx", "xlsx"):
        kanmon("amend", ordinance, "-f", fmt, "-o", f"a.{fmt}", "--style", "current-proposal")
        assert (tmp_path / f"a.{fmt}").read_bytes()[:2] == b"PK"
    assert (
        "様式「ない」はありません"
        in kanmon("amend", ordinance, "--style", "ない", "-o", "x", code=3).output
    )
    (tmp_path / "b.txt").write_text("第1条　この規則は、公布の日から施行する。\n", encoding="utf-8")
    assert "改正案を作れる条項がありません" in kanmon("amend", "b.txt", "-o", "x", code=3).output


@pytest.mark.parametrize("name", ["annex.csv", "annex.xlsx", "cp932.csv"])
def test_keyword_annex_becomes_a_cue_file(
    kanmon: Kanmon, tmp_path: Path, ordinance: str, name: str
) -> None:
    """The manual's keyword list, as CSV or Excel, becomes cues the next scan uses."""
    lines = [
        ["検索キーワード一覧"],
        ["区分", "類型", "キーワード"],
        ["目視規制", "調査", "見回り、見廻り"],
    ]
    if name.endswith("xlsx"):
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append(line)
        book.save(tmp_path / name)
        book.close()
    else:
        text = "\n".join(",".join(line) for line in lines)
        (tmp_path / name).write_bytes(text.encode("cp932" if "cp932" in name else "utf-8"))
    kanmon("import-cues", name, "-o", "annex.yml", "--source", "マニュアル第3.0版")
    from regulation_scan.cues import read_cue_file

    cues = read_cue_file(tmp_path / "annex.yml")
    assert [(cue.category, cue.words, cue.type_ja) for cue in cues] == [
        ("目視", ("見回り",), "調査"),
        ("目視", ("見廻り",), "調査"),
    ]
    assert cues[0].source == "マニュアル第3.0版"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "区分とキーワードの列がありません"),
        ("区分,キーワード\n巡回,見回り\n", "区分 '巡回' はありません"),
        ("区分,キーワード\n", "キーワードが一つもありません"),
    ],
)
def test_other_tables_are_no_keyword_annex(
    kanmon: Kanmon, tmp_path: Path, text: str, message: str
) -> None:
    """A table without the columns, or with an unknown category, is refused."""
    (tmp_path / "k.csv").write_text(text, encoding="utf-8")
    assert message in kanmon("import-cues", "k.csv", code=3).output
