"""The standing per 号 as one page for the council and as records for machines. Pure."""

import re
from collections.abc import Sequence
from datetime import date

from kanmon.dates import format_era
from kanmon.report import Block, Cell, Column, Report, RichText, Span, Table, Text
from kanmon.run import Skip
from kanmon.text import shorten
from policy.model import Comparison, Verdict
from policy.statute import Coverage, ItemStatus, Statute

_ACTOR = re.compile(r"^[^、。]{0,20}(?:責任者|管理者|担当者|職員等|委員会|CISO|CSIRT)は、")
_MEANINGS = {
    Coverage.MET: "当てはまる義務を全て満たす",
    Coverage.PARTLY: "足りない点がある",
    Coverage.MISSING: "当たる条文が見当たらない",
    Coverage.UNKNOWN: "比べる義務が基準にない",
}
_SHOWN_CLAUSES = 3
_SHOWN_GAPS = 2
_COLUMNS = (
    Column("number", "号", 4),
    Column("field", "分野", 24),
    Column("coverage", "状況", 8),
    Column("count", "満たす数", 22),
    Column("clauses", "根拠となる市の条文", 38),
    Column("gaps", "足りない主な点", 80),
    Column("in_force", "施行・経過措置", 30),
)
_GAP_COLUMNS = (
    Column("number", "号", 5),
    Column("guideline", "ガイドライン", 14),
    Column("verdict", "判定", 8),
    Column("local", "市の条文", 16),
    Column("quote", "ガイドラインの定め", 44),
    Column("reason", "理由", 44),
)


def status_report(
    statuses: Sequence[ItemStatus],
    statute: Statute,
    names: tuple[str, str, str],
    made_on: date,
    skips: tuple[Skip, ...] = (),
) -> Report:
    """Return the page; ``names`` are the city's, the guideline's and the policy's.

    Machine verdicts are called a proposal.
    """
    city, guideline, local = names
    rows = tuple(_row(status, statute) for status in statuses)
    blocks: list[Block] = [
        Table("items", "各号の状況", _COLUMNS, rows),
        Text(f"対象: {local}　比べた基準: {guideline}　{_marks(statuses)}", "note"),
        Text(
            f"経過措置: {statute.grace_text}適用の除外: {statute.exempt_text}"
            f"{statute.policy_title}は{format_era(statute.policy_in_force)}施行。"
            f"出典: {statute.source}。号と章の対応は見出しの一致による推定。",
            "note",
        ),
    ]
    asked = sum(status.asked for status in statuses)
    return Report(
        title=f"{city}情報セキュリティ対策の状況（案）",
        summary=_summary(statuses, statute, made_on),
        blocks=tuple(blocks),
        judged=f"八つの号について、当てはまる {asked} の義務を判定",
        skips=skips,
        records=tuple(_record(status, statute) for status in statuses),
        made_on=made_on,
    )


def gap_table(statuses: Sequence[ItemStatus]) -> Table:
    """Return every open point, field by field."""
    rows = tuple(_gap_row(status, gap) for status in statuses for gap in status.gaps)
    return Table("gaps", "足りない点の一覧", _GAP_COLUMNS, rows)


def _summary(statuses: Sequence[ItemStatus], statute: Statute, made_on: date) -> tuple[str, ...]:
    counts = {c: sum(status.coverage is c for status in statuses) for c in Coverage}
    parts = "、".join(f"{c.label_ja} {n}" for c, n in counts.items() if n)
    days = (statute.in_force - made_on).days
    start = format_era(statute.in_force)
    when = f"に施行（あと {days} 日）" if days > 0 else "から施行済み"
    open_points = sum(len(status.gaps) for status in statuses)
    return (
        f"{statute.title}が定める八つの分野の状況は、{parts}。この規定は{start}{when}です。"
        f"見直しが必要と思われる点は {open_points}。機械による案で、担当者の確認が必要です。",
    )


def _marks(statuses: Sequence[ItemStatus]) -> str:
    """Return what the words in the 状況 column mean, those that occur only."""
    found = {status.coverage for status in statuses}
    marks = [f"{c.label_ja}: {_MEANINGS[c]}。" for c in Coverage if c in found]
    if any(status.unsure for status in statuses):
        marks.append("要確認: 対応の確かさが低い。")
    return "".join(marks)


def _row(status: ItemStatus, statute: Statute) -> tuple[Cell, ...]:
    mark = "" if status.coverage in (Coverage.MET, Coverage.UNKNOWN) else "alarm"
    clauses = "、".join(status.clauses[:_SHOWN_CLAUSES]) or "なし"
    if len(status.clauses) > _SHOWN_CLAUSES:
        clauses += f" ほか {len(status.clauses) - _SHOWN_CLAUSES}"
    return (
        status.item.number,
        status.item.title,
        RichText((Span(status.coverage.label_ja, mark or "strong"),)),
        _count(status),
        clauses,
        _gaps(status),
        _in_force(status, statute),
    )


def _count(status: ItemStatus) -> str:
    notes = [f"要確認 {status.unsure}"] if status.unsure else []
    notes += [f"許容 {status.accepted}"] if status.accepted else []
    count = f"{status.covered}/{status.asked}"
    return f"{count}（{'、'.join(notes)}）" if notes else count


def _gaps(status: ItemStatus) -> str:
    if not status.gaps:
        return "なし"
    order = {Verdict.MISSING: 0, Verdict.WEAKER: 1, Verdict.UNDECIDED: 2}
    gaps = sorted(status.gaps, key=lambda gap: order.get(gap.verdict, 3))
    shown = [f"{_subject(gap)}（{gap.verdict.label_ja}）" for gap in gaps[:_SHOWN_GAPS]]
    more = len(gaps) - _SHOWN_GAPS
    return "、".join(shown) + (f" ほか {more}" if more > 0 else "")


def _subject(gap: Comparison) -> str:
    if gap.guideline is None:
        return ""
    said = _ACTOR.sub("", gap.guideline.text, count=1)
    return f"{gap.guideline.id} {shorten(said, 14)}"


def _in_force(status: ItemStatus, statute: Statute) -> str:
    day = format_era(statute.in_force)
    if status.item.number in statute.grace_items:
        return f"{day}（既存は従前の例）"
    return day


def _gap_row(status: ItemStatus, gap: Comparison) -> tuple[Cell, ...]:
    guideline = gap.guideline
    return (
        status.item.number,
        guideline.id if guideline else "",
        gap.verdict.label_ja,
        "、".join(clause.id for clause in gap.local),
        guideline.quote if guideline else "",
        gap.reason,
    )


def _record(status: ItemStatus, statute: Statute) -> dict[str, object]:
    item = status.item
    return {
        "item": item.number,
        "title": item.title,
        "coverage": status.coverage.slug,
        "duties": status.asked,
        "covered": status.covered,
        "unsure": status.unsure,
        "accepted": status.accepted,
        "clauses": list(status.clauses),
        "gaps": [
            {
                "guideline": gap.guideline.id if gap.guideline else None,
                "verdict": gap.verdict.slug,
                "dimensions": [dimension.slug for dimension in gap.dimensions],
                "local": [clause.id for clause in gap.local],
            }
            for gap in status.gaps
        ],
        "in_force": statute.in_force.isoformat(),
        "grace_for_existing": item.number in statute.grace_items,
        "verify": item.verify,
    }
