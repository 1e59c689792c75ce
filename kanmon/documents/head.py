"""The head of a flat text: title, number, date and what is printed before the first unit."""

from kanmon.documents.frame import block
from kanmon.documents.identity import DATE_LINE, NUMBER_LINE
from kanmon.documents.line import Line, read_mark
from kanmon.documents.model import Block
from kanmon.provision import Provision, Step, Unit

_AMENDED = ("改正", "(改正", "（改正", "[改正", "最終改正")
_MAX_NUMBER = 60
_MIN_PREAMBLE = 40
_TITLE = Provision((Step(Unit.TITLE),))


def head_block(text: str, line: Line, *, is_first: bool) -> Block | None:
    """Return the block a line of the head is, or ``None`` when the body begins with it."""
    if line.role == "title" or (is_first and line.role in ("", "heading")):
        return block(Provision(), text, "title")
    if line.role in ("paragraph", "heading") or read_mark(text) is not None:
        return None
    if text.startswith(_AMENDED):
        return Block(_TITLE, text, "note")
    if len(text) < _MAX_NUMBER and NUMBER_LINE.search(text):
        return Block(_TITLE, text, "number")
    if len(text) < _MAX_NUMBER and DATE_LINE.search(text):
        return Block(_TITLE, text, "date")
    if text.endswith("。") and len(text) > _MIN_PREAMBLE:
        return block(Provision(), text, "preamble")
    return Block(_TITLE, text, "note")


def names_instrument(text: str) -> bool:
    """Return whether a bracket names number or date: （平成18年条例第3号）, no caption."""
    return bool(DATE_LINE.search(text) or NUMBER_LINE.search(text))
