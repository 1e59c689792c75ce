"""Clocks as tables: what is due, since when, until when, on which basis; overdue marked alarm."""

from collections.abc import Iterable, Sequence
from datetime import date

from csirt.clock import Due, Urgency, with_defaults
from csirt.duty import DeadlineKind, DutyBook, Truth
from csirt.duty_load import answer_label
from csirt.incident import Incident
from kanmon.dates import format_era
from kanmon.report import Block, Cell, Column, Listing, Report, RichText, Span, Table, Text

_WEEKDAYS = "月火水木金土日"


def dues_table(dues: Iterable[Due], today: date, *, with_closed: bool = True) -> Table:
    """Return one row a duty, in the book's order.

    Without ``with_closed``, duties known not to apply are left out (the note counts them).
    """
    columns = (
        Column("duty", "報告・通知", 34),
        Column("status", "要否・状況", 14),
        Column("last", "期限・目安", 34),
        Column("to", "相手・方法", 28),
        Column("who", "する人", 20),
        Column("basis", "根拠・出典", 34),
        Column("id", "名前", hidden=True),
        Column("truth", "要否", hidden=True),
        Column("start", "起算", hidden=True),
        Column("verify", "要確認", hidden=True),
    )
    rows = tuple(
        _row(due, today) for due in dues if with_closed or due.urgency(today) is not Urgency.NOT_DUE
    )
    note = "日付は日本時間。期限超過は赤。「未確定」の日付は、答えが出るまでの見込み。"
    return Table("duties", "報告・通知の一覧", columns, rows, note=note)


def clocks_report(
    incidents: Sequence[tuple[Incident, Sequence[Due]]], book: DutyBook, today: date, city: str
) -> Report:
    """Return what is due over incidents, the most pressing first, then what is still open."""
    blocks: list[Block] = [_urgent_table(incidents, today)]
    if len(incidents) == 1:
        incident, dues = incidents[0]
        blocks += [
            dues_table(dues, today, with_closed=False),
            open_question_table(book, incident, dues),
        ]
        blocks += [answers_table(book, incident)]
    blocks += [Text("数え方と適用範囲", "note"), Listing(book.scope_notes)]
    overdue = count_overdue(incidents, today)
    alarm = f"期限超過 {overdue} 件" if overdue else "期限超過はありません"
    title = f"{city} 期限の一覧" if city else "期限の一覧"
    return Report(title=title, summary=(alarm,), blocks=tuple(blocks), made_on=today)


def count_overdue(incidents: Iterable[tuple[Incident, Sequence[Due]]], today: date) -> int:
    """Return how many duties that apply are overdue."""
    return sum(is_alarming(due, today) for _, dues in incidents for due in dues)


def is_alarming(due: Due, today: date) -> bool:
    """Return whether a duty that applies is past its last day and not fulfilled."""
    return due.truth is Truth.YES and due.urgency(today) is Urgency.OVERDUE


def open_question_table(book: DutyBook, incident: Incident, dues: Sequence[Due]) -> Table:
    """Return the trigger questions whose answers would decide a duty, most duties first."""
    counts: dict[str, int] = {}
    for due in dues:
        for question_id in due.missing:
            counts[question_id] = counts.get(question_id, 0) + 1
    columns = (
        Column("question", "問い", 50),
        Column("help", "考え方", 50),
        Column("duties", "決まる報告の数"),
        Column("command", "答え方", 50),
    )
    order = sorted(counts, key=lambda q: (-counts[q], [x.id for x in book.questions].index(q)))
    rows: list[tuple[Cell, ...]] = []
    for question_id in order:
        question = book.question(question_id)
        if question is None:
            continue
        choices = "、".join(value for value, _ in question.choices) or "はい"
        command = f"kanmon csirt incident answer {incident.id} {question_id}={choices}"
        rows.append((question.ask, question.help, counts[question_id], command))
    return Table("open-questions", "まだ答えていない問い", columns, tuple(rows))


def answers_table(book: DutyBook, incident: Incident) -> Table:
    """Return every answer, given or assumed, in the book's order."""
    answers = with_defaults(book, incident.answers)
    columns = (
        Column("question", "問い", 60),
        Column("answer", "答え"),
        Column("source", "出どころ"),
    )
    rows: list[tuple[Cell, ...]] = []
    for question in book.questions:
        if question.id in answers:
            given = question.id in incident.answers
            label = answer_label(question, answers[question.id])
            rows.append((question.ask, label, "回答" if given else "初期値（未回答）"))
    return Table("answers", "期限の問いへの答え", columns, tuple(rows))


def last_text(due: Due) -> str:
    """Return the last day as people read it, with weekday, era year and how it was counted."""
    if due.last is None:
        return (
            "速やかに"
            if due.duty.deadline.kind is DeadlineKind.PROMPTLY
            else "（起算時刻が未入力）"
        )
    last = f"{_day(due.last)}（{format_era(due.last)}）"
    if due.duty.deadline.kind is DeadlineKind.PROMPTLY:
        return f"速やかに。庁内の目標 {last}"
    if due.earliest is not None:
        return f"目安 {_day(due.earliest)}～{last}"
    moved = f"。{_day(due.rolled_from)}が閉庁日のため繰り下げ" if due.rolled_from else ""
    return f"{last}（{due.days}日{moved}）"


def status_cell(due: Due, today: date) -> RichText:
    """Return the status, red when overdue; what may apply is overdue only provisionally."""
    urgency = due.urgency(today)
    if urgency is Urgency.OVERDUE:
        maybe = "" if due.truth is Truth.YES else "（要否が未確定）"
        return RichText((Span(f"期限超過{maybe}", "alarm"),))
    if urgency is Urgency.SOON:
        return RichText((Span("間近", "strong"),))
    if urgency is Urgency.DONE and due.was_late:
        return RichText((Span("済（期限後）", "alarm"),))
    return RichText((Span(urgency.label_ja),))


def _urgent_table(incidents: Sequence[tuple[Incident, Sequence[Due]]], today: date) -> Table:
    columns = (
        Column("incident", "事案", 26),
        Column("duty", "報告・通知", 36),
        Column("truth", "要否"),
        Column("status", "状況"),
        Column("last", "期限・目安", 34),
        Column("to", "相手", 24),
    )
    closed = (Urgency.DONE, Urgency.NOT_DUE)
    pending = [
        (incident, due)
        for incident, dues in incidents
        for due in dues
        if due.urgency(today) not in closed
    ]
    pending.sort(
        key=lambda pair: (
            pair[1].truth is not Truth.YES,
            pair[1].last or date.max,
            pair[0].id,
            pair[1].duty.id,
        )
    )
    rows = tuple(
        (
            f"{incident.id} {incident.title}",
            due.duty.title,
            due.truth.label_ja,
            status_cell(due, today),
            last_text(due),
            due.duty.to,
        )
        for incident, due in pending
    )
    note = "要否が「該当」のものから、期限の早い順。"
    return Table("due", "これから行うこと", columns, rows, note=note)


def _row(due: Due, today: date) -> tuple[Cell, ...]:
    duty = due.duty
    checked = "要確認（原文で未確認）" if duty.verify else f"出典: {duty.source}"
    note = f"\n※ {duty.note}" if duty.note else ""
    status = status_cell(due, today)
    return (
        RichText((Span(duty.title, "strong"), Span(f"\n記録名 {duty.id}"))),
        RichText((Span(f"{due.truth.label_ja}\n"), *status.spans)),
        f"{last_text(due)}{note}",
        f"{duty.to}\n{duty.how}",
        duty.who,
        f"{duty.basis}\n{checked}",
        duty.id,
        due.truth.slug,
        due.start,
        duty.verify,
    )


def _day(day: date) -> str:
    return f"{day.isoformat()}（{_WEEKDAYS[day.weekday()]}）"
