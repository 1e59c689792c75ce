"""``training load-completions`` and ``training load-phishing``."""

from datetime import date
from pathlib import Path

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import DAY


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--course", default="", help="ファイル全体がこの科目の記録であるとき、その科目 ID。")
@click.option("--dry-run", is_flag=True, help="読めるかを確かめるだけで、取り込まない。")
@format_option()
@output_option()
@click.pass_obj
def load_completions(
    session: Session,
    files: tuple[Path, ...],
    course: str,
    dry_run: bool,
    fmt: str,
    output: str,
) -> None:
    """FILES の受講記録を取り込む。形式は中身で見分ける。

    一般の CSV・xlsx（職員番号・科目・修了日…）、Moodle の活動完了レポート、xAPI の文（JSON、
    JSON Lines）。受講（completed）と合格（passed）は別々に記録する。同じ記録は 2 度入らない。
    """
    from kanmon.output import check_output, write_report
    from training.record_loading import completions_report
    from training.record_loading import load_completions as load

    check_output(output, fmt)
    loaded = load(session, files, course=course, is_kept=not dry_run)
    write_report(completions_report(loaded, is_kept=not dry_run), fmt, output)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--campaign", default="", help="訓練の名前。省略するとファイルの値。")
@click.option("--date", "day", type=DAY, help="配信日。省略するとファイルの値。")
@click.option("--dry-run", is_flag=True, help="読めるかを確かめるだけで、取り込まない。")
@format_option()
@output_option()
@click.pass_obj
def load_phishing(
    session: Session,
    file: Path,
    campaign: str,
    day: date | None,
    dry_run: bool,
    fmt: str,
    output: str,
) -> None:
    """FILE の標的型メール訓練の結果（GoPhish の CSV・JSON、一般の CSV）を取り込む。

    メールアドレスか職員番号で本人に結び付ける。IP アドレス・位置・入力内容は読まない。
    届かなかったメールと名簿にない宛先は、除いた件数として示す。
    """
    from kanmon.output import check_output, write_report
    from training.drill_file import Drill
    from training.record_loading import load_drill
    from training.report_drill import drill_report

    check_output(output, fmt)
    loaded = load_drill(session, file, Drill(campaign, day), is_kept=not dry_run)
    report = drill_report(
        loaded.knowledge, loaded.results, skips=loaded.skips, earlier=loaded.knowledge.drills
    )
    write_report(report, fmt, output)
    if loaded.known_before:
        click.echo(f"既にある結果 {loaded.known_before:,} 件は加えていません。", err=True)
