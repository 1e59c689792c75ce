"""禁止と許可: 例外のない禁止、許可を得る義務、ただし書の許可を比べる。"""

from collections.abc import Callable

import pytest

from policy.compare import judge_pair
from policy.model import Dimension, Duty, Verdict
from policy.sides import Reader

MakeDuty = Callable[..., Duty]

ASKED = "職員等は、端末を庁外に持ち出すときは、統括責任者の許可を得なければならない。"
GATED = "職員等は、統括責任者の許可を得なければ、端末を庁外に持ち出してはならない。"
BAN = "職員等は、端末を庁外に持ち出してはならない。"
PROVISO = BAN + "ただし、統括責任者が承認したときは、この限りでない。"


@pytest.mark.parametrize(
    "ban",
    [BAN, "職員等による端末の庁外への持出しを禁止する。", "職員等は、端末を持ち出さないこと。"],
)
def test_a_ban_without_exception_is_stricter_than_asking_leave(
    ban: str, duty: MakeDuty, reader: Reader
) -> None:
    """許可を得れば認めるガイドラインに対し、例外なく禁じる市の条文は強い。逆は弱い。"""
    up = judge_pair(duty(ASKED), [duty(ban)], reader)
    assert (up.verdict, up.dimensions) == (Verdict.STRONGER, (Dimension.EXCEPTION,)), up.reason
    assert "例外なく禁じています" in up.reason
    down = judge_pair(duty(ban), [duty(ASKED)], reader)
    assert Dimension.EXCEPTION in down.dimensions
    assert down.verdict is Verdict.WEAKER, down.reason


@pytest.mark.parametrize("asked", [ASKED, GATED])
@pytest.mark.parametrize(
    "ban",
    [
        PROVISO,
        BAN + "ただし、統括責任者の許可を受けた場合は、この限りでない。",
        "職員等は、統括責任者が許可した場合を除き、端末を庁外に持ち出してはならない。",
    ],
)
def test_a_proviso_that_asks_leave_is_no_exception(
    asked: str, ban: str, duty: MakeDuty, reader: Reader
) -> None:
    """「承認したときは、この限りでない」は、承認を得る義務と同じである。"""
    for one, two in ((asked, ban), (ban, asked)):
        found = judge_pair(duty(one), [duty(two)], reader)
        assert found.verdict is Verdict.EQUAL, found.reason


@pytest.mark.parametrize(
    ("guideline", "local", "dimension"),
    [
        (GATED, BAN + "ただし、緊急の場合は、この限りでない。", Dimension.EXCEPTION),
        (
            GATED,
            BAN + "ただし、緊急の場合又は統括責任者が承認したときは、この限りでない。",
            Dimension.EXCEPTION,
        ),
        (BAN, PROVISO, Dimension.EXCEPTION),
        (PROVISO, PROVISO.replace("統括責任者", "情報システム担当者"), Dimension.APPROVER),
        (
            "職員等は、研修を受けなければならない。",
            "職員等は、研修を受けなければならない。ただし、統括責任者が承認したときは、この限りでない。",
            Dimension.EXCEPTION,
        ),
    ],
)
def test_what_opens_more_than_leave_does_is_weaker(
    guideline: str, local: str, dimension: Dimension, duty: MakeDuty, reader: Reader
) -> None:
    """許可以外の場合を認めるただし書や、下位の者の承認で足りるものは弱い。"""
    found = judge_pair(duty(guideline), [duty(local)], reader)
    assert (found.verdict, found.dimensions) == (Verdict.WEAKER, (dimension,)), found.reason


@pytest.mark.parametrize(
    "limited",
    [
        "職員等は、端末をみだりに庁外に持ち出してはならない。",
        "職員等は、業務以外の目的で端末を庁外に持ち出してはならない。",
        "職員等は、端末を改造してはならない。",
    ],
)
def test_a_ban_of_something_less_does_not_stand_for_leave(
    limited: str, duty: MakeDuty, reader: Reader
) -> None:
    """一部だけを禁じる条文や別の行為を禁じる条文は、許可を得る義務より強いとはいえない。"""
    found = judge_pair(duty(ASKED), [duty(limited)], reader)
    assert found.verdict is Verdict.WEAKER, found.reason


def test_a_duty_to_obtain_leave_is_no_exception(duty: MakeDuty) -> None:
    """「許可を得なければならない」「許可を得て…する」は義務であり、例外として示さない。"""
    for text in (ASKED, "職員等は、統括責任者の許可を得て、端末を持ち出すものとする。"):
        assert not duty(text).of(Dimension.EXCEPTION), text
    assert [part.key for part in duty(GATED).of(Dimension.EXCEPTION)] == ["gate"]


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("管理者は、台帳を分類する。", "「分類する」"),
        ("管理者は、台帳を取り扱うものとする。", "「取り扱うものとする」"),
        ("管理者は、外部から台帳に接続する。", "「接続する」"),
        ("管理者は、台帳を使えるようにする。", "「使えるようにする」"),
        ("管理者は、台帳を備えること。", "「備えること」"),
    ],
)
def test_a_reason_quotes_the_whole_verb(
    said: str, quoted: str, duty: MakeDuty, reader: Reader
) -> None:
    """強度の違いの理由は、「る」ではなく動詞の全体を引く。"""
    strict = duty("管理者は、台帳を分類し、備え、取り扱い、接続しなければならない。")
    found = judge_pair(strict, [duty(said)], reader)
    assert quoted in found.reason
