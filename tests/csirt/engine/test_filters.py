"""Sigma filters: they take away what they name, and nothing else."""

from typing import Any

import pytest

from tests.csirt.engine.conftest import GOOD, SYSMON

FILTER = """\
title: administrators
id: 6f3e2d51-0000-4000-8000-000000000098
logsource: {{product: windows, category: process_creation}}
filter:
  rules: {rules}
  admin: {{User|startswith: adm_}}
  condition: {condition}
"""


@pytest.mark.parametrize("rules", ["any", "[good_1]", "[6f3e2d51-0000-4000-8000-000000000001]"])
def test_a_filter_takes_away_what_it_names(rules: str, load: Any, judge: Any) -> None:
    """フィルター文書は、名指ししたルール（any ならすべて）から該当する記録を除く。"""
    text = FILTER.format(rules=rules, condition="not admin")
    ruleset, skips = load(GOOD.format(number=1), text)
    assert skips == ()
    events = [{**SYSMON, "Image": "C:\\x.exe", "User": user} for user in ("adm_a", "bob")]
    assert [hit.record for hit in judge(ruleset, events).hits] == [2]


def test_a_filter_for_another_rule_or_log_source_changes_nothing(load: Any, judge: Any) -> None:
    """ほかのルールやログのためのフィルターは効かない。"""
    other = FILTER.format(rules="[good_7]", condition="not admin")
    source = FILTER.format(rules="any", condition="not admin").replace("098", "097")
    ruleset, _ = load(
        GOOD.format(number=1), other, source.replace("process_creation", "file_event")
    )
    events = [{**SYSMON, "Image": "C:\\x.exe", "User": "adm_a"}]
    assert len(judge(ruleset, events).hits) == 1


def test_a_filter_written_as_in_the_specification_warns(load: Any, judge: Any) -> None:
    """not のないフィルターは「除く」でなく「だけ残す」になるので、作者に知らせる。"""
    text = FILTER.format(rules="any", condition="admin")
    ruleset, skips = load(GOOD.format(number=1), text)
    assert "not で始まら" in skips[0].reason
    events = [{**SYSMON, "Image": "C:\\x.exe", "User": user} for user in ("adm_a", "bob")]
    assert [hit.record for hit in judge(ruleset, events).hits] == [1]
