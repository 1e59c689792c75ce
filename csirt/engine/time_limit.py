"""A search by Python's own ``re`` that cannot hang."""

import re
import signal
import threading
from types import FrameType

import regex

TIME_LIMIT_SECONDS = 0.5
"""One search of one value by a backtracking pattern; RE2 patterns need none."""


class OutOfTimeError(Exception):
    """A search was not finished within the limit, or had been given up before."""


def search_in_time(compiled: re.Pattern[str], value: str) -> bool:
    """Return whether the pattern is found in ``value``.

    ``re`` knows no time limit but looks for signals while it backtracks, so an alarm ends it.
    Only the main thread can set one (every worker process judges in its main thread), and not on
    Windows; elsewhere the ``regex`` package searches, which sees a few rare characters otherwise
    (``①`` as part of a word, ``[a-z]`` without case).

    Raises:
        OutOfTimeError: the limit was reached.
    """
    if threading.current_thread() is not threading.main_thread() or not _has_alarm():
        return _search_with_regex(compiled, value)
    handler = signal.signal(signal.SIGALRM, _ring)
    try:
        timer = signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT_SECONDS)
        try:
            return compiled.search(value) is not None
        finally:
            signal.setitimer(signal.ITIMER_REAL, *timer)
    finally:
        signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)


def _has_alarm() -> bool:
    return hasattr(signal, "setitimer")


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTimeError


def _search_with_regex(compiled: re.Pattern[str], value: str) -> bool:
    flags = compiled.flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE | re.ASCII)
    other = regex.compile(compiled.pattern, regex.VERSION0 | int(flags))
    try:
        return other.search(value, timeout=TIME_LIMIT_SECONDS) is not None
    except TimeoutError:
        raise OutOfTimeError from None
