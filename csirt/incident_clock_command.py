"""``kanmon csirt incident answer|done|clocks``."""

from datetime import datetime

import click

from csirt.hunt_options import INSTANT
from csirt.incident_options import at_option, revision_option, tell
from kanmon.errors import EXIT_FINDINGS
from kanmon.options import FORMATS, format_option, output_option
from kanmon.output import check_output, write_output, write_report
from kanmon.session import Session


@click.command("answer")
@click.argument("incident")
@click.argument("answers", nargs=-1, metavar="[問い=答え]...")
@click.option("--since", type=INSTANT, help="そうと分かった時刻（後から100人を超えた、など）。")
@click.option("--suggested", is_flag=True, help="未回答の問いに、手順書の見込みで答える。")
@revision_option()
@click.pass_obj
def answer_command(
    session: Session,
    incident: str,
    answers: tuple[str, ...],
    since: datetime | None,
    suggested: bool,
    revision: int | None,
) -> None:
    """期限の問いに答える。答えは はい・いいえ・不明・人数。期限を計算し直して知らせる。

    答えを変えると、前の答えと前の期限も時系列に残る。問いの一覧は incident clocks 事案番号。
    """
    from csirt.duty_load import parse_answer
    from csirt.incident_changes import give_answer
    from csirt.incident_office import alert_records, desk_at, read_library
    from csirt.incident_store import load_incident

    if bool(answers) == suggested:
        raise click.UsageError("答えを書くか、--suggested を付けるか、どちらかにします")
    with alert_records(session) as store, store.transaction():
        desk = desk_at(session, store)
        now = load_incident(store, incident)
        texts = list(answers)
        if suggested:
            book = read_library(session).runbooks[now.category]
            texts = [
                f"{item.question}={item.answer}"
                for item in book.answers
                if item.question not in now.answers
            ]
        pairs = [parse_answer(desk.book, text, since) for text in texts]
        changed = desk.change(
            incident,
            lambda now: [d for q, answer in pairs for d in give_answer(now, desk.book, q, answer)],
            revision=revision,
        )
    tell(changed, now.revision)


@click.command("done")
@click.argument("incident")
@click.argument("duty")
@click.option("--note", default="", help="受付番号・相手の名前など。")
@at_option()
@revision_option()
@click.pass_obj
def done_command(
    session: Session,
    incident: str,
    duty: str,
    note: str,
    at: datetime | None,
    revision: int | None,
) -> None:
    """報告・通知 DUTY をしたと記録する。DUTY は incident clocks の「記録のときの名前」。"""
    from csirt.incident_changes import fulfil_duty
    from csirt.incident_office import alert_records, desk_at
    from csirt.incident_store import load_incident

    with alert_records(session) as store, store.transaction():
        desk = desk_at(session, store)
        before = load_incident(store, incident).revision
        changed = desk.change(
            incident,
            lambda now: fulfil_duty(now, desk.book, duty, at or session.now, note),
            revision=revision,
        )
    tell(changed, before)


@click.command("clocks")
@click.argument("incidents", nargs=-1)
@click.option("--fail-overdue", is_flag=True, help="期限超過があれば終了コード 10 で終わる。")
@format_option(*FORMATS, "ics")
@output_option()
@click.pass_context
def clocks_command(
    ctx: click.Context, incidents: tuple[str, ...], fail_overdue: bool, fmt: str, output: str
) -> None:
    """期限の一覧。INCIDENTS を省略すると、対応中の全ての事案。-f ics でカレンダーに書き出す。"""
    from csirt.clock_ics import render_ics
    from csirt.clock_report import clocks_report, count_overdue
    from csirt.incident_office import alert_records, desk_at
    from csirt.incident_store import load_incident, load_incidents
    from kanmon.settings import CITY

    session: Session = ctx.obj
    check_output(output, fmt)
    with alert_records(session) as store:
        desk = desk_at(session, store)
        chosen = (
            [load_incident(store, name) for name in dict.fromkeys(incidents)]
            if incidents
            else [item for item in load_incidents(store) if item.state.is_open]
        )
    pairs = [(incident, desk.dues(incident)) for incident in chosen]
    if fmt == "ics":
        write_output(render_ics(pairs, session.today), output)
    else:
        report = clocks_report(pairs, desk.book, session.today, session.config.get(CITY))
        write_report(report, fmt, output)
    overdue = count_overdue(pairs, session.today)
    if overdue:
        click.secho(f"期限超過 {overdue} 件", fg="red", err=True)
    if overdue and fail_overdue:
        ctx.exit(EXIT_FINDINGS)
