"""``training load-staff``."""

import sys
from datetime import date
from pathlib import Path

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import DAY, anonymise_option, encoding_option


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--date", "day", type=DAY, help="名簿の基準日（何日現在か）。省略すると今日。")
@click.option(
    "--sections",
    type=click.Path(path_type=Path),
    help="組織表（所属コード、所属名、上位所属コード、並び順）。報告書の組織順になる。",
)
@click.option("--apply", "is_applied", is_flag=True, help="確認を尋ねずに、差分を適用する。")
@click.option(
    "--accept-departures", is_flag=True, help="大勢が名簿から消えていても、正しいものとして扱う。"
)
@anonymise_option()
@encoding_option()
@format_option()
@output_option()
@click.pass_obj
def load_staff(
    session: Session,
    file: Path,
    day: date | None,
    sections: Path | None,
    is_applied: bool,
    accept_departures: bool,
    anonymise: bool,
    encoding: str,
    fmt: str,
    output: str,
) -> None:
    """FILE（CP932・UTF-8・UTF-16 の CSV、xlsx）の職員名簿を取り込む。

    まず差分（新規・異動・変更・消滅・疑わしい行）を示す。--apply を付けるか、端末で確認に
    答えたときだけ、全部を一度に適用する。疑わしい行のうち適用できないものが 1 つでもあれば、
    何も適用しない。
    """
    from kanmon.errors import InputError
    from kanmon.output import check_output
    from kanmon.source import SourceRef
    from training.export import write_personal
    from training.report_staff import one_table, staff_report
    from training.staff_loading import apply_staff, prepare_staff

    check_output(output, fmt)
    day = day or session.today
    prepared = prepare_staff(
        session, file, day, sections=sections, accept_departures=accept_departures
    )
    report = staff_report(prepared, hide_names=anonymise)
    if fmt in ("csv", "jsonl"):
        report = one_table(report)
    write_personal(report, fmt, output, has_names=not anonymise, encoding=encoding)
    if prepared.diff.is_blocked:
        raise InputError(
            "適用できない行があるため、何も適用していません",
            where=SourceRef(str(file)),
            hint="「疑わしい行」の「適用不可」を直してから、もう一度実行してください",
        )
    if not is_applied and sys.stdin.isatty():
        is_applied = click.confirm("この差分を適用しますか", err=True)
    if not is_applied:
        click.echo("まだ適用していません。よければ --apply を付けて実行してください。", err=True)
        return
    applied = apply_staff(session, prepared)
    click.echo(f"{day.isoformat()} 現在の名簿を適用しました（{applied} 件の変更）。", err=True)
