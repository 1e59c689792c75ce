"""A look at a record's JSON as it was read: can a keyword be in it at all?"""

import re
from collections.abc import Callable, Iterable
from string import ascii_lowercase

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from csirt.compile.expression import Test
from csirt.engine.patterns import pattern

_PLAIN_RUNS = re.compile(r"[ !#-.0-\[\]-z|~]+")
"""ASCII that JSON writes as it is: no control, quote, backslash or slash (PHP writes ``\\/``); and
no braces, which the evtx package leaves out of GUIDs."""
_TELLING = frozenset(ascii_lowercase) - frozenset("none")
"""Letters that no number (1e2 for 100) and no text of an absent value is made of."""
_ELSEWISE = (b"\\u00", b"\\u212a", "\u212a".encode())
"""ASCII written as an escape, and the Kelvin sign, whose lower case is an ASCII k."""


def may_hold(tests: Iterable[Test]) -> Callable[[bytes], bool]:
    """Return what is False of raw JSON (UTF-8) only when no value in it passes any of the tests."""
    needles: set[bytes] = set()
    for test in tests:
        needle = _needle(test)
        if not needle:
            return lambda raw: True
        needles.add(needle.encode())
    if not needles:
        return lambda raw: False
    # Leftmost matching lets the library use SIMD: several times as fast for a yes or no.
    needles.update(_ELSEWISE)
    find = BytesAhoCorasick(
        sorted(needles), matchkind=MatchKind.LeftmostFirst
    ).find_matches_as_indexes
    return lambda raw: bool(find(raw.lower()))


def _needle(test: Test) -> str:
    """Return lower-case ASCII that the raw JSON of a passing value contains; empty if unknown."""
    if test.kind in ("equals", "starts", "ends", "contains"):
        texts = [test.text]
    elif test.kind == "glob":
        texts = [part for part in test.parts if isinstance(part, str)]
    elif test.kind == "regex":
        texts = [pattern(test.text, test.option).literal]
    else:
        texts = []
    runs = [run.lower() for text in texts for run in _PLAIN_RUNS.findall(text)]
    return max((run for run in runs if not _TELLING.isdisjoint(run)), key=len, default="")
