"""Times as logs write them."""

import re
from contextlib import suppress
from datetime import UTC, datetime

_NUMBER = re.compile(r"\d{9,19}(\.\d+)?")
_FRACTION = re.compile(r"(\.\d{1,6})\d*")
_WINDOWS_UTC = re.compile(r"\s+UTC$")


def parse_time(text: str) -> datetime | None:
    """Return the aware instant in UTC, or None when ``text`` is no time.

    ISO 8601 with or without ``T``, any number of fraction digits, and seconds, milliseconds,
    microseconds or nanoseconds since 1970. Without an offset the time is taken as UTC.
    """
    if has_no_time(text):
        return None
    try:
        moment = _read_iso(text)
    except ValueError:
        return _since_epoch(text)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None


def _read_iso(text: str) -> datetime:
    if text[10:11] == "T" and text.endswith("Z"):
        with suppress(ValueError):
            return datetime.fromisoformat(text)  # what nearly all logs write
    return datetime.fromisoformat(_FRACTION.sub(r"\1", _WINDOWS_UTC.sub("Z", text.strip())))


def has_no_time(text: str) -> bool:
    """Return True for what cannot be a time, without trying."""
    return not 8 <= len(text) <= 40 or not text[:1].isdigit()


def names_offset(text: str) -> bool:
    """Return whether the time says which zone it is in."""
    return text.endswith(("Z", "UTC")) or bool(re.search(r"[+-]\d\d:?\d\d$", text))


def _since_epoch(text: str) -> datetime | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    for limit, unit in ((1e11, 1), (1e14, 1e3), (1e17, 1e6), (1e20, 1e9)):
        if number < limit:
            return datetime.fromtimestamp(number / unit, UTC)
    return None
