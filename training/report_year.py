"""The executive's page and the committee's yearly report. No name in either."""

from dataclasses import dataclass

from kanmon.report import Block, Cell, Chart, Column, Facts, Heading, Listing, Report, Table
from kanmon.session import Session
from kanmon.store.store import Store
from training.cycles import year_bounds
from training.model import DrillResult
from training.opening import Day, known, standings_on
from training.programme import CourseKind
from training.report_drill import drill_report
from training.report_lists import exercise_rows, my_number_rows
from training.report_sections import department_chart
from training.report_status import (
    COUNT_COLUMNS,
    Scope,
    count_cells,
    course_table,
    departments,
    exclusion_table,
    percent,
    percent_value,
    rate_words,
    section_table,
)
from training.status import Count, Standing, State, count, mandatory

_YEARS = 5
_OVERDUE_STEPS = ((0, "1～13 日"), (13, "14～29 日"), (29, "30～59 日"), (59, "60 日以上"))


@dataclass(frozen=True, slots=True)
class Year:
    """The binding figures of one fiscal year, at its end or on the day asked about."""

    year: int
    counted: Count


def trend(session: Session, store: Store, scope: Scope) -> tuple[Year, ...]:
    """Return up to five years of figures, the year asked about last, as known for its day."""
    found = []
    this = scope.day.fiscal_year
    for year in range(this - _YEARS + 1, this):
        end = year_bounds(year)[1]
        if end < scope.knowledge.begins:
            continue
        day = Day(end, scope.day.known_on, year)
        knowledge = known(session, store, day)
        counted = count(mandatory(standings_on(session, knowledge, day)))
        if counted.assigned:
            found.append(Year(year, counted))
    return (*found, Year(this, count(mandatory(scope.items))))


def executive_report(scope: Scope, years: tuple[Year, ...]) -> Report:
    """Return one page: the rate, where it is behind, what is overdue, drills, the trend."""
    binding = mandatory(scope.items)
    total = count(binding)
    return Report(
        title=f"情報セキュリティ研修の状況（{scope.heading}）",
        summary=(
            f"必須研修の受講率は {rate_words(total)}。",
            f"期限を過ぎた割当 {total.overdue:,} 件、年度内未受講 {total.missed:,} 件。",
            _behind(scope),
        ),
        blocks=(
            department_chart(scope),
            _department_table(scope),
            _overdue_table(scope, binding),
            *_trend_blocks(years),
        ),
        judged=f"割当 {len(binding):,} 件を判定",
    )


def _behind(scope: Scope) -> str:
    """Return the departments with the lowest rates, in words."""
    rated = [(count(items).rate, code) for code, items in departments(scope)]
    below = sorted((rate, code) for rate, code in rated if rate is not None and rate < 1)
    if not below:
        return "全部局で対象者全員が修了している。"
    words = [
        f"{scope.knowledge.organisation.name(code)} {percent(rate)}" for rate, code in below[:3]
    ]
    return f"受講率の低い部局: {'、'.join(words)}。"


def _department_table(scope: Scope) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (scope.knowledge.organisation.name(code), *count_cells(count(items)))
        for code, items in departments(scope)
    ]
    columns = (Column("department", "部局", 20), *COUNT_COLUMNS)
    return Table("departments", "部局別（組織順）", columns, tuple(rows))


def _overdue_table(scope: Scope, binding: tuple[Standing, ...]) -> Table:
    late = [(scope.day.as_of - s.due).days for s in binding if s.state is State.OVERDUE]
    limits = [limit for limit, _ in _OVERDUE_STEPS]
    rows: list[tuple[Cell, ...]] = []
    for number, (limit, label) in enumerate(_OVERDUE_STEPS):
        upper = limits[number + 1] if number + 1 < len(limits) else None
        rows.append((label, sum(1 for d in late if d > limit and (upper is None or d <= upper))))
    columns = (Column("late", "期限からの日数", 20), Column("count", "件数", 10))
    return Table("overdue", "期限を過ぎたもの", columns, tuple(rows))


def _trend_blocks(years: tuple[Year, ...]) -> tuple[Block, ...]:
    rows: list[tuple[Cell, ...]] = [
        (f"{item.year}年度", *count_cells(item.counted)) for item in years
    ]
    table = Table(
        "trend",
        "年度の推移",
        (Column("year", "年度", 10), *COUNT_COLUMNS),
        tuple(rows),
        note="過ぎた年度は年度末現在、その時点で記録されていた事実による。",
    )
    labels = tuple(f"{item.year}年度" for item in years)
    values = tuple(percent_value(item.counted.rate) for item in years)
    chart = Chart("trend_rates", "年度ごとの受講率（%）", labels, (("受講率", values),))
    return (chart, table)


def committee_report(scope: Scope, years: tuple[Year, ...]) -> Report:
    """Return the year's report to the committee along 対策基準 5.2(2)⑤–⑦: record, analyse, report.

    Source: 総務省ガイドライン 対策基準 5.2(2)⑤～⑦（verify in the official text）.
    """
    binding = mandatory(scope.items)
    my_number = my_number_rows(scope)
    gaps = sum(1 for row in my_number if row.is_over)
    drills = drill_report(scope.knowledge, _drills_of_year(scope))
    blocks: list[Block] = [
        Heading("1 実施の状況"),
        _department_table(scope),
        course_table(scope),
        exclusion_table(scope),
        Heading("2 特定個人情報ファイルを扱う職員（番号法29条の2）"),
        Facts(
            (
                ("対象者", len(my_number)),
                ("期限（初回、または前回からおおむね一年）を過ぎた人", gaps),
            )
        ),
        Heading("3 緊急時対応訓練"),
        _exercise_table(scope),
        Heading("4 標的型メール訓練"),
        *drills.tables[:1],
        Heading("5 推移"),
        *_trend_blocks(years),
        Heading("6 評価と来年度に向けて"),
        Listing(_remarks(scope, binding, gaps)),
        Heading("付表 所属別"),
        section_table(scope),
    ]
    return Report(
        title=f"情報セキュリティ研修・訓練の年度報告（{scope.heading}）",
        summary=(
            f"必須研修の受講率は {rate_words(count(binding))}。",
            f"標的型メール訓練: {drills.summary[0]}",
        ),
        blocks=tuple(blocks),
        judged=f"割当 {len(scope.items):,} 件を判定",
    )


def _drills_of_year(scope: Scope) -> tuple[DrillResult, ...]:
    first, last = year_bounds(scope.day.fiscal_year)
    return tuple(r for r in scope.knowledge.drills if first <= r.day <= last)


def _exercise_table(scope: Scope) -> Table:
    columns = (
        Column("day", "実施日", 12),
        Column("course", "訓練", 36),
        Column("people", "参加者", 8),
        Column("note", "想定・所見", 40),
    )
    return Table("exercises", "緊急時対応訓練", columns, exercise_rows(scope))


def _remarks(scope: Scope, binding: tuple[Standing, ...], gaps: int) -> tuple[str, ...]:
    """Return what the figures say, one sentence each; the committee adds its own judgement."""
    total = count(binding)
    words = [_behind(scope)]
    if total.failed:
        words.append(
            f"受講したが合格していない割当が {total.failed:,} 件ある。再受講の機会が要る。"
        )
    if total.late:
        words.append(f"期限を過ぎてから修了した割当が {total.late:,} 件ある。")
    if gaps:
        words.append(f"番号法の研修の期限を過ぎた職員が {gaps:,} 人いる。最優先で受講させる。")
    kinds = {c.id for c in scope.knowledge.catalogue.courses.values() if c.kind is CourseKind.DRILL}
    if not any(s.course in kinds and s.state is State.DONE for s in scope.items):
        words.append("緊急時対応訓練の実施記録がない。")
    return tuple(words)
