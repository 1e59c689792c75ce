"""``kanmon csirt rules``: what each rule can do, before a log has to show it."""

from pathlib import Path

import click

from csirt.hunt_options import ELASTICSEARCH, engine_options, input_argument
from kanmon.errors import EXIT_FINDINGS
from kanmon.options import format_option, output_option
from kanmon.output import check_output, write_report
from kanmon.session import Session

_FORMATS = ("text", "json", "jsonl", "csv", "xlsx", "html")


@click.group("rules")
def cli() -> None:
    """ルールの点検（判定できるか、発火しうるか、例と合うか）。"""


@cli.command()
@input_argument("paths")
@click.option(
    "--logs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="このログで発火しうるかも調べる（繰り返し可）。",
)
@engine_options()
@format_option(*_FORMATS)
@output_option()
@click.option("--strict", is_flag=True, help="判定できないルールがあれば終了コード 10 で終わる。")
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[Path, ...],
    logs: tuple[Path, ...],
    engine: str,
    index: str | None,
    fmt: str,
    output: str,
    strict: bool,
) -> None:
    """PATHS の Sigma ルールを 1 本ずつ、正確に判定できるか、できない理由は何かを一覧にする。"""
    from csirt.model import Verdict
    from csirt.rules_job import check_folder, check_index
    from csirt.rules_report import verdict_report

    session: Session = ctx.obj
    check_output(output, fmt)
    verdicts, skips = check_folder(session, paths, logs)
    if engine == ELASTICSEARCH:
        verdicts = check_index(session, paths, index, verdicts)
    named = "、".join(str(path) for path in logs)
    write_report(
        verdict_report(verdicts, fmt, logs=named, skips=skips, today=session.today), fmt, output
    )
    if strict and any(one.verdict is Verdict.SKIPPED for one in verdicts):
        ctx.exit(EXIT_FINDINGS)


@cli.command()
@input_argument("paths")
@format_option(*_FORMATS)
@output_option()
@click.pass_context
def test(ctx: click.Context, paths: tuple[Path, ...], fmt: str, output: str) -> None:
    """PATHS のルールを、隣に置いた例（.events.json の hit と miss）で試す。

    期待と違う例、例のないルール、読めないルールがあれば終了コード 10。
    """
    from csirt.rules_job import judge_examples
    from csirt.rules_report import case_report

    session: Session = ctx.obj
    check_output(output, fmt)
    results, skips = judge_examples(session, paths)
    write_report(case_report(results, fmt, skips=skips, today=session.today), fmt, output)
    if skips or not all(result.passed for result in results):
        ctx.exit(EXIT_FINDINGS)
