"""``kanmon regulation scan``: parse, load, one verb, render, exit code."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kanmon.options import fail_on_option, format_option, output_option

if TYPE_CHECKING:
    from kanmon.config import Config
    from kanmon.finding import Severity
    from kanmon.session import Session


def _profile_config(session: "Session", profile: Path | None) -> "Config":
    """Return the session's settings, or those of the file given with ``--profile``."""
    if profile is None:
        return session.config
    from kanmon.config import load_config
    from kanmon.declared_settings import all_settings

    return load_config(all_settings(), path=profile)


@click.command("scan")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@format_option()
@output_option()
@click.option("--category", "categories", multiple=True, help="この区分だけを出す（何度でも）。")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: min(2, os.cpu_count() or 1),
    show_default="CPU の数、最大 2",
    help="係り受け解析の並列数。",
)
@click.option(
    "--since", help="この点検（実行番号。last は直前）から新しい・変わったものだけを出す。"
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path, dir_okay=False),
    help="通則条例などを書いた設定ファイル。省略すると通常の kanmon.toml。",
)
@click.option("--no-store", is_flag=True, help="保存ファイルと解析の控えに何も書かない。")
@fail_on_option()
@click.pass_context
def cli(
    ctx: click.Context,
    paths: tuple[Path, ...],
    fmt: str,
    output: str,
    categories: tuple[str, ...],
    jobs: int,
    since: str | None,
    profile: Path | None,
    no_store: bool,
    fail_on: "Severity | None",
) -> None:
    """例規（ファイル・フォルダー・zip）を点検し、該当候補を理由とともに出す。

    HTML（g-reiki・D1-Law 系）、法令標準 XML、Word、PDF、テキスト、RTF を中身で見分けます。

    例: kanmon regulation scan 例規集/ -f xlsx -o 点検結果.xlsx
    """
    from dataclasses import replace

    from kanmon.errors import EXIT_FINDINGS
    from kanmon.output import check_output, write_report
    from kanmon.settings import CITY
    from regulation_scan.model import Status
    from regulation_scan.report import judged_line, scan_report, select, selection_lines
    from regulation_scan.results import to_findings
    from regulation_scan.runs import check_categories, keep_new, require_sentences, run_scan

    session = ctx.obj
    check_output(output, fmt)
    check_categories(categories)
    config = _profile_config(session, profile)
    scanned, run_id = run_scan(session, config, paths, jobs, store=not no_store)
    judgements = select(scanned.judgements, categories)
    shown = selection_lines(categories, since)
    if since:
        judgements, remarks = keep_new(session, scanned, judgements, since, run_id)
        shown = (*shown, *remarks)
    report = scan_report(
        judgements,
        scanned.skips,
        sentences=scanned.sentences,
        city=config.get(CITY),
        made_on=session.today,
    )
    write_report(replace(report, summary=(*report.summary, *shown)), fmt, output)
    for words in shown:
        click.echo(words, err=True)
    line = judged_line(judgements, scanned.sentences)
    click.echo(f"{line}、判定できなかったもの {len(scanned.skips):,} 件", err=True)
    if fmt in ("jsonl", "csv"):
        # These two hold one kind of line only; the others list the skips themselves.
        for skip in scanned.skips:
            click.echo(f"判定できません {skip}", err=True)
    if run_id:
        click.echo(f"実行番号 {run_id}（点検表は kanmon regulation table）", err=True)
    require_sentences(scanned, paths)
    if fail_on is not None:
        findings = [item for item in judgements if item.status is Status.FINDING]
        if any(finding.severity >= fail_on for finding in to_findings(findings)):
            ctx.exit(EXIT_FINDINGS)
