"""The incident file: everything known, decided and done, in one document; and the list of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from csirt.clock import Due
from csirt.clock_report import answers_table, count_overdue, dues_table, is_alarming, last_text
from csirt.incident import FACTS, TIMES, Incident, Origin
from csirt.incident_move import missing_for
from csirt.incident_states import next_states, transition
from csirt.letters import LetterFacts
from csirt.timeline_report import timeline_table
from csirt.triage import Ranked, times_of, user_of
from kanmon.dates import utc_text
from kanmon.report import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Report,
    RichText,
    Span,
    Table,
)

_CODED = ("category", "severity", "origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident with everything its file shows."""

    facts: LetterFacts
    incident: Incident
    alerts: tuple[Ranked, ...]
    now: datetime

    @property
    def dues(self) -> Sequence[Due]:
        """Return the duties as they stand."""
        return self.facts.dues


def incident_report(view: IncidentView) -> Report:
    """Return the whole file, in the order it is read in a meeting; the timeline last."""
    incident, today = view.incident, view.facts.today
    overdue = count_overdue([(incident, view.dues)], today)
    blocks: list[Block] = [Facts(_head(view)), _next_steps(view), _times_table(incident)]
    blocks += [dues_table(view.dues, today), answers_table(view.facts.book, incident)]
    blocks += [Heading("分かっていること"), Facts(_known(view))]
    blocks += [_alerts_table(view), _assets_table(view), _evidence_table(incident)]
    blocks += [_decisions_table(incident), timeline_table(incident)]
    summary = (f"状態: {incident.state.label_ja}", f"期限超過 {overdue} 件" if overdue else "")
    return Report(
        title=f"事案 {incident.id}「{incident.title}」",
        summary=tuple(line for line in summary if line),
        blocks=tuple(blocks),
        records=[incident_record(view)],
        made_on=today,
    )


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


def incident_record(view: IncidentView) -> dict[str, object]:
    """Return the incident as JSON values; keys in English, times in UTC."""
    incident = view.incident
    return {
        "id": incident.id,
        "state": incident.state.slug,
        "revision": incident.revision,
        "facts": dict(sorted(incident.facts.items())),
        "times": {name: utc_text(incident.times[name]) for name in TIMES if name in incident.times},
        "answers": {
            name: {
                "value": answer.value,
                "since": utc_text(answer.since) if answer.since else None,
            }
            for name, answer in sorted(incident.answers.items())
        },
        "alerts": list(incident.alerts),
        "evidence": [
            {"path": e.path, "sha256": e.sha256, "size": e.size, "stored": e.stored}
            for e in incident.evidence
        ],
        "assets": [{"name": a.name, "layer": a.layer, "owner": a.owner} for a in incident.assets],
        "duties": [_due_record(due, view.facts.today) for due in view.dues],
        "merged_into": incident.merged_into,
        "timeline": [
            {
                "number": e.number,
                "happened": utc_text(e.happened),
                "recorded": utc_text(e.recorded),
                "author": e.author,
                "kind": e.kind.slug,
                "text": e.text,
                "chain": e.chain,
            }
            for e in incident.timeline
        ],
    }


def fact_label(view: LetterFacts, name: str, value: str) -> str:
    """Return a fact's value as people read it: codes become words."""
    if name == "category" and value in view.library.runbooks:
        return view.library.runbooks[value].title
    if name == "severity" and (level := view.library.severity(value)):
        return f"{level.label}（{level.meaning}）"
    if name == "origin":
        return next((o.label_ja for o in Origin if o.slug == value), value)
    return value


def _head(view: IncidentView) -> tuple[tuple[str, Cell], ...]:
    incident = view.incident
    pairs: list[tuple[str, Cell]] = [
        ("番号", incident.id),
        ("件名", incident.title),
        ("状態", incident.state.label_ja),
        ("版", incident.revision),
    ]
    if incident.merged_into:
        pairs.append(("統合先", incident.merged_into))
    for name in ("category", "severity", "origin", "reporter", "assignee", "known-by"):
        if name in incident.facts:
            pairs.append((FACTS[name], fact_label(view.facts, name, incident.facts[name])))
    return tuple(pairs)


def _next_steps(view: IncidentView) -> Table:
    columns = (Column("to", "次の状態"), Column("missing", "足りないもの", 60))
    rows = []
    for state in next_states(view.incident.state):
        step = transition(view.incident.state, state)
        assert step is not None
        missing = missing_for(view.incident, step, view.dues, view.now)
        labels = "、".join(need.label_ja for need in missing) or "（なし）"
        rows.append((f"{state.label_ja}（{state.slug}）", labels))
    return Table("next", "次に進める状態", columns, tuple(rows))


def _times_table(incident: Incident) -> Table:
    columns = (Column("name", "時刻の種類"), Column("at", "時刻（日本時間）"))
    rows = tuple((label, incident.times.get(name)) for name, label in TIMES.items())
    return Table("times", "時刻（それぞれ別に持つ）", columns, rows)


def _known(view: IncidentView) -> tuple[tuple[str, Cell], ...]:
    pairs = []
    for name, label in FACTS.items():
        value = view.incident.facts.get(name)
        if value and name not in ("title", *_CODED, "reporter", "assignee", "known-by"):
            pairs.append((label, value))
    return tuple(pairs) or (("内容", "まだ記録がありません"),)


def _alerts_table(view: IncidentView) -> Table:
    columns = (
        Column("id", "ID"),
        Column("severity", "重大度"),
        Column("title", "検知", 36),
        Column("host", "端末"),
        Column("user", "ユーザー"),
        Column("first", "最初"),
        Column("evidence", "一致した値", 60),
    )
    rows = tuple(
        (
            item.finding.fingerprint,
            item.finding.severity.label_ja,
            item.finding.title,
            item.finding.subject,
            user_of(item.finding),
            times_of(item.finding)[0],
            item.finding.evidence,
        )
        for item in view.alerts
    )
    return Table("alerts", "アラート", columns, rows, severity_column="severity")


def _assets_table(view: IncidentView) -> Table:
    columns = (
        Column("name", "端末・システム・書類", 30),
        Column("layer", "系"),
        Column("owner", "所管", 24),
        Column("note", "メモ", 40),
    )
    layers = view.facts.library.words.layers
    rows = tuple(
        (a.name, layers.get(a.layer, a.layer), a.owner, a.note) for a in view.incident.assets
    )
    return Table("assets", "影響を受けたもの", columns, rows)


def _evidence_table(incident: Incident) -> Table:
    columns = (
        Column("path", "証拠", 36),
        Column("sha256", "SHA-256", 40),
        Column("size", "バイト"),
        Column("taken", "取得"),
        Column("by", "取得した人"),
        Column("stored", "保管場所", 24),
        Column("note", "メモ", 30),
    )
    rows = tuple(
        (e.path, e.sha256, e.size, e.taken_at, e.taken_by, e.stored, e.note)
        for e in incident.evidence
    )
    return Table("evidence", "証拠", columns, rows)


def _decisions_table(incident: Incident) -> Table:
    columns = (Column("at", "時刻"), Column("decision", "決定", 60), Column("decider", "決めた人"))
    rows = tuple(
        (entry.happened, str(entry.data.get("decision", "")), str(entry.data.get("decider", "")))
        for entry in incident.timeline
        if entry.kind.slug == "decision"
    )
    return Table("decisions", "決定", columns, rows)


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


def _due_record(due: Due, today: date) -> dict[str, object]:
    return {
        "id": due.duty.id,
        "title": due.duty.title,
        "truth": due.truth.slug,
        "status": due.urgency(today).slug,
        "start": utc_text(due.start) if due.start else None,
        "last": due.last.isoformat() if due.last else None,
        "done": utc_text(due.done_at) if due.done_at else None,
        "missing": list(due.missing),
        "verify": due.duty.verify,
    }
