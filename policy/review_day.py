"""The day a review is due."""

from datetime import date

from kanmon.dates import fiscal_year, parse_date
from kanmon.errors import InputError
from kanmon.source import SourceRef


def due_day(text: str, today: date) -> date:
    """Return the day written, else the last day of the 年度 (31 March) that ``today`` is in.

    Raises:
        InputError: not a date.
    """
    if not text:
        return date(fiscal_year(today) + 1, 3, 31)
    try:
        return parse_date(text)
    except ValueError as error:
        hint = "2027-03-31 や 令和9年3月31日 のように書いてください"
        raise InputError(str(error), where=SourceRef("--by"), hint=hint) from error
