"""Japanese calendar dates as people write them, and Japan time."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
"""Japan has no summer time; a fixed offset needs no time-zone database."""

# First day of each era. Source: 元号を改める政令 (昭和64年政令第1号, 平成31年政令第143号);
# 明治 and 大正 from 1873-01-01, the first day of the Gregorian calendar in Japan.
_ERAS = (
    ("令和", "R", date(2019, 5, 1)),
    ("平成", "H", date(1989, 1, 8)),
    ("昭和", "S", date(1926, 12, 25)),
    ("大正", "T", date(1912, 7, 30)),
    ("明治", "M", date(1868, 1, 25)),
)
_KANJI_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_NUMBER = r"(元|[0-9]{1,4}|[〇一二三四五六七八九十百]+)"
_ERA_DATE = re.compile(
    rf"(令和|平成|昭和|大正|明治|[RHSTM])\.?{_NUMBER}(?:年|[./-])"
    rf"{_NUMBER}(?:月|[./-]){_NUMBER}日?"
)
_WESTERN_DATE = re.compile(r"(\d{4})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_AND_TIME = re.compile(
    r"(.+?)(?:[ T]+|(?<=日))(\d{1,2})(?::(\d{2})(?::(\d{2}))?|時(?:(\d{1,2})分)?)"
)


def parse_number(text: str) -> int:
    """Return the integer written in ``text``: 12, １２, 十二, 百三, 元 (=1).

    Raises ``ValueError`` for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain == "元":
        return 1
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if plain and all(char in _KANJI_DIGITS for char in plain):
        return int("".join(str(_KANJI_DIGITS[char]) for char in plain))
    total = section = digit = 0
    for char in plain:
        if char in _KANJI_DIGITS:
            digit = _KANJI_DIGITS[char]
        elif char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        elif char == "万":
            total += (section + digit) * 10000
            section = digit = 0
        else:
            raise ValueError(f"not a number: {text!r}")
    if not plain:
        raise ValueError("not a number: ''")
    return total + section + digit


def parse_date(text: str) -> date:
    """Return the day written in ``text``.

    Understands ISO (2026-04-01), 2026/4/1, 2026年4月1日, 20260401, 令和8年4月1日, R8.4.1, 元年,
    kanji numerals, full-width digits. Raises ``ValueError`` otherwise, also for a day that is not
    in the calendar.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"T?00:00(:00(\.0+)?)?$", "", plain)
    if match := _WESTERN_DATE.fullmatch(plain) or _COMPACT_DATE.fullmatch(plain):
        return date(*(int(part) for part in match.groups()))
    if match := _ERA_DATE.fullmatch(plain):
        era, year, month, day = match.groups()
        first = next(start for name, letter, start in _ERAS if era in (name, letter))
        return date(first.year + parse_number(year) - 1, parse_number(month), parse_number(day))
    raise ValueError(f"日付として読めません: {text!r}")


def format_era(day: date) -> str:
    """Return ``day`` in the Japanese calendar: ``令和8年4月1日``, ``令和元年5月1日``."""
    for name, _letter, first in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def fiscal_year(day: date) -> int:
    """Return the 年度 that ``day`` is in: 1 April to 31 March (地方自治法208条1項)."""
    return day.year if day.month >= 4 else day.year - 1


def parse_instant(text: str) -> datetime:
    """Return the aware instant written in ``text``; without an offset it is Japan time.

    Accepts ISO 8601 and everything ``parse_date`` accepts, alone (midnight) or with a time:
    ``2026/4/1 9:30``, ``令和8年4月1日9時30分``.
    Raises ``ValueError`` otherwise, also for an instant that no calendar day in Japan or in UTC
    holds (the last hours of the year 9999).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        moment = _day_and_time(plain)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=JST)
    try:
        moment.astimezone(UTC).astimezone(JST)
    except OverflowError as error:
        raise ValueError(f"日時として扱えません: {text!r}") from error
    return moment


def _day_and_time(plain: str) -> datetime:
    match = _DAY_AND_TIME.fullmatch(plain)
    if match is None:
        return datetime.combine(parse_date(plain), time())
    day, hour, minute, second, kanji_minute = match.groups()
    clock = time(int(hour), int(minute or kanji_minute or 0), int(second or 0))
    return datetime.combine(parse_date(day), clock)


def format_instant(moment: datetime) -> str:
    """Return an aware instant in Japan time, ``2026-04-01 09:30:00``."""
    return moment.astimezone(JST).isoformat(" ", "seconds")[:19]


def utc_text(moment: datetime) -> str:
    """Return an aware instant as the store keeps it: UTC, microseconds, ``Z``; sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_utc_text(text: str) -> datetime:
    """Return the aware instant that ``utc_text`` wrote."""
    return datetime.fromisoformat(text)
