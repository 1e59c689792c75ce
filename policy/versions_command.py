"""``kanmon policy versions``."""

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session


@click.command()
@click.argument("old")
@click.argument("new")
@format_option()
@output_option()
@click.pass_obj
def cli(session: Session, old: str, new: str, fmt: str, output: str) -> None:
    """旧版 OLD と新版 NEW（ファイルか取り込んだ版の名前）の違いを条文ごとに分類する。

    追加・削除・強化・緩和・用語・移動・番号・変更なしに分け、本文と解説を別々に数えます。
    """
    from kanmon.output import check_output, write_report
    from policy.judged import find_text, reader_of, rules_of
    from policy.model import Role
    from policy.versions import compare_editions
    from policy.versions_report import versions_report

    check_output(output, fmt)
    rules = rules_of(session)
    before, skips = find_text(session, old, Role.GUIDELINE, rules)
    after, more = find_text(session, new, Role.GUIDELINE, rules)
    _rules, reader = reader_of(session, before, after)
    revisions = compare_editions(before.clauses, after.clauses, reader)
    report = versions_report((before, after), revisions, (*skips, *more))
    write_report(report, fmt, output)
