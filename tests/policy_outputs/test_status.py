"""The eight fields of the ordinance: counted honestly, dated, on one page."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document

from kanmon.errors import ConfigError
from kanmon.render.render import render
from kanmon.review import Disposition, Review
from kanmon.session import Session
from kanmon.store.records import add_reviews, save_run
from policy.edition_store import SCHEMA
from policy.findings import findings_of
from policy.judged import Judged, judge, run_of
from policy.load_rules import load_sections
from policy.load_statute import load_statute
from policy.model import Verdict
from policy.status_job import judge_status
from policy.statute import Coverage, item_statuses, law_items

RULES = Path(__file__).parents[2] / "rules" / "policy"
STATUTE = load_statute(RULES / "statute.yml")
SECTIONS = load_sections(RULES / "sections.yml")
Judge = Callable[[str], Judged]


def test_a_guideline_beside_itself_meets_every_field(
    session: Session, samples: dict[str, str]
) -> None:
    """A city that adopts the guideline word for word has nothing open."""
    found = judge(session, samples["guideline"], samples["guideline"])
    numbers = law_items((d.clause for d in found.guideline_duties), SECTIONS, STATUTE)
    statuses = item_statuses(found.comparisons, STATUTE, numbers)
    assert [status.coverage for status in statuses] == [Coverage.MET] * 8
    assert all(status.covered == status.asked > 0 for status in statuses)


def test_fields_are_those_of_the_headings(judged: Judge) -> None:
    """監査 belongs to the eighth field, 物理 to the third, クラウド to the seventh."""
    clauses = [duty.clause for duty in judged("aoba").guideline_duties]
    numbers = law_items(clauses, SECTIONS, STATUTE)
    assert numbers["9.1(1)"] == 8
    assert numbers["4.2(1)①"] == 3
    assert numbers["8.3(1)"] == 7
    assert numbers["3(1)①"] == 5
    assert len(numbers) == len(clauses)


def test_a_clause_under_an_unknown_heading_is_skipped_and_said(judged: Judge) -> None:
    """What cannot be assigned to a field is not guessed."""
    clause = replace(judged("aoba").guideline_duties[0].clause, id="第2条", headings=("雑則",))
    assert law_items([clause], SECTIONS, STATUTE) == {}


def test_nothing_answered_is_missing_and_nothing_asked_is_unknown(judged: Judge) -> None:
    """欠落 is said of a field only when no clause of the city answers any of it."""
    comparisons = [
        replace(item, verdict=Verdict.MISSING, local=())
        for item in judged("aoba").comparisons
        if item.guideline and item.guideline.id.startswith("9.")
    ]
    numbers = {item.guideline.id: 8 for item in comparisons if item.guideline}
    statuses = item_statuses(comparisons, STATUTE, numbers)
    assert statuses[7].coverage is Coverage.MISSING
    assert {status.coverage for status in statuses[:7]} == {Coverage.UNKNOWN}


def test_one_open_duty_makes_a_field_incomplete(session: Session, samples: dict[str, str]) -> None:
    """A field with a single weaker clause is 一部, never 充足."""
    found = judge(session, samples["guideline"], samples["guideline"])
    numbers = law_items((d.clause for d in found.guideline_duties), SECTIONS, STATUTE)
    comparisons = [
        replace(item, verdict=Verdict.WEAKER)
        if item.guideline and item.guideline.id == "9.1(1)"
        else item
        for item in found.comparisons
    ]
    statuses = item_statuses(comparisons, STATUTE, numbers)
    assert [status.coverage for status in statuses] == [Coverage.MET] * 7 + [Coverage.PARTLY]


def test_a_clause_taken_for_several_duties_is_to_be_checked(
    session: Session, samples: dict[str, str]
) -> None:
    """A merged answer counts as met but is marked 要確認, so that nobody signs it unread."""
    found = judge(session, samples["guideline"], samples["guideline"])
    numbers = law_items((d.clause for d in found.guideline_duties), SECTIONS, STATUTE)
    comparisons = [
        replace(item, verdict=Verdict.SPLIT)
        if item.guideline and item.guideline.id == "9.1(1)"
        else item
        for item in found.comparisons
    ]
    last = item_statuses(comparisons, STATUTE, numbers)[-1]
    assert (last.coverage, last.unsure) == (Coverage.MET, 1)


def test_what_is_recommended_or_merely_allowed_is_no_gap(judged: Judge) -> None:
    """【推奨事項】 and することができる never make a field incomplete."""
    found = judged("minato")
    numbers = law_items((d.clause for d in found.guideline_duties), SECTIONS, STATUTE)
    gaps = {
        gap.guideline.id
        for status in item_statuses(found.comparisons, STATUTE, numbers)
        for gap in status.gaps
        if gap.guideline
    }
    assert not {"1(1)③", "4.2(1)④"} & gaps
    assert "6.5(2)" in gaps


def test_a_deliberate_deviation_counts_until_it_expires(session: Session, judged: Judge) -> None:
    """A decision with an end closes a gap while it holds, and no longer."""
    found = judged("aoba")
    before = {line["item"]: line for line in judge_status(session, found).records or ()}
    pairs = zip(found.comparisons, findings_of(found.comparisons), strict=True)
    finding = next(f for c, f in pairs if f and c.guideline and c.guideline.id == "9.1(1)")
    review = Review(
        fingerprint=finding.fingerprint,
        disposition=Disposition.ACCEPTED,
        reviewer="情報政策課",
        at=session.now,
        note="三か年計画による",
        approver="副市長",
        expires=session.today + timedelta(days=30),
    )
    with session.open_store(SCHEMA) as store:
        save_run(store, run_of(found, session, "policy diff"), [finding])
        add_reviews(store, [review])
    after = {line["item"]: line for line in judge_status(session, found).records or ()}
    assert (before[8]["accepted"], after[8]["accepted"]) == (0, 1)
    later = replace(session, now=session.now + timedelta(days=60))
    expired = {line["item"]: line for line in judge_status(later, found).records or ()}
    assert expired[8]["accepted"] == 0


def test_the_page_names_dates_grace_and_evidence(session: Session, judged: Judge) -> None:
    """The council reads when it applies, what is spared, and on which clauses it rests."""
    report = judge_status(session, judged("minato"))
    document = Document(io.BytesIO(render(report, "docx")))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 9)]
    assert "既存は従前の例" in rows[5][6]
    assert "既存は従前の例" not in rows[1][6]
    assert "第66条第1項" in rows[8][4]
    assert "令和9年7月1日" in text
    assert "従前の例" in text


def test_status_for_machines_is_one_line_a_field(
    run: Callable[..., Result], samples: dict[str, str]
) -> None:
    """jsonl carries coverage, clauses, gaps, dates and the verify flag, and is repeatable."""
    first = run("status", samples["guideline"], samples["aoba"], "-f", "jsonl")
    again = run("status", samples["guideline"], samples["aoba"], "-f", "jsonl")
    assert first.exit_code == 0, first.output
    assert first.stdout == again.stdout
    lines = [json.loads(line) for line in first.stdout.splitlines()]
    fields = [line for line in lines if "item" in line]
    assert [line["item"] for line in fields] == list(range(1, 9))
    assert {line["coverage"] for line in fields} <= {c.slug for c in Coverage}
    assert all(line["in_force"] == "2027-07-01" for line in fields)
    assert [line["item"] for line in fields if line["grace_for_existing"]] == [5, 7]


def test_status_works_on_the_first_day_with_the_shipped_baseline(
    run: Callable[..., Result], samples: dict[str, str]
) -> None:
    """No guideline imported yet: the paraphrase judges, and every field is asked about."""
    result = run("status", samples["aoba"], "-f", "jsonl")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(line["duties"] > 0 for line in lines if "item" in line)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-items", "items がありません"),
        ("no-date", "in_force は日付"),
        ("misnumbered", "number は 1 です"),
        ("no-policy-duty", "policy_duty がありません"),
        ("not-yaml", "YAML として読めません"),
        ("absent", "ルールを開けません"),
    ],
)
def test_a_wrong_statute_file_is_named(name: str, message: str) -> None:
    """A city that edits the dates learns which file and which entry is wrong."""
    path = Path(__file__).parent / "bad" / f"{name}.yml"
    with pytest.raises(ConfigError, match=message) as caught:
        load_statute(path)
    assert f"{name}.yml" in str(caught.value)
