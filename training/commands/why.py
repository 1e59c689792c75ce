"""``training why``."""

from datetime import date

import click

from kanmon.options import format_option, output_option
from kanmon.session import Session
from training.options import anonymise_option, as_of_option


@click.command()
@click.argument("person")
@as_of_option()
@anonymise_option()
@format_option()
@output_option()
@click.pass_obj
def why(
    session: Session, person: str, as_of: date | None, anonymise: bool, fmt: str, output: str
) -> None:
    """PERSON（職員番号）に割り当てた理由を、規則・所属・条項で説明する。

    割当のない規則についても、当たらない理由を示す。
    """
    from kanmon.output import check_output
    from training.duties import ask
    from training.export import write_personal
    from training.names import hide_names, show_names
    from training.opening import Day, known, read_training, standings_on
    from training.people_lookup import require_person
    from training.report_why import why_report

    check_output(output, fmt)
    day = Day(as_of or session.today)
    with read_training(session) as store:
        knowledge = known(session, store, day)
    who = require_person(knowledge, person, day.as_of)
    items = tuple(s for s in standings_on(session, knowledge, day) if s.person == who.id)
    names = (hide_names if anonymise else show_names)(knowledge.people, day.as_of)
    report = why_report(ask(knowledge, day.as_of), who, items, names)
    write_personal(report, fmt, output, has_names=not anonymise)
