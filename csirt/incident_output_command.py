"""``kanmon csirt incident runbook|runbooks|draft|letter|summary|export|statistics``."""

from pathlib import Path

import click

from kanmon.options import format_option, output_option
from kanmon.output import check_output, write_output, write_report
from kanmon.session import Session


@click.command("runbook")
@click.argument("incident", required=False)
@click.option("--category", default="", help="手順書の区分。事案を書けば、その区分。")
@click.option("--letters/--no-letters", default=True, show_default=True, help="文面の案も付ける。")
@format_option()
@output_option()
@click.pass_obj
def runbook_command(
    session: Session,
    incident: str | None,
    category: str,
    letters: bool,
    fmt: str,
    output: str,
) -> None:
    """手順書を出す。INCIDENT を書くと、その事案の値・時刻・期限を入れる。"""
    from csirt.incident_documents import runbook_document

    if not incident and not category:
        raise click.UsageError("事案の番号か --category を書いてください")
    check_output(output, fmt)
    report = runbook_document(session, incident or "", category, letters=letters)
    write_report(report, fmt, output)


@click.command("runbooks")
@click.option(
    "--rules",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="このフォルダーの Sigma ルールが、どの手順書になるかを出す。",
)
@format_option()
@output_option()
@click.pass_obj
def runbooks_command(session: Session, rules: tuple[Path, ...], fmt: str, output: str) -> None:
    """手順書の一覧。--rules を付けると、ルールごとの手順書と、その理由。"""
    from csirt.incident_documents import mapping_document, shelf_document

    check_output(output, fmt)
    report = mapping_document(session, rules) if rules else shelf_document(session)
    write_report(report, fmt, output)


@click.command("draft")
@click.argument("incident")
@click.option("--stage", type=click.Choice(("preliminary", "final")), default="preliminary",
              show_default=True, help="preliminary は速報、final は確報。")  # fmt: skip
@format_option()
@output_option()
@click.pass_obj
def draft_command(session: Session, incident: str, stage: str, fmt: str, output: str) -> None:
    """個人情報保護委員会への報告の案を出す。分からない事項は【未確認】。"""
    from csirt.duty_draft import draft_report
    from csirt.incident_office import alert_records, view_incident

    check_output(output, fmt)
    with alert_records(session) as store:
        view = view_incident(session, store, incident)
    write_report(draft_report(stage, view.facts, view.incident), fmt, output)


@click.command("letter")
@click.argument("incident")
@click.argument("name")
@format_option()
@output_option()
@click.pass_obj
def letter_command(session: Session, incident: str, name: str, fmt: str, output: str) -> None:
    """文面 NAME を出す（persons residents assembly press contractor prefecture soumu police
    jpcert jlis）。"""
    from csirt.incident_documents import letter_document

    check_output(output, fmt)
    write_report(letter_document(session, incident, name), fmt, output)


@click.command("summary")
@click.argument("incident")
@format_option()
@output_option()
@click.pass_obj
def summary_command(session: Session, incident: str, fmt: str, output: str) -> None:
    """決める人（CISO・部長・市長）のための1枚を出す。"""
    from csirt.executive_report import executive_report
    from csirt.incident_office import alert_records, view_incident

    check_output(output, fmt)
    with alert_records(session) as store:
        view = view_incident(session, store, incident)
    write_report(executive_report(view), fmt, output)


@click.command("export")
@click.argument("incident", required=False)
@click.option("--as", "target", type=click.Choice(("cacao", "thehive", "iris")), required=True,
              help="書き出す形。")  # fmt: skip
@click.option("--category", default="", help="事案を開かずに手順書だけを書き出す（cacao だけ）。")
@output_option()
@click.pass_obj
def export_command(
    session: Session, incident: str | None, target: str, category: str, output: str
) -> None:
    """手順書を CACAO 2.0 に、事案を TheHive・DFIR-IRIS のアラートに書き出す（JSON）。"""
    from csirt.incident_export import export_bytes

    if not incident and not (target == "cacao" and category):
        raise click.UsageError("事案の番号を書いてください（cacao は --category でもよい）")
    check_output(output)
    write_output(export_bytes(session, incident or "", target, category), output)


@click.command("statistics")
@click.option("--year", type=click.IntRange(2000, 2200), help="年度。省略すると今年度。")
@format_option()
@output_option()
@click.pass_obj
def statistics_command(session: Session, year: int | None, fmt: str, output: str) -> None:
    """年度の集計: 区分ごとの件数、かかった時間、誤検知の多いルール。"""
    from csirt.incident_office import alert_records, read_library
    from csirt.incident_store import load_incidents
    from csirt.statistics import year_figures
    from csirt.statistics_report import statistics_report
    from csirt.triage_load import load_queue
    from kanmon.dates import fiscal_year

    check_output(output, fmt)
    with alert_records(session) as store:
        figures = year_figures(
            year or fiscal_year(session.today), load_incidents(store), load_queue(store, session)
        )
    titles = {slug: book.title for slug, book in read_library(session).runbooks.items()}
    write_report(statistics_report(figures, titles, session.today), fmt, output)
