"""One line of a flat text (page, Word, PDF, text file) and what its beginning says it is."""

import re
from dataclasses import dataclass

from kanmon.documents.model import Row
from kanmon.provision import (
    CIRCLED,
    Number,
    Provision,
    Unit,
    half_width,
    parse_provision,
    read_number,
)

_D = "0-9０-９"
_K = "〇一二三四五六七八九十百千"
_N = rf"(?:[{_D}]+|[{_K}]+)"
_S = r"[ \t\u3000\u00a0]"
_OPEN, _CLOSE = r"[（(]", r"[）)]"


@dataclass(frozen=True, slots=True)
class Line:
    """A line in source order.

    Attributes:
        text: Its words; empty for a table.
        role: What the source's markup says it is: ``title``, ``paragraph`` (an unnumbered one),
            ``heading`` (of a style or h1 to h6), ``text`` (surely not a numbered line); empty
            leaves it to the words.
        rows: The table standing here.
        links: Files linked from here (a form to download).
        number: Number of a ``paragraph``, level of a ``heading``, when the markup tells it.
    """

    text: str = ""
    role: str = ""
    rows: tuple[Row, ...] = ()
    links: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """The number a line begins with.

    Attributes:
        kind: Which series it belongs to: ``digits``, ``dotted``, ``paren_digits``, ``kanji``,
            ``kana``, ``circled`` … Two marks of one kind at one place are siblings.
        title: As written, with its brackets and the point after it.
        rest: The line without it.
        label: As it stands in an address: half width, without a point.
    """

    kind: str
    number: Number
    title: str
    rest: str
    label: str


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """A line that begins an article; ``last`` differs from ``number`` for a range."""

    number: Number
    last: Number
    title: str
    caption: str
    rest: str


_ARTICLE = re.compile(rf"第({_N})条((?:の{_N})*)")
_RANGE = re.compile(
    rf"(?:から|及び|、|・|～|〜|~|－|―|—){_S}*第({_N})条((?:の{_N})*)(?:まで)?(?={_S}*削除)"
)
_CAPTION_HERE = re.compile(rf"{_S}*({_OPEN}[^（）()]{{1,40}}{_CLOSE})")
_CAPTION = re.compile(rf"{_OPEN}(?:[^（）()]|{_OPEN}[^（）()]*{_CLOSE}){{1,60}}{_CLOSE}")
_HEADING = re.compile(rf"第({_N})([編章節款目])((?:の{_N})*)(?:{_S}+(.*))?")
_SUPPLEMENTARY = re.compile(
    rf"[附付]{_S}*則(?:{_S}*{_OPEN}(.*){_CLOSE}|{_S}+([明大昭平令].{{3,40}}号))?(?:{_S}*抄)?"
)
# （平成30条例41・一部改正): the history a 例規 system prints after an article.
_HISTORY = re.compile(
    rf"{_OPEN}.*(?:改正|追加|全改|繰上げ?|繰下げ?|削除|加除|制定|旧.*){_CLOSE}"
    rf"|{_OPEN}[明大昭平令]\S*(?:条例|規則|訓令|告示|規程).*{_CLOSE}"
)
_MAX_HISTORY = 300
_APPENDIX = re.compile(
    rf"(?:(?:別記|別紙){_S}*)?(?:様式(?:第?{_N}号?(?:の{_N})*)?|第{_N}号(?:の{_N})*様式(?:の{_N})*)"
    rf"(?:{_OPEN}?その{_N}{_CLOSE}?)?|(?:別表|別記|別図|別紙)(?:第?{_N}号?(?:の{_N})*)?"
)
_BRACKETED_FORM = re.compile(rf"^{_OPEN}((?:別記|別紙)?(?:様式第?{_N}号?|第{_N}号様式)){_CLOSE}")
_TOC = re.compile(rf"目{_S}*次")

_MARKS = (
    ("dotted", re.compile(rf"([{_D}]{{1,2}}(?:[.．\-－][{_D}]{{1,2}})+)[.．]?(?:{_S}+|$)")),
    ("digits", re.compile(rf"([{_D}]{{1,3}})(?:{_S}+|[.．、]{_S}*(?![{_D}])|$)")),
    (
        "dai",
        re.compile(rf"(第{_N}(?:[-－‐―](?:[{_D}]+|[⑴-⒇]|{_OPEN}[{_D}]+{_CLOSE}))*)(?:{_S}+|$)"),
    ),
    (
        "paren_digits",
        re.compile(rf"((?:{_OPEN}[{_D}]{{1,3}}(?:の{_N})*{_CLOSE}|[⑴-⒇])(?:の[{_D}]+)*){_S}*"),
    ),
    ("circled", re.compile(rf"([{CIRCLED}]){_S}*")),
    ("kanji", re.compile(rf"([{_K}]{{1,4}}(?:の[{_K}]+)*)(?:{_S}+|$)")),
    ("paren_kanji", re.compile(rf"({_OPEN}[{_K}]{{1,4}}(?:の{_N})*{_CLOSE}){_S}*")),
    ("kana", re.compile(rf"([ア-ン])(?:{_S}+|[.．]{_S}*|$)")),
    ("paren_kana", re.compile(rf"({_OPEN}[ア-ン]{_CLOSE}){_S}*")),
    ("alpha", re.compile(rf"([a-zａ-ｚA-ZＡ-Ｚ])(?:{_S}+|[.．)）]{_S}*)(?![a-zA-Z])")),
    ("paren_alpha", re.compile(rf"({_OPEN}[a-zａ-ｚA-ZＡ-Ｚ]{{1,4}}{_CLOSE}){_S}*")),
)
_NO_CAPTION = ("注", "※", "別添", "別紙", "参考", "備考", "例", "PDF", "案）", "案)", "続")
_KANA_ONLY = re.compile(r"[ア-ン]")


def read_mark(text: str) -> Mark | None:
    """Return the number ``text`` begins with, or ``None``: (1), ア, ①, 1.2, 一, 第1 …."""
    for kind, pattern in _MARKS:
        if match := pattern.match(text):
            label = re.sub(r"[‐―－]", "-", half_width(match[1]))
            title, rest = text[: match.end()].strip(), text[match.end() :].strip()
            return Mark(kind, _mark_number(match[1]), title, rest, label)
    return None


def read_article(text: str, *, expected: bool = False) -> ArticleLine | None:
    """Return the article that begins on this line, or ``None``.

    第3条の規定により… and 第3条第2項に… are references, no beginnings: after the number must
    come a space, a caption in brackets, or nothing. After a caption an article is ``expected``
    and may begin without a space.
    """
    match = _ARTICLE.match(text)
    if not match:
        return None
    number = last = read_number(half_width(match[1]), half_width(match[2]))
    end = match.end()
    if (span := _RANGE.match(text, end)) is not None:
        last = read_number(half_width(span[1]), half_width(span[2]))
        end = span.end()
    title, caption = text[:end], ""
    if found := _CAPTION_HERE.match(text, end):
        caption, end = found[1], found.end()
    elif not expected and end < len(text) and text[end] not in " \t\u3000\u00a0":
        return None
    return ArticleLine(number, last, title, caption, text[end:].strip())


def read_heading(text: str) -> tuple[Unit, Number] | None:
    """Return unit and number of a 編・章・節 heading, or ``None``."""
    match = _HEADING.fullmatch(text)
    if not match or "。" in text or len(text) > 80:
        return None
    unit = next(unit for unit in Unit if unit.value == match[2])
    return unit, read_number(half_width(match[1]), half_width(match[3]))


def is_caption(text: str) -> bool:
    """Return whether the whole line is one bracket and no list number: （目的）."""
    return (
        _CAPTION.fullmatch(text) is not None
        and read_mark(text) is None
        and not is_history(text)
        and not text[1:].lstrip().startswith(_NO_CAPTION)
    )


def is_history(text: str) -> bool:
    """Return whether the line is the amendment history of an article: （平30条例41・一部改正）."""
    return len(text) < _MAX_HISTORY and _HISTORY.fullmatch(text) is not None


def read_supplementary(text: str) -> str | None:
    """Return the amending instrument of a 附則 line (empty for the original), else ``None``."""
    match = _SUPPLEMENTARY.fullmatch(text)
    amendment = (match[1] or match[2] or "") if match else None
    return "" if amendment in ("抄", "略") else amendment


def read_appendix(text: str) -> Provision | None:
    """Return the address of a 別表 or 様式 that begins on this line, or ``None``."""
    # （様式第1号） at the top of a form; （様式） alone is the caption of an article.
    text = _BRACKETED_FORM.sub(r"\1", text)
    match = _APPENDIX.match(text)
    if not match or "。" in text or len(text) > 120:
        return None
    rest = text[match.end() :]
    if rest and rest[0] not in " \t\u3000\u00a0（(":
        return None
    try:
        return parse_provision(re.sub(r"[（()）]", "", match[0]))
    except ValueError:
        return None


def is_toc(text: str) -> bool:
    """Return whether the line is the word 目次."""
    return _TOC.fullmatch(text) is not None


def _mark_number(title: str) -> Number:
    inner = re.sub(r"[()]", "", half_width(title))
    if inner in CIRCLED:
        return (CIRCLED.index(inner) + 1,)
    if _KANA_ONLY.fullmatch(inner) or (inner.isascii() and inner.isalpha()):
        return ()
    parts = re.split(r"[.-]", inner.removeprefix("第"))
    if len(parts) > 1:
        return tuple(read_number(part)[0] for part in parts)
    main, _, branches = parts[0].partition("の")
    return read_number(main, f"の{branches}" if branches else "")
