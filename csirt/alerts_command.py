"""``kanmon csirt alerts``: the queue, one alert, decisions, lasting exceptions."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from csirt.hunt_options import INSTANT
from kanmon.options import SEVERITY, Decorator, format_option, output_option
from kanmon.output import check_output, write_report
from kanmon.session import Session

DISPOSITIONS = ("confirmed", "false-positive", "accepted", "resolved", "open")
DAY = click.DateTime(["%Y-%m-%d"])


def filter_options(function: Any) -> Any:
    """Add the options that choose alerts; parameters of ``csirt.triage.Wanted``."""
    options: tuple[Decorator, ...] = (
        click.option("--level", type=SEVERITY, help="この重大度以上だけ。"),
        click.option("--host", default="", help="この端末だけ（* を使える）。"),
        click.option("--user", default="", help="このユーザーだけ（* を使える）。"),
        click.option("--rule", default="", help="このルール（ID）だけ。"),
        click.option("--since", type=INSTANT, help="この時刻以後のものだけ。"),
        click.option("--until", "before", type=INSTANT, help="この時刻より前のものだけ。"),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.group(invoke_without_command=True)
@click.option("--open", "only_open", is_flag=True, help="未判断のものだけ。")
@filter_options
@format_option()
@output_option()
@click.pass_context
def cli(ctx: click.Context, /, **options: Any) -> None:
    """アラートを見る・判断する・抑止する（トリアージ）。

    サブコマンドを付けないと一覧を出す。並びは、重大度 × 確からしさ × 資産の重み × 珍しさ。
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, **options)


@cli.command("list")
@click.option("--open", "only_open", is_flag=True, help="未判断のものだけ。")
@filter_options
@format_option()
@output_option()
@click.pass_obj
def list_command(session: Session, /, **options: Any) -> None:
    """アラートの一覧を、見るべき順に出す。"""
    _list(session, **options)


@cli.command("show")
@click.argument("alert")
@click.option("--minutes", type=click.IntRange(0, 1440), default=30, show_default=True,
              help="前後何分の記録を見せるか。")  # fmt: skip
@format_option()
@output_option()
@click.pass_obj
def show_command(session: Session, alert: str, minutes: int, fmt: str, output: str) -> None:
    """アラート 1 件を詳しく見る。ALERT は ID の初めの 4 文字以上。"""
    from csirt.incident_office import alert_records, read_library, read_mapping
    from csirt.triage_desk import Shelf, view_alert
    from csirt.triage_load import load_queue, pick
    from csirt.triage_report import alert_report

    check_output(output, fmt)
    with alert_records(session) as store:
        item = pick(load_queue(store, session), alert)
        shelf = Shelf(read_library(session), read_mapping(session), session.rules("sigma"))
        view = view_alert(store, item, shelf, minutes)
    write_report(alert_report(view, session.today), fmt, output)


@cli.command("review")
@click.argument("alerts", nargs=-1)
@click.option("--as", "disposition", type=click.Choice(DISPOSITIONS), required=True,
              help="判断。open は判断の取り消し。")  # fmt: skip
@click.option("--note", required=True, help="理由。後の人が読んで分かるように。")
@click.option("--approver", default="", help="許容を承認した人。")
@click.option("--expires", type=DAY, help="この判断が有効な最後の日。")
@click.option("--replace", is_flag=True, help="ほかの人の判断を置き換える（履歴は残る）。")
@click.option("--all-matching", is_flag=True, help="下の条件に当たる未判断のアラートを全て。")
@filter_options
@click.pass_obj
def review_command(
    session: Session,
    /,
    alerts: tuple[str, ...],
    disposition: str,
    note: str,
    approver: str,
    expires: datetime | None,
    replace: bool,
    all_matching: bool,
    **options: Any,
) -> None:
    """アラートを判断する。ALERTS は ID（いくつでも）。

    --all-matching と条件（--rule --host …）で、まとめて判断できる。
    """
    from csirt.incident_office import alert_records
    from csirt.triage_desk import Verdict, decide
    from csirt.triage_load import load_queue, pick
    from kanmon.review import Disposition

    if bool(alerts) == all_matching:
        raise click.UsageError("ID を書くか、--all-matching と条件を付けるか、どちらかにします")
    if all_matching and not any(options.values()):
        raise click.UsageError("--all-matching には条件（--rule、--host など）が要ります")
    if not note.strip():
        raise click.UsageError("--note に理由を書いてください")
    verdict = Verdict(
        disposition=Disposition.from_slug(disposition),
        note=note,
        reviewer=session.user,
        at=session.now,
        approver=approver,
        expires=expires.date() if expires else None,
        replaces=replace,
    )
    with alert_records(session) as store:
        queue = load_queue(store, session)
        chosen = (
            _matching(queue, only_open=True, options=options)
            if all_matching
            else tuple({id(i): i for i in (pick(queue, a) for a in alerts)}.values())
        )
        reviews = decide(store, chosen, verdict, session.today)
    click.echo(f"{len(reviews)} 件を「{verdict.disposition.label_ja}」と記録しました。")


@cli.command("suppress")
@click.argument("alert")
@click.option(
    "--field", "fields", multiple=True, help="この項目の、このアラートでの値を条件にする。"
)
@click.option("--match", "matches", multiple=True, metavar="項目=値", help="条件を値で書く。")
@click.option("--reason", required=True, help="なぜ抑止してよいか。")
@click.option("--until", type=DAY, required=True, help="抑止が有効な最後の日（YYYY-MM-DD）。")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False),
              help="書くフォルダー。省略すると設定 csirt.filters。")  # fmt: skip
@click.option("--as", "disposition", type=click.Choice(("false-positive", "accepted")),
              default="false-positive", show_default=True, help="このアラートの判断。")  # fmt: skip
@click.option("--replace", is_flag=True, help="ほかの人の判断を置き換える（履歴は残る）。")
@click.pass_obj
def suppress_command(
    session: Session,
    alert: str,
    fields: tuple[str, ...],
    matches: tuple[str, ...],
    reason: str,
    until: datetime,
    folder: Path | None,
    disposition: str,
    replace: bool,
) -> None:
    """同じ記録を今後は知らせない（Sigma フィルターを書き、このアラートも判断済みにする）。

    条件は完全一致。期限が過ぎれば、ひとりでに効かなくなる。
    """
    from csirt.incident_office import alert_records
    from csirt.incident_settings import FILTERS
    from csirt.triage_desk import Verdict, decide, values_to_suppress, write_suppression
    from csirt.triage_load import load_queue, pick
    from kanmon.review import Disposition

    if not reason.strip():
        raise click.UsageError("--reason に理由を書いてください")
    verdict = Verdict(
        disposition=Disposition.from_slug(disposition),
        note=reason,
        reviewer=session.user,
        at=session.now,
        expires=until.date(),
        replaces=replace,
    )
    with alert_records(session) as store, store.transaction():
        item = pick(load_queue(store, session), alert)
        values = values_to_suppress(store, item, fields, _pairs(matches))
        decide(store, (item,), verdict, session.today)
        target, text = write_suppression(
            item, values, verdict, folder or session.config.path_of(FILTERS)
        )
    click.echo(text, nl=False)
    click.echo(f"{target} に書きました（{until.date().isoformat()} まで）。", err=True)


def _list(
    session: Session, *, fmt: str, output: str, only_open: bool = False, **options: Any
) -> None:
    from csirt.incident_office import alert_records, read_library, read_mapping
    from csirt.triage_load import TOOL, load_queue, runbook_of
    from csirt.triage_report import queue_report
    from kanmon.store.records import load_runs

    check_output(output, fmt)
    library, mapping = read_library(session), read_mapping(session)
    with alert_records(session) as store:
        queue = load_queue(store, session)
        runs = load_runs(store, TOOL)
    items = _matching(queue, only_open=only_open, options=options)
    titles = {
        item.finding.fingerprint: library.runbooks[runbook_of(mapping, item.finding).category].title
        for item in items
    }
    last_run = runs[-1] if runs else None
    report = queue_report(items, len(queue), titles, last_run, session.today)
    write_report(report, fmt, output)


def _matching(queue: Any, *, only_open: bool, options: dict[str, Any]) -> Any:
    from csirt.triage import Wanted, select

    options = {**options, "until": options["before"]}
    del options["before"]
    return select(queue, Wanted(only_open=only_open, **options))


def _pairs(matches: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in matches:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"--match は 項目=値 の形で書きます: {text}")
        pairs[name.strip()] = value
    return pairs
