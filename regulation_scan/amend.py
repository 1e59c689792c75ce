"""Drafts of changed wording for the common patterns; proposals only, marked 案."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kanmon.comparison import Clause, ClausePair, Comparison, ComparisonStyle, compare_clauses
from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from regulation_scan.cues import read_yaml
from regulation_scan.model import CATEGORIES, Judgement, Status


@dataclass(frozen=True, slots=True)
class Amendment:
    """One replacement of wording.

    Attributes:
        before: Regular expression over the sentence as written.
        after: Replacement; ``\\1`` stands for the first group.
    """

    category: str
    before: re.Pattern[str]
    after: str
    note: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence with its proposed wording and why it was changed."""

    judgements: tuple[Judgement, ...]
    text: str
    notes: tuple[str, ...]


def load_amendments(path: Path) -> tuple[Amendment, ...]:
    """Return the replacements of amendments.yml in order; raises ``ConfigError``."""
    raw = read_yaml(path)
    entries = raw.get("amendments") if isinstance(raw, dict) else None
    where = SourceRef(str(path))
    if not isinstance(entries, list):
        raise ConfigError("amendments の一覧がありません", where=where)
    found = []
    for entry in entries:
        if not isinstance(entry, dict) or set(entry) != {"category", "before", "after", "note"}:
            hint = "category・before・after・note の四つを書きます"
            raise ConfigError("書き方が違います", where=where, hint=hint)
        if entry["category"] not in CATEGORIES:
            raise ConfigError(f"区分 {entry['category']!r} はありません", where=where)
        try:
            before = re.compile(entry["before"])
            re.sub(before, entry["after"], "")
        except re.error as error:
            raise ConfigError(f"before が正しくありません: {error}", where=where) from error
        found.append(Amendment(entry["category"], before, entry["after"], str(entry["note"])))
    return tuple(found)


def draft_sentences(
    judgements: Iterable[Judgement], amendments: Sequence[Amendment]
) -> tuple[tuple[Draft, ...], tuple[Judgement, ...]]:
    """Return (drafts in document order, findings for which no pattern fits).

    Each category of a sentence is changed once, by the first pattern that fits.
    """
    groups: dict[tuple[str, int], list[Judgement]] = {}
    for item in judgements:
        by_text = not item.clause.form and not item.by_reference
        if item.status is Status.FINDING and by_text:
            groups.setdefault((item.clause.instrument.file, item.clause.order), []).append(item)
    drafts: list[Draft] = []
    left: list[Judgement] = []
    for group in groups.values():
        text, notes, used = group[0].clause.sentence, [], []
        for item in group:
            changed, note = _apply(text, item.category, amendments)
            if note:
                text = changed
                notes.append(note)
                used.append(item)
            else:
                left.append(item)
        if used:
            drafts.append(Draft(tuple(used), text, tuple(notes)))
    return tuple(drafts), tuple(left)


def _apply(text: str, category: str, amendments: Sequence[Amendment]) -> tuple[str, str]:
    for amendment in amendments:
        if amendment.category == category:
            changed, count = amendment.before.subn(amendment.after, text)
            if count:
                return changed, amendment.note
    return text, ""


def comparison_of(drafts: Sequence[Draft], title: str, style: ComparisonStyle) -> Comparison:
    """Return the 新旧対照表 of one instrument's drafts."""
    pairs = [_pair(draft) for draft in drafts]
    return Comparison(
        title=f"{title}の一部改正（{style.draft or '案'}）",
        instrument=title,
        style=style,
        rows=compare_clauses(pairs, style),
    )


def _pair(draft: Draft) -> ClausePair:
    clause = draft.judgements[0].clause
    return ClausePair(
        old=Clause(clause.provision, clause.sentence),
        new=Clause(clause.provision, draft.text),
        note="、".join(draft.notes),
        heading=f"（{clause.caption}）" if clause.caption else "",
    )
