"""Literals looked for in values: all tests of a field that need a text, in one pass."""

from collections.abc import Callable

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from csirt.engine.long_lines import LONG, LongLines, Match
from csirt.engine.time_limit import OutOfTimeError

Atom = int
Check = Callable[[str], bool]
UNDECIDED = 1 << 30
"""Added to an atom whose pattern ran out of time: neither true nor false."""

_LARGEST_DFA = 30_000
"""Characters of literals that become a DFA; a larger one leaves the processor's cache."""
_WORTH_A_DFA = 200
"""Characters searched, per character of literals, that repay building the DFA."""
_NEVER = 1 << 62
_WORTH_A_LOOK = 256
"""Bytes of a value that are searched slower than the faster automaton is asked beforehand."""
_FEW = 64
"""Literals that are looked for with SIMD (aho-corasick's Teddy; measured: ten times as fast)."""


class Literals:
    """Literals under one case rule."""

    def __init__(self) -> None:
        self._equals: dict[str, list[Atom]] = {}
        self._parts: dict[str, dict[str, list[Atom]]] = {}
        self._guarded: dict[str, list[tuple[Atom, Check, bool]]] = {}
        self._needles: list[bytes] = []
        self._automaton: BytesAhoCorasick | None = None
        self._until_dfa = 0
        self._leftmost: BytesAhoCorasick | None = None
        self._lines: LongLines | None = None
        self._order: list[tuple[list[Atom], list[Atom], list[Atom], list[tuple[Atom, Check, bool]]]]
        self._order = []
        self._unguarded: list[tuple[Atom, Check, bool]] = []

    def add(self, kind: str, text: str, atom: Atom) -> None:
        """Make the atom true of values that equal, contain, start or end with ``text``."""
        if kind == "equals":
            self._equals.setdefault(text, []).append(atom)
        else:
            self._parts.setdefault(text, {}).setdefault(kind, []).append(atom)

    def add_check(self, literal: str, atom: Atom, check: Check, raw: bool = False) -> None:
        """Ask ``check`` where ``literal`` occurs (everywhere when it is empty)."""
        if literal:
            self._guarded.setdefault(literal, []).append((atom, check, raw))
        else:
            self._unguarded.append((atom, check, raw))

    def build(self, *, glance: bool) -> None:
        """Call when all literals are in; ``glance`` when ``may_hold`` will be asked."""
        texts = sorted({*self._parts, *self._guarded})
        for text in texts:
            kinds = self._parts.get(text, {})
            lists = [kinds.get(kind, []) for kind in ("contains", "starts", "ends")]
            self._order.append((lists[0], lists[1], lists[2], self._guarded.get(text, [])))
        # Bytes, as the library would else work out for every match which character it is at.
        self._needles = [text.encode() for text in texts]
        self._longest = max(map(len, self._needles), default=0)
        self._lines = None if any("\n" in text for text in texts) else LongLines()
        if glance:
            self._first()

    def may_hold(self, text: str) -> bool:
        """Return False when no value that is part of ``text`` can be found true."""
        if self._unguarded or self._equals:
            return True
        return bool(self._needles) and bool(self._first().find_matches_as_indexes(text.encode()))

    def find(self, value: str, raw_value: str, found: set[Atom]) -> None:
        """Add to ``found`` what is true of a value, given under this case rule and as it is."""
        found.update(self._equals.get(value, ()))
        for entry in self._unguarded:
            _ask(entry, value, raw_value, found)
        if not self._needles:
            return
        hay = value.encode()
        length = len(hay)
        asked: set[Atom] = set()
        for number, start, end in self._matches(hay):
            contains, starts, ends, guarded = self._order[number]
            found.update(contains)
            if start == 0:
                found.update(starts)
            if end == length:
                found.update(ends)
            for entry in guarded:
                if entry[0] not in asked:
                    asked.add(entry[0])
                    _ask(entry, value, raw_value, found)

    def _matches(self, hay: bytes) -> list[Match]:
        """Return all that occur, in any order, some perhaps twice."""
        if len(hay) >= LONG and self._lines is not None:
            return self._lines.matches(hay, self._search)
        return self._search(hay)

    def _search(self, hay: bytes) -> list[Match]:
        if len(hay) < _WORTH_A_LOOK or len(self._needles) > _FEW:
            return self._overlapping(hay)
        apart = self._first().find_matches_as_indexes(hay)
        around = self._longest - 1
        if len(apart) * 3 * around >= len(hay):
            return self._overlapping(hay)
        # Whatever else occurs overlaps with one of these: else it would have been found itself.
        windows = [(max(start - around, 0), end + around) for _, start, end in apart]
        return [
            (number, begin + start, begin + end)
            for begin, stop in windows
            for number, start, end in self._overlapping(hay[begin:stop])
        ]

    def _overlapping(self, hay: bytes) -> list[Match]:
        self._until_dfa -= len(hay)
        if self._automaton is None or self._until_dfa < 0:
            self._automaton = self._next_automaton()
        return self._automaton.find_matches_as_indexes(hay, overlapping=True)

    def _first(self) -> BytesAhoCorasick:
        """Return an automaton that finds no matches within matches: the library may use SIMD."""
        if self._leftmost is None:
            self._leftmost = BytesAhoCorasick(self._needles, matchkind=MatchKind.LeftmostFirst)
        return self._leftmost

    def _next_automaton(self) -> BytesAhoCorasick:
        """Return one that is soon built, and later one that is searched faster.

        Most columns are asked little: their first automaton has to cost nothing.
        """
        size = sum(map(len, self._needles))
        if self._automaton is None:
            self._until_dfa = size * _WORTH_A_DFA if size <= _LARGEST_DFA else _NEVER
            return BytesAhoCorasick(self._needles)
        self._until_dfa = _NEVER
        return BytesAhoCorasick(self._needles, implementation=Implementation.DFA)


def _ask(entry: tuple[Atom, Check, bool], value: str, raw_value: str, found: set[Atom]) -> None:
    atom, check, raw = entry
    try:
        if check(raw_value if raw else value):
            found.add(atom)
    except OutOfTimeError:
        found.add(atom + UNDECIDED)
