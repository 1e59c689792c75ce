"""``kanmon policy show``."""

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session


@click.command()
@click.argument("text")
@click.option("--duties", is_flag=True, help="義務を定める条文だけを出す。")
@format_option()
@output_option()
@click.pass_obj
def cli(session: Session, text: str, duties: bool, fmt: str, output: str) -> None:
    """TEXT（ファイルか取り込んだ版の名前、baseline）をどう読み取ったかを見せる。

    番号、見出し、柱書、強さ（0〜7）、頻度や期限などの部分を条文ごとに並べます。
    """
    from kanmon.output import check_output, write_report
    from kanmon.run import Skip
    from policy.judged import find_text, reader_of, rules_of
    from policy.load import BASELINE_NAME, load_baseline_edition
    from policy.model import Role
    from policy.show_report import show_report

    check_output(output, fmt)
    skips: tuple[Skip, ...] = ()
    if text == BASELINE_NAME:
        edition, _duties = load_baseline_edition(session.rules("policy"))
    else:
        edition, skips = find_text(session, text, Role.GUIDELINE, rules_of(session))
    _rules, reader = reader_of(session, edition)
    report = show_report(edition, reader, skips, only_duties=duties)
    write_report(report, fmt, output)
