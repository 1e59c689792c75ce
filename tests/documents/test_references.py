"""References are resolved from where they stand."""

import pytest

from kanmon.provision import parse_provision
from kanmon.references import find_references

CASES = [
    ("第3条第1項及び第2項の規定は、準用する。", "第6条第1項", ["第3条第1項", "第3条第2項"], ""),
    ("前条の規定", "第16条の3第1項", ["第16条の2"], ""),
    ("前条第2項", "第16条第1項", ["第15条第2項"], ""),
    ("前項の場合", "第6条第2項", ["第6条第1項"], ""),
    ("前項ただし書", "附則第2項", ["附則第1項"], ""),
    ("前2項の規定", "第6条第3項", ["第6条第1項", "第6条第2項"], ""),
    ("前三条の規定", "第6条第1項", ["第3条", "第4条", "第5条"], ""),
    ("前各号に掲げる", "第2条第1項第3号", ["第2条第1項第1号", "第2条第1項第2号"], ""),
    ("次条において", "第6条第1項", ["第7条"], ""),
    ("第５条から第７条までの規定", "第9条第1項", ["第5条", "第6条", "第7条"], ""),
    ("この条例第5条", "第1条第1項", ["第5条"], ""),
    ("法第10条第1項の許可", "第2条第1項", ["第10条第1項"], "法"),
    ("地方自治法（昭和22年法律第67号）第244条", "第1条第1項", ["第244条"], "地方自治法"),
    ("別表第1に掲げる", "第1条第1項", ["別表第1"], ""),
    ("様式第3号により", "第1条第1項", ["様式第3号"], ""),
    ("第三条の一部を改正する", "附則第1項", ["附則第3条"], ""),
    ("第2項の規定", "第4条第3項", ["第4条第2項"], ""),
]


@pytest.mark.parametrize(("text", "base", "targets", "instrument"), CASES)
def test_reference(text: str, base: str, targets: list[str], instrument: str) -> None:
    """「前条」「前2項」「第5条から第7条まで」が、書かれた場所から見てどこかが分かる。"""
    found = find_references(text, parse_provision(base))
    assert [str(t) for reference in found for t in reference.targets] == targets
    assert found[0].instrument == instrument
    assert all(text[r.start : r.end] == r.text for r in found)


def test_same_article_follows_the_last_named() -> None:
    """同条は直前に挙げた条、同法は直前に挙げた法律を指す。"""
    text = "第3条の規定により、同条第2項の届出をし、墓地法第9条及び同法第10条に従う。"
    found = find_references(text, parse_provision("第6条第1項"))
    assert [(str(r.targets[0]), r.instrument) for r in found] == [
        ("第3条", ""),
        ("第3条第2項", ""),
        ("第9条", "墓地法"),
        ("第10条", "墓地法"),
    ]


def test_first_article_has_no_previous() -> None:
    """第1条の「前条」は、どこも指さない。"""
    found = find_references("前条の規定", parse_provision("第1条第1項"))
    assert [r.targets for r in found] == [()]
