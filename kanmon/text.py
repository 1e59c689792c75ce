"""Text as hostile input: folded for comparing, made safe for showing."""

import unicodedata

_VISIBLE_CONTROLS = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10)
}
# Bidirectional overrides and invisible marks can make a command line read as another one.
_INVISIBLE = {
    code: f"\\u{code:04x}"
    for code in (
        0x00AD,
        0x061C,
        0x115F,
        0x1160,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0x3164,
        0xFEFF,
        0xFFA0,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),
    )
}
_ONE_LINE = {**_VISIBLE_CONTROLS, **_INVISIBLE, 9: "\\t", 10: "\\n"}
_MANY_LINES = {**_VISIBLE_CONTROLS, **_INVISIBLE}


def printable(text: str, *, newlines: bool = False) -> str:
    """Return ``text`` with every control, bidi and invisible character written out visibly.

    What a terminal, a page or a cell would act on instead of showing (escape sequences,
    right-to-left overrides, zero-width marks, lone surrogates) becomes ``\\x1b``, ``\\u202e`` ….
    Tabs and line feeds are kept with ``newlines``, else written as ``\\t`` and ``\\n``.
    """
    return text.translate(_MANY_LINES if newlines else _ONE_LINE)


def shorten(text: str, limit: int) -> str:
    """Return ``text``, cut to ``limit`` characters with ``…`` where something was left out."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def fold(text: str) -> str:
    """Return ``text`` in lower case, one code point at a time, as Lucene's lowercase filter does.

    ``str.lower`` looks at neighbours (final sigma) and may lengthen (``İ``); this never does, so
    both engines agree and offsets stay valid.
    """
    # Only these two make str.lower differ (Unicode SpecialCasing, language-neutral part).
    if text.isascii() or not ("Σ" in text or "İ" in text):
        return text.lower()
    return "".join(char if char == "İ" else char.lower() for char in text)


def is_well_formed(text: str) -> bool:
    """Return whether UTF-8 can carry the text: no lone surrogate is in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def squeeze(text: str) -> str:
    """Return ``text`` in NFKC with all white space removed: for comparing quotations only."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def display_width(text: str) -> int:
    """Return how many terminal columns ``text`` takes; East Asian wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
