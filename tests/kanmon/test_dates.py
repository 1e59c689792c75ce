"""Dates as people in a Japanese city hall write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.dates import (
    JST,
    fiscal_year,
    format_era,
    format_instant,
    from_utc_text,
    parse_date,
    parse_instant,
    parse_number,
    utc_text,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("２０２６年４月１日", date(2026, 4, 1)),
        ("20260401", date(2026, 4, 1)),
        ("2026/04/01 00:00:00", date(2026, 4, 1)),
        ("令和8年4月1日", date(2026, 4, 1)),
        ("R8.4.1", date(2026, 4, 1)),
        ("Ｒ８．４．１", date(2026, 4, 1)),
        ("令和元年五月一日", date(2019, 5, 1)),
        ("平成三十一年四月三十日", date(2019, 4, 30)),
        ("S64.1.7", date(1989, 1, 7)),
        ("㍻12年2月29日", date(2000, 2, 29)),
    ],
)
def test_a_date_is_read_in_every_way_staff_write_it(text: str, expected: date) -> None:
    """西暦・和暦・全角・漢数字のどれで書いても同じ日になる。"""
    assert parse_date(text) == expected


@pytest.mark.parametrize("text", ["", "令和8年", "2026-02-30", "R8.13.1", "来週", "8.4.1", "2026"])
def test_what_is_no_date_is_refused(text: str) -> None:
    """日付でないものや暦にない日は、黙って別の日にせず断る。"""
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)


@given(st.dates(date(1873, 1, 1), date(2100, 12, 31)))
def test_a_day_survives_being_written_in_the_japanese_calendar(day: date) -> None:
    """和暦に直して読み戻すと同じ日である。"""
    assert parse_date(format_era(day)) == day


@given(st.integers(0, 9999))
def test_kanji_numerals_read_back(number: int) -> None:
    """漢数字（十・百・千）は算用数字と同じ数になる。"""
    digits = "〇一二三四五六七八九"
    parts = []
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            parts.append((digits[digit] if digit > 1 or not name else "") + name)
    assert parse_number("".join(parts) or "〇") == number


def test_the_fiscal_year_begins_on_the_first_of_april() -> None:
    """3月31日までは前の年度である。"""
    assert fiscal_year(date(2026, 3, 31)) == 2025
    assert fiscal_year(date(2026, 4, 1)) == 2026


def test_a_time_without_an_offset_is_japan_time() -> None:
    """時差の書かれていない時刻は日本時間とみなす。"""
    assert parse_instant("2026-04-01 09:00") == datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
    assert parse_instant("2026-04-01T09:00:00Z") == datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 2:05",
        "2026/11/23 02:05",
        "2026/11/23 2:05:00",
        "２０２６－１１－２３　２：０５",
        "令和8年11月23日 2時5分",
        "令和８年１１月２３日２時５分",
        "R8.11.23 2:05",
    ],
)
def test_a_time_as_people_type_it_at_night(text: str) -> None:
    """一桁の時、斜線、和暦、全角のどれでも、日本時間の同じ時刻になる。"""
    assert parse_instant(text) == datetime(2026, 11, 23, 2, 5, tzinfo=JST)


@pytest.mark.parametrize("text", ["2026-11-23 25:00", "2026-11-23 2:", "2:05", "昨日 2:05", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    """読めない時刻を、別の時刻として受け取らない。"""
    with pytest.raises(ValueError, match=r"hour must be|日付として読めません"):
        parse_instant(text)


@given(st.datetimes(timezones=st.just(JST)))
def test_the_store_keeps_an_instant_to_the_microsecond(moment: datetime) -> None:
    """保存した時刻は読み戻しても変わらない。"""
    if moment.year > 1:
        assert from_utc_text(utc_text(moment)) == moment


@given(
    st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=9999)),
)
def test_stored_instants_sort_as_text(first: datetime, later: timedelta) -> None:
    """保存した時刻は文字列としても時間順に並ぶ。"""
    if first.year < 9900:
        assert (utc_text(first) <= utc_text(first + later)) is True


@pytest.mark.parametrize(
    "text", ["9999-12-31T23:59:59Z", "9999-12-31 23:59:59-05:00", "0001-01-01 00:00"]
)
def test_an_instant_that_no_calendar_holds_is_refused(text: str) -> None:
    """日本時間か世界時で暦の外に出る時刻は、受け取らずに読めないと言う。"""
    with pytest.raises(ValueError, match="日時として扱えません"):
        parse_instant(text)


def test_an_instant_is_shown_in_japan_time() -> None:
    """時刻は日本時間で見せる。暦の最後の日も扱える。"""
    assert format_instant(datetime(2026, 4, 1, tzinfo=UTC)) == "2026-04-01 09:00:00"
    assert format_instant(parse_instant("9999-12-31")) == "9999-12-31 00:00:00"
