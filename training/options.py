"""Options that several commands of this job spell the same way."""

from datetime import date
from typing import Any

import click

from kanmon.options import Decorator


class _DayType(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from kanmon.dates import parse_date

        if isinstance(value, date):
            return value
        try:
            return parse_date(str(value))
        except ValueError:
            self.fail(f"{value!r} は日付として読めません（例: 2027-04-01、R9.4.1）", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "DATE"


DAY = _DayType()


def as_of_option() -> Decorator:
    """Return ``--as-of DATE``; the default is today."""
    return click.option("--as-of", type=DAY, help="基準日。省略すると今日。")


def known_on_option() -> Decorator:
    """Return ``--known-on DATE``."""
    return click.option(
        "--known-on",
        type=DAY,
        help="その日までに記録された事実で答える（基準日より後に届いた訂正も入れるとき）。",
    )


def year_option() -> Decorator:
    """Return ``--fiscal-year N``."""
    return click.option(
        "--fiscal-year",
        "year",
        type=click.IntRange(1990, 2200),
        help="対象の年度。省略すると基準日の年度。",
    )


def anonymise_option() -> Decorator:
    """Return ``--anonymise``."""
    return click.option(
        "--anonymise", is_flag=True, help="氏名・職員番号を仮の記号にし、少人数の所属を伏せる。"
    )


def encoding_option() -> Decorator:
    """Return ``--encoding`` for csv."""
    return click.option(
        "--encoding",
        type=click.Choice(["utf-8", "cp932"]),
        default="utf-8",
        show_default=True,
        help="csv の文字コード。utf-8 は BOM 付き（Excel で開けます）。",
    )
