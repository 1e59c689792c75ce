"""Reads plain text: lines as they are, or joined where the file was wrapped at a column."""

import re

from kanmon.documents.inline import split_inline
from kanmon.documents.line import (
    Line,
    is_caption,
    is_toc,
    read_appendix,
    read_article,
    read_heading,
    read_mark,
    read_supplementary,
)
from kanmon.text import display_width

_NEVER_FIRST = ("。", "、", "」", "』")
_MIN_WRAPPED = 8
"""Fewer lines of equal length than this are chance, not a margin."""
_MIN_BROKEN = 30
"""Columns; a shorter line (a title, a field of a form) is not a broken one."""
_WIDEST = 120
"""Columns; a longer line was not wrapped."""
_TOPIC = "は、"
_SENTENCE_ENDS = ("。", "）", ")", "」", "』", "：", ":")
# Numbers are copied without the space after them; such a line may be an entry of a list.
_MAY_BEGIN = re.compile(r"\s*[0-9０-９一二三四五六七八九十〇ア-ン（(「第○●・※]")
_BROKEN_OFF = re.compile(r"[をはがへと]$|について$|により$")


def text_lines(text: str) -> list[Line]:
    """Return the lines of a plain text; a text wrapped at a column is unwrapped first."""
    raw = text.replace("\f", "\n").split("\n")
    margin = _margin(raw)
    if margin:
        raw = unwrap(raw, margin)
    whole = _sentences_rejoined(_rejoined(raw))
    return [Line(piece) for line in whole for piece in split_inline(line)]


def _rejoined(lines: list[str]) -> list[str]:
    """Return the lines that have words; one that begins with 。 or 」 belongs to the one before."""
    joined: list[str] = []
    for line in lines:
        text = line.replace("\u00a0", " ").rstrip()
        if joined and text.startswith(_NEVER_FIRST):
            joined[-1] += text
        elif text.strip():
            joined.append(text)
    return joined


def _sentences_rejoined(lines: list[str]) -> list[str]:
    """Return the lines with those joined that break off inside a sentence.

    Too few wrapped lines show no margin. A line is taken as broken off when it ends as no line
    of its own does (…を, …は、), or when it is as long as any and has a topic but no end; the
    next one continues it unless it begins with what may be a number, a caption or a heading.
    """
    longest = max((display_width(line.strip()) for line in lines), default=0)
    joined: list[str] = []
    broken = False
    for line in lines:
        own = _MAY_BEGIN.match(line) or begins_unit(line.strip())
        if joined and broken and not own:
            joined[-1] = join_words(joined[-1], line.strip())
        else:
            joined.append(line)
        full = longest - 4 <= display_width(line.strip()) <= _WIDEST
        broken = _breaks_off(joined[-1], full=full)
    return joined


def _breaks_off(line: str, *, full: bool) -> bool:
    text = line.strip()
    if display_width(text) < _MIN_BROKEN or text.endswith(_SENTENCE_ENDS):
        return False
    return bool(_BROKEN_OFF.search(text)) or (full and _TOPIC in text.rsplit("。", 1)[-1])


def unwrap(lines: list[str], margin: int) -> list[str]:
    """Return the lines with those joined to the one before that continue it.

    A line continues one that filled the width (to within two characters of ``margin``) and did
    not end a sentence, unless it begins with a number, caption or heading of its own.
    """
    joined: list[str] = []
    full = False
    for line in lines:
        text = line.strip()
        if joined and full and text and not begins_unit(text):
            joined[-1] = join_words(joined[-1], text)
        else:
            joined.append(line.rstrip())
        full = bool(text) and display_width(line.rstrip()) >= margin - 4
        if text.endswith(("。", "」")) and display_width(line.rstrip()) < margin:
            full = False
    return joined


def begins_unit(text: str) -> bool:
    """Return whether a line begins something of its own and so continues nothing."""
    mark = read_mark(text)
    return (
        (mark is not None and mark.kind not in ("kanji", "kana", "alpha"))
        or (mark is not None and mark.rest != "" and text[len(mark.title) :][:1] == "\u3000")
        or read_article(text) is not None
        or read_heading(text) is not None
        or read_supplementary(text) is not None
        or read_appendix(text) is not None
        or is_caption(text)
        or is_toc(text)
    )


def join_words(before: str, after: str) -> str:
    """Return two pieces of a broken line as one; Latin words keep a space, a hyphen its word."""
    if not before:
        return after
    if before[-1] == "-" and len(before) > 1 and before[-2].isascii() and after[:1].islower():
        return before[:-1] + after
    space = before[-1].isascii() and before[-1].isalnum() and re.match(r"[A-Za-z]", after)
    return f"{before} {after}" if space else before + after


def _margin(lines: list[str]) -> int:
    """Return the column a text was wrapped at, in terminal columns; 0 when it was not.

    Wrapped text has many lines of nearly the same length and none longer.
    """
    widths = sorted((display_width(line.rstrip()) for line in lines if line.strip()), reverse=True)
    if not widths or not 30 <= widths[0] <= _WIDEST:
        return 0
    near = sum(1 for width in widths if width >= widths[0] - 4)
    return widths[0] if near >= max(_MIN_WRAPPED, len(widths) // 5) else 0
