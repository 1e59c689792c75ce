"""``kanmon policy status``: the eight fields of the ministerial ordinance, one page."""

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session


@click.command("status")
@click.argument("guideline", required=False)
@click.argument("local", required=False)
@click.option("--detail", is_flag=True, help="足りない点を一つずつ並べた表も付ける。")
@format_option(default="text")
@output_option()
@click.pass_obj
def cli(
    session: Session, guideline: str | None, local: str | None, detail: bool, fmt: str, output: str
) -> None:
    """施行規則16条の3の八つの号ごとに、市の規程がどこまで満たすかを一枚で示す。

    GUIDELINE と LOCAL はファイルか、取り込んだ版の名前。省くと、最後に取り込んだもの
    （ガイドラインを取り込んでいなければ付属の要約）を使います。
    """
    from kanmon.output import check_output, write_report
    from policy.judged import judge
    from policy.status_job import judge_status

    check_output(output, fmt)
    report = judge_status(session, judge(session, guideline, local), detail=detail)
    write_report(report, fmt, output)
