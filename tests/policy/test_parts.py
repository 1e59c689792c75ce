"""頻度・期限・主体・承認・基準値などを条文から読む。"""

import pytest

from policy.load import Rules
from policy.model import Dimension
from policy.parts import find_parts
from policy.sides import Reader


@pytest.mark.parametrize(
    ("text", "per_year"),
    [
        ("毎年度、見直す。", 1),
        ("年に２回、点検する。", 2),
        ("半年に1回、点検する。", 2),
        ("四半期ごとに点検する。", 4),
        ("三か月に一回、点検する。", 4),
        ("毎月1回、点検する。", 12),
        ("2年ごとに見直す。", 0.5),
        ("定期的に点検する。", 0.01),
        ("適宜点検する。", 0),
        ("非常時の手順を定める。", None),
    ],
)
def test_frequencies_become_times_per_year(
    text: str, per_year: float | None, reader: Reader
) -> None:
    """頻度は、書き方が違っても年当たりの回数として比べられる。"""
    found = [p.rank for p in find_parts(text, reader.parts) if p.dimension is Dimension.FREQUENCY]
    assert found == ([] if per_year is None else [pytest.approx(per_year)])


@pytest.mark.parametrize(
    ("text", "key", "rank"),
    [
        ("パスワードは、12文字以上とする。", "password-length", 12),
        ("パスワードは、八桁以上とする。", "password-length", 8),
        ("5回連続して認証に失敗したときは、止める。", "lockout", -5),
        ("10分以内に画面ロックがかかるようにする。", "idle-hours", -1 / 6),
        ("ログを1年以上保存する。", "retention-hours", 8760),
        ("ログを12か月以上保存する。", "retention-hours", 8760),
        ("多要素認証を用いる。", "grade-authentication", 1),
    ],
)
def test_thresholds_know_their_unit_and_direction(
    text: str, key: str, rank: float, reader: Reader
) -> None:
    """基準値は単位をそろえ、大きい方が強いか小さい方が強いかを区別する。"""
    found = {
        p.key: p.rank for p in find_parts(text, reader.parts) if p.dimension is Dimension.THRESHOLD
    }
    assert found[key] == pytest.approx(rank)


def test_who_must_act_and_who_is_asked(reader: Reader) -> None:
    """主体は「は」の前の役割、承認者は「の許可を得」の前の役割で、並べた者も落とさない。"""
    asked_of = "CISO又は統括情報セキュリティ責任者"
    text = f"情報システム管理者及び職員等は、{asked_of}の許可を得なければならない。"
    found = find_parts(text, reader.parts)
    actors = {p.text for p in found if p.dimension is Dimension.ACTOR}
    assert actors == {"情報システム管理者", "職員等"}
    asked = {p.text for p in found if p.dimension is Dimension.APPROVER}
    assert asked == {"許可", "CISO", "統括情報セキュリティ責任者"}


def test_every_part_is_quoted_where_it_stands(reader: Reader) -> None:
    """読み取った語は、その位置の原文どおりである。"""
    text = "職員等は、直ちに管理者に報告し、３日以内に書面を出す。ただし、休日は、この限りでない。"
    found = find_parts(text, reader.parts)
    assert {part.dimension for part in found} >= {Dimension.DEADLINE, Dimension.EXCEPTION}
    for part in found:
        assert len(text[part.start : part.start + len(part.text)]) == len(part.text)
    words = [part.text for part in found if part.dimension is Dimension.EXCEPTION]
    assert words == ["ただし"]


def test_an_attribute_asks_no_record(reader: Reader, rules: Rules) -> None:
    """「記録するサーバ」は記録の義務ではなく、「電磁的記録媒体」は記録ではない。"""
    for text in ("ログを記録するサーバの時刻を合わせる。", "電磁的記録媒体を施錠する。"):
        assert not [p for p in find_parts(text, rules.parts) if p.key == "record"], text
