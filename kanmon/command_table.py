"""A group that knows its commands by name: ``--help`` imports none of them."""

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

import click


class CommandTable(click.Group):
    """Commands that live in modules of their own and load on use.

    ``table`` maps a name to where it lives and one line of help, in the order to show them.
    Where: ``package.module``, whose command is called ``cli``, or ``package.module:attribute``.
    """

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands whose module is installed, in the order of the table."""
        return [name for name, (place, _) in self.table.items() if _is_installed(place)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the module that owns ``name``; None when there is no such command."""
        if name not in self.table or not _is_installed(self.table[name][0]):
            return None
        module, _, attribute = self.table[name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute or "cli")
        assert isinstance(command, click.Command), name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("コマンド"):
            formatter.write_dl([(name, self.table[name][1]) for name in self.list_commands(ctx)])


def _is_installed(place: str) -> bool:
    """Tell whether the module can be found; only the packages above it are imported."""
    module = place.partition(":")[0]
    package = module.rpartition(".")[0]
    return (not package or _is_installed(package)) and importlib.util.find_spec(module) is not None
