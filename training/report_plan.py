"""A plan as a reviewable diff."""

from collections import Counter
from dataclasses import replace

from kanmon.report import Cell, Column, Report, Table
from training.knowledge import Knowledge
from training.model import Assignment
from training.names import Names
from training.plan import Plan


def plan_report(
    knowledge: Knowledge, plan: Plan, names: Names, *, is_applied: bool, limit: int | None = None
) -> Report:
    """Return a plan as a reviewable diff: counts by rule first, then what closes, then all.

    ``limit`` cuts the long lists, for a screen; the note says how many there are.
    """
    credited = sum(1 for a in plan.additions if a.credit)
    done = "適用した" if is_applied else "まだ適用していない"
    summary = (
        f"割当 {len(plan.additions):,} 件（うち修了扱い {credited:,} 件）、"
        f"取消 {len(plan.closings):,} 件、期限等の変更 {len(plan.amendments):,} 件。{done}。",
        f"そのまま {plan.kept:,} 件、修了済み {plan.done:,} 件、"
        f"年度が終わったもの {plan.lapsed:,} 件。",
    )
    return Report(
        title=f"研修の割当計画（{plan.day.isoformat()} 現在）",
        summary=summary,
        blocks=(
            _by_rule(knowledge, plan),
            _cut(_closings(knowledge, plan, names), limit),
            _cut(_amendments(knowledge, plan, names), limit),
            _cut(_additions(knowledge, plan, names), limit),
        ),
        judged=f"{plan.judged:,} 人 × {len(knowledge.catalogue.rules)} 規則を判定",
    )


_ACTIONS = {"additions": "割当", "closings": "取消", "amendments": "変更"}


def one_table(report: Report) -> Report:
    """Return the plan's three lists as one table with the action before each row (csv, jsonl)."""
    lists = [table for table in report.tables if table.key in _ACTIONS]
    columns = {column.key: column for table in lists for column in table.columns}
    rows = [
        (_ACTIONS[table.key], *(cells.get(key) for key in columns))
        for table in lists
        for row in table.rows
        for cells in [dict(zip((c.key for c in table.columns), row, strict=True))]
    ]
    head = (Column("action", "内容", 8), *columns.values())
    return replace(report, blocks=(Table("changes", "計画の差分", head, tuple(rows)),))


def _cut(table: Table, limit: int | None) -> Table:
    if limit is None or len(table.rows) <= limit:
        return table
    note = f"{len(table.rows):,} 件のうち {limit} 件だけを示す（全件は -f xlsx・csv・html・json）。"
    return replace(table, rows=table.rows[:limit], note=note)


def _by_rule(knowledge: Knowledge, plan: Plan) -> Table:
    added = Counter((a.assignment.rule, a.assignment.course) for a in plan.additions)
    credited = Counter((a.assignment.rule, a.assignment.course) for a in plan.additions if a.credit)
    closed = Counter((a.rule, a.course) for a in plan.closings)
    amended = Counter((a.after.rule, a.after.course) for a in plan.amendments)
    titles = {str(rule.id): rule.title for rule in knowledge.catalogue.rules}
    keys = sorted({*added, *closed, *amended})
    rows: list[tuple[Cell, ...]] = [
        (
            titles.get(rule, rule),
            course,
            added[rule, course],
            credited[rule, course],
            closed[rule, course],
            amended[rule, course],
        )
        for rule, course in keys
    ]
    columns = (
        Column("rule", "規則", 40),
        Column("course", "科目ID", 22),
        Column("added", "割当", 8),
        Column("credited", "修了扱", 8),
        Column("closed", "取消", 8),
        Column("amended", "変更", 8),
    )
    note = "修了扱: 割り当てた時点で、有効な修了（同等の科目を含む）が既にあるもの。"
    return Table("by_rule", "規則ごとの増減", columns, tuple(rows), note=note)


def _closings(knowledge: Knowledge, plan: Plan, names: Names) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            *names.cells(a.person),
            knowledge.catalogue.title(a.course),
            cycle_words(a.cycle),
            a.due,
            a.closed_why,
        )
        for a in plan.closings
    ]
    columns = (
        *names.columns(),
        Column("course", "科目", 36),
        Column("cycle", "回", 24),
        Column("due", "期限", 12),
        Column("why", "取消の理由", 60),
    )
    return Table("closings", "取り消すもの", columns, tuple(rows))


def _amendments(knowledge: Knowledge, plan: Plan, names: Names) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            *names.cells(a.after.person),
            knowledge.catalogue.title(a.after.course),
            cycle_words(a.after.cycle),
            _terms(a.before),
            _terms(a.after),
        )
        for a in plan.amendments
    ]
    columns = (
        *names.columns(),
        Column("course", "科目", 36),
        Column("cycle", "回", 24),
        Column("before", "今", 24),
        Column("after", "変更後", 24),
    )
    return Table("amendments", "期限等が変わるもの", columns, tuple(rows))


def _terms(assignment: Assignment) -> str:
    return f"{assignment.due.isoformat()} {assignment.strength.label_ja}"


def _additions(knowledge: Knowledge, plan: Plan, names: Names) -> Table:
    titles = {str(rule.id): rule.title for rule in knowledge.catalogue.rules}
    rows: list[tuple[Cell, ...]] = []
    for addition in plan.additions:
        a = addition.assignment
        credit = ""
        if addition.credit is not None:
            taken = "、".join(knowledge.catalogue.title(c) for c in addition.credit.courses)
            credit = f"{addition.credit.day.isoformat()} {taken}"
        record = knowledge.people[a.person].latest_record(plan.day)
        rows.append(
            (
                *names.cells(a.person),
                knowledge.organisation.name(section_code(knowledge, record.section)),
                knowledge.catalogue.title(a.course),
                cycle_words(a.cycle),
                a.due,
                a.strength.label_ja,
                reason_words(a.reason, titles),
                credit,
            )
        )
    columns = (
        *names.columns(),
        Column("section", "所属", 18),
        Column("course", "科目", 36),
        Column("cycle", "回", 24),
        Column("due", "期限", 12),
        Column("strength", "必須・推奨", 10),
        Column("reason", "理由", 40),
        Column("credit", "修了扱い", 40),
    )
    return Table("additions", "割り当てるもの", columns, tuple(rows))


def section_code(knowledge: Knowledge, text: str) -> str:
    """Return the code of a section written as code or name."""
    section = knowledge.organisation.find(text)
    return section.code if section else text


def cycle_words(cycle: str) -> str:
    """Return a cycle in words: ``FY2027`` is 2027年度."""
    if cycle.startswith("FY"):
        return f"{cycle[2:]}年度"
    kind, _, name = cycle.partition(":")
    words = {
        "hire": "採用",
        "posting": "着任",
        "after": "前回修了",
        "from": "対象となった日",
        "incident": "事案",
        "phishing": "訓練",
        "finding": "所見",
        "pre": "前提",
    }
    return f"{words.get(kind, kind)} {cycle_words(name) if kind == 'pre' else name}"


def reason_words(reason: str, titles: dict[str, str]) -> str:
    """Return a reason in words: the rule's title, and what a prerequisite is for."""
    rule, _, needed_by = reason.partition("/")
    title = titles.get(rule, rule)
    return f"{title}（{needed_by} の前提）" if needed_by else title
