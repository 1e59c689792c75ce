"""Covered by the city's own 通則条例 or 押印省略規則, or why not."""

from collections.abc import Callable

import pytest

from kanmon.config import Config
from kanmon.errors import ConfigError
from kanmon.session import shipped_rules
from regulation_scan.load import load_rules
from regulation_scan.model import Judgement, Status
from regulation_scan.scan import Rules

TEXT = "（申請）\n第3条　使用者は、申請書に記名押印し、市長に提出しなければならない。\n"
ORDINANCE = {"title": "○○市オンライン条例", "article": "第3条", "kind": "old"}
SEAL_RULE = {"title": "○○市押印特例規則", "article": "第2条", "exceptions": ["契約"]}
Scan = Callable[..., list[Judgement]]


def _rules(**values: object) -> Rules:
    config = Config({f"regulation.{key}": value for key, value in values.items()})
    return load_rules(shipped_rules() / "analog", config)


def test_old_ordinance_covers_rules_but_not_guidelines(scan: Scan) -> None:
    """An old 利用条例 covers 条例 and 規則; the same clause in a 要綱 stays open, and says why."""
    rules = _rules(general_ordinances=[ORDINANCE])
    covered = scan(f"市施設管理規則\n平成10年規則第5号\n\n{TEXT}", rules)
    assert {item.status for item in covered} == {Status.COVERED}
    assert covered[0].covered_by == ("○○市オンライン条例", "第3条")
    open_ = scan(f"市施設管理要綱\n平成10年告示第5号\n\n{TEXT}", rules)
    assert {item.status for item in open_} == {Status.FINDING}
    assert any("及ばない" in reason for item in open_ for reason in item.reasons)


def test_originals_are_excluded(scan: Scan) -> None:
    """A procedure that needs an original is outside the general ordinance."""
    text = "第3条　申請者は、申請書に戸籍の謄本を添えて提出しなければならない。\n"
    judged = scan(
        f"市施設管理規則\n平成10年規則第5号\n\n{text}", _rules(general_ordinances=[ORDINANCE])
    )
    assert {item.status for item in judged} == {Status.FINDING}
    assert any("原本を確認する必要" in reason for item in judged for reason in item.reasons)


def test_announcement_type_covers_only_what_is_announced(scan: Scan) -> None:
    """Under an announcement type, only the procedures on the list are covered."""
    text = f"市施設管理規則\n平成10年規則第5号\n\n{TEXT}"
    kind = {**ORDINANCE, "kind": "announcement"}
    assert scan(text, _rules(general_ordinances=[{**kind, "announced": ["施設"]}]))[0].covered_by
    judged = scan(text, _rules(general_ordinances=[{**kind, "announced": ["水道"]}]))
    assert any("告示されれば対応済み" in reason for reason in judged[0].reasons)


def test_seal_rule_and_its_exceptions(scan: Scan) -> None:
    """A 押印省略規則 covers seals in rules, except in the procedures it keeps."""
    rules = _rules(seal_rules=[SEAL_RULE])
    judged = scan(f"市施設管理規則\n平成10年規則第5号\n\n{TEXT}", rules)
    seal = {item.category: item.status for item in judged}
    assert seal == {"書面": Status.FINDING, "押印・署名": Status.COVERED}
    kept = scan(f"市契約規則\n平成10年規則第6号\n\n{TEXT}", rules)
    assert all(item.status is Status.FINDING for item in kept)


def test_switched_off_category_is_left_out(scan: Scan) -> None:
    """A category the city does not review is not in the result."""
    text = "第3条　申請書は、区長を経由して提出しなければならない。\n"
    assert {item.category for item in scan(text, _rules(leave_out=("経由",)))} == {"書面"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"general_ordinances": [{"kind": "old"}]}, "title（題名）がありません"),
        ({"general_ordinances": [{**ORDINANCE, "kind": "new"}]}, "kind 'new' はありません"),
        (
            {"general_ordinances": [{**ORDINANCE, "exclusions": ["x"]}]},
            "exclusions 'x' はありません",
        ),
        ({"seal_rules": [{**SEAL_RULE, "until": 1}]}, "項目 until はありません"),
        ({"seal_rules": [{**SEAL_RULE, "scope": "規則"}]}, "scope は一覧で書きます"),
        ({"leave_out": ("巡回",)}, "区分 '巡回' はありません"),
    ],
)
def test_malformed_setting_is_refused(values: dict[str, object], message: str) -> None:
    """A mistake in kanmon.toml is named before anything is scanned."""
    with pytest.raises(ConfigError) as caught:
        _rules(**values)
    assert str(caught.value.args[0]) == message
