"""Sigma 2.1 semantics, from data/semantics.yml."""

from pathlib import Path
from typing import Any

import pytest
import yaml

CASES = yaml.safe_load((Path(__file__).parent / "data" / "semantics.yml").read_text("utf-8"))
SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}


def rule_of(detection: dict[str, Any]) -> dict[str, Any]:
    """Return a complete rule over process creation."""
    return {
        "title": "case",
        "id": "6f3e2d51-0000-4000-8000-000000000001",
        "logsource": {"product": "windows", "category": "process_creation"},
        "detection": detection,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rule_hits_what_sigma_says_and_nothing_else(
    case: dict[str, Any], load: Any, judge: Any
) -> None:
    """仕様の例どおりに、当たるべき記録にだけ当たる。"""
    expand = {name: tuple(values) for name, values in case.get("expand", {}).items()}
    ruleset, skips = load(rule_of(case["detection"]), expand=expand)
    assert skips == ()
    events = [*case["hit"], *case["miss"]]
    result = judge(ruleset, [{**SYSMON, **event} for event in events])
    assert [hit.record for hit in result.hits] == list(range(1, len(case["hit"]) + 1))


def test_every_case_has_hits_and_misses() -> None:
    """当たる例と当たらない例の両方がない事例は、何も確かめていない。"""
    assert [case["name"] for case in CASES if not (case["hit"] and case["miss"])] == []
