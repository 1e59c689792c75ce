"""The result of a scan for people (tables) and machines (JSON lines)."""

from collections.abc import Iterable, Sequence
from datetime import date

from kanmon.finding import Confidence
from kanmon.report import Cell, Chart, Column, Facts, Report, RichText, Span, Table
from kanmon.run import Skip
from regulation_scan.model import CATEGORIES, Judgement, Status
from regulation_scan.priority import PRIORITIES
from regulation_scan.results import to_records

_COLUMNS = (
    Column("instrument", "例規名", 26),
    Column("number", "例規番号", 18),
    Column("provision", "条項号", 18),
    Column("caption", "見出し", 16),
    Column("categories", "区分", 16),
    Column("types", "類型", 12),
    Column("sentence", "条文抜粋", 60),
    Column("subject", "主体", 18),
    Column("modality", "性質", 10),
    Column("priority", "優先度", 8),
    Column("phase", "PHASE案", 8),
    Column("confidence", "確度", 6),
    Column("reasons", "理由", 50),
    Column("file", "ファイル", 24),
)
_NOT_FINDING = (*_COLUMNS[:5], Column("code", "コード", 8), *_COLUMNS[6:9], *_COLUMNS[12:])


def counts_of(judgements: Iterable[Judgement]) -> dict[Status, int]:
    """Return how many judgements ended in each status, all three always present."""
    counts = dict.fromkeys(Status, 0)
    for judgement in judgements:
        counts[judgement.status] += 1
    return counts


def judged_line(judgements: Sequence[Judgement], sentences: int) -> str:
    """Return the sentence that says what was judged and how it ended."""
    counts = counts_of(judgements)
    parts = "、".join(f"{status.label_ja} {counts[status]:,} 件" for status in Status)
    return f"{sentences:,} 文を判定。{parts}"


def selection_lines(categories: Sequence[str], since: str | None) -> tuple[str, ...]:
    """Return what a reader of a part must know: without it, "0 件" would speak for the whole."""
    lines = []
    if categories:
        lines.append(f"区分を絞っています: {'、'.join(categories)}。ほかの区分は載せていません。")
    if since:
        run = "直前の点検" if since == "last" else f"点検 {since}"
        lines.append(f"{run}の後に新しく出たもの・変わったものだけを載せています。")
    return tuple(lines)


def scan_report(
    judgements: Sequence[Judgement],
    skips: tuple[Skip, ...],
    *,
    sentences: int,
    city: str,
    made_on: date,
) -> Report:
    """Return the report of a scan: counts and chart, then findings, covered, not applicable."""
    findings = [item for item in judgements if item.status is Status.FINDING]
    line = judged_line(judgements, sentences)
    return Report(
        title=f"{city}例規のアナログ規制点検結果" if city else "例規のアナログ規制点検結果",
        summary=("該当候補は人が判断するための候補であり、法的な判断ではありません。",),
        blocks=(
            Facts(tuple(_priority_facts(findings))),
            category_chart(judgements),
            finding_table(findings),
            _other_table(judgements, Status.COVERED),
            _other_table(judgements, Status.NOT_APPLICABLE),
        ),
        judged=line,
        skips=skips,
        records=to_records(judgements),
        made_on=made_on,
    )


def _priority_facts(findings: Sequence[Judgement]) -> Iterable[tuple[str, Cell]]:
    for key, label in PRIORITIES.items():
        count = sum(item.priority == key for item in findings)
        yield f"優先度{key}（{label}）", f"{count:,} 件"


def category_chart(judgements: Sequence[Judgement]) -> Chart:
    """Return the bar chart of outcomes by category; categories without a candidate are left out."""
    present = [label for label in CATEGORIES if any(item.category == label for item in judgements)]
    series = tuple(
        (
            status.label_ja,
            tuple(
                float(sum(i.category == label and i.status is status for i in judgements))
                for label in present
            ),
        )
        for status in Status
    )
    return Chart("by_category", "区分ごとの件数", tuple(present), series, stacked=True)


def finding_table(findings: Sequence[Judgement]) -> Table:
    """Return the findings, one row for each sentence, most urgent first."""
    grouped = sorted(group_by_sentence(findings), key=lambda group: _urgency(group[0]))
    rows = tuple(_finding_row(group) for group in grouped)
    note = "優先度の順。太字は根拠の語です。区分が複数あるものは一行にまとめています。"
    return Table("findings", "該当候補", _COLUMNS, rows, note=note)


def group_by_sentence(judgements: Iterable[Judgement]) -> list[list[Judgement]]:
    """Return the judgements of each sentence together, in the order given."""
    groups: dict[tuple[str, int], list[Judgement]] = {}
    for item in judgements:
        key = (item.clause.instrument.file, item.clause.order)
        groups.setdefault(key, []).append(item)
    return list(groups.values())


def _urgency(judgement: Judgement) -> tuple[str, str, int]:
    return (judgement.priority, judgement.clause.instrument.file, judgement.clause.order)


def _finding_row(group: Sequence[Judgement]) -> tuple[Cell, ...]:
    first = group[0]
    clause = first.clause
    return (
        clause.instrument.title or clause.instrument.file,
        clause.instrument.number,
        clause.provision,
        clause.caption,
        "、".join(item.category for item in group),
        "、".join(sorted({kind for item in group for kind in item.type_ja.split("、") if kind})),
        marked_sentence(clause.sentence, [item.evidence for item in group]),
        first.subject,
        first.modality.label_ja,
        first.priority,
        first.phase,
        _confidence(group).label_ja,
        "\n".join(dict.fromkeys(reason for item in group for reason in item.reasons)),
        clause.instrument.file,
    )


def _confidence(group: Sequence[Judgement]) -> Confidence:
    return max(item.confidence for item in group)


def marked_sentence(sentence: str, evidence: Iterable[str]) -> RichText:
    """Return the sentence with its evidence marked; overlapping quotes are joined."""
    marks = [False] * len(sentence)
    for quote in evidence:
        start = sentence.find(quote) if quote else -1
        if start >= 0:
            marks[start : start + len(quote)] = [True] * len(quote)
    spans: list[Span] = []
    start = 0
    for index in range(1, len(sentence) + 1):
        if index == len(sentence) or marks[index] != marks[start]:
            spans.append(Span(sentence[start:index], "hit" if marks[start] else ""))
            start = index
    return RichText(tuple(spans))


def _other_table(judgements: Sequence[Judgement], status: Status) -> Table:
    rows = tuple(_other_row(item) for item in judgements if item.status is status)
    notes = {
        Status.COVERED: "市の通則条例・押印省略規則（kanmon.toml）で対応済みとみられるもの。",
        Status.NOT_APPLICABLE: "語は現れるが該当しないと判定したもの。理由を付けてすべて残します。",
    }
    return Table(status.slug, status.label_ja, _NOT_FINDING, rows, note=notes.get(status, ""))


def _other_row(item: Judgement) -> tuple[Cell, ...]:
    clause = item.clause
    return (
        clause.instrument.title or clause.instrument.file,
        clause.instrument.number,
        clause.provision,
        clause.caption,
        item.category,
        item.reason_code,
        marked_sentence(clause.sentence, [item.evidence]),
        item.subject,
        item.modality.label_ja,
        "\n".join(item.reasons),
        clause.instrument.file,
    )


def select(judgements: Sequence[Judgement], categories: Sequence[str]) -> tuple[Judgement, ...]:
    """Return the judgements of the categories asked for; all when none is."""
    return tuple(item for item in judgements if not categories or item.category in categories)
