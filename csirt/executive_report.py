"""One page for the person who decides: what happened, how bad, what is due, what to decide."""

from csirt.clock import Urgency
from csirt.clock_report import count_overdue, last_text, status_cell
from csirt.duty import Truth
from csirt.incident import State
from csirt.incident_record import IncidentView
from csirt.incident_report import fact_label
from csirt.letters import letter_values
from kanmon.dates import format_instant
from kanmon.report import Block, Column, Facts, Report, RichText, Span, Table, Text

_DUES_SHOWN = 10
_RECENT = 5
_BEFORE_CONTAINED = (State.RECEIVED, State.TRIAGE, State.CONTAINMENT)


def executive_report(view: IncidentView) -> Report:
    """Return the one-pager: seven facts, what is due, what to decide, the last steps."""
    incident, facts = view.incident, view.facts
    values = letter_values(facts)
    severity = fact_label(facts, "severity", incident.facts.get("severity", ""))
    spread = "続いている可能性がある" if incident.state in _BEFORE_CONTAINED else "封じ込め済み"
    if not incident.state.is_open:
        spread = incident.state.label_ja
    overdue = count_overdue([(incident, view.dues)], facts.today)
    blocks: list[Block] = [
        Facts(
            (
                ("何が", f"{values['category']}（{values['title']}）"),
                ("どれだけ悪いか", severity or "まだ決めていない"),
                ("今の状態", f"{incident.state.label_ja}。被害は{spread}"),
                ("いつ", f"発生 {values['occurred']} / 検知 {values['detected']}"),
                ("市が知った", f"{values['known']}（{values['known_by']}）"),
                ("影響", f"本人の数 {values['persons']} / 項目 {values['items']}"),
                ("原因", values["cause"]),
            )
        ),
        _due_table(view),
        _decision_table(view),
        _recent_table(view),
        Text(f"事案番号 {incident.id}・版 {incident.revision}。詳しくは事案の記録。", "note"),
    ]
    summary = (values["summary"], f"期限超過 {overdue} 件" if overdue else "期限超過なし")
    title = f"{facts.city} 情報セキュリティ事案の報告（1枚）" if facts.city else "事案の報告（1枚）"
    return Report(title=title, summary=summary, blocks=tuple(blocks), made_on=facts.today)


def _due_table(view: IncidentView) -> Table:
    today = view.facts.today
    closed = (Urgency.DONE, Urgency.NOT_DUE)
    pending = [
        due for due in view.dues if due.truth is Truth.YES and due.urgency(today) not in closed
    ]
    pending.sort(key=lambda due: (due.last is None, due.last or today, due.duty.id))
    columns = (
        Column("duty", "報告・通知", 36),
        Column("last", "期限・目安", 36),
        Column("status", "状況"),
    )
    rows = tuple(
        (due.duty.title, last_text(due), status_cell(due, today)) for due in pending[:_DUES_SHOWN]
    )
    more = len(pending) - len(rows)
    note = f"ほか {more} 件" if more > 0 else ""
    return Table("due", "これからの報告・通知", columns, rows, note=note)


def _decision_table(view: IncidentView) -> Table:
    columns = (
        Column("ask", "決めること", 40),
        Column("who", "決める人", 24),
        Column("by", "いつまでに", 30),
    )
    library = view.facts.library
    runbook = library.runbooks.get(view.incident.category)
    rows = tuple(
        (decision.ask, library.words.authorities[decision.who], decision.by)
        for decision in (runbook.decisions if runbook else ())
        if decision.who in ("ciso", "mayor", "department")
    )
    return Table("decide", "決めていただきたいこと", columns, rows)


def _recent_table(view: IncidentView) -> Table:
    kinds = ("state", "decision", "done", "note")
    recent = [entry for entry in view.incident.timeline if entry.kind.slug in kinds][-_RECENT:]
    columns = (Column("at", "時刻"), Column("text", "経過", 70))
    rows = tuple(
        (format_instant(entry.happened)[:16], RichText((Span(entry.text),))) for entry in recent
    )
    return Table("recent", "直近の経過", columns, rows)
