"""``kanmon policy impact``."""

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session


@click.command()
@click.argument("old")
@click.argument("new")
@click.argument("local", required=False)
@click.option(
    "--by", "by_text", default="", help="見直しの期限（例: 2027-03-31、令和9年3月31日）。"
)
@format_option()
@output_option()
@click.pass_obj
def cli(
    session: Session, old: str, new: str, local: str | None, by_text: str, fmt: str, output: str
) -> None:
    """改定（OLD から NEW）のために見直すべき市の条文を、理由と期限とともに挙げる。

    LOCAL を省くと最後に取り込んだ市のポリシー。期限の既定は年度末です。
    """
    from kanmon.output import check_output, write_report
    from policy.judged import judge, reader_of
    from policy.review_day import due_day
    from policy.versions import compare_editions
    from policy.versions_report import impact_report, impacts_of

    check_output(output, fmt)
    by = due_day(by_text, session.today)
    after = judge(session, new, local or None, with_default_local=True)
    before = judge(session, old, local or None, with_default_local=True)
    _rules, reader = reader_of(session, before.guideline, after.guideline)
    revisions = compare_editions(before.guideline.clauses, after.guideline.clauses, reader)
    impacts = impacts_of(revisions, after.comparisons, before.comparisons)
    names = (before.guideline.name, after.guideline.name, after.local.name)
    skips = sorted({*before.skips, *after.skips})
    write_report(impact_report(names, impacts, revisions, by, skips), fmt, output)
