"""Drafts answer the findings, in the city's words, as a 新旧対照表 marked 案."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document
from openpyxl import load_workbook

from kanmon.session import Session
from policy.amend import AMENDED, Method
from policy.amend_job import Amendment, make_amendment
from policy.amend_number import article_number
from policy.judged import Judged
from policy.model import Verdict
from policy.statute import is_optional

Judge = Callable[[str], Judged]
Run = Callable[..., Result]


@pytest.fixture(params=["aoba", "minato"])
def amendment(request: pytest.FixtureRequest, session: Session, judged: Judge) -> Amendment:
    """The drafts for a close copy and for a policy of its own style."""
    return make_amendment(session, judged(request.param), "branch")


def test_every_gap_has_a_draft_and_nothing_else_has(amendment: Amendment) -> None:
    """欠落, 弱い and 旧版準拠 get a draft; 一致, 独自, 適用外 and 要人手 do not."""
    asked = {
        item.guideline.id
        for item in amendment.judged.comparisons
        if item.guideline and item.verdict in AMENDED and not is_optional(item)
    }
    assert {
        draft.comparison.guideline.id for draft in amendment.drafts if draft.comparison.guideline
    } == asked


def test_drafts_stand_up_to_the_same_comparison(amendment: Amendment) -> None:
    """Nine drafts in ten are no longer weaker; the others say so themselves."""
    good = [d for d in amendment.drafts if d.again not in (None, Verdict.WEAKER, Verdict.UNDECIDED)]
    assert len(good) >= 0.9 * len(amendment.drafts)


def test_numbers_after_the_amendment_are_unique(amendment: Amendment) -> None:
    """No two provisions share a number once everything is in place."""
    moved = amendment.layout.moved
    numbers = [moved.get(clause.id, clause.id) for clause in amendment.clauses]
    numbers += [item.id for item in amendment.layout.added]
    assert len(set(numbers)) == len(numbers)


def test_a_missing_duty_is_written_in_the_citys_words(session: Session, judged: Judge) -> None:
    """みなと町 says システム所管課長 and 複製; the draft does too, behind the right article."""
    amendment = make_amendment(session, judged("minato"), "branch")
    item = next(
        item
        for item in amendment.layout.added
        if item.draft.comparison.guideline and item.draft.comparison.guideline.id == "6.1(1)②"
    )
    assert item.draft.method is Method.ADD
    assert item.draft.after.text.startswith("システム所管課長は、複製から")
    assert item.anchor == "第38条"
    assert item.id == "第38条第2項"


def test_later_numbers_move_and_are_listed(session: Session, judged: Judge) -> None:
    """A clause put in the middle moves its later siblings, which are named with both numbers."""
    amendment = make_amendment(session, judged("aoba"), "branch")
    assert amendment.layout.moved["2(2)③"] == "2(2)④"


def test_shifting_moves_whole_articles(session: Session, judged: Judge) -> None:
    """With --new-articles shift no branch numbers appear and later articles move on."""
    amendment = make_amendment(session, judged("minato"), "shift")
    assert not any("条の" in item.id for item in amendment.layout.added)
    numbers = [amendment.layout.moved.get(clause.id, clause.id) for clause in amendment.clauses] + [
        item.id for item in amendment.layout.added
    ]
    assert len(set(numbers)) == len(numbers)
    assert amendment.layout.moved["第69条"] != "第69条"


def test_a_new_article_stands_behind_the_whole_article_before_it(
    session: Session, judged: Judge
) -> None:
    """第15条の2 never stands between two paragraphs of 第15条, and 前条 behind it is listed."""
    amendment = make_amendment(session, judged("minato"), "branch")
    ids = [clause.id for clause in amendment.clauses]
    for item in amendment.layout.added:
        if item.heading:
            after = ids[ids.index(item.anchor) + 1 :]
            assert not any(article_number(name) == article_number(item.anchor) for name in after)


def test_drafts_for_machines_carry_both_texts_and_the_second_verdict(
    run: Run, samples: dict[str, str]
) -> None:
    """jsonl: one line a draft, marked as one, with its place and what it answers."""
    result = run("amend", samples["guideline"], samples["aoba"], "-f", "jsonl")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    drafts = [line for line in lines if "draft" in line]
    added = next(line for line in drafts if line["guideline"] == "2(2)③")
    assert (added["method"], added["local"], added["place"]) == ("add", None, "2(2)③")
    assert all(line["draft"] is True and line["after"] for line in drafts)


def test_the_word_table_shows_both_texts_and_says_draft(run: Run, samples: dict[str, str]) -> None:
    """現行 and 改正後 stand side by side, new clauses as 新設, the page marked 案."""
    arguments = ("amend", samples["guideline"], samples["aoba"], "-f", "docx", "-o")
    assert run(*arguments, "a.docx").exit_code == 0
    assert run(*arguments, "b.docx").exit_code == 0
    data = Path("a.docx").read_bytes()
    assert data == Path("b.docx").read_bytes()
    document = Document(io.BytesIO(data))
    assert "【案】" in [paragraph.text for paragraph in document.paragraphs]
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[0] == ["改正後", "改正前"]
    assert any("毎年度見直さ" in new and "適宜見直さ" in old for new, old in rows)
    assert any(old == "（新設）" and "USBメモリ" in new for new, old in rows)


def test_the_excel_table_follows_the_citys_style(run: Run, samples: dict[str, str]) -> None:
    """Another style puts 現行 left and explains each change in 備考."""
    result = run(
        "amend", samples["guideline"], samples["minato"], "--style", "current-proposal",
        "-f", "xlsx", "-o", "a.xlsx",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    book = load_workbook("a.xlsx")
    values = [
        str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value
    ]
    book.close()
    assert values.index("現行") < values.index("改正案")
    assert any("再判定 一致" in value for value in values)


def test_the_style_in_kanmon_toml_is_the_default(
    run: Run, samples: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A city sets its style once; --style is for exceptions."""
    monkeypatch.setenv("KANMON_POLICY_AMENDMENT_STYLE", "current-proposal")
    run("amend", samples["guideline"], samples["aoba"], "-f", "docx", "-o", "a.docx")
    rows = Document("a.docx").tables[0].rows
    assert [cell.text for cell in rows[0].cells] == ["現行", "改正案", "備考"]


def test_an_unknown_style_is_refused_with_the_known_ones(run: Run, samples: dict[str, str]) -> None:
    """A typing error in --style ends with the list of styles, and no file."""
    result = run(
        "amend",
        samples["guideline"],
        samples["aoba"],
        "--style",
        "nai",
        "-f",
        "docx",
        "-o",
        "x.docx",
    )
    assert result.exit_code == 3
    assert "after-before" in result.output


def test_a_policy_that_equals_the_guideline_needs_no_draft(
    run: Run, samples: dict[str, str]
) -> None:
    """Nothing to amend is said in numbers, not by an empty page."""
    result = run("amend", samples["guideline"], samples["guideline"])
    assert result.exit_code == 0
    assert "0 件の案" in result.output
