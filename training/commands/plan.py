"""``training plan``."""

from datetime import date

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import anonymise_option, as_of_option, encoding_option

_ON_SCREEN = 40


@click.command()
@as_of_option()
@click.option("--dry-run", is_flag=True, help="差分を示すだけで、適用しない。")
@anonymise_option()
@encoding_option()
@format_option()
@output_option()
@click.pass_obj
def plan(
    session: Session,
    as_of: date | None,
    dry_run: bool,
    anonymise: bool,
    encoding: str,
    fmt: str,
    output: str,
) -> None:
    """誰が何をいつまでに受けるかを、基準日の事実と規則から決める。

    割当・取消（理由付き）・期限の変更を示して適用する。もう一度実行しても何も増えない。
    異動の前後には --dry-run で差分を確かめられる。text では件数の多い一覧を省く
    （全件は xlsx・csv・html・json で）。
    """
    from kanmon.output import check_output
    from training.export import write_personal
    from training.names import hide_names, show_names
    from training.planning import run_plan
    from training.report_plan import one_table, plan_report

    check_output(output, fmt)
    result = run_plan(session, as_of or session.today, is_applied=not dry_run)
    people = result.knowledge.people
    names = (hide_names if anonymise else show_names)(people, result.plan.day)
    limit = _ON_SCREEN if fmt == "text" else None
    report = plan_report(result.knowledge, result.plan, names, is_applied=not dry_run, limit=limit)
    if fmt in ("csv", "jsonl"):
        report = one_table(report)
    write_personal(report, fmt, output, has_names=not anonymise, encoding=encoding)
    if dry_run:
        click.echo("適用していません（--dry-run）。", err=True)
