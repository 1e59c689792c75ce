"""``kanmon init``: write a commented kanmon.toml."""

from pathlib import Path

import click

from kanmon.config import FILE_NAME, template
from kanmon.errors import InputError
from kanmon.source import SourceRef


@click.command()
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
def cli(folder: Path) -> None:
    """FOLDER（省略時はここ）に、説明付きの設定ファイル kanmon.toml を書く。"""
    from kanmon.declared_settings import all_settings
    from kanmon.output import write_output

    target = folder / FILE_NAME
    if target.exists():
        hint = "書き直すときは、今のファイルを別名にしてから実行してください"
        raise InputError("設定ファイルが既にあります", where=SourceRef(str(target)), hint=hint)
    folder.mkdir(parents=True, exist_ok=True)
    write_output(template(all_settings()).encode(), str(target))
    click.echo(f"{target} を書きました。", err=True)
