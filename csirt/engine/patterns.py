"""Regular expressions that cannot hang: RE2 where it agrees with Python, else a time limit."""

import re
import warnings
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import re2
import regex

from kanmon.text import fold

TIME_LIMIT_SECONDS = 0.5
"""One search of one value by a backtracking pattern; RE2 patterns need none."""
GIVE_UP_AFTER = 3
"""Searches out of time after which a pattern is not tried again in this process."""
MIN_LITERAL = 3

# Where RE2 reads the same text differently: {,n}, POSIX classes, and Python's own escapes.
_READ_DIFFERENTLY = re.compile(r"\{,|\[\[?[:.=]|\\[AZuUNxpPQCz0-9]|\(\?[aLu#(<!=]|\(\?[imsx]*-")
_UNICODE_MATTERS = re.compile(r"\\[wWdDsSbB]|\(\?[a-z]*i|\[\^")
# \s of Python knows these, RE2's does not.
_SPACES = re.compile(r"[\x0b\x1c-\x1f\x85]")


class OutOfTimeError(Exception):
    """A search was not finished within the limit, or had been given up before."""


class Pattern:
    """One regular expression of a rule, with Python's meaning.

    Attributes:
        literal: Folded text that every match contains; empty when none of ``MIN_LITERAL``
            characters is certain.
    """

    def __init__(self, text: str, flags: str) -> None:
        source = f"(?{flags}){text}" if flags else text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nested-set warnings concern future Python versions
            self._backtracking = regex.compile(source, regex.VERSION0)
            self.literal = required_literal(text, flags)
        self._linear = _linear(source)
        self._ascii_only = "i" in flags or bool(_UNICODE_MATTERS.search(text))
        self._failures = 0

    def search(self, value: str) -> bool:
        """Return whether the pattern is found in ``value``; raises ``OutOfTimeError``."""
        if (
            self._linear is not None
            and (value.isascii() or not self._ascii_only)
            and not value.endswith("\n")  # where $ of Python matches earlier than RE2's
            and not _SPACES.search(value)
        ):
            return self._linear.search(value) is not None
        if self._failures >= GIVE_UP_AFTER:
            raise OutOfTimeError
        try:
            return self._backtracking.search(value, timeout=TIME_LIMIT_SECONDS) is not None
        except TimeoutError:
            self._failures += 1
            raise OutOfTimeError from None


@lru_cache(maxsize=4096)
def pattern(text: str, flags: str) -> Pattern:
    """Return the compiled pattern, once per process."""
    return Pattern(text, flags)


def _linear(source: str) -> Any:
    if _READ_DIFFERENTLY.search(source):
        return None
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(source, options)
    except re2.error:
        return None


def required_literal(text: str, flags: str) -> str:
    """Return the longest folded literal that every match must contain, or ``""``.

    Only plain characters that follow one another outside of alternatives and optional parts
    count; characters that fold unlike any case-insensitive search would are left out.
    """
    try:
        tree = parser.parse(text, re.IGNORECASE if "i" in flags else 0)
    except (re.error, RecursionError, OverflowError):
        return ""
    best = max(_runs(tree), key=len, default="")
    return best if len(best) >= MIN_LITERAL else ""


def _runs(tree: Any) -> list[str]:
    runs = [""]
    # Without case, Python also lets these match ı, ſ and the Kelvin sign, which fold otherwise.
    unlike = "iIkKsS" if tree.state.flags & re.IGNORECASE else ""
    for operator, argument in tree:
        if operator is ops.LITERAL and argument < 128 and chr(argument) not in unlike:
            runs[-1] += fold(chr(argument))
        elif operator is ops.SUBPATTERN and not (argument[1] or argument[2]):
            runs += [*_runs(argument[3]), ""]
        elif operator in (ops.MAX_REPEAT, ops.MIN_REPEAT) and argument[0] >= 1:
            runs += [*_runs(argument[2]), ""]
        elif operator is not ops.AT:
            runs.append("")
    return runs
