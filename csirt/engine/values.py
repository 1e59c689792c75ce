"""What all rules of a plan ask of one field, answered once per distinct value."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import datetime

from csirt.compile.expression import MANY, ONE, Test
from csirt.engine.literals import Atom, Check, Literals
from csirt.engine.patterns import pattern
from csirt.logs.clock import parse_time
from kanmon.text import fold

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class Column:
    """The tests of one field, each known by its atom.

    String tests share one Aho-Corasick automaton over the folded value (and one over the value
    itself for ``cased``); a regex or glob is tried only where a literal it needs occurs.
    ``glance`` prepares for ``may_hold``.
    """

    def __init__(self, tests: Iterable[tuple[Atom, Test]], *, glance: bool = False) -> None:
        self._folded = Literals()
        self._cased = Literals()
        self._always: tuple[Atom, ...] = ()
        self._checks: list[tuple[Atom, Check]] = []
        for atom, test in tests:
            self._add(atom, test)
        self._folded.build(glance=glance)
        self._cased.build(glance=glance)

    def _add(self, atom: Atom, test: Test) -> None:
        cased = test.option == "cased"
        literals = self._cased if cased else self._folded
        text = test.text if cased else fold(test.text)
        if test.kind == "present":
            self._always += (atom,)
        elif test.kind in ("equals", "starts", "ends", "contains"):
            literals.add(test.kind, text, atom)
        elif test.kind == "glob":
            parts = [p if isinstance(p, int) or cased else fold(p) for p in test.parts]
            matches = Glob(parts).matches
            needed = max((part for part in parts if isinstance(part, str)), key=len, default="")
            literals.add_check(needed, atom, matches)
        elif test.kind == "regex":
            compiled = pattern(test.text, test.option)
            # The literal is looked for in the folded value, the pattern in the value itself.
            self._folded.add_check(compiled.literal, atom, compiled.search, raw=True)
        else:
            self._checks.append((atom, typed_check(test)))

    def may_hold(self, text: str) -> bool:
        """Return False when no value that is part of ``text`` can pass any test."""
        if self._always or self._checks:
            return True
        return self._folded.may_hold(fold(text)) or self._cased.may_hold(text)

    def atoms(self, value: str) -> frozenset[Atom]:
        """Return the atoms that are true of a present value."""
        found = set(self._always)
        self._folded.find(fold(value), value, found)
        self._cased.find(value, value, found)
        for atom, check in self._checks:
            if check(value):
                found.add(atom)
        return frozenset(found)


class Glob:
    """A pattern of literals, ``*`` and ``?``; leftmost matching, so no backtracking over ``*``."""

    def __init__(self, parts: Iterable[str | int]) -> None:
        runs: list[list[str | int]] = [[]]
        for part in parts:
            if part == MANY:
                runs.append([])
            else:
                runs[-1].append(part)
        self._first, self._rest = runs[0], runs[1:]

    def matches(self, value: str) -> bool:
        """Return whether the whole value fits."""
        at = _fits(self._first, value, 0)
        if at is None:
            return False
        if not self._rest:
            return at == len(value)
        for run in self._rest[:-1]:
            found = _search(run, value, at)
            if found is None:
                return False
            at = found
        last = self._rest[-1]
        start = len(value) - sum(1 if part == ONE else len(str(part)) for part in last)
        return start >= at and _fits(last, value, start) is not None


def _fits(run: list[str | int], value: str, at: int) -> int | None:
    for part in run:
        if isinstance(part, str):
            if not value.startswith(part, at):
                return None
            at += len(part)
        elif at < len(value):
            at += 1
        else:
            return None
    return at


def _search(run: list[str | int], value: str, at: int) -> int | None:
    """Return the end of the leftmost fit of ``run`` at or after ``at``."""
    if run and isinstance(run[0], str):
        while (at := value.find(run[0], at)) >= 0:
            if (end := _fits(run, value, at)) is not None:
                return end
            at += 1
        return None
    for start in range(at, len(value) + 1):
        if (end := _fits(run, value, start)) is not None:
            return end
    return None


def typed_check(test: Test) -> Check:
    """Return the check of a network, number or part of a time."""
    if test.kind == "cidr":
        return _in_network(ipaddress.ip_network(test.text))
    compare = _COMPARE[test.option]
    wanted = test.number
    if test.unit:
        part = _PARTS[test.unit]

        def compare_time(value: str) -> bool:
            moment = parse_time(value)
            return moment is not None and compare(part(moment), wanted)

        return compare_time

    def compare_number(value: str) -> bool:
        number = read_number(value)
        return number is not None and compare(number, wanted)

    return compare_number


def _in_network(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> Check:
    def check(value: str) -> bool:
        try:
            address = ipaddress.ip_address(value.strip().partition("%")[0])
        except ValueError:
            return False
        # Windows writes IPv4 clients as ::ffff:192.0.2.1; Elasticsearch's ip type does the same.
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return address in network or (mapped is not None and mapped in network)

    return check


def read_number(value: str) -> int | float | None:
    """Return a decimal number in ASCII digits, exactly when it is an integer; None for the rest.

    Sigma leaves open what text is a number, and its backends leave it to the index, which takes
    what its parser takes: ``1_000`` nowhere, `` 10 `` and ``１２`` here but not there. What only
    some take is no number here: text that merely resembles one is not compared as one. An
    exponent counts, because JSON writes numbers so.
    """
    if not _DECIMAL.fullmatch(value):
        return None
    try:
        return int(value)
    except ValueError:  # a fraction, an exponent, or more digits than Python converts
        number = float(value)
        return number if abs(number) != float("inf") else None


_COMPARE: dict[str, Callable[[int | float, int | float], bool]] = {
    "eq": lambda left, right: left == right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
}
_PARTS: dict[str, Callable[[datetime], int]] = {
    "minute": lambda moment: moment.minute,
    "hour": lambda moment: moment.hour,
    "day": lambda moment: moment.day,
    "week": lambda moment: moment.isocalendar().week,
    "month": lambda moment: moment.month,
    "year": lambda moment: moment.year,
}
