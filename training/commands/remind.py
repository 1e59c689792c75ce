"""``training remind``."""

from datetime import date
from pathlib import Path

import click

from kanmon.session import Session
from training.options import as_of_option, encoding_option


@click.command()
@as_of_option()
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="督促文を書くフォルダー（空か、まだないもの）。",
)
@click.option(
    "--templates",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="文面のひな型（person.txt.j2 など）のフォルダー。無いものは付属のものを使う。",
)
@encoding_option()
@click.pass_obj
def remind(
    session: Session,
    as_of: date | None,
    folder: Path,
    templates: Path | None,
    encoding: str,
) -> None:
    """督促文を作る: 本人 → 所属長 → 部長 → 統括（段階は研修プログラムの ladder）。

    .eml（メールソフトで開いて送る下書き）と差し込み用の mailmerge.csv を書く。送信はしない。
    """
    from training.reminding import write_reminders

    written, unaddressed = write_reminders(
        session, as_of or session.today, folder, templates=templates, encoding=encoding
    )
    click.echo(f"{folder} に {written:,} 通の督促文と mailmerge.csv を書きました。", err=True)
    if unaddressed:
        click.echo(
            f"うち {unaddressed:,} 通は宛先のメールアドレスがないため、宛先が空です。", err=True
        )
    click.echo(
        "注意: 督促文には職員の氏名が入っています。送り終えたら消してください。"
        "何も送信していません。",
        err=True,
    )
