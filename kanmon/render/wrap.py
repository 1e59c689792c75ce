"""Lines of a given width, counting East Asian wide characters as two; paths and URLs stay whole."""

import re
from collections.abc import Iterator

from kanmon.text import display_width

# Where a path or URL surely ends: white space, Japanese punctuation, quotes, a pipe.
_STOP = r"\s、。，「」『』（）【】〈〉《》\"<>|"
_ASCII = rf"(?:(?![{_STOP}])[!-~])*"
# Names may hold kanji and kana; prose goes on in hiragana, so that ends a name without extension.
# The bounds keep hostile text from costing time squared.
_TAIL = rf"{_ASCII}(?:[^{_STOP}]{{0,200}}\.[A-Za-z0-9]+{_ASCII}|[^{_STOP}ぁ-ん]{{0,200}})"
# `C:\Program Files\x`: white space before another backslash belongs to the path.
_DRIVE = rf"[A-Za-z]:\\(?:[^\\/:*?\"<>|\n]{{1,80}}\\)*{_TAIL}"
_PATH = rf"{_DRIVE}|[^{_STOP}ぁ-ん]{{0,80}}[/\\]{_TAIL}"
_WORD = r"[!-~\u00a1-\u0fff]+"
_COMBINING = r"[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f]*"
# No line begins with these (JIS X 4051, 行頭禁則), none ends with those (行末禁則).
_CLOSING = "、。，．・：；？！）］｝」』】〉》〕”’ー々…％ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_OPENING = "（［｛「『【〈《〔“‘"
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:(?P<path>{_PATH})|{_WORD}|\S){_COMBINING}[{_CLOSING}]*")
# Longer than a line: surely a path or URL, or only a long word that happens to hold a slash?
_SURE_PATH = re.compile(r"\w+://|[A-Za-z]:\\|\\\\|\.{0,2}/|~/|.*\.[A-Za-z0-9]{1,5}$", re.S)


def wrap(text: str, width: int, first: str = "", rest: str = "") -> Iterator[str]:
    """Yield ``text`` in lines of at most ``width`` columns, at least one line.

    A path or URL longer than a line stands alone on a line that is too long, so that it can be
    copied; any other long word is cut. White space at a break is dropped.

    Args:
        first: What the first line begins with.
        rest: What the other lines begin with.
    """
    line, used, empty, gap = first, display_width(first), True, ""
    if used + display_width(text) <= width and not ("\n" in text or "\t" in text):
        yield first + text
        return
    for match in _UNIT.finditer(text):
        unit = match[0]
        if unit.isspace():
            gap = unit.expandtabs(4).replace("\n", " ")
            continue
        taken = display_width(gap) + display_width(unit)
        if not empty and used + taken > width:
            yield line
            line, used, empty, gap = rest, display_width(rest), True, ""
            taken = display_width(unit)
        if used + taken > width and not (match["path"] and _SURE_PATH.match(match["path"])):
            *whole, unit = _cut(gap + unit, width - used, width - display_width(rest))
            for piece in whole:
                yield line + piece
                line, used = rest, display_width(rest)
            gap, taken = "", display_width(unit)
        line, used, empty, gap = line + gap + unit, used + taken, False, ""
    yield line


def _cut(text: str, room: int, later: int) -> list[str]:
    """Return pieces of at most ``room`` columns, ``later`` from the second on."""
    pieces, piece, used = [], "", 0
    for char in text:
        width = display_width(char)
        if piece and used + width > room:
            pieces.append(piece)
            piece, used, room = "", 0, later
        piece, used = piece + char, used + width
    return [*pieces, piece]
