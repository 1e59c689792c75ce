"""``kanmon policy import``."""

from pathlib import Path

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "role_name",
    type=click.Choice(("guideline", "local")),
    required=True,
    help="国のガイドラインか、市のポリシーか。",
)
@click.option("--edition", required=True, help="版の名前（例: R8.3、市2024）。後の命令で使います。")
@format_option()
@output_option()
@click.pass_obj
def cli(session: Session, file: Path, role_name: str, edition: str, fmt: str, output: str) -> None:
    """FILE（docx・PDF・HTML・txt）を条文に分けて取り込む。

    文書は手元の保存ファイルだけに入り、外には出ません。
    """
    from kanmon.output import check_output, write_report
    from policy.edition_store import SCHEMA, save_edition
    from policy.judged import read_file, reader_of, rules_of
    from policy.model import Role
    from policy.show_report import import_report

    check_output(output, fmt)
    role = next(role for role in Role if role.slug == role_name)
    found, skips = read_file(file, role, rules_of(session), edition)
    with session.open_store(SCHEMA) as store:
        replaced = save_edition(store, found)
    _rules, reader = reader_of(session, found)
    write_report(import_report(found, reader, skips), fmt, output)
    if replaced:
        click.echo(f"同じ名前の版「{edition}」を新しい文書に置き換えました。", err=True)
