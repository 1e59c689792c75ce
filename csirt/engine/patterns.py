"""Regular expressions that cannot hang: RE2 where it agrees with Python, else a time limit."""

import re
import warnings
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import re2

from csirt.engine.time_limit import OutOfTimeError, search_in_time
from kanmon.text import fold

GIVE_UP_AFTER = 3
"""Searches out of time after which a pattern is not tried again in this process."""
MIN_LITERAL = 3
"""Letters and digits that make a literal worth looking for; of other characters one less."""

# Where RE2 reads the same text differently: {,n}, POSIX classes, Python's own escapes,
# and \B, which Python does not find in an empty value.
_READ_DIFFERENTLY = re.compile(r"\{,|\[\[?[:.=]|\\[ABZuUNxpPQCz0-9]|\(\?[aLu#(<!=]|\(\?[imsx]*-")
_UNICODE_MATTERS = re.compile(r"\\[wWdDsSbB]|\(\?[a-z]*i|\[\^")
# \s of Python knows these, RE2's does not. Asked one by one: far faster than a class of re.
_SPACES = "\x0b\x1c\x1d\x1e\x1f\x85"


_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


class Pattern:
    """One regular expression of a rule, with Python's meaning.

    Attributes:
        literal: What ``required_literal`` says.
    """

    def __init__(self, text: str, flags: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nested-set warnings concern future Python versions
            self._python = re.compile(text, sum(_FLAGS[flag] for flag in set(flags)))
            self.literal = required_literal(text, flags)
        ignores_case = bool(self._python.flags & re.IGNORECASE)
        # Without case an ı of the pattern is an i for Python, for RE2 it is not.
        agrees = text.isascii() or not ignores_case
        self._linear = _linear(f"(?{flags}){text}" if flags else text) if agrees else None
        self._ascii_only = ignores_case or bool(_UNICODE_MATTERS.search(text))
        self._may_ask_for_end = "$" in text
        self._failures = 0

    def search(self, value: str) -> bool:
        """Return whether the pattern is found in ``value``; raises ``OutOfTimeError``."""
        if (
            self._linear is not None
            and (value.isascii() or not self._ascii_only)
            # where $ of Python matches earlier than RE2's
            and not (self._may_ask_for_end and value.endswith("\n"))
            and not any(space in value for space in _SPACES)
        ):
            return self._linear.search(value.encode()) is not None
        if self._failures >= GIVE_UP_AFTER:
            raise OutOfTimeError
        try:
            return search_in_time(self._python, value)
        except OutOfTimeError:
            self._failures += 1
            raise


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
        # Of bytes, as the library would else work out which character a match is at.
        return re2.compile(source.encode(), options)
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
    enough = [run for run in _runs(tree) if len(run) >= MIN_LITERAL - (not run.isalnum())]
    return max(enough, key=len, default="")


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
