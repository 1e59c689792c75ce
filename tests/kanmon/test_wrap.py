"""Text for terminals: lines that fit, and paths and URLs that can be copied."""

import os
import pty
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.render.plain import render_text
from kanmon.render.render import render
from kanmon.render.wrap import wrap
from kanmon.report import Column, Facts, Report, Table, Text
from kanmon.text import display_width

PROSE = (
    "関門が示すのは案であり、決めるのは人です。判定できなかったものは、必ず理由とともに示します。"
)
REPORT = Report(
    title="点検の結果",
    summary=(PROSE * 3,),
    judged="2 件を判定",
    blocks=(
        Text(PROSE * 2, "warning"),
        Facts((("とても長い見出しの項目" * 3, PROSE), ("短い", PROSE))),
        Table("t", "一覧", (Column("a", "項目"), Column("b", "内容")), ((PROSE, "b"),)),
    ),
)


def widest(text: str) -> int:
    """Return the columns of the longest line."""
    return max(map(display_width, text.splitlines()))


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_every_part_of_a_report_fits_the_width(width: int) -> None:
    """要約も表も、全角を 2 桁と数えて、決めた幅に収まる。"""
    text = render_text(REPORT, width).decode()
    assert width - 10 < widest(text) <= width
    assert "".join((PROSE * 3).split()) in "".join(text.split())


def test_output_to_a_file_does_not_depend_on_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """ファイルやパイプに出すときは、いつも 100 桁で同じバイト列になる。"""
    first = render(REPORT, "text")
    monkeypatch.setenv("COLUMNS", "60")
    assert render(REPORT, "text") == first
    assert 90 < widest(first.decode()) <= 100


@pytest.mark.parametrize(
    "whole",
    [
        "samples/reiki/k101RG00000101.html",
        "./例規集/第10編_建設/屋外広告物条例施行規則.docx",
        "/srv/share/総務部/契約課/令和8年度/委託契約書.docx",
        "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE",
        "C:\\Users\\t-kagawa\\AppData\\Local\\Temp\\償却資産申告の件.xlsm",
        "\\\\SV-FILE01\\juumin\\住民基本台帳\\異動一覧.csv",
        "https://www.example.jp/a/b/index.html?x=1&y=%E9%96%A2#note-2",
        "https://www.example.jp/" + "long/" * 30 + "page.html",
        "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
    ],
)
def test_a_path_or_url_is_never_cut(whole: str) -> None:
    """パスや URL は、行のどこに来ても途中で切れず、そのまま写せる。"""
    for before in range(60):
        text = "あ" * (before // 2) + "い" * (before % 2) + " " + whole + " を読めません。"
        lines = list(wrap(text, 60, "  - ", "    "))
        assert any(whole in line for line in lines), lines
        glued = list(wrap("x" * before + "（" + whole + "）が要ります。", 60))
        assert any(whole in line for line in glued), glued


def test_a_path_inside_prose_does_not_take_the_prose_along() -> None:
    """パスの後に続く文は、ふつうに折り返される。"""
    text = "samples/reiki/cemetery.pdf" + "を読めませんでしたのでもう一度ためしてください" * 4
    lines = list(wrap(text, 60))
    assert lines[0].startswith("samples/reiki/cemetery.pdfを読め")
    assert all(display_width(line) <= 60 for line in lines)


def test_long_words_that_are_no_paths_are_cut() -> None:
    """Base64 のような長い文字列は、幅に合わせて切る。"""
    word = "SQBFAFgAIAAo/" * 40 + "=="
    lines = list(wrap(f"-enc {word}", 60, "  ", "    "))
    assert all(display_width(line) <= 60 for line in lines)
    assert "".join(line.strip() for line in lines) == f"-enc{word}"


def test_no_line_begins_with_closing_punctuation() -> None:
    """句読点や閉じ括弧は行頭に、開き括弧は行末に来ない。"""
    for width in range(20, 40):
        lines = list(wrap("関門（かんもん）は「案」を示す。決めるのは、人。" * 4, width))
        assert not [line for line in lines if re.match("[、。）」]", line)]
        assert not [line for line in lines if re.search("[（「]$", line)]


@given(st.text(max_size=300), st.integers(20, 120))
def test_nothing_is_lost_and_lines_fit(text: str, width: int) -> None:
    """どんな文字列でも、空白のほかは一字も失わず、パスでない行は幅に収まる。"""
    lines = list(wrap(text, width))
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert display_width(line.rstrip()) <= width or re.search(r"[/\\]", line)


@pytest.mark.parametrize("piece", ["亜", "a/あ", "/", "\\あ.", "C:\\a b", "。", "あ a"])
def test_hostile_text_takes_no_time(piece: str) -> None:
    """巨大で意地の悪い文字列でも、折り返しはすぐ終わる。"""
    text = piece * 20_000
    assert "".join("".join(wrap(text, 100)).split()) == "".join(text.split())


@pytest.mark.parametrize(("columns", "most"), [(70, 70), (30, 60), (160, 160)])
def test_a_terminal_gets_its_own_width(columns: int, most: int) -> None:
    """端末に出すときは、その窓の幅に合わせる（狭すぎる窓では 60 桁）。"""
    script = (
        "from kanmon.output import write_report; from kanmon.report import Report\n"
        f"write_report(Report(title='t', summary=({PROSE * 4!r},)), 'text', '-')"
    )
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-c", script],
            stdout=theirs,
            env={**os.environ, "COLUMNS": str(columns)},
            check=True,
        )
        text = os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert most - 10 < widest(text) <= most
