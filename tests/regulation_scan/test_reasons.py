"""Reasons that rest on how the sentence is built: 読替え, conditions, who must act."""

from collections.abc import Callable

import pytest

from regulation_scan.model import Judgement, Status

Scan = Callable[..., list[Judgement]]
REPLACED = (
    "第五条の規定は、変更の届出について準用する。"
    "この場合において、同条中「{old}」とあるのは「{new}」と読み替えるものとする。"
)


def _only(judgements: list[Judgement], category: str) -> Judgement:
    (found,) = [item for item in judgements if item.category == category]
    return found


def test_duty_brought_in_by_a_replacement_is_found(scan: Scan) -> None:
    """A 読替え that adds paper where the replaced words asked for none is a finding."""
    text = REPLACED.format(old="届け出なければ", new="書面により届け出なければ")
    assert _only(scan(f"第１条　{text}\n"), "書面").status is Status.FINDING


def test_words_that_were_there_before_the_replacement_ask_nothing_new(scan: Scan) -> None:
    """A 読替え whose old wording already holds the word only refers to that duty."""
    text = REPLACED.format(
        old="市長に書面により届け出なければ", new="教育長に書面により届け出なければ"
    )
    assert _only(scan(f"第１条　{text}\n"), "書面").reason_code == "JUN"


def test_condition_that_may_not_be_left_out_is_a_duty(scan: Scan) -> None:
    """点検しなければ、使用してはならない demands the inspection."""
    found = scan("第１条　車両は、運行の前に、異状の有無を点検しなければ、使用してはならない。\n")
    assert _only(found, "目視").status is Status.FINDING


def test_both_types_are_named(scan: Scan) -> None:
    """A person who must be there and hold no other post is 常駐 and 専任."""
    found = scan("第１条　受託者は、専任の管理責任者を常駐させなければならない。\n")
    assert set(_only(found, "常駐・専任").type_ja.split("、")) == {"常駐", "専任"}


def test_words_inside_the_evidence_name_no_second_type(scan: Scan) -> None:
    """立ち入り、…検査させ is one act, of one 類型."""
    text = "市長は、職員に、土地に立ち入り、施設を検査させることができる。"
    assert _only(scan(f"第１条　{text}\n"), "目視").type_ja == "調査"


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("前項の申請書には、申請者が押印しなければならない。", "申請者"),
        ("申請書には、印を押さなければならない。", "申請書"),
        ("申請者は、申請書に押印しなければならない。", "申請者"),
    ],
)
def test_the_person_is_the_subject(scan: Scan, text: str, subject: str) -> None:
    """The paper that is sealed is not taken for the person who seals it."""
    assert _only(scan(f"第１条　{text}\n"), "押印・署名").subject == subject


def test_definition_without_brackets_is_a_definition(scan: Scan) -> None:
    """A sentence ending in をいう only says what a word means."""
    found = scan("第１条　定期点検は、前条第二項の規定により年一回行う点検をいう。\n")
    assert _only(found, "定期検査・点検").reason_code == "DEF"
