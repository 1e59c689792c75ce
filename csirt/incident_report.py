"""The incident file: everything known, decided and done, in one document; and the list of them."""

from csirt.clock_report import answers_table, count_overdue, dues_table
from csirt.incident import FACTS, TIMES, Incident, Origin
from csirt.incident_move import missing_for
from csirt.incident_record import IncidentView, incident_record
from csirt.incident_states import next_states, transition
from csirt.letters import LetterFacts
from csirt.timeline_report import timeline_table
from csirt.triage import times_of, user_of
from kanmon.report import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Report,
    Table,
)

_CODED = ("category", "severity", "origin")


def incident_report(view: IncidentView) -> Report:
    """Return the whole file, in the order it is read in a meeting; the timeline last."""
    incident, today = view.incident, view.facts.today
    overdue = count_overdue([(incident, view.dues)], today)
    blocks: list[Block] = [Facts(_head(view)), _next_steps(view), _times_table(incident)]
    blocks += [
        dues_table(view.dues, today, with_closed=False),
        answers_table(view.facts.book, incident),
    ]
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
        Column("host", "端末・ユーザー", 26),
        Column("first", "最初"),
        Column("evidence", "一致した値", 60),
    )
    rows = tuple(
        (
            item.finding.fingerprint,
            item.finding.severity.label_ja,
            item.finding.title,
            f"{item.finding.subject}\n{user_of(item.finding)}".strip(),
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
        Column("size", "バイト", hidden=True),
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
