"""Figures by course and section, and the lists of people behind them."""

from dataclasses import dataclass, replace

from kanmon.errors import InputError
from kanmon.report import Block, Cell, Column, Facts, Report, Table
from kanmon.session import Session
from training.knowledge import Knowledge
from training.model import Strength
from training.names import Names, hide_names, show_names, small_sections
from training.opening import Day, number_of, standings_on
from training.report_plan import cycle_words
from training.settings import SMALL_GROUP
from training.status import Count, Standing, State, count, mandatory

HIDDEN = "（少人数）"
COUNT_COLUMNS = (
    Column("assigned", "対象", 8),
    Column("excluded", "除外", 8),
    Column("done", "修了", 8),
    Column("rate", "受講率", 8),
    Column("overdue", "超過", 8),
    Column("missed", "未了", 8),
    Column("failed", "未合格", 8),
)
COUNT_NOTE = (
    "受講率 = 修了 ÷（対象 − 除外）。超過: 期限を過ぎて未受講。未了: 受けないまま年度が終了。"
    "未合格: 受講したが合格していない。"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: the duties, how to show people, and which sections to mask."""

    knowledge: Knowledge
    day: Day
    items: tuple[Standing, ...]
    names: Names
    masked: frozenset[str]

    @property
    def heading(self) -> str:
        """Return year and day in words."""
        return f"{self.day.fiscal_year}年度、{self.day.as_of.isoformat()} 現在"


def build_scope(session: Session, knowledge: Knowledge, day: Day, *, anonymise: bool) -> Scope:
    """Return the standings of a day, with names or marks."""
    items = standings_on(session, knowledge, day)
    names = (hide_names if anonymise else show_names)(knowledge.people, day.as_of)
    limit = int(number_of(session, SMALL_GROUP))
    masked = small_sections(items, limit) if anonymise else frozenset()
    return Scope(knowledge, day, items, names, masked)


def narrow(scope: Scope, *, section: str | None, course: str | None) -> Scope:
    """Return the scope cut to a section's subtree and a course; InputError for unknown ones."""
    items = scope.items
    if section is not None:
        found = scope.knowledge.organisation.find(section)
        if found is None:
            near = "、".join(scope.knowledge.organisation.nearest(section))
            raise InputError(
                f"所属 {section} は組織表にありません", hint=f"近い名前: {near}" if near else ""
            )
        inside = scope.knowledge.organisation.below[found.code]
        items = tuple(s for s in items if s.section in inside)
    if course is not None:
        if course not in scope.knowledge.catalogue.courses:
            raise InputError(
                f"科目 {course} はありません", hint="load-courses --dry-run で一覧が出ます"
            )
        items = tuple(s for s in items if s.course == course)
    return replace(scope, items=items)


def percent(rate: float | None) -> str:
    """Return a rate as ``93.5%``, cut and not rounded up: 99.96 % is not 100 %."""
    return "―" if rate is None else f"{percent_value(rate):.1f}%"


def percent_value(rate: float | None) -> float:
    """Return a rate in percent with one digit, cut as in ``percent``; 0 without a rate."""
    # 0.29 * 1000 is 289.99…: the small term keeps exact tenths.
    return int((rate or 0.0) * 1000 + 1e-9) / 10


def count_cells(counted: Count) -> tuple[Cell, ...]:
    """Return the cells under ``COUNT_COLUMNS``."""
    return (
        counted.assigned,
        counted.excluded,
        counted.done,
        percent(counted.rate),
        counted.overdue,
        counted.missed,
        counted.failed,
    )


def rate_words(counted: Count) -> str:
    """Return a rate with its parts: ``93.5%（修了 561 ÷（対象 620 − 除外 20））``."""
    return (
        f"{percent(counted.rate)}（修了 {counted.done:,} ÷"
        f"（対象 {counted.assigned:,} − 除外 {counted.excluded:,}））"
    )


def status_report(scope: Scope, *, with_people: bool) -> Report:
    """Return the status by course and section, and optionally the people."""
    binding = mandatory(scope.items)
    advised = [s for s in scope.items if s.strength is Strength.RECOMMENDED]
    blocks: list[Block] = [as_of_facts(scope), course_table(scope), section_table(scope)]
    blocks.append(exclusion_table(scope))
    if with_people:
        blocks += [pending_table(scope), excluded_people_table(scope)]
    return Report(
        title=f"研修の受講状況（{scope.heading}）",
        summary=(
            f"必須の受講率 {rate_words(count(binding))}。",
            f"推奨の受講率 {rate_words(count(advised))}。",
        ),
        blocks=tuple(blocks),
        judged=f"割当 {len(scope.items):,} 件を判定",
    )


def as_of_facts(scope: Scope) -> Facts:
    """Return which day and which knowledge the figures stand for."""
    knowledge = scope.knowledge
    pairs: list[tuple[str, Cell]] = [
        ("基準日", scope.day.as_of),
        ("最初の名簿", knowledge.begins),
        ("研修プログラム（SHA-256）", knowledge.catalogue.digest[:16]),
    ]
    if scope.day.known_on is not None:
        pairs.append(("記録の範囲", f"{scope.day.known_on.isoformat()} までに記録された事実"))
    return Facts(tuple(pairs))


def course_table(scope: Scope) -> Table:
    """Return the figures by course, binding ones first."""
    groups: dict[tuple[int, str], list[Standing]] = {}
    order = {strength: number for number, strength in enumerate(Strength)}
    for standing in scope.items:
        groups.setdefault((order[standing.strength], standing.course), []).append(standing)
    rows: list[tuple[Cell, ...]] = []
    for (_, course), items in sorted(groups.items()):
        title = scope.knowledge.catalogue.title(course)
        rows.append((title, items[0].strength.label_ja, *count_cells(count(items))))
    columns = (Column("course", "科目", 40), Column("strength", "区分", 6), *COUNT_COLUMNS)
    return Table("courses", "科目別", columns, tuple(rows), note=COUNT_NOTE)


def section_table(scope: Scope) -> Table:
    """Return the figures by section in organisation order, departments with their total.

    A person counts in the section of the main posting.
    """
    items = mandatory(scope.items)
    organisation = scope.knowledge.organisation
    by_section: dict[str, list[Standing]] = {}
    for standing in items:
        by_section.setdefault(standing.section, []).append(standing)
    by_department: dict[str, list[Standing]] = {}
    for code, group in by_section.items():
        by_department.setdefault(organisation.department(code), []).extend(group)
    rows: list[tuple[Cell, ...]] = []
    for department in sorted(by_department, key=organisation.order):
        name = organisation.name(department)
        rows.append((name, "計", *_masked(scope, "", by_department[department])))
        inside = [c for c in by_section if organisation.department(c) == department]
        for code in sorted(inside, key=organisation.order):
            cells = _masked(scope, code, by_section[code])
            rows.append((name, organisation.name(code), *cells))
    rows.append(("全庁", "計", *count_cells(count(items))))
    columns = (Column("department", "部局", 18), Column("section", "所属", 20), *COUNT_COLUMNS)
    note = "必須の科目。兼務の人は本務の所属で数える。"
    return Table("sections", "所属別（組織順）", columns, tuple(rows), note=note)


def _masked(scope: Scope, code: str, items: list[Standing]) -> tuple[Cell, ...]:
    if code in scope.masked:
        return (HIDDEN,) * len(COUNT_COLUMNS)
    return count_cells(count(items))


def exclusion_table(scope: Scope) -> Table:
    """Return how many duties were left out of the denominator, by reason."""
    reasons: dict[str, int] = {}
    for standing in scope.items:
        if standing.state is State.EXCLUDED:
            reason = standing.why.partition("（")[0]
            reasons[reason] = reasons.get(reason, 0) + 1
    rows: list[tuple[Cell, ...]] = [(reason, reasons[reason]) for reason in sorted(reasons)]
    columns = (Column("reason", "除外の理由", 30), Column("count", "件数", 8))
    return Table("exclusions", "除外の内訳", columns, tuple(rows))


def pending_table(scope: Scope) -> Table:
    """Return who has not done what, overdue first within the section."""
    wanted = (State.OVERDUE, State.MISSED, State.OPEN)
    items = [s for s in scope.items if s.state in wanted and s.section not in scope.masked]
    rows = [(*_person_cells(scope, s), s.due, _state_words(scope, s)) for s in items]
    columns = (*_person_columns(scope), Column("due", "期限", 12), Column("state", "状態", 24))
    return Table("pending", "修了していない人", columns, tuple(rows))


def _state_words(scope: Scope, standing: Standing) -> str:
    words = standing.state.label_ja
    if standing.failed:
        words += "（受講済・未合格）"
    if standing.waiting_for:
        titles = "、".join(scope.knowledge.catalogue.title(c) for c in standing.waiting_for)
        words += f"（先に {titles}）"
    return words


def excluded_people_table(scope: Scope) -> Table:
    """Return who was left out of the denominator, and why."""
    items = [s for s in scope.items if s.state is State.EXCLUDED and s.section not in scope.masked]
    rows = [(*_person_cells(scope, s), _public_why(scope, s)) for s in items]
    columns = (*_person_columns(scope), Column("why", "除外の理由", 40))
    return Table("excluded", "除外した人", columns, tuple(rows))


def _public_why(scope: Scope, standing: Standing) -> str:
    """Return the reason; without names also without dates and free text, which point at people."""
    return standing.why.partition("（")[0] if scope.names.are_hidden else standing.why


def _person_columns(scope: Scope) -> tuple[Column, ...]:
    return (
        Column("department", "部局", 16),
        Column("section", "所属", 18),
        *scope.names.columns(),
        Column("course", "科目", 36),
        Column("cycle", "回", 22),
    )


def _person_cells(scope: Scope, standing: Standing) -> tuple[Cell, ...]:
    organisation = scope.knowledge.organisation
    return (
        organisation.name(organisation.department(standing.section)),
        organisation.name(standing.section),
        *scope.names.cells(standing.person),
        scope.knowledge.catalogue.title(standing.course),
        cycle_words(standing.cycle),
    )


def departments(scope: Scope) -> tuple[tuple[str, tuple[Standing, ...]], ...]:
    """Return the binding duties by department, in organisation order."""
    organisation = scope.knowledge.organisation
    groups: dict[str, list[Standing]] = {}
    for standing in mandatory(scope.items):
        groups.setdefault(organisation.department(standing.section), []).append(standing)
    return tuple((code, tuple(groups[code])) for code in sorted(groups, key=organisation.order))
