"""What a numbered line means where it stands: ``2`` is a 項, a heading or an entry of a list."""

import re

from kanmon.documents.frame import Stack
from kanmon.documents.line import Mark, read_mark
from kanmon.provision import Provision, Unit, half_width

HEADING_KINDS = ("dotted", "digits", "dai")
"""Marks a heading may have outside of articles: 1.2, 1, 第1."""
_PARAGRAPH_KINDS = ("digits", "circled")
_MAX_HEADING = 45
_TIGHT = re.compile(
    r"([0-9０-９]{1,2})(?=[ぁ-ん一-龠「])(?![年月日時分条項号章節人名回円通部枚件以箇か個週割倍つ])"
)


def continues_paragraphs(stack: Stack, mark: Mark) -> bool:
    """Return whether ``mark`` is the number of the next 項 of the open article or 附則."""
    if mark.kind not in _PARAGRAPH_KINDS or len(mark.number) != 1:
        return False
    holder = stack.nearest("article", "supplementary")
    if holder is None or stack.nearest("table"):
        return False
    if any(frame.mark_kind == mark.kind for frame in stack.frames):
        return False
    expected = next_paragraph(stack)
    if mark.kind == "circled" and expected == 1:
        return False
    return mark.number[0] == expected


def next_paragraph(stack: Stack) -> int:
    """Return the number the next 項 of what is open has."""
    frame = stack.nearest("paragraph")
    if frame is not None and frame.number:
        return frame.number[0] + 1
    holder = stack.nearest("article", "supplementary")
    numbers = [getattr(node, "number", ()) for node in holder.children] if holder else []
    return max((number[0] for number in numbers if number), default=0) + 1


def tight_paragraph(stack: Stack, text: str) -> Mark | None:
    """Return the number of a 項 written without a space (２前項の…), where it is the next one."""
    match = _TIGHT.match(text)
    if match is None or stack.nearest("article", "supplementary") is None:
        return None
    title = match[1]
    mark = Mark("digits", (int(title),), title, text[match.end() :], half_width(title))
    return mark if mark.number[0] > 1 and continues_paragraphs(stack, mark) else None


def is_heading(stack: Stack, mark: Mark, following: str) -> bool:
    """Return whether a numbered line is a heading; ``following`` is the line after it."""
    if mark.kind not in HEADING_KINDS or stack.nearest("article", "table"):
        return False
    words = mark.rest or following
    if not words or words.endswith("。") or len(words) > _MAX_HEADING:
        return False
    # A list (1 パソコン / 2 プリンター) is followed by its own next number at once.
    after = read_mark(following)
    return bool(following) and (after is None or after.kind != mark.kind)


def label_base(stack: Stack, mark: Mark) -> Provision:
    """Return the address a mark is added to: 1.2.1 already says that it stands in 1.2."""
    base = stack.top.provision
    last = base.steps[-1] if base.steps else None
    nested = len(mark.number) > 1 and mark.kind in ("dotted", "dai")
    while nested and last is not None and last.unit is Unit.LABEL:
        base = base.parent
        last = base.steps[-1] if base.steps else None
    return base
