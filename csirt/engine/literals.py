"""Literals looked for in values: all tests of a field that need a text, in one pass."""

from collections.abc import Callable

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

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


class Literals:
    """Literals under one case rule."""

    def __init__(self) -> None:
        self._equals: dict[str, list[Atom]] = {}
        self._parts: dict[str, dict[str, list[Atom]]] = {}
        self._guarded: dict[str, list[tuple[Atom, Check, bool]]] = {}
        self._texts: list[str] = []
        self._automaton: AhoCorasick | None = None
        self._until_dfa = 0
        self._glance: AhoCorasick | None = None
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
        texts = self._texts = sorted({*self._parts, *self._guarded})
        for text in texts:
            kinds = self._parts.get(text, {})
            lists = [kinds.get(kind, []) for kind in ("contains", "starts", "ends")]
            self._order.append((lists[0], lists[1], lists[2], self._guarded.get(text, [])))
        # Without overlapping matches the library may use SIMD: twice as fast for a yes or no.
        kind = MatchKind.LeftmostFirst
        self._glance = AhoCorasick(texts, matchkind=kind) if texts and glance else None

    def may_hold(self, text: str) -> bool:
        """Return False when no value that is part of ``text`` can be found true."""
        if self._unguarded or self._equals:
            return True
        return self._glance is not None and bool(self._glance.find_matches_as_indexes(text))

    def find(self, value: str, raw_value: str, found: set[Atom]) -> None:
        """Add to ``found`` what is true of a value, given under this case rule and as it is."""
        found.update(self._equals.get(value, ()))
        for entry in self._unguarded:
            _ask(entry, value, raw_value, found)
        if not self._texts:
            return
        length = len(value)
        self._until_dfa -= length
        if self._automaton is None or self._until_dfa < 0:
            self._automaton = self._next_automaton()
        asked: set[Atom] = set()
        for number, start, end in self._automaton.find_matches_as_indexes(value, overlapping=True):
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

    def _next_automaton(self) -> AhoCorasick:
        """Return one that is soon built, and later one that is searched faster.

        Most columns are asked little: their first automaton has to cost nothing.
        """
        size = sum(map(len, self._texts))
        if self._automaton is None:
            self._until_dfa = size * _WORTH_A_DFA if size <= _LARGEST_DFA else _NEVER
            return AhoCorasick(self._texts, store_patterns=False)
        self._until_dfa = _NEVER
        return AhoCorasick(self._texts, store_patterns=False, implementation=Implementation.DFA)


def _ask(entry: tuple[Atom, Check, bool], value: str, raw_value: str, found: set[Atom]) -> None:
    atom, check, raw = entry
    try:
        if check(raw_value if raw else value):
            found.add(atom)
    except OutOfTimeError:
        found.add(atom + UNDECIDED)
