"""The timeline as a table."""

from csirt.incident import Incident
from kanmon.report import Column, Table


def timeline_table(incident: Incident) -> Table:
    """Return the timeline by the time things happened; the number tells the order of writing."""
    columns = (
        Column("number", "番号"),
        Column("happened", "時刻"),
        Column("kind", "種類"),
        Column("text", "内容", 70),
        Column("author", "記録した人"),
        Column("recorded", "記録した時刻"),
    )
    entries = sorted(incident.timeline, key=lambda entry: (entry.happened, entry.number))
    rows = tuple(
        (e.number, e.happened, e.kind.label_ja, e.text, e.author, e.recorded) for e in entries
    )
    return Table("timeline", "時系列（追記だけ。消せない）", columns, rows)
