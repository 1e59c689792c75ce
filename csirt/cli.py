"""The ``kanmon csirt`` group: each command lives in a module of its own and loads on use."""

import importlib
import importlib.util

import click

# name -> (module, one line of help); the text stands here so that --help imports none of them.
COMMANDS = {
    "hunt": ("csirt.hunt_command", "ログを Sigma ルールで調べ、アラートにまとめる"),
    "rules": ("csirt.rules_command", "ルールの点検（判定できるか、発火しうるか、例と合うか）"),
    "alerts": ("csirt.alerts_command", "アラートを見る・判断する・抑止する（トリアージ）"),
    "incident": ("csirt.incident_command", "事案を開き、手順書・期限・報告を管理する"),
    "es": ("csirt.elastic_command", "Elasticsearch に置いたログで同じ検知をする"),
}


class CommandTable(click.Group):
    """A group that knows its commands by name and imports the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands whose module is installed, in the order of the table."""
        return [name for name, (module, _) in COMMANDS.items() if importlib.util.find_spec(module)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the module that owns ``name``; None when there is no such command."""
        if name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(COMMANDS[name][0]).cli
        assert isinstance(command, click.Command), name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("コマンド"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=CommandTable)
def cli() -> None:
    """ログから攻撃の痕跡を探し、事案として対処する（CSIRT）。"""
