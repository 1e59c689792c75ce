"""Phishing drills: rates by section, and how often people clicked."""

from collections.abc import Iterable

from kanmon.report import Block, Cell, Chart, Column, Report, Table
from kanmon.run import Skip
from training.knowledge import Knowledge
from training.model import DrillResult, PersonId
from training.report_plan import section_code
from training.report_status import HIDDEN, percent, percent_value

_COLUMNS = (
    Column("delivered", "配信", 8),
    Column("opened", "開封", 8),
    Column("clicked", "クリック", 8),
    Column("submitted", "入力", 8),
    Column("reported", "通報", 8),
    Column("click_rate", "クリック率", 10),
    Column("report_rate", "通報率", 10),
)


def drill_report(
    knowledge: Knowledge,
    results: tuple[DrillResult, ...],
    *,
    skips: tuple[Skip, ...] = (),
    earlier: tuple[DrillResult, ...] = (),
    small_group: int = 0,
) -> Report:
    """Return the figures by campaign and section; nobody is named.

    Rates are per delivered mail: クリック率 = people who clicked ÷ delivered, 通報率 = people who
    reported ÷ delivered. ``earlier`` results only tell who clicked before. Sections
    with fewer than ``small_group`` people are masked.
    """
    clickers = repeat_clickers((*earlier, *results))
    total = len(results)
    clicked = sum(1 for r in results if r.clicked)
    reported = sum(1 for r in results if r.reported)
    return Report(
        title="標的型メール訓練の結果",
        summary=(
            f"配信 {total:,} 通、クリック {clicked:,}（{_percent_of(clicked, total)}）、"
            f"通報 {reported:,}（{_percent_of(reported, total)}）。",
            f"2 回以上クリックした人 {sum(1 for n in clickers.values() if n > 1):,} 人。",
        ),
        blocks=(*_campaigns(results), _sections(knowledge, results, small_group)),
        judged=f"{total:,} 件の結果を集計",
        skips=skips,
    )


def _campaigns(results: tuple[DrillResult, ...]) -> tuple[Block, ...]:
    """Return figures and chart of each drill, oldest first; no chart without a drill."""
    campaigns: dict[tuple[str, str], list[DrillResult]] = {}
    for result in results:
        campaigns.setdefault((result.day.isoformat(), result.campaign), []).append(result)
    rows: list[tuple[Cell, ...]] = [
        (day, campaign, *_cells(items)) for (day, campaign), items in sorted(campaigns.items())
    ]
    trend = Table(
        "campaigns",
        "訓練ごと",
        (Column("day", "配信日", 12), Column("campaign", "訓練", 24), *_COLUMNS),
        tuple(rows),
    )
    if not rows:
        return (trend,)
    labels = tuple(f"{day} {campaign}" for day, campaign in sorted(campaigns))
    groups = [campaigns[key] for key in sorted(campaigns)]
    chart = Chart(
        "rates",
        "訓練ごとの割合（%）",
        labels,
        (
            ("クリック率", tuple(_share(items, "clicked") for items in groups)),
            ("通報率", tuple(_share(items, "reported") for items in groups)),
        ),
    )
    return (trend, chart)


def repeat_clickers(results: Iterable[DrillResult]) -> dict[PersonId, int]:
    """Return in how many campaigns each person clicked; who never did is not in it."""
    campaigns: dict[PersonId, set[str]] = {}
    for result in results:
        if result.clicked:
            campaigns.setdefault(result.person, set()).add(result.campaign)
    return {person: len(found) for person, found in campaigns.items()}


def _percent_of(part: int, total: int) -> str:
    return percent(part / total if total else None)


def _share(items: list[DrillResult], field: str) -> float:
    return percent_value(sum(1 for r in items if getattr(r, field)) / len(items))


def _cells(items: list[DrillResult]) -> tuple[Cell, ...]:
    counts = [
        sum(1 for r in items if getattr(r, field))
        for field in ("opened", "clicked", "submitted", "reported")
    ]
    total = len(items)
    return (total, *counts, percent(counts[1] / total), percent(counts[3] / total))


def _sections(knowledge: Knowledge, results: tuple[DrillResult, ...], small_group: int) -> Table:
    groups: dict[str, list[DrillResult]] = {}
    for result in results:
        groups.setdefault(section_code(knowledge, result.section), []).append(result)
    organisation = knowledge.organisation
    rows: list[tuple[Cell, ...]] = []
    for code in sorted(groups, key=organisation.order):
        department = organisation.name(organisation.department(code))
        people = {result.person for result in groups[code]}
        cells = _cells(groups[code])
        if len(people) < small_group:
            cells = (HIDDEN,) * len(_COLUMNS)
        rows.append((department, organisation.name(code), *cells))
    columns = (Column("department", "部局", 18), Column("section", "所属", 20), *_COLUMNS)
    note = "所属は配信日のもの。割合は届いたメールに対するもの。"
    return Table("sections", "所属別（組織順）", columns, tuple(rows), note=note)
