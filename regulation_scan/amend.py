"""Drafts of changed wording for the common patterns; proposals only, marked 案.

A sentence gets a draft only where its grammar is certain; every other finding is named with the
reason why people must word it (要検討).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from regulation_scan.amend_rules import Amendments
from regulation_scan.grammar import flaw_in, inside_brackets, joins_acts
from regulation_scan.model import Judgement, Status

UNDECIDED = "要検討"
_NOT_DEMANDED = re.compile(
    r"(?:[^、。]*、(?:又は|若しくは|及び|かつ))*"
    r"[^、。]*?(?:(?:て|では)は?ならない|を要しない|省略する|ことが困難|ことができない(?:場合|とき))"
)
_NOUN_END = re.compile(r"[一-龥々ァ-ヶー）)]$")
_FORM = "様式に現れるものである。様式そのものを改める"
_BY_REFERENCE = "準用する規定である。準用される規定の改正によって足りるかどうかを確かめる"
_ITEM = "体言止めの号・表の項目である。柱書の改正で足りるかどうかを確かめる"
_DIGITAL = "同じ条に既にデジタルの手段の定めがある。重ねて加えず、その範囲を確かめる"
_NEGATED = "禁止、省略又は例外の定めの中にある"
_CHAIN = "前の動作と並んで書かれている。どの動作に代えられるかが分かるように書き分ける"
_NO_PATTERN = "決まった言い換えの型がない言い回しである。人が案を書く"


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence with its proposed wording and why it was changed.

    Attributes:
        edits: What was changed in the sentence, in its order.
    """

    judgements: tuple[Judgement, ...]
    text: str
    notes: tuple[str, ...]
    edits: tuple["Edit", ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A finding for which nothing was drafted, with the reason in one Japanese sentence."""

    judgement: Judgement
    reason: str

    def __str__(self) -> str:
        clause = self.judgement.clause
        category, evidence = self.judgement.category, self.judgement.evidence
        return f"{clause.provision}（{category}「{evidence}」）{UNDECIDED}：{self.reason}。"


@dataclass(frozen=True, slots=True)
class Edit:
    """Words put in the place of ``text[start:end]``; empty for words struck out."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Redraft:
    """What became of a sentence.

    Attributes:
        text: As proposed; the sentence itself when nothing could be drafted.
        left: Reason by category left undrafted.
    """

    text: str
    notes: tuple[str, ...]
    edits: tuple[Edit, ...]
    left: Mapping[str, str]


def draft_sentences(
    judgements: Iterable[Judgement], amendments: Amendments
) -> tuple[tuple[Draft, ...], tuple[Open, ...]]:
    """Return (drafts in document order, findings without a draft and why)."""
    groups: dict[tuple[str, int], list[Judgement]] = {}
    for item in judgements:
        if item.status is Status.FINDING:
            groups.setdefault((item.clause.instrument.file, item.clause.order), []).append(item)
    drafts: list[Draft] = []
    left: list[Open] = []
    for group in groups.values():
        draft, undecided = _draft(group, amendments)
        drafts += [draft] if draft else []
        left += undecided
    return tuple(drafts), tuple(left)


def draft_text(
    text: str, categories: Iterable[str], amendments: Amendments, *, digital_ok: bool = False
) -> Redraft:
    """Return the proposed wording of a sentence for the categories found in it."""
    edits: list[Edit] = []
    notes: list[str] = []
    left: dict[str, str] = {}
    for category in categories:
        found, reason = _edits(text, category, amendments, digital_ok)
        fresh = [(edit, note) for edit, note in found if not _overlaps(edit, edits)]
        changed = _changed(text, [*edits, *(edit for edit, _ in fresh)])
        reason = reason or flaw_in(changed, text)
        if reason or not found:
            left[category] = reason or _NO_PATTERN
            continue
        edits += [edit for edit, _ in fresh]
        notes += [note for _, note in found]
    small = tuple(sorted((_smallest(edit, text) for edit in edits), key=lambda item: item.start))
    return Redraft(_changed(text, edits), tuple(dict.fromkeys(notes)), small, left)


def _draft(
    group: Sequence[Judgement], amendments: Amendments
) -> tuple[Draft | None, tuple[Open, ...]]:
    clause = group[0].clause
    digital_ok = any(item.digital_ok for item in group)
    reasons = {item.category: _outside(item) for item in group}
    open_to = [category for category, reason in reasons.items() if not reason]
    made = draft_text(clause.sentence, open_to, amendments, digital_ok=digital_ok)
    reasons |= made.left
    used = tuple(item for item in group if not reasons[item.category])
    draft = Draft(used, made.text, made.notes, made.edits) if used else None
    kept = (item for item in group if reasons[item.category])
    return draft, tuple(Open(item, reasons[item.category]) for item in kept)


def _outside(item: Judgement) -> str:
    """Return why a finding is not a matter of its own words; empty when it is."""
    if item.clause.form:
        return _FORM
    if item.by_reference:
        return _BY_REFERENCE
    return _ITEM if _NOUN_END.search(item.clause.sentence) else ""


def _edits(
    text: str, category: str, amendments: Amendments, digital_ok: bool
) -> tuple[list[tuple[Edit, str]], str]:
    for hold in amendments.undecided:
        if category in (hold.categories or (category,)) and hold.when.search(text):
            return [], hold.reason
    found: list[tuple[Edit, str]] = []
    reason = ""
    has_digital = digital_ok or bool(amendments.digital.search(text))
    for amendment in amendments.replacements:
        if category not in amendment.categories:
            continue
        for match in amendment.before.finditer(text):
            edit = Edit(match.start(), match.end(), amendment.replacement(match))
            if has_digital and amendments.digital.search(_added(edit, text)):
                reason = reason or _DIGITAL
            elif _NOT_DEMANDED.match(text, edit.end):
                reason = reason or _NEGATED
            elif amendment.joins and joins_acts(text, amendment.start(match), match.end()):
                reason = reason or _CHAIN
            elif not inside_brackets(text, edit.start) and not _clashes(edit, found):
                found.append((edit, amendment.note))
    return found, "" if found else reason


def _added(edit: Edit, text: str) -> str:
    return edit.words.replace(text[edit.start : edit.end], "")


def _smallest(edit: Edit, text: str) -> Edit:
    """Return the same change without the words that stay: only these are underlined."""
    old, new = text[edit.start : edit.end], edit.words
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    return Edit(edit.start + head, edit.end - tail, new[head : len(new) - tail])


def _shared(one: str, other: str) -> int:
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _clashes(edit: Edit, found: Iterable[tuple[Edit, str]]) -> bool:
    return _overlaps(edit, [other for other, _ in found])


def _overlaps(edit: Edit, others: Iterable[Edit]) -> bool:
    return any(edit.start < other.end and other.start < edit.end for other in others)


def _changed(text: str, edits: Iterable[Edit]) -> str:
    for edit in sorted(edits, key=lambda item: -item.start):
        text = text[: edit.start] + edit.words + text[edit.end :]
    return text
