"""Commands about single clauses and cues: explain, amend, import-cues."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kanmon.options import format_option, output_option

if TYPE_CHECKING:
    from kanmon.session import Session


@click.command("explain")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("provision", required=False, default="")
@format_option("text", "html", "md", "json")
@output_option()
@click.pass_obj
def explain(session: "Session", file: Path, provision: str, fmt: str, output: str) -> None:
    """なぜそう判定したかを、係り受け解析と理由の順で説明する。

    PROVISION は 第5条、第5条第2項、様式第1号 のように書きます。省略するとファイル全体。

    例: kanmon regulation explain 公園条例.html 第5条
    """
    from kanmon.output import check_output, write_report
    from regulation_scan.explaining import explain_file

    check_output(output, fmt)
    report = explain_file(session.rules("analog"), session.config, file, provision)
    write_report(report, fmt, output)


@click.command("amend")
@click.argument("file", type=click.Path(path_type=Path))
@format_option("docx", "xlsx", "text", default="docx")
@output_option()
@click.option("--style", help="新旧対照表の様式（rules/comparison の名前）。省略すると設定の値。")
@click.pass_obj
def amend(session: "Session", file: Path, fmt: str, output: str, style: str | None) -> None:
    """よくある言い回しの改正案（案）を、新旧対照表で書き出す。

    書面により・押印・掲示・縦覧・実地に・講習などの決まった言い換えだけを行います。
    文法の確かな案が作れない規定は、理由を添えて「要検討」として表の下に並べます。
    必ず人が見直してください。

    例: kanmon regulation amend 公園条例.docx -o 新旧対照表.docx
    """
    from kanmon.output import check_output, write_output
    from regulation_scan.explaining import amend_file

    check_output(output, fmt)
    data, drafted, left = amend_file(session, file, fmt, style)
    write_output(data, output)
    click.echo(f"改正案（案）{drafted} 文。案を作らなかった該当候補（要検討）{left} 件。", err=True)


@click.command("import-cues")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@output_option()
@click.option("--source", default="", help="出典（資料名と版）。省略するとファイル名。")
@click.option("--version", "version", default="1", show_default=True, help="手がかりの版。")
def import_cues(file: Path, output: str, source: str, version: str) -> None:
    """国のマニュアルの検索キーワード（CSV・Excel）を、手がかりの YAML に直す。

    見出しに「区分」と「キーワード」の列が要ります（「類型」は任意）。
    できたファイルは rules/analog に置くと、次の点検から使われます。

    例: kanmon regulation import-cues キーワード.xlsx -o rules/analog/annex.yml
    """
    from kanmon.output import check_output, write_output
    from regulation_scan.cue_import import cue_file_text, read_keywords

    check_output(output)
    keywords = read_keywords(file)
    text = cue_file_text(keywords, source=source or file.name, version=version)
    write_output(text.encode(), output)
    click.echo(f"{len(keywords):,} 語を手がかりにしました。", err=True)
