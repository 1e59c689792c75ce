"""Both texts and how they answer each other, as tables. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from kanmon.report import Cell, Column, Report, Table, Text
from policy.judged import Judged
from policy.model import Clause, Comparison, Duty, Edition, Verdict

_MAP_COLUMNS = (
    Column("guideline", "ガイドライン", 14),
    Column("local", "市の条文", 18),
    Column("verdict", "判定", 10),
    Column("dimensions", "違う点", 14),
    Column("confidence", "確からしさ", 10),
    Column("guideline_quote", "ガイドラインの定め", 46),
    Column("local_quote", "市の定め", 46),
    Column("reason", "理由", 46),
)
_CLAUSE_COLUMNS = (
    Column("id", "番号", 16),
    Column("headings", "見出し", 30),
    Column("text", "本文", 60),
    Column("kind", "層", 8),
    Column("strength", "強さ", 6),
    Column("recommended", "推奨事項", 10),
    Column("applies", "当てはまる条件", 16),
)


def export_report(judged: Judged, made_on: date) -> Report:
    """Return three tables: the mapping, the guideline's clauses, the city's clauses."""
    counts = Counter(comparison.verdict for comparison in judged.comparisons)
    parts = "、".join(f"{v.label_ja} {counts[v]}" for v in Verdict if counts[v])
    rows = tuple(_mapping_row(comparison) for comparison in judged.comparisons)
    return Report(
        title=f"条文の対応: {judged.guideline.name} と {judged.local.name}",
        summary=(f"判定の内訳: {parts}",),
        blocks=(
            Text("判定は機械による案です。担当者が確かめてください。", "note"),
            Table("mapping", "対応", _MAP_COLUMNS, rows),
            _clauses("guideline", "ガイドラインの条文", judged.guideline, judged.guideline_duties),
            _clauses("local", "市の条文", judged.local, judged.local_duties),
        ),
        judged=f"{len(judged.guideline_duties)} の義務を判定",
        skips=judged.skips,
        made_on=made_on,
    )


def _mapping_row(comparison: Comparison) -> tuple[Cell, ...]:
    guideline = comparison.guideline
    return (
        guideline.id if guideline else "",
        _join(comparison.local),
        comparison.verdict.label_ja,
        "、".join(dimension.label_ja for dimension in comparison.dimensions),
        comparison.confidence.label_ja,
        guideline.quote if guideline else "",
        "\n".join(clause.quote for clause in comparison.local),
        comparison.reason,
    )


def _join(clauses: Iterable[Clause]) -> str:
    return "、".join(clause.id for clause in clauses)


def _clauses(key: str, title: str, edition: Edition, duties: Iterable[Duty]) -> Table:
    levels = {duty.clause.id: duty.strength.level for duty in duties}
    rows = tuple(_clause_row(clause, levels.get(clause.id)) for clause in edition.clauses)
    return Table(key, title, _CLAUSE_COLUMNS, rows, note=edition.name)


def _clause_row(clause: Clause, level: int | None) -> tuple[Cell, ...]:
    return (
        clause.id,
        " / ".join(clause.headings),
        clause.quote,
        clause.kind.label_ja,
        level,
        "はい" if clause.recommended else "",
        "、".join(clause.applies),
    )
