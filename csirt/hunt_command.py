"""``kanmon csirt hunt``: logs and rules in, alerts out."""

from datetime import datetime
from pathlib import Path

import click

from csirt.hunt_options import ELASTICSEARCH, INSTANT, engine_options, job_count
from kanmon.errors import EXIT_FINDINGS
from kanmon.finding import Severity
from kanmon.options import SEVERITY, fail_on_option, format_option, output_option
from kanmon.output import check_output
from kanmon.session import Session


@click.command("hunt")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@engine_options()
@click.option(
    "--rules",
    "rule_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    help="使うルールのフォルダー（繰り返し可）。省略すると付属の rules/sigma。",
)
@click.option(
    "--level", type=SEVERITY, default="informational", help="この重大度以上のルールだけを使う。"
)
@click.option("--from", "start", type=INSTANT, help="この日時以後のイベントだけを調べる。")
@click.option("--to", "end", type=INSTANT, help="この日時より前のイベントだけを調べる。")
@format_option("text", "json", "jsonl", "csv", "xlsx", "html")
@output_option()
@click.option("--jobs", type=click.IntRange(min=1), help="使うプロセスの数。結果は変わらない。")
@fail_on_option()
@click.option(
    "--store/--no-store", default=True, help="アラートを保存ファイルに残す（既定）・残さない。"
)
@click.pass_context
def cli(
    ctx: click.Context,
    paths: tuple[Path, ...],
    engine: str,
    index: str | None,
    rule_paths: tuple[Path, ...],
    level: Severity,
    start: datetime | None,
    end: datetime | None,
    fmt: str,
    output: str,
    jobs: int | None,
    fail_on: Severity | None,
    store: bool,
) -> None:
    """ログ PATHS を Sigma ルールで調べ、アラートにまとめる。

    PATHS はファイルかフォルダー（EVTX、JSON、.gz、.zip。形式は中身で見分ける）。- は標準入力。
    日時に時差がなければ日本時間。--fail-on に当たれば終了コード 10。
    """
    from csirt.hunt_job import (
        HuntRequest,
        earlier_decisions,
        keep_outcome,
        perform,
        require_judged,
        write_outcome,
    )

    if (engine == ELASTICSEARCH) == bool(paths):
        raise click.UsageError(
            "--engine elasticsearch のときは PATHS の代わりに --index を指定してください。"
            if paths
            else "調べるログ PATHS を指定してください。"
        )
    if index and engine != ELASTICSEARCH:
        raise click.UsageError("--index は --engine elasticsearch と一緒に使います。")
    if start is not None and end is not None and start >= end:
        raise click.UsageError(
            "--from は --to より前の日時にしてください。この期間には何もありません。"
        )
    session: Session = ctx.obj
    check_output(output, fmt)
    request = HuntRequest(
        paths=paths,
        rules=rule_paths,
        level=level,
        start=start,
        end=end,
        jobs=job_count(session, jobs),
    )
    # The store is opened first: better to learn of a damaged one now than after an hour.
    decided = earlier_decisions(session) if store else {}
    outcome = perform(session, request, decided, index=index, engine=engine)
    write_outcome(outcome, fmt, output)
    if store:
        keep_outcome(session, outcome)
    click.echo(outcome.closing, err=True)
    require_judged(outcome, request)
    if fail_on is not None and outcome.worst is not None and outcome.worst >= fail_on:
        ctx.exit(EXIT_FINDINGS)
