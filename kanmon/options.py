"""Options that every command spells the same way."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import click
from click.core import ParameterSource

from kanmon.finding import Severity

FORMATS = ("text", "json", "jsonl", "csv", "xlsx", "html", "docx", "md")
"""Every format ``kanmon.render`` knows."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def format_option(*formats: str, default: str = "text") -> Decorator:
    """Return ``-f/--format`` (parameter ``fmt``) over the formats given, all by default.

    Without ``-f`` the ending of ``-o`` decides (``-o 点検.xlsx``), else ``default``.
    """
    return click.option(
        "-f",
        "--format",
        "fmt",
        type=click.Choice(formats or FORMATS),
        default=default,
        show_default=True,
        callback=_format_of_output,
        help="出力の形式。省略すると -o の拡張子に合わせる。",
    )


def _format_of_output(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return the format; click has read ``-o`` before an option that was not given."""
    if ctx.get_parameter_source(param.name or "") is not ParameterSource.DEFAULT:
        return value
    ending = PurePath(str(ctx.params.get("output", "-"))).suffix.lower().removeprefix(".")
    known = param.type.choices if isinstance(param.type, click.Choice) else ()
    if ending in known:
        return ending
    if ending in ("xlsx", "docx"):
        # Text in such a file would not open; other endings may be the user's own.
        raise click.BadParameter(f"{ending} では出せません（{'、'.join(known)}）", ctx, param)
    return value


def output_option() -> Decorator:
    """Return ``-o/--output`` (parameter ``output``, a path or ``-``)."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, allow_dash=True),
        default="-",
        help="出力先のファイル。省略または - で標準出力。",
    )


class _SeverityType(click.ParamType[Severity]):
    name = "level"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Severity:
        if isinstance(value, Severity):
            return value
        try:
            return Severity.from_slug(str(value).lower())
        except ValueError:
            known = "、".join(member.slug for member in Severity)
            self.fail(f"{value!r} という重大度はありません（{known}）", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "LEVEL"


SEVERITY = _SeverityType()


def fail_on_option() -> Decorator:
    """Return ``--fail-on LEVEL`` (parameter ``fail_on``)."""
    return click.option(
        "--fail-on", type=SEVERITY, help="この重大度以上の所見があれば終了コード 10 で終わる。"
    )
