"""A look at a record's JSON as it was read: can a keyword be in it at all?"""

import re
from collections.abc import Callable, Iterable
from itertools import product
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

_LETTERS = ascii_lowercase.encode()
_PIECE_LENGTHS = (3, 4, 5)
_FEW_WAYS = 4
"""Ways to write a piece that are worth another byte of it."""
_FEW = 64
"""Pieces that are looked for with SIMD (aho-corasick's Teddy)."""


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
    needles.update(_ELSEWISE)
    find = _finder(needles)
    glimpse = _glimpse(needles)
    if glimpse is None:
        return lambda raw: bool(find(raw.lower()))
    return lambda raw: bool(glimpse(raw) and find(raw.lower()))


def _finder(needles: Iterable[bytes]) -> Callable[[bytes], object]:
    """Return what finds any of them; leftmost matching lets the library use SIMD."""
    return BytesAhoCorasick(
        sorted(needles), matchkind=MatchKind.LeftmostFirst
    ).find_matches_as_indexes


def _glimpse(needles: Iterable[bytes]) -> Callable[[bytes], object] | None:
    """Return what finds a telling piece of any needle in any case; None when these are too many.

    Putting a record into lower case takes as long as searching it.
    """
    pieces = {piece for needle in needles for piece in _in_any_case(_piece(needle))}
    return _finder(pieces) if len(pieces) <= _FEW else None


def _piece(needle: bytes) -> bytes:
    """Return a short piece of the needle that can be written in few ways."""
    pieces = [
        needle[at : at + length]
        for length in _PIECE_LENGTHS
        for at in range(len(needle) - length + 1)
    ]
    return min(
        pieces, key=lambda piece: (max(_ways(piece), _FEW_WAYS), -len(piece)), default=needle
    )


def _ways(piece: bytes) -> int:
    return 1 << sum(byte in _LETTERS for byte in piece)


def _in_any_case(piece: bytes) -> Iterable[bytes]:
    """Return the piece, given in lower case, in all mixtures of cases."""
    choices = [(byte, byte ^ 0x20) if byte in _LETTERS else (byte,) for byte in piece]
    return map(bytes, product(*choices))


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
