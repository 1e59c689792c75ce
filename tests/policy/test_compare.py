"""ガイドラインと市の条文を比べる: 性質と、次元ごとの理由。"""

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanmon.source import SourceRef
from policy.compare import compare, judge_pair
from policy.model import Clause, Dimension, Duty, Verdict
from policy.parts import read_duty
from policy.profile import profile_of
from policy.sides import Reader

MakeDuty = Callable[..., Duty]

SENTENCES = (
    "職員等は、端末を離れるときは、画面をロックしなければならない。",
    "情報システム管理者は、アクセスログを1年以上保存し、毎月点検しなければならない。",
    "職員等は、私物の記録媒体を業務に用いてはならない。",
    "CISOは、研修を毎年度実施し、その結果を情報セキュリティ委員会に報告しなければならない。",
    "情報セキュリティ管理者は、契約に次の事項を定めなければならない。",
    "統括情報セキュリティ責任者は、緊急時対応計画を定めなければならない。",
    "職員等は、統括情報セキュリティ責任者の許可を得なければ、外部から接続してはならない。",
    "情報システム管理者は、原則として、修正プログラムを速やかに適用しなければならない。",
    "管理区域に入る者は、名札を着用するものとする。",
    "情報システム管理者は、バックアップを3世代以上保管するよう努める。",
)


def duties(reader: Reader, texts: Sequence[str]) -> list[Duty]:
    found = []
    for number, text in enumerate(texts, 1):
        clause = Clause(
            id=f"第{number}条",
            edition="試験",
            headings=(),
            number="",
            text=text,
            where=SourceRef("試験"),
        )
        duty = read_duty(clause, reader.modality, reader.parts)
        assert duty is not None
        found.append(duty)
    return found


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8, unique=True))
def test_a_text_beside_itself_agrees(texts: list[str], reader: Reader) -> None:
    """同じ文書どうしを比べると、全てが一致になる。"""
    listed = duties(reader, texts)
    found = compare(listed, listed, reader)
    assert [item.verdict for item in found] == [Verdict.EQUAL] * len(listed)
    assert [item.local[0].id for item in found] == [duty.clause.id for duty in listed]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_local_clauses_does_not_matter(seed: int, reader: Reader) -> None:
    """市の条文の順番を入れ替えても、判定と結び付きは変わらない。"""
    left = duties(reader, SENTENCES)
    right = duties(reader, [text.replace("毎月", "定期的に") for text in SENTENCES])
    mixed = right[:]
    random.Random(seed).shuffle(mixed)  # noqa: S311 - a repeatable order, no secret

    def seen(local: list[Duty]) -> list[tuple[str, Verdict]]:
        found = compare(left, local, reader)
        return [(item.local[0].id, item.verdict) for item in found]

    assert seen(right) == seen(mixed)


WEAKER = [
    (
        "verb",
        SENTENCES[0],
        "職員等は、端末を離れるときは、画面をロックするよう努めなければならない。",
    ),
    ("frequency", SENTENCES[3].replace("毎年度", "毎月"), SENTENCES[3]),
    (
        "frequency",
        SENTENCES[3].replace("毎年度", "毎年度1回以上"),
        SENTENCES[3].replace("毎年度", "毎年度1回"),
    ),
    (
        "frequency",
        SENTENCES[3].replace("毎年度", "年に一回以上"),
        SENTENCES[3].replace("毎年度", "2年に1回以上"),
    ),
    ("deadline", "職員等は、直ちに課長に報告する。", "職員等は、遅滞なく課長に報告する。"),
    ("deadline", "職員等は、3日以内に届け出る。", "職員等は、2週間以内に届け出る。"),
    ("threshold", SENTENCES[1], SENTENCES[1].replace("1年以上", "3か月以上")),
    ("approver", SENTENCES[6], SENTENCES[6].replace("統括情報セキュリティ責任者の", "課長の")),
    (
        "approver",
        "職員等は、CISOの許可を得て接続しなければならない。",
        "職員等は、CISOに届け出て接続しなければならない。",
    ),
    (
        "actor",
        "CISOは、緊急時対応計画を定めなければならない。",
        "情報システム担当者は、緊急時対応計画を定めなければならない。",
    ),
    ("scope", "自治体機密性2以上の情報を暗号化する。", "自治体機密性3以上の情報を暗号化する。"),
    ("scope", "全ての端末を登録する。", "重要な端末を登録する。"),
    ("exception", SENTENCES[2], SENTENCES[2] + "ただし、会議のときは、この限りでない。"),
    (
        "record",
        "管理者は、入退室を記録し、課長に報告する。",
        "管理者は、入退室を記録する。",
    ),
    (
        "measure",
        "情報システム管理者は、庁舎の火災、水害、地震及び停電に備える対策を講じる。",
        "情報システム管理者は、庁舎の火災、水害及び停電に備える対策を講じる。",
    ),
]


@pytest.mark.parametrize(("dimension", "strong", "weak"), WEAKER)
def test_what_is_weaker_one_way_is_stronger_the_other(
    dimension: str, strong: str, weak: str, duty: MakeDuty, reader: Reader
) -> None:
    """弱めた文は「弱い」とその次元になり、逆から比べれば「強い」になる。"""
    down = judge_pair(duty(strong), [duty(weak)], reader)
    assert down.verdict is Verdict.WEAKER
    assert dimension in {item.slug for item in down.dimensions}
    up = judge_pair(duty(weak), [duty(strong)], reader)
    assert up.verdict is Verdict.STRONGER
    assert dimension in {item.slug for item in up.dimensions}


@pytest.mark.parametrize(("dimension", "strong", "weak"), WEAKER)
def test_the_reason_quotes_the_words_that_differ(
    dimension: str, strong: str, weak: str, duty: MakeDuty, reader: Reader
) -> None:
    """理由の文は、違いを生んだ語を両方の条文から引く。"""
    found = judge_pair(duty(strong), [duty(weak)], reader)
    for difference in found.differences:
        words = [*difference.guideline_words.split("…"), *difference.local_words.split("…")]
        assert any(word and word in found.reason for word in words)
        assert all(word in strong for word in difference.guideline_words.split("…"))


SAME = [
    (SENTENCES[1], SENTENCES[1].replace("1年以上", "12か月以上")),
    ("職員は、許可を得なければならない。", "職員は、許可を得なければならないものとする。"),
    ("研修を毎年度行わなければならない。", "研修を年1回行わなければならない。"),
    ("研修を毎年度1回以上行わなければならない。", "研修を毎年度行わなければならない。"),
    ("研修を毎年度1回以上行わなければならない。", "研修を少なくとも年1回行わなければならない。"),
    (
        "職員等は、課長の許可を得ずに接続してはならない。",
        "職員等は、接続するときは、課長の許可を得なければならない。",
    ),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_other_words_for_the_same_are_no_difference(
    one: str, two: str, duty: MakeDuty, reader: Reader
) -> None:
    """言い方だけが違い意味が同じものは、一致になる。"""
    found = judge_pair(duty(one), [duty(two)], reader)
    assert found.verdict is Verdict.EQUAL, found.reason


def test_an_old_term_is_outdated_only_when_the_guideline_gave_it_up(
    duty: MakeDuty, reader: Reader
) -> None:
    """旧用語は旧版準拠となり版の名が付く。ガイドライン自身が使う語は指摘しない。"""
    new = "業務委託の契約に、再委託の制限を定めなければならない。"
    old = new.replace("業務委託", "外部委託")
    found = judge_pair(duty(new), [duty(old)], reader)
    assert found.verdict is Verdict.OUTDATED
    assert found.edition
    assert judge_pair(duty(old), [duty(old)], reader).verdict is Verdict.EQUAL


def test_a_title_alone_never_decides(duty: MakeDuty, reader: Reader) -> None:
    """見出しが同じだけの条文は対応とみなさず、見出しが違うだけでは欠落としない。"""
    wanted = duty("職員等は、離席時に画面をロックする。", headings=("端末の管理",))
    other = duty("管理者は、予算を要求する。", "2", headings=("端末の管理",))
    (found, _own) = compare([wanted], [other], reader)
    assert found.verdict is not Verdict.EQUAL
    elsewhere = duty("職員等は、離席時に画面をロックする。", "3", headings=("雑則",))
    assert compare([wanted], [elsewhere], reader)[0].verdict is Verdict.EQUAL


def test_clauses_outside_the_profile_do_not_apply(duty: MakeDuty, reader: Reader) -> None:
    """市の構成に当たらない義務は適用外となり、欠落とは数えない。"""
    wanted = duty("βモデルの市は、端末を監視する。", applies=("model=β", "model=β'"))
    (found,) = compare([wanted], [], reader, profile_of({"model": "α"}))
    assert found.verdict is Verdict.NOT_APPLICABLE
    (found,) = compare([wanted], [], reader, profile_of({"model": "β'"}))
    assert found.verdict is Verdict.MISSING


def test_a_clause_that_points_elsewhere_needs_a_person(duty: MakeDuty, reader: Reader) -> None:
    """「別に定める」など中身の分からない条文は、要人手になる。"""
    wanted = duty("管理者は、機器の廃棄の方法を定めなければならない。")
    local = duty("機器の廃棄の方法については、市長が別に定める。", "2")
    found = judge_pair(wanted, [local], reader)
    assert found.verdict is Verdict.UNDECIDED


def test_splits_and_merges_are_said_to_be_so(duty: MakeDuty, reader: Reader) -> None:
    """一つの義務を二つの条文に分けたもの、二つの義務を一つにまとめたものは分割/統合になる。"""
    whole = duty("管理者は、鍵を施錠できる箱に保管し、貸出しを台帳に記録しなければならない。")
    first = duty("管理者は、鍵を施錠できる箱に保管しなければならない。", "2")
    second = duty("管理者は、鍵の貸出しを台帳に記録しなければならない。", "3")
    (split,) = compare([whole], [first, second], reader)
    assert (split.verdict, len(split.local)) == (Verdict.SPLIT, 2)
    merged = compare([first, second], [whole], reader)
    assert [item.verdict for item in merged] == [Verdict.SPLIT, Verdict.SPLIT]


def test_every_dimension_is_tested() -> None:
    """用語を除く全ての次元に、弱める例がある。"""
    tested = {dimension for dimension, _strong, _weak in WEAKER}
    assert tested | {"term"} == {dimension.slug for dimension in Dimension}


def test_equal_clauses_each_answer_their_own_duty(duty: MakeDuty, reader: Reader) -> None:
    """同じ文の条文が二つあっても、それぞれが自分の義務に結び付く。"""
    listed = [duty(SENTENCES[0], "1"), duty(SENTENCES[0], "2")]
    found = compare(listed, listed, reader)
    assert [[c.id for c in item.local] for item in found] == [["1"], ["2"]]


def test_what_answers_an_idle_duty_is_not_called_the_citys_own(
    duty: MakeDuty, reader: Reader
) -> None:
    """適用外の義務に当たる市の条文は、独自とは数えない。"""
    text = "情報システム管理者は、無線LANの通信を暗号化しなければならない。"
    found = compare(
        [duty(text, applies=("wireless",))], [duty(text)], reader, profile_of({"wireless": False})
    )
    assert [item.verdict for item in found] == [Verdict.NOT_APPLICABLE]
