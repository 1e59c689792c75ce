"""A sentence as the cues read it: one width, modern kana, no parentheses; with the way back."""

import re
import unicodedata
from dataclasses import dataclass

_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(0x5E)}
_WIDTH |= {ord("〜"): ord("~"), ord("“"): ord('"'), ord("”"): ord('"')}
_SPACE = re.compile(r"[\s\u3000\u200b\ufeff○]")
_NEEDS_NFKC = re.compile(r"[\uff61-\uff9f\u3200-\u33ff]")
_OLD_KANA = re.compile(r"[一-龥][ヲニハノガ]|[ヲニ][一-龥]|スヘ|セス")
_HIRAGANA = re.compile(r"[ぁ-ん]")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Dakuten were not written, and double consonants had no small kana.
_OLD_ENDINGS = (
    ("へし", "べし"),
    ("へから", "べから"),
    ("へき", "べき"),
    ("すれは", "すれば"),
    ("要せす", "要せず"),
)
_LARGE_TSU = re.compile(r"つ(?=[てた])")
_REMARK = re.compile(r"[（(]([^（）()]{2,60})[）)]")
_OPEN, _CLOSE = "(", ")"


@dataclass(frozen=True, slots=True)
class Core:
    """A normalised sentence.

    Attributes:
        text: Without parentheses and white space.
        positions: For each character of ``text``, its index in the original.
        original: The sentence as written.
    """

    text: str
    positions: tuple[int, ...]
    original: str

    def quote(self, start: int, end: int) -> str:
        """Return the original words between two offsets of ``text``, verbatim."""
        if start >= end:
            return ""
        return self.original[self.positions[start] : self.positions[end - 1] + 1]


def core_text(text: str) -> str:
    """Return only the normalised text: what the prefilter searches."""
    return normalise(text).text


def normalise(text: str) -> Core:
    """Return the sentence in NFKC width, modern kana and without parenthesised remarks.

    Text in old style (katakana with kanji) is read as hiragana with voiced endings, because the
    cues are written in today's kana: 縦覧ニ供スヘシ reads 縦覧に供すべし.
    """
    chars, positions = _characters(text)
    folded = _fold_kana("".join(chars))
    keep = _outside_parentheses(folded)
    if len(keep) == len(folded):
        return Core(folded, tuple(positions), text)
    return Core("".join(folded[i] for i in keep), tuple(positions[i] for i in keep), text)


def bracketed(text: str) -> tuple[Core, ...]:
    """Return the remarks in brackets, each normalised, quoting from the whole sentence.

    Municipal rules put demands there: 承諾書（実印を押したもの）, 申請書（正副２通）.
    """
    found = []
    for match in _REMARK.finditer(text):
        inner = normalise(match.group(1))
        shifted = tuple(position + match.start(1) for position in inner.positions)
        found.append(Core(inner.text, shifted, text))
    return tuple(found)


def _characters(text: str) -> tuple[list[str], list[int]]:
    if not _NEEDS_NFKC.search(text) and not _SPACE.search(text):
        return list(text.translate(_WIDTH)), list(range(len(text)))
    chars: list[str] = []
    positions: list[int] = []
    for index, char in enumerate(text.translate(_WIDTH)):
        if _SPACE.match(char):
            continue
        for piece in unicodedata.normalize("NFKC", char) if _NEEDS_NFKC.match(char) else char:
            # A half-width voicing mark joins the kana before it: ﾃ + ﾞ = デ.
            joined = unicodedata.normalize("NFC", chars[-1] + piece) if chars else ""
            if piece in "\u3099\u309a" and len(joined) == 1:
                chars[-1] = joined
            else:
                chars.append(piece)
                positions.append(index)
    return chars, positions


def _fold_kana(text: str) -> str:
    if _OLD_KANA.search(text) and not _HIRAGANA.search(text):
        text = text.translate(_TO_HIRAGANA)
        for old, new in _OLD_ENDINGS:
            text = text.replace(old, new)
    return _LARGE_TSU.sub("っ", text)


def _outside_parentheses(text: str) -> list[int]:
    if _OPEN not in text:
        return list(range(len(text)))
    depth = 0
    keep = []
    for index, char in enumerate(text):
        if char == _OPEN:
            depth += 1
        elif char == _CLOSE and depth:
            depth -= 1
        elif not depth:
            keep.append(index)
    # An unclosed parenthesis (a list torn by an extractor) must not swallow the rest.
    return keep if depth == 0 else [i for i, char in enumerate(text) if char not in "()"]
