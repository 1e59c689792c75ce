"""Drafts as a 新旧対照表 and as a list with reasons. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import kanmon.comparison as table
from kanmon.report import Block, Cell, Column, Report, Table, Text
from kanmon.run import Skip
from policy.amend import Draft, Method, final_clauses
from policy.amend_number import is_article
from policy.amend_place import Added, Layout
from policy.findings import title_of
from policy.model import Clause

_PARAGRAPH = re.compile(r"第(\d+)項$")
_ITEM = re.compile(r"第(\d+)号$")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_COLUMNS = (
    Column("draft", "案", 5),
    Column("place", "改正後の番号", 16),
    Column("method", "直し方", 20),
    Column("before", "現行", 44),
    Column("after", "改正案", 44),
    Column("guideline", "根拠となる判定", 24),
    Column("again", "案の再判定", 12),
)


def clause_pairs(
    clauses: Sequence[Clause], drafts: Sequence[Draft], layout: Layout
) -> tuple[table.ClausePair, ...]:
    """Return the policy before and after, clause by clause; untouched sections left out."""
    changed = final_clauses(drafts)
    notes = _notes(drafts)
    behind: dict[str, list[Added]] = {}
    for item in layout.added:
        behind.setdefault(item.anchor, []).append(item)
    touched = {
        _section(clause)
        for clause in clauses
        if clause.id in changed or clause.id in layout.moved or clause.id in behind
    }
    pairs = []
    last: tuple[str, ...] = ()
    for clause in clauses:
        section = _section(clause)
        if section not in touched:
            continue
        heading = _heading(clause) if section != last else ""
        last = section
        after = changed.get(clause.id, clause)
        new = _printed(layout.moved.get(clause.id, clause.id), after)
        pairs.append(
            table.ClausePair(_printed(clause.id, clause), new, notes.get(clause.id, ""), heading)
        )
        for item in behind.get(clause.id, ()):
            caption = f"（{item.heading}）" if item.heading and item.id.endswith("条") else ""
            note = _note(item.draft)
            pairs.append(table.ClausePair(None, _printed(item.id, item.draft.after), note, caption))
    return tuple(pairs)


def amend_report(
    drafts: Sequence[Draft],
    layout: Layout,
    names: tuple[str, str],
    made_on: date,
    skips: tuple[Skip, ...] = (),
) -> Report:
    """Return the drafts as a list: what, why, how it was made, and what must still be checked.

    ``names`` are the policy's and the guideline's.
    """
    local, guideline = names
    places = {id(item.draft): item.id for item in layout.added}
    rows = tuple(_row(draft, places, layout) for draft in drafts)
    blocks: list[Block] = [
        Text("全て案です。決裁の前に、担当者が一つずつ確かめてください。", "warning"),
        Table("drafts", "改正案", _COLUMNS, rows),
    ]
    if layout.moved:
        moves = tuple(layout.moved.items())
        columns = (Column("old", "現行の番号", 18), Column("new", "改正後の番号", 18))
        blocks.append(Table("moved", "番号の繰下げ", columns, moves))
    if layout.broken:
        columns = (Column("place", "条文", 18), Column("words", "引用の言葉", 24))
        note = "番号が動くため、引用が正しいままか確かめてください。"
        blocks.append(Table("references", "引用の確認", columns, layout.broken, note=note))
    added = sum(draft.before is None for draft in drafts)
    return Report(
        title=f"{local} 改正案（案）",
        summary=(
            f"{guideline} と比べた結果から、{len(drafts)} 件の案を作りました"
            f"（追加 {added}、改正 {len(drafts) - added}）。",
            f"番号が動く条文 {len(layout.moved)}、確かめるべき引用 {len(layout.broken)}。",
        ),
        blocks=tuple(blocks),
        judged=f"{len(drafts)} 件の案を同じ比べ方で再判定",
        skips=skips,
        records=tuple(_record(draft, places, layout) for draft in drafts),
        made_on=made_on,
    )


def _row(draft: Draft, places: Mapping[int, str], layout: Layout) -> tuple[Cell, ...]:
    before = draft.before.quote if draft.before else ""
    after = draft.after.quote
    if draft.before is None:
        place = places.get(id(draft), "")
        shown: tuple[Cell, Cell] = ("（新設）", after)
    else:
        place = layout.moved.get(draft.after.id, draft.after.id)
        shown = table.diff_spans(before, after)
    again = draft.again.label_ja if draft.again else "判定なし"
    return ("案", place, draft.method.label_ja, *shown, title_of(draft.comparison), again)


def _record(draft: Draft, places: Mapping[int, str], layout: Layout) -> dict[str, object]:
    comparison = draft.comparison
    name = draft.before.id if draft.before else None
    return {
        "draft": True,
        "guideline": comparison.guideline.id if comparison.guideline else None,
        "verdict": comparison.verdict.slug,
        "dimensions": [dimension.slug for dimension in comparison.dimensions],
        "method": draft.method.slug,
        "local": name,
        "place": layout.moved.get(name, name) if name else places.get(id(draft), ""),
        "before": draft.before.quote if draft.before else None,
        "after": draft.after.quote,
        "again": draft.again.slug if draft.again else None,
    }


def _notes(drafts: Iterable[Draft]) -> Mapping[str, str]:
    notes: dict[str, list[str]] = {}
    for draft in drafts:
        if draft.before is not None:
            notes.setdefault(draft.after.id, []).append(_note(draft))
    return {name: "\n".join(lines) for name, lines in notes.items()}


def _note(draft: Draft) -> str:
    again = draft.again.label_ja if draft.again else "判定なし"
    how = "書直し" if draft.method is Method.REPLACE else ""
    return "　".join(word for word in (title_of(draft.comparison), f"再判定 {again}", how) if word)


def _section(clause: Clause) -> tuple[str, ...]:
    return clause.headings


def _heading(clause: Clause) -> str:
    if not clause.headings:
        return ""
    return f"（{clause.headings[-1]}）" if is_article(clause.id) else " ".join(clause.headings[-2:])


def _printed(name: str, clause: Clause) -> table.Clause:
    """Return a clause as it is printed: 項 by their number alone, items below."""
    items = "".join(f"\n　({place}) {item}" for place, item in enumerate(clause.items, 1))
    return table.Clause(_label(name), clause.text + items)


def _label(name: str) -> str:
    if not is_article(name):
        return name
    if match := _ITEM.search(name):
        return f"({match.group(1)})"
    if match := _PARAGRAPH.search(name):
        if match.group(1) != "1":
            return match.group(1).translate(_FULL_WIDTH)
        return name[: match.start()]
    return name
