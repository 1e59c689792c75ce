"""Text cut into sentences, as the law XML counts them: main sentence and proviso."""

from kanmon.documents.model import Sentence

_OPEN = "（(「『〔［["
_CLOSE = "）)」』〕］]"
_PROVISO = ("ただし", "但し", "但シ")


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of ``text``; together they are the text, outer white space excepted.

    A full stop inside brackets ends nothing (…をいう。以下同じ。). With more than one sentence
    each that begins with ただし is the ``proviso``, the others ``main``.
    """
    pieces = _pieces(text.strip())
    if len(pieces) < 2:
        return tuple(Sentence(piece) for piece in pieces)
    return tuple(
        Sentence(piece, "proviso" if piece.startswith(_PROVISO) else "main") for piece in pieces
    )


def _pieces(text: str) -> list[str]:
    if text.find("。", 0, len(text) - 1) < 0:
        return [text] if text else []
    pieces, start, depth = [], 0, 0
    for index, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(depth - 1, 0)
        elif char == "。" and depth == 0:
            pieces.append(text[start : index + 1].strip())
            start = index + 1
    rest = text[start:].strip()
    return [*pieces, rest] if rest else pieces
