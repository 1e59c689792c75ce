"""External seats as a report."""

from kanmon.errors import InputError
from kanmon.report import Block, Cell, Column, Facts, Heading, Report, Table
from training.model import CourseId
from training.report_status import Scope
from training.seating import Run, external_courses, seat_runs


def seats_report(scope: Scope, course: str | None) -> Report:
    """Return the queue of every run of one course, or of all courses with seats.

    Raises:
        InputError: the course is unknown or has no seats.
    """
    known = external_courses(scope.knowledge)
    if course is not None and course not in known:
        raise InputError(
            f"科目 {course} に席はありません", hint=f"席のある科目: {'、'.join(known)}"
        )
    blocks: list[Block] = []
    seated = waiting = 0
    for course_id in known if course is None else (CourseId(course),):
        definition = scope.knowledge.catalogue.courses[course_id]
        blocks.append(Heading(definition.title))
        for run in seat_runs(scope.knowledge, scope.items, definition, scope.day.as_of):
            seated += sum(1 for c in run.queue if c.outcome == "受講")
            waiting += sum(1 for c in run.queue if c.outcome == "待ち")
            blocks += _run_blocks(scope, run)
    return Report(
        title=f"外部研修の席（{scope.day.as_of.isoformat()} 現在）",
        summary=(f"受講 {seated} 人、待ち {waiting} 人。",),
        blocks=tuple(blocks),
    )


def _run_blocks(scope: Scope, run: Run) -> tuple[Block, ...]:
    seats = run.seats
    organisation = scope.knowledge.organisation
    facts = Facts(
        (
            ("回", seats.id),
            ("開催", f"{seats.starts.isoformat()}～{seats.ends.isoformat()}"),
            ("申込", f"{seats.apply_from.isoformat()}～{seats.apply_until.isoformat()}"),
            ("今", run.window),
            ("定員", seats.capacity),
        )
    )
    rows: list[tuple[Cell, ...]] = [
        (
            candidate.place or "―",
            candidate.outcome,
            organisation.name(candidate.standing.section),
            *scope.names.cells(candidate.person),
            candidate.standing.strength.label_ja,
            candidate.standing.due,
        )
        for candidate in run.queue
    ]
    columns = (
        Column("place", "順", 6),
        Column("outcome", "結果", 20),
        Column("section", "所属", 20),
        *scope.names.columns(),
        Column("strength", "必須・推奨", 10),
        Column("due", "期限", 12),
    )
    return (facts, Table(f"queue_{seats.id}", f"{seats.id} の順番", columns, tuple(rows)))
