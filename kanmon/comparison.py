"""新旧対照表 as a value: two texts side by side, what changed underlined, in the city's own style.

Pure: clauses in, rows out. ``kanmon.render.comparison_docx`` and ``comparison_xlsx`` draw them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from kanmon.report import RichText, Span

Tokenize = Callable[[str], Sequence[str]]
"""Splits a text into words; their concatenation is the text."""

_SAME = 0.5
"""Below this likeness two clauses are one deleted and one added, not one changed."""
_ISLAND = 1
"""Unchanged words of so few characters between two changed ones are underlined with them."""
_CLASSES = re.compile(
    r"[一-龠々〆]+|[ァ-ヶー]+|[ぁ-ん]|[0-9０-９]+|[A-Za-zＡ-Ｚａ-ｚ]+|\s+|.", re.S
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonStyle:
    """How a city draws its 新旧対照表; loaded from rules/comparison/*.yml.

    Attributes:
        new_label, old_label: Column headings: 改正後 and 改正前, or 改正案 and 現行.
        new_first: True when the new text stands on the left.
        note_label: Heading of a third column; empty for none.
        note_share: Width of the third column in per cent.
        omitted, added, removed: What stands in a cell for an unchanged clause, for the old side
            of a new clause, and for the new side of a deleted one.
        collapse: Unchanged neighbours become one line: ``２～５　（略）``.
        padding: What stands between a number and its text.
        underline: ``single``, ``double`` or ``none``.
        draft: The word that marks a proposal: 案. Empty for none.
        font: East Asian typeface of the Word file.
    """

    id: str
    title: str
    new_label: str = "改正後"
    old_label: str = "改正前"
    new_first: bool = True
    note_label: str = ""
    note_share: int = 16
    omitted: str = "（略）"
    added: str = "（新設）"
    removed: str = "（削る）"
    collapse: bool = True
    padding: str = "\u3000"
    underline: str = "single"
    draft: str = "案"
    font: str = "ＭＳ 明朝"


@dataclass(frozen=True, slots=True)
class Clause:
    """One unit of a text: its number as printed (第5条, ２, (1); may be empty) and its words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ClausePair:
    """The same unit before and after; ``None`` where it does not exist.

    Attributes:
        heading: Printed above the pair, in both columns (a caption); empty for none.
    """

    old: Clause | None
    new: Clause | None
    note: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One row. Changed words carry the marks ``removed`` (old) and ``added`` (new)."""

    old: RichText
    new: RichText
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A whole table.

    Attributes:
        instrument: Name of what is amended, printed above the table.
        remarks: Lines printed below the table: what was left to people, and why.
    """

    title: str
    instrument: str
    style: ComparisonStyle
    rows: tuple[ComparisonRow, ...]
    remarks: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the column headings from left to right."""
        pair = (self.style.new_label, self.style.old_label)
        shown = pair if self.style.new_first else pair[::-1]
        return (*shown, self.style.note_label) if self.style.note_label else shown

    def cells(self, row: ComparisonRow) -> tuple[RichText | str, ...]:
        """Return a row's cells from left to right."""
        pair = (row.new, row.old) if self.style.new_first else (row.old, row.new)
        return (*pair, row.note) if self.style.note_label else pair


def compare_clauses(
    pairs: Sequence[ClausePair], style: ComparisonStyle, tokenize: Tokenize | None = None
) -> tuple[ComparisonRow, ...]:
    """Return the rows for ``pairs``, in their order; equal neighbours drawn together."""
    words = tokenize or word_classes
    rows: list[ComparisonRow] = []
    run: list[ClausePair] = []
    for pair in pairs:
        unchanged = pair.old is not None and pair.old == pair.new and not pair.note
        if unchanged and style.collapse and not (run and pair.heading):
            run.append(pair)
            continue
        rows.extend(_omitted(run, style))
        run = [pair] if unchanged and style.collapse else []
        if not run:
            rows.append(_row(pair, style, words))
    rows.extend(_omitted(run, style))
    return tuple(rows)


def diff_spans(old: str, new: str, tokenize: Tokenize | None = None) -> tuple[RichText, RichText]:
    """Return both texts with their differing words marked; equal texts carry no mark."""
    words = tokenize or word_classes
    before, after = list(words(old)), list(words(new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    left: list[Span] = []
    right: list[Span] = []
    for tag, i1, i2, j1, j2 in _bridged(matcher.get_opcodes()):
        same = tag == "equal"
        _add(left, "".join(before[i1:i2]), "" if same else "removed")
        _add(right, "".join(after[j1:j2]), "" if same else "added")
    return RichText(tuple(left)), RichText(tuple(right))


def pair_clauses(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[ClausePair, ...]:
    """Return the clauses of two versions paired: by equal words, else by number and likeness.

    Order is that of the new version; deleted clauses stand where they were.
    """
    matcher = SequenceMatcher(None, [c.text for c in old], [c.text for c in new], autojunk=False)
    pairs: list[ClausePair] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pairs += [ClausePair(a, b) for a, b in zip(old[i1:i2], new[j1:j2], strict=True)]
        else:
            pairs += _pair_unequal(list(old[i1:i2]), list(new[j1:j2]))
    return tuple(pairs)


def word_classes(text: str) -> list[str]:
    """Return runs of one kind of character (kanji, katakana, digits …); hiragana one by one."""
    return _CLASSES.findall(text)


def sudachi_words() -> Tokenize:
    """Return a tokenizer that splits at the words of SudachiPy (mode B)."""
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary().create(mode=SplitMode.B)
    limit = 10_000  # characters; Sudachi refuses input above 49,149 bytes

    def split(text: str) -> list[str]:
        pieces = [text[start : start + limit] for start in range(0, len(text), limit)]
        return [word.surface() for piece in pieces for word in tokenizer.tokenize(piece)]

    return split


def _row(pair: ClausePair, style: ComparisonStyle, words: Tokenize) -> ComparisonRow:
    old, new = pair.old, pair.new
    if old is None or new is None:
        left = _whole(old, style, "removed") if old else RichText((Span(style.added),))
        right = _whole(new, style, "added") if new else RichText((Span(style.removed),))
    else:
        labels = _label_spans(old.label, new.label)
        texts = diff_spans(old.text, new.text, words)
        left, right = (
            RichText((*label, Span(style.padding if clause.label else ""), *text.spans))
            for label, clause, text in zip(labels, (old, new), texts, strict=True)
        )
    return ComparisonRow(_headed(left, pair), _headed(right, pair), pair.note)


def _whole(clause: Clause, style: ComparisonStyle, mark: str) -> RichText:
    text = f"{clause.label}{style.padding}{clause.text}" if clause.label else clause.text
    return RichText((Span(text, mark),))


def _label_spans(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return both numbers; a clause that only moved has nothing underlined but its number."""
    if old == new:
        return (Span(old),), (Span(new),)
    return (Span(old, "removed"),), (Span(new, "added"),)


def _headed(text: RichText, pair: ClausePair) -> RichText:
    return RichText((Span(f"{pair.heading}\n"), *text.spans)) if pair.heading else text


def _omitted(run: list[ClausePair], style: ComparisonStyle) -> list[ComparisonRow]:
    if not run:
        return []
    labels = [pair.new.label for pair in run if pair.new is not None]
    heading = f"{run[0].heading}\n" if run[0].heading else ""
    shown = labels[0] if len(labels) == 1 else f"{labels[0]}～{labels[-1]}"
    text = f"{heading}{shown}{style.padding}{style.omitted}" if labels[0] else style.omitted
    return [ComparisonRow(RichText((Span(text),)), RichText((Span(text),)))]


def _add(spans: list[Span], text: str, mark: str) -> None:
    if not text:
        return
    if spans and spans[-1].mark == mark:
        spans[-1] = Span(spans[-1].text + text, mark)
    else:
        spans.append(Span(text, mark))


_Opcode = tuple[str, int, int, int, int]


def _bridged(opcodes: Iterable[_Opcode]) -> list[_Opcode]:
    """Return the operations with short unchanged islands between two changes made part of them."""
    codes = list(opcodes)
    bridged: list[_Opcode] = []
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        inside = 0 < index < len(codes) - 1
        kind = "replace" if tag == "equal" and inside and i2 - i1 <= _ISLAND else tag
        bridged.append((kind, i1, i2, j1, j2))
    return bridged


def _pair_unequal(old: list[Clause], new: list[Clause]) -> list[ClausePair]:
    pairs: list[ClausePair] = []
    for clause in new:
        scores = [_likeness(before, clause) for before in old]
        best = max(scores, default=0.0)
        if best >= _SAME:
            index = scores.index(best)
            # What is passed over can no longer be paired without crossing: it was deleted.
            pairs += [ClausePair(gone, None) for gone in old[:index]]
            pairs.append(ClausePair(old[index], clause))
            del old[: index + 1]
        else:
            pairs.append(ClausePair(None, clause))
    return pairs + [ClausePair(gone, None) for gone in old]


def _likeness(old: Clause, new: Clause) -> float:
    ratio = SequenceMatcher(None, old.text, new.text, autojunk=False).ratio()
    return min(ratio + (0.2 if old.label == new.label and old.label else 0.0), 1.0)
