"""The year's figures as a report: counts, times, and the tuning list."""

from collections.abc import Mapping
from datetime import date

from csirt.statistics import ENOUGH_DECISIONS, NOISY_RATE, RuleRecord, YearFigures
from kanmon.report import Cell, Chart, Column, Report, Table, Text

_MONTHS = tuple(f"{month}月" for month in (*range(4, 13), *range(1, 4)))


def statistics_report(figures: YearFigures, titles: Mapping[str, str], today: date) -> Report:
    """Return the figures of one fiscal year."""
    noisy = [record for record in figures.rules if record.is_noisy]
    return Report(
        title=f"{figures.year} 年度 情報セキュリティ事案の集計",
        summary=(
            f"事案 {figures.incidents:,} 件（統合したものを除く）",
            f"誤検知の多いルール {len(noisy)} 本",
        ),
        blocks=(
            _categories(figures, titles),
            Chart("months", "月ごとの件数（該当した事案）", _MONTHS,
                  (("件数", tuple(float(n) for n in figures.months)),)),
            _spans(figures),
            _rules(figures.rules),
            Text(f"判断が {ENOUGH_DECISIONS} 件に満たないルールは、誤検知率を出しません。"
                 f"{NOISY_RATE:.0%} 以上を見直しの対象にします。", "note"),
        ),
        made_on=today,
    )  # fmt: skip


def _categories(figures: YearFigures, titles: Mapping[str, str]) -> Table:
    columns = (
        Column("category", "区分", 30),
        Column("confirmed", "該当"),
        Column("dismissed", "事案ではない"),
        Column("under_way", "判断前"),
        Column("total", "計"),
    )
    rows: list[tuple[Cell, ...]] = [
        (titles.get(name, name), yes, no, pending, yes + no + pending)
        for name, yes, no, pending in figures.categories
    ]
    return Table("categories", "区分ごとの件数", columns, tuple(rows))


def _spans(figures: YearFigures) -> Table:
    columns = (
        Column("span", "区間"),
        Column("count", "測れた件数"),
        Column("median_hours", "中央値（時間）"),
        Column("longest_hours", "最長（時間）"),
    )
    rows = tuple(
        (took.label, took.count, took.median_hours, took.longest_hours) for took in figures.spans
    )
    note = "両方の時刻が記録されている事案だけで測ります。"
    return Table("spans", "かかった時間", columns, rows, note=note)


def _rules(records: tuple[RuleRecord, ...]) -> Table:
    columns = (
        Column("title", "ルール", 40),
        Column("alerts", "アラート"),
        Column("open", "未判断"),
        Column("confirmed", "該当"),
        Column("accepted", "許容"),
        Column("false_positives", "誤検知"),
        Column("false_rate", "誤検知率（%）"),
        Column("advice", "見直し", 36),
        Column("rule", "ルールID", 36),
    )
    rows = tuple(
        (
            r.title,
            r.alerts,
            r.open,
            r.confirmed,
            r.accepted,
            r.false_positives,
            None if r.false_rate is None else round(r.false_rate * 100, 1),
            "alerts suppress で抑止するか、ルールを直す" if r.is_noisy else "",
            r.rule,
        )
        for r in records
    )
    return Table("rules", "ルールごとの判断（誤検知の多い順）", columns, rows)
