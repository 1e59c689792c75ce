"""``kanmon policy diff``."""

import click

from kanmon.finding import Severity
from kanmon.options import fail_on_option, format_option, output_option
from kanmon.session import Session

TOOL = "policy diff"


@click.command()
@click.argument("guideline", required=False)
@click.argument("local", required=False)
@format_option()
@output_option()
@fail_on_option()
@click.pass_context
def cli(
    ctx: click.Context,
    guideline: str | None,
    local: str | None,
    fmt: str,
    output: str,
    fail_on: Severity | None,
) -> None:
    """市のポリシー LOCAL をガイドライン GUIDELINE と条ごとに突き合わせる。

    どちらもファイル名か、取り込んだ版の名前。GUIDELINE を省くと最後に取り込んだガイドライン
    （なければ付属の基準）、LOCAL を省くと最後に取り込んだ市のポリシーを使います。
    """
    from kanmon.errors import EXIT_FINDINGS
    from kanmon.output import check_output, write_report
    from kanmon.store.records import last_reviews, save_run
    from policy.edition_store import SCHEMA
    from policy.findings import findings_of
    from policy.judged import judge, run_of
    from policy.report import diff_report

    session: Session = ctx.obj
    check_output(output, fmt)
    judged = judge(session, guideline, local)
    findings = findings_of(judged.comparisons)
    stored = [finding for finding in findings if finding is not None]
    with session.open_store(SCHEMA) as store:
        save_run(store, run_of(judged, session, TOOL), stored)
        reviews = {
            key: review
            for key, review in last_reviews(store).items()
            if review.holds_on(session.today)
        }
    report = diff_report(judged, findings, reviews, fmt)
    write_report(report, fmt, output)
    click.echo(f"{report.judged}、読めなかったもの {len(report.skips)} 件。", err=True)
    if fail_on is not None and any(finding.severity >= fail_on for finding in stored):
        ctx.exit(EXIT_FINDINGS)
