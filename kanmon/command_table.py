"""A group that knows its commands by name: ``--help`` imports none of them."""

import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

import click


class CommandTable(click.Group):
    """Commands that live in modules of their own, each as ``cli``, and load on use.

    ``table`` maps a name to its module and one line of help, in the order to show them.
    """

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands whose module is installed, in the order of the table."""
        return [
            name for name, (module, _) in self.table.items() if importlib.util.find_spec(module)
        ]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the module that owns ``name``; None when there is no such command."""
        if name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(self.table[name][0]).cli
        assert isinstance(command, click.Command), name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("コマンド"):
            formatter.write_dl([(name, self.table[name][1]) for name in self.list_commands(ctx)])
