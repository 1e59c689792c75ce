"""Long lines that come again: a command line of 5,000 characters stands in every record of its
PowerShell session, and is searched once."""

from collections.abc import Callable

Match = tuple[int, int, int]
"""Number of a literal, the byte it begins at, and the one behind it."""
Search = Callable[[bytes], list[Match]]

LONG = 1_000
"""Bytes of a line that are searched slower than it is recognised."""
_LONGEST = 16_384
_KEPT = 4
_HEAD = 64


class LongLines:
    """The long lines of the last values, and where literals without line breaks are in them."""

    def __init__(self) -> None:
        self._known: list[tuple[bytes, bytes, list[Match]]] = []

    def matches(self, value: bytes, search: Search) -> list[Match]:
        """Return what ``search`` finds in the value, in any order."""
        found = self._recalled(value, search)
        if found is None and self._learn(value, search):
            found = self._recalled(value, search)
        return search(value) if found is None else found

    def _recalled(self, value: bytes, search: Search) -> list[Match] | None:
        for head, line, inside in self._known:
            begin = value.find(head)
            end = begin + len(line)
            if begin < 0 or not value.startswith(line, begin):
                continue
            if value[begin - 1 : begin] in _BREAK and value[end : end + 1] in _BREAK:
                behind = search(value[end:])
                return [
                    *search(value[:begin]),
                    *[(number, begin + start, begin + stop) for number, start, stop in inside],
                    *[(number, end + start, end + stop) for number, start, stop in behind],
                ]
        return None

    def _learn(self, value: bytes, search: Search) -> bool:
        """Keep the line that makes up most of the value, if there is one."""
        line = max(value.split(b"\n"), key=len)
        is_worth_it = LONG <= len(line) <= _LONGEST and 2 * len(line) > len(value)
        if is_worth_it:
            self._known = [(line[:_HEAD], line, search(line)), *self._known[: _KEPT - 1]]
        return is_worth_it


_BREAK = (b"", b"\n")
