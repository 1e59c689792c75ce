"""The review workbook: what a legal clerk decides in, and how it is read back.

Pure: judgements and decisions in, a ``Report`` out; cells in, decisions out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kanmon.dates import JST
from kanmon.errors import ConfigError
from kanmon.finding import Finding
from kanmon.report import Block, Cell, Chart, Column, Facts, Heading, Listing, Report, Table
from kanmon.review import Continuity, Disposition, Review
from kanmon.run import Skip
from kanmon.source import SourceRef
from regulation_scan.model import Judgement, Status
from regulation_scan.report import category_chart, judged_line, marked_sentence

KEY = "照合キー"
SEEN = "出力時の判断"
"""Hidden: id of the ruling decision when the sheet was made, to notice one made since."""
DECISION = "判断"
REVIEWER = "判断者"
DECIDED = "判断日"
DECISIONS = tuple(item.label_ja for item in Disposition)
POLICIES = ("改正", "解釈・運用の明確化", "通知・マニュアル", "現行維持", "廃止", "国の法令待ち")
"""見直し方針. Names of decisions in use; to be verified in the official form."""
PHASES = ("1-1", "1-2", "2", "3")

_SHEET_COLUMNS = (
    Column("no", "連番", 6),
    Column("instrument", "例規名", 24),
    Column("number", "例規番号", 16),
    Column("kind", "種別", 8),
    Column("department", "所管課", 14, editable=True),
    Column("provision", "条項号", 16),
    Column("caption", "見出し", 14),
    Column("sentence", "条文抜粋", 56),
    Column("evidence", "ヒット語", 16),
    Column("category", "区分", 14),
    Column("type", "類型", 12),
    Column("addressee", "対象者", 14),
    Column("priority", "優先度", 8),
    Column("phase", "現在PHASE", 10, choices=PHASES, editable=True),
    Column("continuity", "前回との関係", 12),
    Column("decision", DECISION, 10, choices=DECISIONS, editable=True),
    Column("why_not", "非該当理由", 20, editable=True),
    Column("discretion", "根拠法令と裁量", 22, editable=True),
    Column("coverage", "通則条例・押印特例の適用", 22),
    Column("form", "様式番号", 12),
    Column("policy", "見直し方針", 16, choices=POLICIES, editable=True),
    Column("target_phase", "見直し後PHASE", 10, choices=PHASES, editable=True),
    Column("means", "手法", 20, editable=True),
    Column("technology", "活用技術", 28, editable=True),
    Column("deadline", "期限", 12, editable=True),
    Column("note", "備考", 28, editable=True),
    Column("reviewer", REVIEWER, 14, editable=True),
    Column("decided", DECIDED, 12, editable=True),
    Column("reasons", "検出根拠", 44),
)
_HIDDEN = (Column("key", KEY, 18, hidden=True), Column("seen", SEEN, 18, hidden=True))
FREE_FIELDS = (
    "所管課",
    "現在PHASE",
    "非該当理由",
    "根拠法令と裁量",
    "見直し方針",
    "見直し後PHASE",
    "手法",
    "活用技術",
    "期限",
)
"""Columns that come back as fields of the decision; 備考 is its note."""
_UNKNOWN = "所管課未設定"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the workbook.

    Attributes:
        review: The ruling decision; ``None`` when there is none.
        continuity: Against the findings decided on before; ``None`` without an earlier run.
        earlier: The decision about the clause before it was changed, when CHANGED.
    """

    finding: Finding
    judgement: Judgement
    review: Review | None
    continuity: Continuity | None = None
    earlier: Review | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the city wants its sheets.

    Attributes:
        departments: Word in an instrument's title → department, first match wins.
        columns: Japanese headings to show, in order; empty: all.
        names: Heading → heading of the city's form.
    """

    departments: Mapping[str, str]
    columns: tuple[str, ...] = ()
    names: Mapping[str, str] | None = None

    def department(self, row: Row) -> str:
        """Return the department: as decided in Excel, else by the instrument's title."""
        for review in (row.review, row.earlier):
            chosen = dict(review.fields).get("所管課", "") if review else ""
            if chosen:
                return chosen
        title = row.judgement.clause.instrument.title
        return next((name for word, name in self.departments.items() if word in title), "")

    def shown(self) -> tuple[tuple[int, Column], ...]:
        """Return (index among all columns, column) to show; hidden keys always last.

        Raises:
            ConfigError: a heading in ``columns`` or ``names`` is unknown.
        """
        known = {column.label_ja: index for index, column in enumerate(_SHEET_COLUMNS)}
        wanted = self.columns or tuple(known)
        names = self.names or {}
        for label in (*wanted, *names):
            if label not in known:
                raise ConfigError(
                    f"点検表に「{label}」という列はありません",
                    where=SourceRef("kanmon.toml", "regulation.columns"),
                    hint="、".join(known),
                )
        picked = [(known[label], _SHEET_COLUMNS[known[label]]) for label in wanted]
        renamed = [
            (index, _renamed(column, names.get(column.label_ja, column.label_ja)))
            for index, column in picked
        ]
        hidden = [(len(_SHEET_COLUMNS) + i, column) for i, column in enumerate(_HIDDEN)]
        return (*renamed, *hidden)


def _renamed(column: Column, label: str) -> Column:
    return Column(column.key, label, column.width, column.choices, column.editable, column.hidden)


def review_workbook(
    rows: Sequence[Row], layout: Layout, skips: tuple[Skip, ...], *, sentences: int, made_on: date
) -> Report:
    """Return the workbook: summary with charts, one sheet for each department, the rest apart."""
    findings = [row for row in rows if row.judgement.status is Status.FINDING]
    others = [row for row in rows if row.judgement.status is not Status.FINDING]
    line = judged_line([row.judgement for row in rows], sentences)
    by_department: dict[str, list[Row]] = {}
    for row in findings:
        by_department.setdefault(layout.department(row) or _UNKNOWN, []).append(row)
    tables: list[Block] = [
        _sheet(name, by_department[name], layout, start=1) for name in sorted(by_department)
    ]
    for status in (Status.COVERED, Status.NOT_APPLICABLE):
        kept = [row for row in others if row.judgement.status is status]
        if kept:
            tables.append(_sheet(status.label_ja, kept, layout, start=1))
    return Report(
        title="アナログ規制 点検表",
        summary=(f"判断済み {_decided(findings):,} 件／該当候補 {len(findings):,} 件",),
        blocks=(
            Heading("使い方"),
            Listing(
                (
                    f"所管課ごとのシートで、黄色の列に記入します。「{DECISION}」は一覧から選びます。",
                    "終わったら保存し、kanmon regulation import-review ファイル名 で取り込みます。",
                    "「判断後に変更」は、前に判断した後で条文が変わった条項です。見直してください。",
                    "非該当と判定したものも最後のシートにあり、そこで該当と判断できます。",
                ),
                numbered=True,
            ),
            Facts(tuple(_department_facts(by_department))),
            category_chart([row.judgement for row in rows]),
            decision_chart(findings),
            *tables,
        ),
        judged=line,
        skips=skips,
        made_on=made_on,
    )


def _decided(rows: Iterable[Row]) -> int:
    return sum(
        row.review is not None and row.review.disposition is not Disposition.OPEN for row in rows
    )


def _department_facts(groups: Mapping[str, Sequence[Row]]) -> Iterable[tuple[str, Cell]]:
    for name in sorted(groups):
        yield name, f"{len(groups[name]):,} 件（判断済み {_decided(groups[name]):,} 件）"


def decision_chart(rows: Sequence[Row]) -> Chart:
    """Return the bar chart of decisions by category over findings."""
    labels = tuple(dict.fromkeys(row.judgement.category for row in rows))
    series = []
    for item in Disposition:
        values = tuple(
            float(sum(r.judgement.category == label and disposition_of(r) is item for r in rows))
            for label in labels
        )
        series.append((item.label_ja, values))
    return Chart("decisions", "区分ごとの判断の状況", labels, tuple(series), stacked=True)


def disposition_of(row: Row) -> Disposition:
    """Return the decision in force; OPEN without one."""
    return row.review.disposition if row.review else Disposition.OPEN


def _sheet(title: str, rows: Sequence[Row], layout: Layout, *, start: int) -> Table:
    shown = layout.shown()
    ordered = sorted(rows, key=_order)
    cells = [_cells(number, row, layout) for number, row in enumerate(ordered, start)]
    picked = tuple(tuple(line[index] for index, _ in shown) for line in cells)
    return Table(title, title, tuple(column for _, column in shown), picked)


def _order(row: Row) -> tuple[str, str, int, str]:
    clause = row.judgement.clause
    return (
        row.judgement.priority or "Z",
        clause.instrument.file,
        clause.order,
        row.judgement.category,
    )


def _cells(number: int, row: Row, layout: Layout) -> tuple[Cell, ...]:
    item, clause, review = row.judgement, row.judgement.clause, row.review
    fields = dict(review.fields) if review else {}
    earlier = f"（前回: {row.earlier.disposition.label_ja}）" if row.earlier else ""
    return (
        number,
        clause.instrument.title or clause.instrument.file,
        clause.instrument.number,
        clause.instrument.kind,
        layout.department(row),
        clause.provision,
        clause.caption,
        marked_sentence(clause.sentence, [item.evidence]),
        item.evidence,
        item.category,
        item.type_ja,
        item.addressee,
        item.priority,
        fields.get("現在PHASE", item.phase),
        (row.continuity.label_ja if row.continuity else "") + earlier,
        disposition_of(row).label_ja,
        fields.get("非該当理由", item.reason_code),
        fields.get("根拠法令と裁量", item.discretion),
        " ".join(item.covered_by),
        clause.article if clause.form else "",
        fields.get("見直し方針", ""),
        fields.get("見直し後PHASE", ""),
        fields.get("手法", ""),
        fields.get("活用技術", item.technology),
        fields.get("期限", ""),
        review.note if review else "",
        review.reviewer if review else "",
        review.at.astimezone(JST).date().isoformat() if review else "",
        "\n".join(item.reasons),
        row.finding.fingerprint,
        seen_mark(review),
    )


def seen_mark(review: Review | None) -> str:
    """Return what identifies the ruling decision; empty without one."""
    return f"{review.at.isoformat()} {review.reviewer}" if review else ""
