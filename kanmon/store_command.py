"""``kanmon store``: look at the store and copy it."""

from pathlib import Path

import click

from kanmon.session import Session


@click.group()
def cli() -> None:
    """保存ファイルの状態を見る・控えを取る。"""


@cli.command()
@click.pass_obj
def info(session: Session) -> None:
    """保存ファイルの場所、大きさ、記録の件数を表示する。"""
    with session.read_store() as store, store.reading() as connection:
        click.echo(f"場所: {store.path}")
        click.echo(f"大きさ: {store.path.stat().st_size:,} バイト")
        for table, label in (
            ("kanmon_run", "実行"),
            ("kanmon_finding", "所見"),
            ("kanmon_review", "判断"),
            ("kanmon_notice", "事案の通知"),
        ):
            count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            click.echo(f"{label}: {count:,} 件")


@cli.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(session: Session, target: Path) -> None:
    """TARGET に控えを書く（使用中でも整合が取れ、所有者だけが読める）。"""
    with session.read_store() as store:
        store.backup(target)
    click.echo(f"{target} に控えを書きました。", err=True)
