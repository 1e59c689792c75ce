"""A gap in the numbers is reported; what only looks like one is not."""

from collections.abc import Callable

import pytest

from kanmon.documents.continuity import check_continuity
from kanmon.documents.model import Document

CASES = [
    ("第1条　甲。\n第2条　乙。\n第3条　丙。\n", []),
    ("第1条　甲。\n第3条　丙。\n", ["第1条の次が第3条です（第2条がありません）"]),
    ("第1条　甲。\n第2条から第4条まで　削除\n第5条　戊。\n", []),
    ("第1条　甲。\n第1条の2　乙。\n第1条の3　丙。\n第2条　丁。\n", []),
    (
        "第1条　甲。\n第1条の3　丙。\n第2条　丁。\n",
        ["第1条の次が第1条の3です（第1条の2がありません）"],
    ),
    ("第5条　甲。\n第6条　乙。\n", []),
    ("第1条　甲。\n3　丙。\n", []),
    (
        "第1条　甲。\n2　乙。\n第2条　丙。\n第4条　丁。\n",
        ["第2条の次が第4条です（第3条がありません）"],
    ),
    ("第1条　甲。\n2　乙。\n附　則（令和3年規則第1号）\n第5条　経過措置。\n", []),
    ("第1条　甲。\n第2条　乙。\n第1条　丙。\n", ["第2条の次が第1条で、番号が戻っています"]),
    ("第1章　甲\n第1条　甲。\n第2章　乙\n第1条　乙。\n", []),
]


@pytest.mark.parametrize(("text", "reasons"), CASES)
def test_gaps(text: str, reasons: list[str], read: Callable[..., Document]) -> None:
    """条番号の飛びは理由付きで報告し、削除の範囲・枝番号・抄録は飛びとしない。"""
    found = check_continuity(read("○例規則\n" + text))
    assert [skip.reason for skip in found] == reasons
