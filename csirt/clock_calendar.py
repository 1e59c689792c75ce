"""Days on which a public office is open, and days counted as the law counts them."""

from datetime import date, datetime, timedelta

from kanmon.dates import JST


def is_closed(day: date) -> bool:
    """Return whether offices are closed: weekend, national holiday, or 29 December to 3 January.

    Source: 行政機関の休日に関する法律（昭和63年法律第91号）1条1項; the holidays themselves from
    the maintained library jpholiday.
    """
    import jpholiday  # only the clocks need it, and it takes its time

    if day.weekday() >= 5 or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return True
    return bool(jpholiday.is_holiday(day))


def next_open_day(day: date) -> date:
    """Return ``day``, or the first day after it on which offices are open."""
    while is_closed(day):
        day += timedelta(days=1)
    return day


def day_number(start: datetime, days: int, *, counts_first_day: bool) -> date:
    """Return the day that is ``days`` days from the start, in Japan time.

    With ``counts_first_day`` the start's own day is day 1: 30 days from 1 April end on 30 April.
    Every calendar day counts, closed ones too.
    """
    first = start.astimezone(JST).date()
    return first + timedelta(days=days - 1 if counts_first_day else days)
