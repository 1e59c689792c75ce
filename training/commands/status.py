"""``training status``."""

from datetime import date

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import (
    anonymise_option,
    as_of_option,
    encoding_option,
    known_on_option,
    year_option,
)


@click.command()
@as_of_option()
@known_on_option()
@year_option()
@click.option("--section", help="この所属（下の所属を含む）だけを見る。名前かコード。")
@click.option("--course", help="この科目だけを見る（科目 ID）。")
@click.option("--people", is_flag=True, help="修了していない人と除外した人の一覧を付ける。")
@anonymise_option()
@encoding_option()
@format_option()
@output_option()
@click.pass_obj
def status(
    session: Session,
    as_of: date | None,
    known_on: date | None,
    year: int | None,
    section: str | None,
    course: str | None,
    people: bool,
    anonymise: bool,
    encoding: str,
    fmt: str,
    output: str,
) -> None:
    """基準日の受講状況を、科目別・所属別に示す。受講率 = 修了 ÷（対象 − 除外）。

    過去の日を指定すると、その日までに起き、その日の終わりまでに記録されていた事実で答える。
    後から届いた記録で答えは変わらない（入れて見るときは --known-on）。
    """
    from kanmon.output import check_output
    from training.export import main_first, write_personal
    from training.opening import Day, known, read_training
    from training.report_status import build_scope, narrow, status_report

    check_output(output, fmt)
    day = Day(as_of or session.today, known_on, year)
    with read_training(session) as store:
        scope = build_scope(session, known(session, store, day), day, anonymise=anonymise)
    scope = narrow(scope, section=section, course=course)
    report = status_report(scope, with_people=people)
    report = main_first(report, fmt, "pending" if people else "courses")
    has_names = people and not anonymise
    write_personal(report, fmt, output, has_names=has_names, encoding=encoding)
