"""Findings: their order, their fingerprints, and how decisions follow them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.finding import Confidence, Finding, Severity, number_occurrences
from kanmon.review import Continuity, compare_findings
from kanmon.source import SourceRef


def make(evidence: str = "書面により届け出なければならない。", **changes: object) -> Finding:
    finding = Finding(
        check="analog/document",
        subject="平成10年条例第5号",
        where=SourceRef("a.xml", "第5条"),
        title="書面",
        evidence=evidence,
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        context="（届出）",
        anchor="（届出）#1",
    )
    return replace(finding, **changes)  # type: ignore[arg-type]


def test_levels_are_ordered_as_sigma_orders_them() -> None:
    """情報 < 低 < 中 < 高 < 重大 の順に並ぶ。"""
    assert sorted(set(Severity)) == list(Severity)
    assert Severity.from_slug("high") > Severity.MEDIUM
    with pytest.raises(ValueError, match="none of"):
        Severity.from_slug("urgent")


def test_a_fingerprint_survives_a_move_but_not_an_edit() -> None:
    """条が繰り下がっても判断は残り、文言が変われば別の所見になる。"""
    moved = make(where=SourceRef("b.xml", "第6条"))
    assert moved.fingerprint == make().fingerprint
    assert make("文書により届け出るものとする。").fingerprint != make().fingerprint


def test_two_equal_clauses_are_two_decisions() -> None:
    """同じ文言が二か所にあれば、別々に判断できる。"""
    first, second = number_occurrences([make(), make(where=SourceRef("a.xml", "第9条"))])
    assert first.fingerprint != second.fingerprint
    assert number_occurrences([first, second]) == (first, second)


@given(st.lists(st.sampled_from("あいうえお"), max_size=8), st.integers(0, 8))
def test_an_unrelated_finding_changes_no_other_fingerprint(texts: list[str], place: int) -> None:
    """無関係の条項が増えても、他の所見の指紋は変わらない。"""
    findings = [make(text) for text in texts]
    wider = [*findings[:place], make("無関係"), *findings[place:]]
    before = [finding.fingerprint for finding in number_occurrences(findings)]
    after = [f.fingerprint for f in number_occurrences(wider) if f.evidence != "無関係"]
    assert before == after


def test_a_reworded_clause_comes_back_as_changed() -> None:
    """判断のあとで文言が変わった条項は「判断後に変更」として戻ってくる。"""
    before = (make(), make("押印しなければならない。", anchor="x"))
    now = (make("書面又は電子メールにより届け出なければならない。"), make("新しい条項", anchor="y"))
    result = compare_findings(before, now)
    assert [item.continuity for item in result] == [
        Continuity.CHANGED,
        Continuity.NEW,
        Continuity.GONE,
    ]
    assert result[0].before == before[0]


@given(st.lists(st.sampled_from("あいう"), max_size=6))
def test_comparing_a_run_with_itself_shows_no_change(texts: list[str]) -> None:
    """同じ結果どうしを比べても差分は出ない。"""
    findings = number_occurrences(make(text) for text in texts)
    assert {item.continuity for item in compare_findings(findings, findings)} <= {Continuity.SAME}
