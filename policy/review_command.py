"""``kanmon policy import-review``."""

from pathlib import Path

import click

from kanmon.session import Session


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="読むだけで保存しない。")
@click.pass_obj
def cli(session: Session, file: Path, dry_run: bool) -> None:
    """policy diff -f xlsx の FILE に書かれた判断を読み戻す。

    意図した違い（許容）には、理由と承認者が要ります。期限は任意です。一行でも誤りがあれば、
    何も保存せずに全ての誤りを挙げます。
    """
    from kanmon.store.records import add_reviews, last_findings, last_reviews
    from policy.diff_command import TOOL
    from policy.edition_store import SCHEMA
    from policy.review_sheet import new_reviews, read_sheet

    rows = read_sheet(file)
    with session.open_store(SCHEMA) as store:
        known = {finding.fingerprint for finding in last_findings(store, TOOL)}
        reviews = new_reviews(rows, known, last_reviews(store), (session.user, session.now))
        if not dry_run:
            add_reviews(store, reviews)
    verb = "保存せずに読みました" if dry_run else "保存しました"
    click.echo(f"{len(rows)} 行のうち、新しい判断 {len(reviews)} 件を{verb}。", err=True)
