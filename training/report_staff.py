"""The diff of a staff list as a report."""

from collections import Counter
from dataclasses import replace

from kanmon.report import Cell, Column, Facts, Report, Table
from training.names import NAME, NUMBER
from training.staff_diff import Change, ChangeKind
from training.staff_loading import Prepared
from training.staff_words import postings_text, shown

_FIRST_SHOWN = 50
"""Of the first list everybody is new; a screen of names would hide the doubts."""


def staff_report(prepared: Prepared, *, hide_names: bool) -> Report:
    """Return what applying the list would do, doubts first."""
    diff = prepared.diff
    counts = Counter(change.kind for change in diff.changes)
    words = "、".join(f"{kind.label_ja} {counts[kind]} 人" for kind in ChangeKind)
    blocking = sum(1 for doubt in diff.doubts if doubt.blocking)
    doubts = f"疑わしい行 {len(diff.doubts)} 件"
    if blocking:
        doubts += f"（うち {blocking} 件のため適用できません）"
    rows = len(prepared.sheet.rows)
    facts = Facts(
        (
            ("名簿の基準日", diff.day),
            ("文字コード", prepared.sheet.encoding),
            ("所属の数", len(prepared.organisation.sections)),
            ("変わらない人", diff.unchanged),
        )
    )
    tables = [_doubts(prepared)]
    for kind in ChangeKind:
        changes = [change for change in diff.changes if change.kind is kind]
        if changes:
            tables.append(_changes(kind, changes, prepared, hide_names))
    return Report(
        title=f"職員名簿の差分（{diff.day.isoformat()} 現在）",
        summary=(f"{words}。", f"{doubts}。"),
        blocks=(facts, *tables),
        judged=f"{rows:,} 行を照合",
    )


def one_table(report: Report) -> Report:
    """Return doubts and changes as one table with the kind before each row (csv, jsonl)."""
    columns = {column.key: column for table in report.tables for column in table.columns}
    rows = [
        (table.title.partition("（")[0], *(cells.get(key) for key in columns))
        for table in report.tables
        for row in table.rows
        for cells in [dict(zip((c.key for c in table.columns), row, strict=True))]
    ]
    head = (Column("kind", "内容", 12), *columns.values())
    return replace(report, blocks=(Table("changes", "名簿の差分", head, tuple(rows)),))


def _doubts(prepared: Prepared) -> Table:
    columns = (
        Column("place", "場所", 16),
        NUMBER,
        Column("reason", "疑わしい点", 50),
        Column("hint", "対処", 40),
        Column("effect", "扱い", 10),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            doubt.where.place or doubt.where.path,
            doubt.number,
            doubt.reason,
            doubt.hint,
            "適用不可" if doubt.blocking else "要確認",
        )
        for doubt in sorted(prepared.diff.doubts, key=lambda d: (not d.blocking, d.where))
    ]
    return Table("doubts", "疑わしい行", columns, tuple(rows))


def _changes(
    kind: ChangeKind, changes: list[Change], prepared: Prepared, hide_names: bool
) -> Table:
    columns = (
        *(() if hide_names else (NUMBER, NAME)),
        Column("effective", "発令・基準日", 12),
        Column("posting", "所属・職位", 36),
        Column("differences", "変わること", 60),
    )
    shown_changes = changes
    note = ""
    if prepared.is_first and kind is ChangeKind.NEW and len(changes) > _FIRST_SHOWN:
        shown_changes = changes[:_FIRST_SHOWN]
        note = f"最初の名簿のため、{len(changes):,} 人のうち先頭の {_FIRST_SHOWN} 人だけを示す。"
    rows: list[tuple[Cell, ...]] = []
    for change in shown_changes:
        record = change.version.record
        # A name that changed must not slip through in the differences.
        differences = [
            f"{label}: {old} → {new}"
            for label, old, new in change.differences
            if not (hide_names and label in ("氏名", "カナ", "メールアドレス"))
        ]
        if kind is ChangeKind.LEFT and record.retired is None:
            differences.append("退職日のないまま名簿から消えた")
        elif kind is ChangeKind.LEFT:
            differences.append(f"退職日 {shown(record.retired)}")
        posting = postings_text(record, prepared.organisation)
        people: tuple[Cell, ...] = () if hide_names else (record.number, record.name)
        rows.append((*people, change.version.effective, posting, "／".join(differences)))
    return Table(
        kind.slug, f"{kind.label_ja}（{len(changes):,} 人）", columns, tuple(rows), note=note
    )
