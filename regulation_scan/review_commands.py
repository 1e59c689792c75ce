"""Commands about decisions: the workbook out and in, what changed, how far the work is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kanmon.options import Decorator, format_option, output_option

if TYPE_CHECKING:
    from kanmon.session import Session


def _run_option(text: str) -> Decorator:
    return click.option("--run", "run_name", default="last", show_default=True, help=text)


@click.command("table")
@output_option()
@format_option("xlsx", "html", "csv", "docx", "md", "json", default="xlsx")
@_run_option("どの点検の表か（実行番号。last は直前）。")
@click.pass_obj
def table(session: "Session", output: str, fmt: str, run_name: str) -> None:
    """判断を記入する点検表（Excel）を書き出す。これまでの判断は引き継ぐ。

    所管課ごとのシート、判断の選択肢、件数のグラフが付きます。

    記入した表は import-review で戻します。

    例: kanmon regulation table -o 点検表.xlsx
    """
    from kanmon.output import check_output, write_report
    from regulation_scan.decisions import layout_of, rows_of
    from regulation_scan.runs import find_run
    from regulation_scan.workbook import review_workbook

    check_output(output, fmt)
    layout = layout_of(session.config)
    with session.read_store() as store:
        run = find_run(store, run_name)
        rows = rows_of(store, run)
    report = review_workbook(rows, layout, run.skips, sentences=run.judged, made_on=session.today)
    write_report(report, fmt, output)
    click.echo(f"点検 {run.id}（{len(rows):,} 件）の点検表を書きました。", err=True)


@click.command("import-review")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="食い違いがあっても、表の判断で上書きする。")
@click.pass_obj
def import_review(session: "Session", file: Path, force: bool) -> None:
    """記入した点検表（Excel）の判断を、判断者と日付とともに取り込む。

    一つでも読めない行があれば何も取り込みません。表を書き出した後に別の人が判断した条項は、
    食い違いとして示し、取り込みません。

    例: kanmon regulation import-review 点検表.xlsx
    """
    from kanmon.errors import InputError
    from kanmon.source import SourceRef
    from kanmon.store.records import add_reviews, last_findings, last_reviews
    from regulation_scan.decisions import layout_of
    from regulation_scan.review_import import decide, read_workbook
    from regulation_scan.runs import TOOL

    rows = read_workbook(file, layout_of(session.config).names or {})
    with session.open_store() as store:
        known = frozenset(finding.fingerprint for finding in last_findings(store, TOOL))
        current = last_reviews(store)
        imported = decide(rows, current, known, user=session.user, now=session.now)
        for conflict in imported.conflicts:
            click.echo(
                f"食い違い {conflict.where}: 保存済み {conflict.in_store.disposition.label_ja}"
                f"（{conflict.in_store.reviewer}）／表 {conflict.in_sheet.disposition.label_ja}"
                f"（{conflict.in_sheet.reviewer}）",
                err=True,
            )
        if imported.conflicts and not force:
            raise InputError(
                f"食い違いが {len(imported.conflicts)} 件あり、何も取り込みませんでした",
                where=SourceRef(str(file)),
                hint="kanmon regulation table で表を作り直して確かめるか、--force で表を優先します",
            )
        forced = tuple(conflict.in_sheet for conflict in imported.conflicts)
        add_reviews(store, (*imported.reviews, *forced))
    count = len(imported.reviews) + len(forced)
    click.echo(f"{count:,} 件の判断を取り込みました（変わらない行 {imported.unchanged:,} 件）。")


@click.command("diff")
@format_option()
@output_option()
@click.option("--since", default="last", show_default=True, help="比べる相手の点検（実行番号）。")
@_run_option("どの点検を見るか（実行番号。last は直前）。")
@click.pass_obj
def diff(session: "Session", fmt: str, output: str, since: str, run_name: str) -> None:
    """前の点検から、新しい・消えた・判断後に変わった条項を示す。判断は引き継がれる。

    前回だけが読んだファイルの条項は消滅とせず、片方だけが読んだファイルを一覧に示します。

    例: kanmon regulation diff -f html -o 変更点.html
    """
    from kanmon.output import check_output, write_report
    from kanmon.store.records import last_reviews
    from regulation_scan.decisions import diff_report
    from regulation_scan.runs import compare_runs, find_run

    check_output(output, fmt)
    with session.read_store() as store:
        run = find_run(store, run_name)
        earlier = find_run(store, since, before=run.id)
        compared = compare_runs(store, run, earlier)
        reviews = last_reviews(store)
    report = diff_report(compared, reviews, run, earlier)
    write_report(report, fmt, output)


@click.command("progress")
@format_option()
@output_option()
@_run_option("どの点検の進み具合か（実行番号。last は直前）。")
@click.pass_obj
def progress(session: "Session", fmt: str, output: str, run_name: str) -> None:
    """判断の進み具合を、区分・所管課・PHASE ごとにまとめる（議会・部長会への報告用）。

    html と xlsx にはグラフが付きます。

    例: kanmon regulation progress -f html -o 進捗.html
    """
    from kanmon.output import check_output, write_report
    from regulation_scan.decisions import layout_of, progress_report, rows_of
    from regulation_scan.runs import find_run

    check_output(output, fmt)
    with session.read_store() as store:
        run = find_run(store, run_name)
        rows = rows_of(store, run)
    report = progress_report(rows, layout_of(session.config), run, made_on=session.today)
    write_report(report, fmt, output)
