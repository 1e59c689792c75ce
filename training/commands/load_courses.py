"""``training load-courses``."""

from datetime import date
from pathlib import Path

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import DAY


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--date", "day", type=DAY, help="いつから使うか。省略すると今日。")
@click.option("--on-shipped", is_flag=True, help="付属の研修プログラムに PATHS を重ねる。")
@click.option("--dry-run", is_flag=True, help="点検と差分だけで、取り込まない。")
@format_option()
@output_option()
@click.pass_obj
def load_courses(
    session: Session,
    paths: tuple[Path, ...],
    day: date | None,
    on_shipped: bool,
    dry_run: bool,
    fmt: str,
    output: str,
) -> None:
    """PATHS（YAML のファイルかフォルダー）の研修プログラムを点検して取り込む。

    省略すると、ルール一式の training フォルダーを使う。後の場所の同じ id が前を置き換えるので、
    市の差分だけのファイルを --on-shipped で付属のものに重ねられる。
    科目・規則の追加と変更、それぞれの規則に当たる人数を示す。
    """
    from kanmon.output import check_output, write_report
    from training.course_loading import load_programme

    check_output(output, fmt)
    shipped = (session.rules("training"),) if on_shipped or not paths else ()
    report = load_programme(session, (*shipped, *paths), day or session.today, is_kept=not dry_run)
    write_report(report, fmt, output)
    done = "点検しました（取り込んでいません）" if dry_run else "取り込みました"
    click.echo(f"研修プログラムを{done}。", err=True)
