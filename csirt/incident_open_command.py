"""``kanmon csirt incident open|list|show|add|merge|split``."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from csirt.hunt_options import INSTANT
from csirt.incident_options import revision_option, tell
from kanmon.options import format_option, output_option
from kanmon.output import check_output, write_report
from kanmon.session import Session

if TYPE_CHECKING:
    from csirt.incident import Incident

ORIGINS = ("log", "staff", "contractor", "citizen", "authority", "press")


@click.command("open")
@click.argument("alerts", nargs=-1)
@click.option(
    "--manual", is_flag=True, help="ログのアラートなしで開く（委託先・住民・職員の第一報など）。"
)
@click.option("--title", default="", help="件名。省略すると最初のアラートから付ける。")
@click.option("--category", default="", help="手順書の区分。省略するとアラートから選ぶ。")
@click.option(
    "--origin", type=click.Choice(ORIGINS), help="第一報の出どころ。既定は log（手なら staff）。"
)
@click.option("--reporter", default="", help="第一報をくれた人（所属と名前）。")
@click.option("--contractor", default="", help="委託先の名前（--origin contractor のとき）。")
@click.option("--section", "sections", multiple=True, help="関係する課（繰り返し可）。")
@click.option("--summary", default="", help="概要。")
@click.option("--detected", type=INSTANT, help="検知した時刻。委託先からなら、第一報が届いた時刻。")
@click.option("--known", type=INSTANT, help="市のいずれかの部署が知った時刻（時計の起点）。")
@click.option("--known-by", default="", help="知った部署。")
@click.pass_obj
def open_command(
    session: Session,
    alerts: tuple[str, ...],
    manual: bool,
    title: str,
    category: str,
    origin: str | None,
    reporter: str,
    contractor: str,
    sections: tuple[str, ...],
    summary: str,
    detected: datetime | None,
    known: datetime | None,
    known_by: str,
) -> None:
    """事案を開く。ALERTS はアラートの ID（いくつでも）。番号を標準出力に出す。

    ログのない第一報は --manual と --title で開く。
    """
    from csirt.incident_office import alert_stores, desk_at
    from csirt.incident_opening import open_incident
    from csirt.incident_reception import FirstReport, receive

    if bool(alerts) == manual:
        raise click.UsageError("アラートの ID を書くか、--manual を付けるか、どちらかにします")
    if manual and not title.strip():
        raise click.UsageError("--manual には --title が要ります")
    report = FirstReport(
        alerts=alerts,
        facts={
            "title": title,
            "category": category,
            "origin": origin or ("staff" if manual else "log"),
            "reporter": reporter,
            "contractor": contractor,
            "sections": "、".join(sections),
            "summary": summary,
            "known-by": known_by,
        },
        detected=detected,
        known=known,
    )
    with alert_stores(session) as store, store.transaction():
        opening = receive(session, store, report)
        desk = desk_at(session, store)
        incident = desk.open(lambda empty: open_incident(empty, opening, desk.book))
    click.echo(incident.id)
    tell(incident, 0)
    _remind(incident)


def _remind(incident: "Incident") -> None:
    """Say that a person decides when the city knew, unless somebody has."""
    if "known" not in incident.times:
        click.echo(
            "「知った」時刻は人が決めます。個人情報に及ぶおそれがあれば、次を記録してください:\n"
            f"  kanmon csirt incident time {incident.id} known=YYYY-MM-DDTHH:MM\n"
            f"  kanmon csirt incident answer {incident.id} --suggested",
            err=True,
        )


@click.command("list")
@click.option("--open", "only_open", is_flag=True, help="対応中のものだけ。")
@click.option("--state", default="", help="この状態のものだけ。")
@click.option("--category", default="", help="この区分のものだけ。")
@format_option()
@output_option()
@click.pass_obj
def list_command(
    session: Session, only_open: bool, state: str, category: str, fmt: str, output: str
) -> None:
    """事案の一覧を、新しい順に出す。期限超過は赤。"""
    from csirt.incident_list import list_report
    from csirt.incident_office import alert_records, desk_at, read_library
    from csirt.incident_states import state_choices, state_from_slug
    from csirt.incident_store import load_incidents

    check_output(output, fmt)
    wanted = state_from_slug(state) if state else None
    if state and wanted is None:
        raise click.BadParameter(
            f"{state} という状態はありません。{state_choices()}", param_hint="--state"
        )
    library = read_library(session)
    with alert_records(session) as store:
        desk = desk_at(session, store)
        pairs = [
            (incident, desk.dues(incident))
            for incident in load_incidents(store)
            if (not only_open or incident.state.is_open)
            and (wanted is None or incident.state is wanted)
            and (not category or incident.category == category)
        ]
    titles = {slug: book.title for slug, book in library.runbooks.items()}
    severities = {level.id: level.label for level in library.severities}
    write_report(list_report(pairs, titles, severities, session.today), fmt, output)


@click.command("show")
@click.argument("incident")
@format_option()
@output_option()
@click.pass_obj
def show_command(session: Session, incident: str, fmt: str, output: str) -> None:
    """事案の記録（状態・時刻・期限・証拠・時系列）を全て出す。"""
    from csirt.incident_office import alert_records, view_incident
    from csirt.incident_report import incident_report

    check_output(output, fmt)
    with alert_records(session) as store:
        view = view_incident(session, store, incident)
    write_report(incident_report(view), fmt, output)


@click.command("add")
@click.argument("incident")
@click.argument("alerts", nargs=-1, required=True)
@revision_option()
@click.pass_obj
def add_command(
    session: Session, incident: str, alerts: tuple[str, ...], revision: int | None
) -> None:
    """アラート ALERTS を事案に加える（時系列にも、起きた時刻の順に入る）。"""
    from csirt.incident_changes import add_alerts
    from csirt.incident_office import alert_records, desk_at
    from csirt.incident_opening import refuse_taken
    from csirt.incident_store import load_incident, load_incidents
    from csirt.triage import times_of
    from csirt.triage_load import load_queue, pick

    with alert_records(session) as store, store.transaction():
        before = load_incident(store, incident).revision
        queue = load_queue(store, session)
        items = tuple(pick(queue, given) for given in alerts)
        refuse_taken([other for other in load_incidents(store) if other.id != incident], items)
        findings = [item.finding for item in items]
        spans = {finding.fingerprint: times_of(finding) for finding in findings}
        changed = desk_at(session, store).change(
            incident, lambda now: add_alerts(now, findings, spans), revision=revision
        )
    tell(changed, before)


@click.command("merge")
@click.argument("source")
@click.argument("target")
@click.option("--reason", required=True, help="なぜ同じ事案と判断したか。")
@click.pass_obj
def merge_command(session: Session, source: str, target: str, reason: str) -> None:
    """事案 SOURCE を TARGET にまとめる。SOURCE の記録は残り、以後は書き足せない。"""
    from csirt.incident_office import alert_records, desk_at
    from csirt.incident_store import load_incident

    with alert_records(session) as store, store.transaction():
        before = load_incident(store, target).revision
        changed = desk_at(session, store).merge(source, target, reason)
    tell(changed, before)


@click.command("split")
@click.argument("source")
@click.argument("alerts", nargs=-1, required=True)
@click.option("--title", required=True, help="新しい事案の件名。")
@click.pass_obj
def split_command(session: Session, source: str, alerts: tuple[str, ...], title: str) -> None:
    """事案 SOURCE のアラート ALERTS を、新しい事案に分ける。「知った」時刻は引き継ぐ。"""
    from csirt.incident_office import alert_records, desk_at
    from csirt.triage_load import load_queue, pick

    with alert_records(session) as store, store.transaction():
        queue = load_queue(store, session)
        ids = [pick(queue, given).finding.fingerprint for given in alerts]
        new = desk_at(session, store).split(source, ids, title)
    click.echo(new.id)
    tell(new, 0)
