"""What ``hunt`` and ``rules`` read alike from the command line and the settings."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from csirt.settings import CACHE, EXPAND, JOBS
from kanmon.config import Setting
from kanmon.dates import parse_instant
from kanmon.errors import ConfigError
from kanmon.options import Decorator
from kanmon.session import Session
from kanmon.source import SourceRef


class _InstantType(click.ParamType[datetime]):
    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return parse_instant(str(value))
        except ValueError:
            example = "例: 2026-11-05T22:00、2026-11-05 22:00+09:00、令和8年11月5日"
            self.fail(f"{value!r} は日時として読めません（{example}）", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "TIME"


INSTANT = _InstantType()
ELASTICSEARCH = "elasticsearch"


def input_argument(name: str) -> Decorator:
    """Return a required list of paths, ``-`` allowed."""
    return click.argument(name, nargs=-1, required=True, type=click.Path(path_type=Path))


def engine_options() -> Decorator:
    """Return ``--engine`` and ``--index``."""
    engine = click.option(
        "--engine",
        type=click.Choice(["embedded", ELASTICSEARCH]),
        default="embedded",
        show_default=True,
        help="内蔵エンジンか Elasticsearch。一致は同じになる。",
    )
    index = click.option(
        "--index", help="Elasticsearch の索引（* 可）。省略すると Kanmon が取り込んだ索引すべて。"
    )
    return lambda command: engine(index(command))


def chosen_rules(session: Session, given: Sequence[Path]) -> tuple[Path, ...]:
    """Return the rule folders to use: those given, else ``sigma`` of the rules in force."""
    return tuple(given) or (as_named(session.rules("sigma")),)


def as_named(path: Path) -> Path:
    """Return ``path`` relative to the working folder when it is below it: short, and the same
    wherever the folder lies.
    """
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def placeholders(session: Session) -> dict[str, tuple[str, ...]]:
    """Return the values of placeholders by name; raises ``ConfigError`` for anything but text."""
    values: dict[str, tuple[str, ...]] = {}
    for name, value in session.config.get(EXPAND).items():
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str | int) and not isinstance(one, bool) for one in listed):
            where = SourceRef(str(session.config.path or EXPAND.variable), f"{EXPAND.key}.{name}")
            raise ConfigError(
                "値は文字列か整数、またはその並びです", where=where, hint=EXPAND.example
            )
        values[name] = tuple(str(one) for one in listed)
    return values


def cache_folder(session: Session) -> Path | None:
    """Return where compiled rules are kept; None when the setting is empty."""
    return session.config.path_of(CACHE)


def at_least_one(session: Session, setting: Setting) -> int:
    """Return an integer setting; raises ``ConfigError`` below 1."""
    value = int(session.config.get(setting))
    if value < 1:
        where = SourceRef(str(session.config.path or setting.variable), setting.key)
        hint = f"既定は {setting.default} です"
        raise ConfigError(f"{setting.key} は 1 以上の整数です", where=where, hint=hint)
    return value


def job_count(session: Session, given: int | None) -> int:
    """Return how many processes to use: as asked, as set, else one per processor."""
    wanted = given or int(session.config.get(JOBS))
    return wanted if wanted > 0 else os.cpu_count() or 1
