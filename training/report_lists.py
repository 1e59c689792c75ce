"""Lists of people that the law or the guideline asks for, and the record of exercises."""

from dataclasses import dataclass
from datetime import date, timedelta

from kanmon.report import Cell, Column, Report, Table
from training.crediting import NO_RECORDS, last_credit
from training.cycles import add_months, year_bounds
from training.duties import ask, matching_since
from training.model import CourseId, PersonId
from training.programme import CourseKind, Rule, WhenKind
from training.report_plan import section_code
from training.report_status import Scope, percent
from training.status import State, absent_times

_LAW = "番号法"


@dataclass(frozen=True, slots=True)
class Yearly:
    """One person under the yearly duty: the last time, when it is due again, and if it is over."""

    person: PersonId
    course: CourseId
    section: str
    since: date
    last: date | None
    due: date
    absent: str
    is_over: bool


def yearly_rules(scope: Scope) -> tuple[Rule, ...]:
    """Return the every-months rules whose basis names the law."""
    return tuple(
        rule
        for rule in scope.knowledge.catalogue.rules
        if rule.when.kind is WhenKind.EVERY_MONTHS
        and any(_LAW in basis.source for basis in rule.basis)
    )


def my_number_rows(scope: Scope) -> tuple[Yearly, ...]:
    """Return everybody who works with such files on the day, by section and number.

    Source: 番号法29条の2、施行令32条（おおむね一年ごと、全員）.
    """
    knowledge, day = scope.knowledge, scope.day.as_of
    question = ask(knowledge, day)
    found = []
    for rule in yearly_rules(scope):
        for person in knowledge.people.values():
            record = person.record_on(day)
            if record is None or not question.matcher.fits(rule, record):
                continue
            since = matching_since(question, person, rule)
            away = [t for t in absent_times(knowledge, person, "") if t.start <= day <= t.end]
            for course in rule.courses:
                records = knowledge.completions.get(person.id, NO_RECORDS)
                last = last_credit(records, course, knowledge.catalogue, day)
                start = max(since, knowledge.begins)
                first = start + timedelta(days=rule.when.within_days)
                due = first if last is None else add_months(last, rule.when.months)
                found.append(
                    Yearly(
                        person=person.id,
                        course=course,
                        section=section_code(knowledge, record.section),
                        since=since,
                        last=last,
                        due=due,
                        absent=away[0].why if away else "",
                        is_over=due < day and not away,
                    )
                )
    order = knowledge.organisation.order
    return tuple(sorted(found, key=lambda y: (order(y.section), y.person, y.course)))


def my_number_report(scope: Scope) -> Report:
    """Return the annual list under the My Number Act with the last date and the gap."""
    rows = my_number_rows(scope)
    day = scope.day.as_of
    organisation = scope.knowledge.organisation
    trained = sum(1 for r in rows if r.last is not None and add_months(r.last, 12) >= day)
    away = sum(1 for r in rows if r.absent)
    over = sum(1 for r in rows if r.is_over)
    shown: list[tuple[Cell, ...]] = [
        (
            organisation.name(r.section),
            *scope.names.cells(r.person),
            scope.knowledge.catalogue.title(r.course),
            r.since,
            r.last or "記録なし",
            (day - r.last).days if r.last else "",
            r.due,
            _yearly_state(scope, r),
        )
        for r in rows
        if r.section not in scope.masked
    ]
    columns = (
        Column("section", "所属", 20),
        *scope.names.columns(),
        Column("course", "科目", 36),
        Column("since", "取扱いの初日", 12),
        Column("last", "最後の修了日", 12),
        Column("gap", "経過日数", 8),
        Column("due", "次の期限", 12),
        Column("state", "状態", 20),
    )
    rate = percent(trained / (len(rows) - away) if len(rows) > away else None)
    return Report(
        title=f"特定個人情報ファイルを取り扱う職員の研修 年次一覧（{day.isoformat()} 現在）",
        summary=(
            f"対象 {len(rows):,} 人、過去一年に修了 {trained:,} 人、"
            f"休職等 {away:,} 人、期限を過ぎた人 {over:,} 人（{rate}）。",
            "根拠: 番号法29条の2、同施行令32条（おおむね一年ごとに全員）。",
        ),
        blocks=(Table("my_number", "取扱者の一覧（組織順）", columns, tuple(shown)),),
        judged=f"職員 {len(scope.knowledge.people):,} 人を判定",
    )


def _yearly_state(scope: Scope, row: Yearly) -> str:
    if row.absent:
        return row.absent.partition("（")[0] if scope.names.are_hidden else row.absent
    if row.is_over:
        return "一年を超過" if row.last else "記録なし・初回の期限を超過"
    return "修了" if row.last else "初回前"


def makeup_report(scope: Scope) -> Report:
    """Return who missed what and the chances still to come.

    Source: 特定個人情報ガイドライン（行政機関等編）別添1（未受講者への再受講の機会の付与）.
    """
    items = [
        s
        for s in scope.items
        if (s.state in (State.OVERDUE, State.MISSED) or s.failed) and s.section not in scope.masked
    ]
    organisation = scope.knowledge.organisation
    rows: list[tuple[Cell, ...]] = []
    for s in items:
        course = scope.knowledge.catalogue.courses.get(s.course)
        chances = (
            [seat for seat in course.seats if seat.apply_until >= scope.day.as_of] if course else []
        )
        if chances:
            words = "、".join(f"{seat.starts.isoformat()} {seat.id}" for seat in chances)
        elif course is not None and course.kind is CourseKind.E_LEARNING:
            words = "いつでも（eラーニング）"
        else:
            words = "日程を決めて記入"
        state = s.state.label_ja + ("（受講済・未合格）" if s.failed else "")
        rows.append(
            (
                organisation.name(s.section),
                *scope.names.cells(s.person),
                scope.knowledge.catalogue.title(s.course),
                s.due,
                state,
                words,
                "",
            )
        )
    columns = (
        Column("section", "所属", 20),
        *scope.names.columns(),
        Column("course", "科目", 36),
        Column("due", "期限", 12),
        Column("state", "状態", 22),
        Column("chance", "再受講の機会", 30),
        Column("offered", "案内した日", 12, editable=True),
    )
    return Report(
        title=f"未受講者と再受講の機会（{scope.heading}）",
        summary=(f"再受講の機会が要る割当 {len(items):,} 件。",),
        blocks=(Table("makeup", "未受講者・未合格者", columns, tuple(rows)),),
        judged=f"割当 {len(scope.items):,} 件を判定",
    )


def exercise_rows(scope: Scope) -> tuple[tuple[Cell, ...], ...]:
    """Return each exercise of the year: day, which, participants, what was noted."""
    first, last = year_bounds(scope.day.fiscal_year)
    catalogue = scope.knowledge.catalogue
    drills = {c.id for c in catalogue.courses.values() if c.kind is CourseKind.DRILL}
    people: dict[tuple[date, CourseId], set[PersonId]] = {}
    notes: dict[tuple[date, CourseId], set[str]] = {}
    for records in scope.knowledge.completions.values():
        for course in drills & set(records):
            for c in records[course]:
                if first <= c.day <= last:
                    people.setdefault((c.day, c.course), set()).add(c.person)
                    notes.setdefault((c.day, c.course), set()).update({c.note} - {""})
    return tuple(
        (key[0], catalogue.title(key[1]), len(people[key]), "／".join(sorted(notes[key])))
        for key in sorted(people)
    )


def exercise_report(scope: Scope) -> Report:
    """Return the exercises of the year with participants by section."""
    first, last = year_bounds(scope.day.fiscal_year)
    catalogue, organisation = scope.knowledge.catalogue, scope.knowledge.organisation
    rows = exercise_rows(scope)
    by_section: dict[tuple[date, str], set[PersonId]] = {}
    for person_id, records in scope.knowledge.completions.items():
        person = scope.knowledge.people.get(person_id)
        for course, items in records.items():
            known = catalogue.courses.get(CourseId(course))
            if person is None or known is None or known.kind is not CourseKind.DRILL:
                continue
            for c in items:
                if first <= c.day <= last:
                    code = section_code(scope.knowledge, person.latest_record(c.day).section)
                    by_section.setdefault((c.day, code), set()).add(person_id)
    sections: list[tuple[Cell, ...]] = [
        (day, organisation.name(code), len(by_section[day, code]))
        for day, code in sorted(by_section, key=lambda k: (k[0], organisation.order(k[1])))
    ]
    columns = (
        Column("day", "実施日", 12),
        Column("course", "訓練", 36),
        Column("people", "参加者", 8),
        Column("note", "想定・所見", 40),
    )
    places = (
        Column("day", "実施日", 12),
        Column("section", "所属", 24),
        Column("people", "参加者", 8),
    )
    return Report(
        title=f"緊急時対応訓練の記録（{scope.heading}）",
        summary=(
            f"実施 {len(rows)} 回、延べ参加 {sum(len(p) for p in by_section.values()):,} 人。",
        ),
        blocks=(
            Table("exercises", "訓練ごと", columns, rows),
            Table("sections", "所属別の参加者（組織順）", places, tuple(sections)),
        ),
    )
