"""The 新旧対照表 of drafts: what was changed is marked, and nothing else."""

from collections.abc import Sequence

from kanmon.comparison import (
    Clause,
    ClausePair,
    Comparison,
    ComparisonStyle,
    compare_clauses,
    word_classes,
)
from regulation_scan.amend import Draft, Open

_LEFT = "改正案を作らなかった規定（要検討）"


def comparison_of(
    drafts: Sequence[Draft], left: Sequence[Open], title: str, style: ComparisonStyle
) -> Comparison:
    """Return the 新旧対照表 of one instrument's drafts, and below it what was left to people."""
    words: dict[str, list[str]] = {}
    for draft in drafts:
        old, new = _words(draft)
        words[_sentence(draft)], words[draft.text] = old, new

    def split(text: str) -> list[str]:
        return words.get(text) or word_classes(text)

    return Comparison(
        title=f"{title}の一部改正（{style.draft or '案'}）",
        instrument=title,
        style=style,
        rows=compare_clauses([_pair(draft) for draft in drafts], style, split),
        remarks=(_LEFT, *(str(item) for item in left)) if left else (),
    )


def _words(draft: Draft) -> tuple[list[str], list[str]]:
    """Return both wordings, what stays character by character and each change as one word.

    A guess from the two texts alone would underline words that did not change (書面又は… begins
    like 書面); the edits are known.
    """
    sentence = _sentence(draft)
    old: list[str] = []
    new: list[str] = []
    position = 0
    for edit in draft.edits:
        kept = sentence[position : edit.start]
        old += [*kept, sentence[edit.start : edit.end]]
        new += [*kept, edit.words]
        position = edit.end
    rest = sentence[position:]
    return [word for word in (*old, *rest) if word], [word for word in (*new, *rest) if word]


def _sentence(draft: Draft) -> str:
    return draft.judgements[0].clause.sentence


def _pair(draft: Draft) -> ClausePair:
    clause = draft.judgements[0].clause
    return ClausePair(
        old=Clause(clause.provision, clause.sentence),
        new=Clause(clause.provision, draft.text),
        note="、".join(draft.notes),
        heading=f"（{clause.caption}）" if clause.caption else "",
    )
