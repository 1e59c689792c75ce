"""``training seats``."""

from datetime import date

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import anonymise_option, as_of_option, encoding_option


@click.command()
@click.argument("course", required=False)
@as_of_option()
@anonymise_option()
@encoding_option()
@format_option()
@output_option()
@click.pass_obj
def seats(
    session: Session,
    course: str | None,
    as_of: date | None,
    anonymise: bool,
    encoding: str,
    fmt: str,
    output: str,
) -> None:
    """COURSE（科目 ID。省略すると席のある全科目）の席を、優先順に割り振る。

    優先順は、必須が推奨より先、期限の早い順、待ちの長い順。定員を超えた人は待ち行列に並ぶ。
    """
    from kanmon.output import check_output
    from training.export import write_personal
    from training.opening import Day, known, read_training
    from training.report_seats import seats_report
    from training.report_status import build_scope

    check_output(output, fmt)
    day = Day(as_of or session.today)
    with read_training(session) as store:
        scope = build_scope(session, known(session, store, day), day, anonymise=anonymise)
    report = seats_report(scope, course)
    write_personal(report, fmt, output, has_names=not anonymise, encoding=encoding)
