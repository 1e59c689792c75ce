"""Findings beside their decisions: the rows of the workbook, what changed, how far the work is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from kanmon.config import Config
from kanmon.finding import Finding
from kanmon.report import Block, Cell, Chart, Column, Report, Table
from kanmon.review import Continued, Continuity, Disposition, Review
from kanmon.run import Run
from kanmon.store.records import last_findings, last_reviews, load_findings, load_runs
from kanmon.store.store import Store
from regulation_scan import settings
from regulation_scan.compared import Compared, Read, compare_read
from regulation_scan.model import Status
from regulation_scan.results import from_finding
from regulation_scan.runs import TOOL, label_of, stored_judgements
from regulation_scan.workbook import Layout, Row, decision_chart, disposition_of


def layout_of(config: Config) -> Layout:
    """Return how the city wants its workbook."""
    return Layout(
        dict(config.get(settings.DEPARTMENTS)),
        tuple(config.get(settings.COLUMNS)),
        dict(config.get(settings.COLUMN_NAMES)),
    )


def rows_of(store: Store, run: Run) -> tuple[Row, ...]:
    """Return the findings of a run with the decisions in force, in the order of the run.

    A finding without a decision of its own that replaces a decided one (same place, other
    words) is CHANGED and shows what was decided then.
    """
    reviews = last_reviews(store)
    compared = _continuity(store, run, reviews)
    rows = []
    for finding, judgement in stored_judgements(store, run):
        item = compared.get(finding.fingerprint)
        earlier = None
        if item and item.continuity is Continuity.CHANGED and item.before:
            earlier = reviews.get(item.before.fingerprint)
        review = reviews.get(finding.fingerprint)
        continuity = item.continuity if item else None
        rows.append(Row(finding, judgement, review, continuity, earlier))
    return tuple(rows)


def _continuity(store: Store, run: Run, reviews: Mapping[str, Review]) -> dict[str, Continued]:
    """Return how each finding relates to the run before and to everything decided on so far."""
    runs = [other for other in load_runs(store, TOOL) if other.id != run.id and other.at <= run.at]
    if not runs:
        return {}
    before = {f.fingerprint: f for f in load_findings(store, runs[-1].id)}
    decided = {f.fingerprint: f for f in last_findings(store, TOOL) if f.fingerprint in reviews}
    now = load_findings(store, run.id)
    earlier = Read(runs[-1].inputs, tuple({**decided, **before}.values()))
    compared = compare_read(earlier, Read(run.inputs, now))
    return {item.now.fingerprint: item for item in compared.items if item.now}


_DIFF_COLUMNS = (
    Column("change", "変化", 12),
    Column("instrument", "例規名", 26),
    Column("provision", "条項号", 18),
    Column("category", "区分", 14),
    Column("status", "判定", 14),
    Column("before", "前の条文", 50),
    Column("now", "今の条文", 50),
    Column("decision", "判断", 10),
    Column("note", "備考", 26),
)


def diff_report(
    compared: Compared, reviews: Mapping[str, Review], run: Run, earlier: Run
) -> Report:
    """Return what is new, gone or changed; what stayed is only counted."""
    counts = dict.fromkeys(Continuity, 0)
    for item in compared.items:
        counts[item.continuity] += 1
    line = "、".join(f"{kind.label_ja} {counts[kind]:,} 件" for kind in Continuity)
    rows = tuple(
        _diff_row(item, reviews)
        for item in compared.items
        if item.continuity is not Continuity.SAME
    )
    return Report(
        title="アナログ規制 前回からの変更",
        summary=(
            line,
            f"前回 {label_of(earlier)} → 今回 {label_of(run)}",
            *compared.remarks,
        ),
        blocks=(
            Table("changes", "変わった条項", _DIFF_COLUMNS, rows),
            *((compared.table(),) if compared.remarks else ()),
        ),
        judged=f"{run.judged:,} 文を判定",
        skips=run.skips,
    )


def _diff_row(item: Continued, reviews: Mapping[str, Review]) -> tuple[Cell, ...]:
    finding = item.now or item.before
    assert finding is not None
    judgement = from_finding(finding)
    review = reviews.get(finding.fingerprint) or _review_of(item.before, reviews)
    return (
        item.continuity.label_ja,
        judgement.clause.instrument.title or judgement.clause.instrument.file,
        judgement.clause.provision,
        judgement.category,
        judgement.status.label_ja,
        item.before.evidence if item.before else "",
        item.now.evidence if item.now else "",
        review.disposition.label_ja if review else "",
        review.note if review else "",
    )


def _review_of(finding: Finding | None, reviews: Mapping[str, Review]) -> Review | None:
    return reviews.get(finding.fingerprint) if finding else None


def progress_report(rows: Sequence[Row], layout: Layout, run: Run, *, made_on: date) -> Report:
    """Return counts of decisions by category, department and PHASE, with charts."""
    findings = [row for row in rows if row.judgement.status is Status.FINDING]
    done = sum(disposition_of(row) is not Disposition.OPEN for row in findings)
    share = f"{100 * done / len(findings):.1f} %" if findings else "—"
    covered = sum(row.judgement.status is Status.COVERED for row in rows)
    other = sum(row.judgement.status is Status.NOT_APPLICABLE for row in rows)
    blocks: list[Block] = [decision_chart(findings)]
    for title, key in (
        ("区分別", lambda row: row.judgement.category),
        ("所管課別", lambda row: layout.department(row) or "未設定"),
        ("現在PHASE別", _phase),
    ):
        blocks.append(_progress_table(title, findings, key))
    blocks.append(_phase_chart(findings))
    return Report(
        title="アナログ規制見直しの進捗",
        summary=(
            f"該当候補 {len(findings):,} 件のうち判断済み {done:,} 件（{share}）",
            f"通則条例等で対応済み {covered:,} 件、非該当 {other:,} 件",
        ),
        blocks=tuple(blocks),
        judged=f"{run.judged:,} 文を判定",
        skips=run.skips,
        made_on=made_on,
    )


def _phase(row: Row) -> str:
    fields = dict(row.review.fields) if row.review else {}
    return fields.get("現在PHASE", row.judgement.phase) or "—"


def _progress_table(title: str, rows: Sequence[Row], key: Callable[[Row], str]) -> Table:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    columns = (
        Column("name", title.removesuffix("別"), 24),
        Column("total", "該当候補", 10),
        *(Column(item.slug, item.label_ja, 10) for item in Disposition),
        Column("share", "判断率", 10),
    )
    lines: list[tuple[Cell, ...]] = []
    for name in sorted(groups):
        group = groups[name]
        counts = [sum(disposition_of(row) is item for row in group) for item in Disposition]
        done = len(group) - counts[0]
        lines.append((name, len(group), *counts, f"{100 * done / len(group):.1f} %"))
    return Table(title, title, columns, tuple(lines))


def _phase_chart(rows: Sequence[Row]) -> Chart:
    labels = tuple(sorted({_phase(row) for row in rows}))
    values = tuple(float(sum(_phase(row) == label for row in rows)) for label in labels)
    return Chart("phases", "現在PHASE（案）ごとの件数", labels, (("該当候補", values),))
