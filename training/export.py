"""Reports out, with the warning that personal data deserves."""

from dataclasses import replace

import click

from kanmon.output import write_output
from kanmon.report import Report

_SUBSTITUTE = "〓"
"""Stands for a character that CP932 does not have, as in Japanese printing (げた記号)."""


def main_first(report: Report, fmt: str, main: str) -> Report:
    """Return the report with its main table first, for the formats that hold one table only."""
    if fmt not in ("csv", "jsonl") or not main:
        return report
    tables = [table for table in report.tables if table.key == main]
    others = [block for block in report.blocks if block not in tables]
    return replace(report, blocks=(*tables, *others))


def write_personal(
    report: Report, fmt: str, output: str, *, has_names: bool, encoding: str = "utf-8"
) -> None:
    """Render and write; say on standard error when the result holds names.

    With ``cp932`` a csv is written in that encoding; what it cannot hold becomes ``〓`` and is
    counted, never dropped silently.
    """
    from kanmon.render.render import render

    data = render(report, fmt)
    if fmt == "csv" and encoding == "cp932":
        data, lost = to_cp932(data.decode("utf-8-sig"))
        if lost:
            click.echo(f"CP932 にない文字 {lost} 字を {_SUBSTITUTE} に置き換えました。", err=True)
    write_output(data, output)
    if has_names:
        click.echo(
            "注意: この出力には職員の氏名・職員番号が入っています。必要な人にだけ渡し、"
            "用が済んだら消してください（統計だけなら --anonymise）。",
            err=True,
        )


def to_cp932(text: str) -> tuple[bytes, int]:
    """Return the text in CP932 and how many characters had to be replaced."""
    lost = 0
    parts = []
    for char in text:
        try:
            parts.append(char.encode("cp932"))
        except UnicodeEncodeError:
            lost += 1
            parts.append(_SUBSTITUTE.encode("cp932"))
    return b"".join(parts), lost
