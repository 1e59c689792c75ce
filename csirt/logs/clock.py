"""Times as logs write them."""

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime

_NUMBER = re.compile(r"[0-9]{9,19}(\.[0-9]+)?")
_FILETIME_OF_1970 = 116_444_736_000_000_000
_FILETIME_OF_2100 = 157_469_184_000_000_000
_FRACTION = re.compile(r"(\.\d{1,6})\d*")
_WINDOWS_UTC = re.compile(r"\s+UTC$")
_OFFSET = re.compile(r"[+-]\d\d:?\d\d$")


def parse_time(text: str) -> datetime | None:
    """Return the aware instant in UTC, or None when ``text`` is no time.

    ISO 8601 with or without ``T``, any number of fraction digits; seconds, milliseconds,
    microseconds or nanoseconds since 1970; or Windows' FILETIME, 100 nanoseconds since 1601.
    Without an offset the time is taken as UTC. The years 1 and 9999 are no time: no log was
    written then, and so every instant has a neighbour and a Japan time.

    A number of 18 digits is a FILETIME when that gives 1970 to 2099; as nanoseconds it would be
    a time in 1973 or 1974, when no log of today was written.
    """
    if has_no_time(text):
        return None
    try:
        moment = _read_iso(text)
    except ValueError:
        return _from_number(text)
    if not MINYEAR < moment.year < MAXYEAR:
        return None
    if moment.tzinfo is UTC:
        return moment
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_iso(text: str) -> datetime:
    if text[10:11] == "T" and text.endswith("Z"):
        try:
            return datetime.fromisoformat(text)  # what nearly all logs write
        except ValueError:
            pass
    return datetime.fromisoformat(_FRACTION.sub(r"\1", _WINDOWS_UTC.sub("Z", text.strip())))


def has_no_time(text: str) -> bool:
    """Return True for what cannot be a time, without trying."""
    return not 8 <= len(text) <= 40 or not text[:1].isdigit()


def names_offset(text: str) -> bool:
    """Return whether the time says which zone it is in."""
    return text.endswith(("Z", "UTC")) or bool(_OFFSET.search(text))


def _from_number(text: str) -> datetime | None:
    if not _NUMBER.fullmatch(text):
        return None
    whole = int(text.partition(".")[0])  # a float of 18 digits would be rounded
    if _FILETIME_OF_1970 <= whole < _FILETIME_OF_2100:
        micros = (whole - _FILETIME_OF_1970) // 10
        return datetime.fromtimestamp(micros // 10**6, UTC).replace(microsecond=micros % 10**6)
    number = float(text)
    for limit, unit in ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9)):
        if number < limit:
            return datetime.fromtimestamp(number / unit, UTC)
    return None
