"""What was understood of a document: every clause with its strength and its parts."""

from collections.abc import Sequence

from kanmon.report import Cell, Column, Facts, Report, Table
from kanmon.run import Skip
from policy.load import duties_of
from policy.model import Clause, ClauseKind, Duty, Edition
from policy.sides import Reader

_COLUMNS = (
    Column("id", "番号", 16),
    Column("headings", "見出し", 26),
    Column("kind", "種別", 8),
    Column("strength", "強さ", 12),
    Column("text", "条文", 56),
    Column("items", "列挙", 26),
    Column("parts", "読み取った部分", 36),
    Column("applies", "適用の条件", 12),
)


def show_report(
    edition: Edition, reader: Reader, skips: Sequence[Skip], *, only_duties: bool = False
) -> Report:
    """Return every clause (or only those that ask something) in document order."""
    duties = _duties(edition, reader)
    clauses = [c for c in edition.clauses if c.id in duties or not only_duties]
    rows = tuple(_row(clause, duties.get(clause.id)) for clause in clauses)
    return Report(
        title=f"読み取り結果: {edition.name}",
        summary=_summary(edition, duties),
        blocks=(Table("clauses", "条文", _COLUMNS, rows),),
        judged=f"{len(edition.clauses)} 件の条文を読み取り",
        skips=tuple(skips),
        records=tuple(_record(clause, duties.get(clause.id)) for clause in clauses),
    )


def import_report(edition: Edition, reader: Reader, skips: Sequence[Skip]) -> Report:
    """Return the counts of an import: what to check before trusting a comparison."""
    duties = _duties(edition, reader)
    levels: dict[str, int] = {}
    for duty in duties.values():
        key = f"{duty.strength.level} {duty.strength.label_ja}"
        levels[key] = levels.get(key, 0) + 1
    rows = tuple((level, levels[level]) for level in sorted(levels, reverse=True))
    columns = (Column("strength", "強さ", 16), Column("count", "件数", 8))
    return Report(
        title=f"取り込み: {edition.name}",
        summary=_summary(edition, duties),
        blocks=(
            Facts((("種類", edition.role.label_ja), ("文書", edition.path))),
            Table("levels", "強さの内訳", columns, rows),
        ),
        judged=f"{len(edition.clauses)} 件の条文を読み取り",
        skips=tuple(skips),
    )


def _duties(edition: Edition, reader: Reader) -> dict[str, Duty]:
    found = (
        *duties_of(edition, reader, introductions=True),
        *duties_of(edition, reader, kind=ClauseKind.COMMENTARY, introductions=True),
    )
    return {duty.clause.id: duty for duty in found}


def _summary(edition: Edition, duties: dict[str, Duty]) -> tuple[str, ...]:
    body = [c for c in edition.clauses if c.kind is ClauseKind.BODY]
    asked = sum(clause.id in duties for clause in body)
    notes = len(edition.clauses) - len(body)
    return (
        f"本文の条文 {len(body)} 件（うち義務を定めるもの {asked} 件）、解説 {notes} 件。",
        "一致・不一致を調べる前に、番号と強さがおおむね合っているかを確かめてください。",
    )


def _row(clause: Clause, duty: Duty | None) -> tuple[Cell, ...]:
    parts = "、".join(f"{p.dimension.label_ja}「{p.text}」" for p in duty.parts) if duty else ""
    strength = f"{duty.strength.level} {duty.strength.label_ja}" if duty else ""
    recommended = "・推奨事項" if clause.recommended else ""
    return (
        clause.id,
        "／".join(clause.headings),
        clause.kind.label_ja + recommended,
        strength,
        clause.text,
        "\n".join(clause.items),
        parts,
        "、".join(clause.applies),
    )


def _record(clause: Clause, duty: Duty | None) -> dict[str, object]:
    return {
        "id": clause.id,
        "headings": list(clause.headings),
        "kind": clause.kind.slug,
        "recommended": clause.recommended,
        "chapeau": list(clause.chapeau),
        "text": clause.text,
        "items": list(clause.items),
        "applies": list(clause.applies),
        "strength": duty.strength.level if duty else None,
        "cue": duty.cue if duty else "",
        "sentences": [
            {"text": s.text, "strength": s.strength.level if s.strength else None}
            for s in (duty.sentences if duty else ())
        ],
        "parts": [
            {"dimension": p.dimension.slug, "key": p.key, "rank": p.rank, "text": p.text}
            for p in (duty.parts if duty else ())
        ],
        "where": str(clause.where),
    }
