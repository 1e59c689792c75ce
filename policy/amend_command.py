"""``kanmon policy amend``: draft clauses, as 新旧対照表 or as a list."""

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session

TABLE_FORMATS = ("docx", "xlsx")
"""Formats that are a 新旧対照表; the others list the drafts with their reasons."""


@click.command("amend")
@click.argument("guideline", required=False)
@click.argument("local", required=False)
@click.option(
    "--style",
    help="新旧対照表の様式（rules/comparison の名前）。省くと設定 policy.amendment_style。",
)
@click.option(
    "--new-articles",
    type=click.Choice(("branch", "shift")),
    default="branch",
    show_default=True,
    help="新しい条の番号。branch は枝番号（第12条の2）、shift は後の条を繰り下げる。",
)
@click.option("--optional", is_flag=True, help="推奨事項と裁量の定めの欠落も案に含める。")
@format_option()
@output_option()
@click.pass_obj
def cli(
    session: Session,
    guideline: str | None,
    local: str | None,
    style: str | None,
    new_articles: str,
    optional: bool,
    fmt: str,
    output: str,
) -> None:
    """欠落・弱い・旧版準拠の所見から、市の言葉で改正案を作る（全て案）。

    docx と xlsx は新旧対照表、ほかの形式は理由と再判定の付いた一覧になります。GUIDELINE と
    LOCAL はファイルか、取り込んだ版の名前。省くと最後に取り込んだものを使います。
    """
    from kanmon.output import check_output, write_output, write_report
    from policy.amend_job import comparison_table, list_report, make_amendment
    from policy.judged import judge
    from policy.settings import AMENDMENT_STYLE

    check_output(output, fmt)
    amendment = make_amendment(
        session, judge(session, guideline, local), new_articles, optional=optional
    )
    report = list_report(session, amendment)
    if fmt in TABLE_FORMATS:
        from kanmon.render.comparison_docx import render_comparison_docx
        from kanmon.render.comparison_xlsx import render_comparison_xlsx

        draw = render_comparison_docx if fmt == "docx" else render_comparison_xlsx
        chosen = style or str(session.config.get(AMENDMENT_STYLE))
        write_output(draw(comparison_table(session, amendment, chosen)), output)
    else:
        write_report(report, fmt, output)
    for line in (*report.summary, f"読めなかったもの {len(report.skips)} 件。"):
        click.echo(line, err=True)
