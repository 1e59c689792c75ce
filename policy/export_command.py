"""``kanmon policy export``: both texts and the verdicts for people and for other tools."""

import click

from kanmon.options import FORMATS, output_option
from kanmon.session import Session

EXCHANGE = ("oscal-catalog", "oscal-mapping", "ciso-library", "ciso-mapping")
"""Formats of other tools: OSCAL JSON and CISO Assistant YAML."""


@click.command("export")
@click.argument("guideline", required=False)
@click.argument("local", required=False)
@click.option(
    "-f",
    "--format",
    "fmt",
    type=click.Choice((*FORMATS, *EXCHANGE)),
    default="json",
    show_default=True,
    help="出力の形式。oscal-… は OSCAL 1.2 の JSON、ciso-… は CISO Assistant の YAML。",
)
@click.option(
    "--side",
    type=click.Choice(("guideline", "local")),
    default="guideline",
    show_default=True,
    help="oscal-catalog と ciso-library で、どちらの文書を書き出すか。",
)
@output_option()
@click.pass_obj
def cli(
    session: Session,
    guideline: str | None,
    local: str | None,
    fmt: str,
    side: str,
    output: str,
) -> None:
    """条文の一覧と対応を、表や、ほかの道具（OSCAL、CISO Assistant）の形で書き出す。

    GUIDELINE と LOCAL はファイルか、取り込んだ版の名前。省くと、最後に取り込んだもの
    （ガイドラインを取り込んでいなければ付属の要約）を使います。
    """
    from kanmon.output import check_output, write_output, write_report
    from policy.export_job import exchange_bytes
    from policy.export_report import export_report
    from policy.judged import judge

    check_output(output, fmt)
    judged = judge(session, guideline, local)
    if fmt in EXCHANGE:
        write_output(exchange_bytes(session, judged, fmt, side), output)
    else:
        write_report(export_report(judged, session.today), fmt, output)
