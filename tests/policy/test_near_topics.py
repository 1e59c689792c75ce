"""隣の話題の条文を、義務の答えと取り違えない。物の種類だけを挙げる条文は範囲が狭い。"""

from collections.abc import Callable

import pytest

from policy.clauses import strip_number
from policy.compare import compare
from policy.model import Dimension, Duty, Verdict
from policy.profile import profile_of
from policy.sides import Reader

MakeDuty = Callable[..., Duty]

NEIGHBOURS = (
    (
        "CISOは、委託先に対する監査を毎年度行わせなければならない。",
        "CISOは、情報セキュリティ監査の計画を定めなければならない。",
    ),
    (
        "情報セキュリティ管理者は、情報資産を分類に従って施錠できる場所に保管しなければならない。",
        "情報セキュリティ管理者は、情報資産を機密性、完全性及び可用性により分類しなければならない。",
    ),
)


@pytest.mark.parametrize(("text", "neighbour"), NEIGHBOURS)
def test_a_clause_about_the_neighbouring_topic_is_not_the_answer(
    text: str, neighbour: str, duty: MakeDuty, reader: Reader
) -> None:
    """隣の話題の条文しかなければ、欠落か要人手であって、一致や弱いではない。"""
    found = compare([duty(text)], [duty(neighbour, "第1条")], reader, profile_of({}))
    assert found[0].verdict in (Verdict.MISSING, Verdict.UNDECIDED)


def test_a_clause_that_only_points_elsewhere_is_for_a_person(
    duty: MakeDuty, reader: Reader
) -> None:
    """中身を別の文書に委ねる条文は、話題が遠く見えても欠落とは言わない。"""
    asked = duty("統括情報セキュリティ責任者は、クラウドサービスの選定基準を定めなければならない。")
    local = duty("クラウドサービスの利用の基準は、別に定める。", "第1条")
    found = compare([asked], [local], reader, profile_of({}))
    assert found[0].verdict is Verdict.UNDECIDED


NARROWED = (
    ("電磁的記録媒体", "USBメモリ", True),
    ("情報システム", "住民記録システム", True),
    ("端末", "パソコン", False),
    ("USBメモリ", "USBメモリ", False),
    ("電磁的記録媒体", "USBメモリその他の記録媒体", False),
)


@pytest.mark.parametrize(("thing", "kind", "narrower"), NARROWED)
def test_naming_only_a_kind_of_the_thing_narrows_the_scope(
    thing: str, kind: str, narrower: bool, duty: MakeDuty, reader: Reader
) -> None:
    """物の代わりにその種類だけを挙げると範囲が弱い。同義語や、物そのものもあるときは違う。"""
    texts = [f"職員等は、{word}を許可なく庁外に持ち出してはならない。" for word in (thing, kind)]
    one, two = duty(texts[0]), duty(texts[1], "第1条")
    found = compare([one], [two], reader, profile_of({}))[0]
    assert (Dimension.SCOPE in found.dimensions) is narrower


@pytest.mark.parametrize(
    ("heading", "words"),
    [("4.3通信回線の管理", "通信回線の管理"), ("2026年度計画", "2026年度計画"), ("4.3", "4.3")],
)
def test_a_dotted_number_is_taken_off_without_a_space(heading: str, words: str) -> None:
    """PDF の見出しのように番号と言葉の間に空白がなくても、番号だけが外れる。"""
    assert strip_number(heading) == words
