"""Regular expressions made to hang do not."""

import time
from typing import Any

from tests.csirt.engine.conftest import GOOD, SYSMON

ON_IMAGE = "Image|endswith: '\\\\x.exe'"


def test_a_nested_repetition_takes_no_time_at_all(load: Any, judge: Any) -> None:
    """(a+)+ のような正規表現は、狙った記録があっても一瞬で判定できる。"""
    ruleset, _ = load(GOOD.format(number=1).replace(ON_IMAGE, "CommandLine|re: '^(a+)+$'"))
    events = [{**SYSMON, "CommandLine": "a" * 5_000 + end} for end in ("", "!")]
    began = time.monotonic()
    result = judge(ruleset, events)
    assert time.monotonic() - began < 5
    assert ([hit.record for hit in result.hits], result.skips) == ([1], ())


def test_a_catastrophic_regular_expression_does_not_hang(load: Any, judge: Any) -> None:
    """先読みつきの終わらない正規表現でも止まらない。判定できなかった件数をルールごとに知らせる。"""
    slow = "CommandLine|re: '(?=.*!)(a|aa)+$(?<!b)'"
    ruleset, skips = load(
        GOOD.format(number=1).replace(ON_IMAGE, slow),
        GOOD.format(number=2).replace(f"{{{ON_IMAGE}}}", f"{{User: bob, {slow}}}"),
        GOOD.format(number=3),
    )
    assert skips == ()
    events = [
        {**SYSMON, "Image": "C:\\x.exe", "CommandLine": "a" * (60 + n) + "!", "User": user}
        for n, user in enumerate(["bob", "carol", "carol"] * 10)
    ]
    began = time.monotonic()
    result = judge(ruleset, events)
    assert time.monotonic() - began < 30
    assert {hit.rule.name for hit in result.hits} == {"good_3"}
    counts = {skip.reason.split("、")[1] for skip in result.skips}
    assert counts == {"30 件を判定していません", "10 件を判定していません"}
