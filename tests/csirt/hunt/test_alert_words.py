"""アラートに添える言葉: ATT&CK の日本語名、関連する項目、よくある誤検知。"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from csirt.alert_card import usual_causes
from csirt.attack import TACTICS, describe_tags
from csirt.model import Hit
from csirt.related import related_fields

MakeHit = Callable[..., Hit]


@pytest.mark.parametrize(
    ("tags", "shown"),
    [
        (("attack.t1059.001", "attack.execution"), "T1059.001（実行）"),
        (("attack.stealth", "attack.defense-impairment"), "隠れる、防御の妨害"),
        (("attack.defense_evasion", "attack.T1070"), "T1070（防御の回避）"),
        (("cve.2021-44228", "attack.g0016", "detection.threat-hunting"), ""),
    ],
)
def test_tags_are_shown_in_japanese(tags: tuple[str, ...], shown: str) -> None:
    """ATT&CK の戦術は新旧どちらの名前でも日本語で、手口は番号で示す。"""
    assert describe_tags(tags) == shown


def test_every_tactic_of_sigmahq_has_a_japanese_name() -> None:
    """SigmaHQ のルールが使う戦術には、すべて日本語の名前がある。"""
    shared = Path(__file__).parents[4] / "shared" / "sigma"
    if not shared.is_dir():
        pytest.skip("../shared がない")
    used = {
        line.strip().removeprefix("- attack.")
        for path in shared.rglob("rules*/**/*.yml")
        for line in path.read_text("utf-8").splitlines()
        if line.strip().startswith("- attack.")
    }
    words = {tag for tag in used if not any(char.isdigit() for char in tag)}
    assert words - set(TACTICS) == set()


def test_related_fields_are_those_the_rule_asks_for_first(hit: MakeHit) -> None:
    """ルールが見たい項目を先に、一致した項目と空の項目を除いて示す。"""
    rule = replace(hit().rule, fields=("Signed", "commandline"))
    fields = (
        ("winlog.event_data.ParentImage", "C:\\a.exe"),
        ("CommandLine", "evil.exe -x"),
        ("Signed", "false"),
        ("TargetUserName", "-"),
        ("Unrelated", "x"),
    )
    shown = related_fields(replace(hit(), rule=rule, fields=fields))
    assert shown == (("Signed", "false"), ("winlog.event_data.ParentImage", "C:\\a.exe"))


def test_stock_answers_about_false_positives_are_translated(hit: MakeHit) -> None:
    """SigmaHQ の決まり文句（Unknown など）は日本語にし、それ以外はそのまま示す。"""
    rule = replace(hit().rule, falsepositives=("Unknown", "Unlikely.", "Backup software"))
    unknown, unlikely, other = usual_causes(rule)
    assert unknown.startswith("知られていない")
    assert unlikely.startswith("ほとんどない")
    assert other == "Backup software"
