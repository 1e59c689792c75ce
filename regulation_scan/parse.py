"""A dependency parse as plain data, and what it says about where a cue stands. No model here."""

from collections.abc import Sequence
from dataclasses import dataclass

from regulation_scan.model import Position

# Nouns that turn a clause into a condition or a point in time.
_CONDITIONS = frozenset(
    (
        "とき",
        "時",
        "場合",
        "際",
        "後",
        "前",
        "日",
        "以後",
        "以前",
        "うえ",
        "上",
        "ため",
        "間",
        "限り",
    )
)
# Formal nouns, and nouns that carry the duty itself: what matters is what is said of them
# (ことができる, ものとする, 機会を与えなければならない, 方法により公示する).
_FORMAL = frozenset(
    ("こと", "もの", "の", "よう", "ほか", "旨", "機会", "方法", "義務", "必要", "措置", "権利")
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a parse.

    Attributes:
        start: Offset in the parsed text.
        head: Index of the governing token; its own index for the root.
        relation: Universal Dependencies label without GiNZA's ``_bunsetu`` ending.
    """

    text: str
    lemma: str
    tag: str
    relation: str
    head: int
    start: int

    @property
    def end(self) -> int:
        """Return the offset after the token."""
        return self.start + len(self.text)


Parse = tuple[Token, ...]


def position_of(parse: Parse, end: int) -> Position:
    """Return where the words that end at offset ``end`` stand in the parsed text."""
    index = _token_at(parse, end - 1)
    if index is None:
        return Position.MENTION
    for _ in range(len(parse)):
        token = parse[index]
        if token.head == index:
            return Position.MAIN
        head = parse[token.head]
        if token.relation == "acl":
            if head.lemma in _CONDITIONS or head.text in _CONDITIONS:
                return Position.CONDITION
            if head.lemma not in _FORMAL:
                return Position.RELATIVE
        index = token.head
    return Position.MENTION


def governing_lemmas(parse: Parse, end: int) -> tuple[str, ...]:
    """Return the lemmas above the words that end at ``end``, nearest first."""
    index = _token_at(parse, end - 1)
    found: list[str] = []
    while index is not None and len(found) < len(parse):
        found.append(parse[index].lemma)
        if parse[index].head == index:
            break
        index = parse[index].head
    return tuple(found)


def subject_of(parse: Parse, text: str) -> str:
    """Return the phrase that is subject of the root, without particles; empty if there is none."""
    root = next((i for i, token in enumerate(parse) if token.head == i), None)
    for index, token in enumerate(parse):
        if token.relation == "nsubj" and token.head == root:
            members = _subtree(parse, index)
            particles = {i for i in members if parse[i].head == index and i > index}
            kept = sorted(members - particles)
            return text[parse[kept[0]].start : parse[kept[-1]].end] if kept else ""
    return ""


def _subtree(parse: Parse, top: int) -> set[int]:
    members = {top}
    grown = True
    while grown:
        grown = False
        for index, token in enumerate(parse):
            if token.head in members and index not in members:
                members.add(index)
                grown = True
    return members


def _token_at(parse: Sequence[Token], offset: int) -> int | None:
    for index, token in enumerate(parse):
        if token.start <= offset < token.end:
            return index
    return None
