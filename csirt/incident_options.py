"""Options that the incident commands spell alike, and how a change is told."""

from typing import TYPE_CHECKING

import click

from csirt.hunt_options import INSTANT
from kanmon.options import Decorator
from kanmon.text import printable

if TYPE_CHECKING:
    from csirt.incident import Entry, Incident


def revision_option() -> Decorator:
    """Return ``--revision N``: refuse the change when somebody else wrote meanwhile."""
    return click.option(
        "--revision",
        type=click.IntRange(min=1),
        help="見ていた版。その後にほかの人が更新していたら、記録せずに知らせる。",
    )


def at_option() -> Decorator:
    """Return ``--at TIME``: when it happened, now if left out."""
    return click.option("--at", type=INSTANT, help="起きた時刻。省略すると今。")


def tell(incident: "Incident", before: int) -> None:
    """Say on standard error what was appended, one line an entry."""
    for entry in incident.timeline[before:]:
        click.echo(f"  {entry.number}. {entry.kind.label_ja}: {printable(entry.text)}", err=True)
        if _is_ahead(entry):
            click.echo("     注意: 先の時刻です。年月日を確かめてください", err=True)
    if incident.revision == before:
        click.echo("  変更はありません（すでにその内容です）", err=True)
    click.echo(f"{incident.id} 版 {incident.revision}", err=True)


def _is_ahead(entry: "Entry") -> bool:
    """Return whether what is told has not happened yet: a slip in the year, most often."""
    from csirt.incident import EntryKind
    from kanmon.dates import from_utc_text

    told = entry.data.get("new") if entry.kind is EntryKind.TIME else None
    moment = from_utc_text(told) if isinstance(told, str) else entry.happened
    return moment > entry.recorded
