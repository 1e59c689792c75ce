"""Deadlines: counted as the law counts, through year ends, leap days, holidays and time zones."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from csirt.clock import Due, Facts, Urgency, compute_dues
from csirt.clock_calendar import day_number, is_closed, next_open_day
from csirt.duty import Answer, DutyBook, Truth
from csirt.duty_load import parse_answer
from kanmon.dates import JST, parse_instant

CASES = yaml.safe_load((Path(__file__).parent / "data" / "deadlines.yml").read_text())
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2032, 12, 31), timezones=st.just(UTC)
)


def dues_at(book: DutyBook, known: datetime, answers: dict[str, Answer]) -> dict[str, Due]:
    facts = Facts(times={"known": known}, answers=answers, done={})
    return {due.duty.id: due for due in compute_dues(book, facts)}


def answered(book: DutyBook, *texts: str, since: datetime | None = None) -> dict[str, Answer]:
    return dict(parse_answer(book, text, since) for text in texts)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_deadline_of_the_calendar(case: dict[str, object], book: DutyBook) -> None:
    """暦を見て数えた期限と同じになる。"""
    known = case["known"]
    moment = known.replace(tzinfo=JST) if isinstance(known, datetime) else parse_instant(str(known))
    dues = dues_at(book, moment, answered(book, *case["answers"]))  # type: ignore[misc]
    preliminary, final = dues["appi-68-preliminary"], dues["appi-68-final"]
    assert [preliminary.earliest, preliminary.last] == case["guide"]
    assert final.last == case["final"]
    assert preliminary.truth is final.truth is Truth.YES


@given(MOMENTS, st.integers(1, 90))
def test_last_day_is_open_and_no_earlier_day_would_do(moment: datetime, days: int) -> None:
    """末日は必ず開庁日で、数えた日からそこまでの間は全て閉庁日。"""
    counted = day_number(moment, days, counts_first_day=True)
    last = next_open_day(counted)
    assert not is_closed(last)
    skipped = [counted + timedelta(days=n) for n in range((last - counted).days)]
    assert all(is_closed(day) for day in skipped)
    assert (last - counted).days <= 10


@given(MOMENTS, st.integers(1, 90))
def test_first_day_counts_as_day_one(moment: datetime, days: int) -> None:
    """知った日を1日目と数え、土日も祝日も数に入れる。"""
    first = moment.astimezone(JST).date()
    assert day_number(moment, days, counts_first_day=True) == first + timedelta(days=days - 1)


@given(MOMENTS, st.integers(-12, 14))
def test_the_zone_of_the_record_does_not_matter(moment: datetime, hours: int) -> None:
    """同じ瞬間なら、どの時差で書いてあっても同じ日になる。"""
    other = moment.astimezone(timezone(timedelta(hours=hours)))
    assert day_number(other, 30, counts_first_day=True) == day_number(
        moment, 30, counts_first_day=True
    )


def test_offices_are_closed_from_29_december_to_3_january() -> None:
    """12月29日から1月3日は、平日でも閉庁日。振替休日・国民の休日も閉庁日。"""
    assert [day for day in range(26, 32) if is_closed(date(2025, 12, day))] == [27, 28, 29, 30, 31]
    assert [day for day in range(1, 6) if is_closed(date(2026, 1, day))] == [1, 2, 3, 4]
    assert is_closed(date(2026, 5, 6))  # 振替休日
    assert is_closed(date(2026, 9, 22))  # 国民の休日


def test_unanswered_malice_keeps_the_shorter_period(book: DutyBook) -> None:
    """不正の目的か分からない間は、短い30日を示す。分かれば60日になる。"""
    known = datetime(2026, 6, 1, tzinfo=JST)
    base = answered(book, "personal-info=はい", "persons=101")
    assert dues_at(book, known, base)["appi-68-final"].days == 30
    longer = {**base, **answered(book, "malicious=はい")}
    assert dues_at(book, known, longer)["appi-68-final"].days == 60


def test_hundred_persons_found_later_start_then(book: DutyBook) -> None:
    """後から100人を超えたと分かれば、その時から数える。初めから対象なら、初めから数える。"""
    known = datetime(2026, 6, 1, 9, tzinfo=JST)
    found = datetime(2026, 6, 10, 9, tzinfo=JST)
    late = {
        **answered(book, "personal-info=はい", "malicious=いいえ", "special-care=いいえ"),
        **answered(book, "persons=101", since=found),
    }
    assert dues_at(book, known, late)["appi-68-final"].start == found
    early = {**late, **answered(book, "malicious=はい")}
    assert dues_at(book, known, early)["appi-68-final"].start == known


def test_a_late_answer_without_since_never_buys_time(book: DutyBook) -> None:
    """答えるのが遅れただけなら、期限は知った時から数える。"""
    known = datetime(2026, 6, 1, 9, tzinfo=JST)
    dues = dues_at(book, known, answered(book, "personal-info=はい", "persons=101"))
    assert dues["appi-68-final"].start == known


def test_both_laws_run_separately(book: DutyBook) -> None:
    """特定個人情報が混ざるときは、個人情報保護法と番号法の時計が別々に動く。"""
    known = datetime(2026, 6, 1, 9, tzinfo=JST)
    answers = answered(book, "personal-info=はい", "persons=101", "my-number=はい")
    dues = dues_at(book, known, answers)
    assert dues["appi-68-final"].truth is dues["my-number-final"].truth is Truth.YES
    few = dues_at(book, known, {**answers, **answered(book, "persons=3", "malicious=いいえ",
                  "my-number-system=いいえ", "published-online=いいえ")})  # fmt: skip
    assert few["my-number-final"].truth is Truth.NO
    assert few["my-number-guideline"].truth is Truth.YES


def test_assembly_is_outside_and_hospitals_have_their_own_chapter(book: DutyBook) -> None:
    """議会の情報には68条の時計を動かさず、市立病院には26条（1,000人超）を使う。"""
    known = datetime(2026, 6, 1, 9, tzinfo=JST)
    none = [f"{name}=いいえ" for name in ("malicious", "special-care", "property-damage")]
    base = answered(book, "personal-info=はい", "persons=500", *none, "ordinance-care=いいえ")
    assembly = dues_at(book, known, {**base, **answered(book, "body=assembly")})
    assert assembly["appi-68-final"].truth is Truth.NO
    hospital = dues_at(book, known, {**base, **answered(book, "body=hospital")})
    assert hospital["appi-68-final"].truth is hospital["appi-26-final"].truth is Truth.NO
    many = dues_at(book, known, {**base, **answered(book, "body=hospital", "persons=1001")})
    assert many["appi-26-final"].truth is Truth.YES


def test_encrypted_data_is_not_reported(book: DutyBook) -> None:
    """高度な暗号化がされていれば、報告の対象にしない。"""
    known = datetime(2026, 6, 1, 9, tzinfo=JST)
    answers = answered(book, "personal-info=はい", "persons=5000", "encrypted=はい")
    assert dues_at(book, known, answers)["appi-68-final"].truth is Truth.NO


def test_without_known_time_the_clock_waits(book: DutyBook) -> None:
    """「知った」時刻がなければ、日付を作らずに、待っていると示す。"""
    facts = Facts(times={}, answers=answered(book, "personal-info=はい", "persons=101"), done={})
    due = next(d for d in compute_dues(book, facts) if d.duty.id == "appi-68-final")
    assert due.last is None
    assert due.urgency(date(2030, 1, 1)) is Urgency.WAITING


@given(st.integers(0, 400))
def test_urgency_never_goes_back(days: int) -> None:
    """日が進んで、期限超過が進行中に戻ることはない。"""
    from csirt.duty_load import load_duties

    book = load_duties(Path(__file__).parents[3] / "rules" / "runbooks" / "duties.yml")
    known = datetime(2026, 6, 1, 9, tzinfo=JST)
    due = dues_at(book, known, answered(book, "personal-info=はい", "persons=101"))["appi-68-final"]
    order = [Urgency.RUNNING, Urgency.SOON, Urgency.OVERDUE]
    today = date(2026, 6, 1) + timedelta(days=days)
    now, later = due.urgency(today), due.urgency(today + timedelta(days=1))
    assert order.index(now) <= order.index(later)
    assert (now is Urgency.OVERDUE) == (today > date(2026, 6, 30))
