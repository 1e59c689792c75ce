"""The ``kanmon csirt incident`` group: each command is imported when it is run."""

import importlib

import click

_OPEN = "csirt.incident_open_command"
_EDIT = "csirt.incident_edit_command"
_CLOCK = "csirt.incident_clock_command"
_OUTPUT = "csirt.incident_output_command"

# name -> (module, one line of help); the text stands here so that --help imports none of them.
# The function in the module is <name>_command.
COMMANDS = {
    "open": (_OPEN, "事案を開く（アラートから、または手で）"),
    "list": (_OPEN, "事案の一覧"),
    "show": (_OPEN, "事案の記録を全て見る"),
    "add": (_OPEN, "アラートを事案に加える"),
    "merge": (_OPEN, "事案を別の事案にまとめる"),
    "split": (_OPEN, "アラートを別の事案に分ける"),
    "note": (_EDIT, "時系列に書き足す"),
    "decide": (_EDIT, "決定を、決めた人とともに記録する"),
    "set": (_EDIT, "分かった事実を記録する"),
    "time": (_EDIT, "発生・検知・知った時刻などを記録する"),
    "asset": (_EDIT, "影響を受けた端末・システムを加える"),
    "evidence": (_EDIT, "証拠を登録する・確かめる"),
    "move": (_EDIT, "状態を進める・戻す・再び開く"),
    "answer": (_CLOCK, "期限の問いに答える"),
    "done": (_CLOCK, "報告・通知をしたと記録する"),
    "clocks": (_CLOCK, "期限の一覧、カレンダーへの書き出し"),
    "runbook": (_OUTPUT, "手順書を出す"),
    "runbooks": (_OUTPUT, "手順書の一覧、ルールとの対応"),
    "draft": (_OUTPUT, "速報・確報の案を出す"),
    "letter": (_OUTPUT, "住民・議会・県などへの文面を出す"),
    "summary": (_OUTPUT, "決める人のための1枚"),
    "export": (_OUTPUT, "CACAO・TheHive・IRIS への書き出し"),
    "statistics": (_OUTPUT, "年度の集計と見直すルール"),
}


class IncidentCommands(click.Group):
    """A group that knows its commands by name and imports the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the module that owns ``name``; None when there is no such command."""
        if name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[name][0]), f"{name}_command")
        assert isinstance(command, click.Command), name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("コマンド"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=IncidentCommands)
def cli() -> None:
    """事案を開き、手順書・期限・報告を管理する。

    記録は追記だけで、消すことも書き換えることもできない。
    """
