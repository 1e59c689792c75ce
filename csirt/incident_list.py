"""The incidents as a list, each with the day that comes next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from csirt.clock import Due
from csirt.clock_report import count_overdue, is_alarming, last_text
from csirt.incident import Incident
from kanmon.report import Cell, Column, Report, RichText, Span, Table


def list_report(
    incidents: Sequence[tuple[Incident, Sequence[Due]]],
    titles: Mapping[str, str],
    severities: Mapping[str, str],
    today: date,
) -> Report:
    """Return one row an incident, newest first; overdue ones say so in red."""
    columns = (
        Column("id", "番号"),
        Column("title", "件名", 36),
        Column("state", "状態"),
        Column("category", "区分"),
        Column("severity", "重大さ"),
        Column("assignee", "担当者"),
        Column("known", "知った時刻"),
        Column("next", "次の期限", 40),
        Column("revision", "版"),
    )
    rows = tuple(
        _list_row(incident, dues, titles, severities, today)
        for incident, dues in sorted(incidents, key=lambda pair: pair[0].id, reverse=True)
    )
    overdue = count_overdue(incidents, today)
    summary = (f"{len(incidents):,} 件", f"期限超過 {overdue} 件" if overdue else "期限超過なし")
    return Report(
        title="事案の一覧",
        summary=summary,
        blocks=(Table("incidents", "事案", columns, rows),),
        made_on=today,
    )


def _list_row(
    incident: Incident,
    dues: Sequence[Due],
    titles: Mapping[str, str],
    severities: Mapping[str, str],
    today: date,
) -> tuple[Cell, ...]:
    facts = incident.facts
    return (
        incident.id,
        incident.title,
        incident.state.label_ja,
        titles.get(incident.category, incident.category),
        severities.get(facts.get("severity", ""), ""),
        facts.get("assignee", ""),
        incident.times.get("known"),
        _next_due(dues, today),
        incident.revision,
    )


def _next_due(dues: Iterable[Due], today: date) -> RichText:
    closed = ("done", "not-due", "waiting")
    waiting = [
        due
        for due in dues
        if due.truth.slug == "yes" and due.last and due.urgency(today).slug not in closed
    ]
    if not waiting:
        return RichText(())
    first = min(waiting, key=lambda due: (due.last or date.max, due.duty.id))
    mark = "alarm" if is_alarming(first, today) else ""
    prefix = "期限超過 " if mark else ""
    return RichText((Span(f"{prefix}{last_text(first)} {first.duty.title}", mark),))
