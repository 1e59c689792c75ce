"""Clauses judged on their legal structure: found, or ruled out with the reason code."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from regulation_scan.model import Judgement, Status

CASES = yaml.safe_load((Path(__file__).parent / "data" / "clauses.yml").read_text("utf-8"))
Scan = Callable[..., list[Judgement]]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_clause(scan: Scan, case: dict[str, object]) -> None:
    """A clause is flagged for what it demands, and what it does not demand carries its reason."""
    judged = scan(f"{case['text']}\n")
    found = {item.category for item in judged if item.status is Status.FINDING}
    assert set(_list(case, "finding")) <= found
    assert not set(_list(case, "absent")) & found
    codes = {i.category: i.reason_code for i in judged if i.status is Status.NOT_APPLICABLE}
    for category, code in dict(case.get("ruled_out", {})).items():  # type: ignore[call-overload]
        assert category not in found
        assert codes[category] == code
    for category in _list(case, "digital_ok"):
        assert all(item.digital_ok for item in judged if item.category == category)


def _list(case: dict[str, object], key: str) -> list[str]:
    value = case.get(key, [])
    assert isinstance(value, list)
    return value


@pytest.mark.slow
def test_evidence_is_verbatim(scan: Scan) -> None:
    """The quoted words stand in the sentence exactly as written, brackets and spaces included."""
    judged = scan("第１条　使用者は、書面（様式第１号）により、市長に申し出るものとする。\n")
    assert judged
    assert all(item.evidence in item.clause.sentence for item in judged)


@pytest.mark.slow
def test_application_creates_a_duty_by_reference(scan: Scan) -> None:
    """A clause that only applies a flagged one is flagged too, with the chain of addresses."""
    judged = scan(
        "第1条　使用者は、申請書に記名押印し、市長に提出しなければならない。\n"
        "第2条　前条の規定は、体育館の使用について準用する。\n"
        "第3条　前条の規定は、武道館の使用について準用する。\n"
        "第4条　会社法第1条の規定は、この場合について準用する。\n"
    )
    chains = {
        (item.clause.provision, item.category): item.by_reference
        for item in judged
        if item.by_reference
    }
    assert chains[("第2条第1項", "押印・署名")] == ("第1条第1項",)
    assert chains[("第3条第1項", "押印・署名")] == ("第2条第1項", "第1条第1項")
    assert not any(place == "第4条第1項" for place, _ in chains)


@pytest.mark.slow
def test_a_lone_clause_in_a_file_is_judged(scan: Scan) -> None:
    """One sentence without article number or title is judged like one in an ordinance."""
    judged = scan("市長は、その旨を文書により通知しなければならない。\n")
    assert {item.category for item in judged if item.status is Status.FINDING} == {"書面"}


def test_seal_mark_in_a_form(scan: Scan) -> None:
    """A seal mark that stands only in a form is found, with the form and its article."""
    judged = scan(
        "○○市施設条例施行規則\n\n（申請）\n第5条　申請は、市長にするものとする。\n\n"
        "様式第3号（第5条関係）\n使用申請書\n氏名　　　　　　㊞\n"
    )
    seals = [item for item in judged if item.category == "押印・署名"]
    assert [(i.clause.provision, i.status, i.evidence) for i in seals] == [
        ("様式第3号", Status.FINDING, "㊞")
    ]
    assert "第5条" in seals[0].reasons[0]
