"""The ``kanmon policy`` group: each command lives in a module of its own and loads on use."""

import importlib
import importlib.util

import click

# name -> (module, one line of help); the text stands here so that --help imports none of them.
COMMANDS = {
    "import": ("policy.import_command", "ガイドラインや市のポリシーを版として取り込む"),
    "show": ("policy.show_command", "文書を条文としてどう読み取ったかを見る"),
    "diff": ("policy.diff_command", "市のポリシーをガイドラインと条ごとに突き合わせる"),
    "import-review": ("policy.review_command", "Excel に書いた判断を読み戻す"),
    "versions": ("policy.versions_command", "二つの版の違いを義務ごとに分類する"),
    "impact": ("policy.impact_command", "改定によって見直すべき市の条文を挙げる"),
    "amend": ("policy.amend_command", "不足する条文の改正案（新旧対照表）を作る"),
    "status": ("policy.status_command", "施行規則16条の3の各号の充足状況を一枚にする"),
    "export": ("policy.export_command", "CISO Assistant・OSCAL の形で書き出す"),
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
    """情報セキュリティポリシーを国のガイドラインと突き合わせる。"""
