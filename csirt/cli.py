"""The ``kanmon csirt`` group: each command lives in a module of its own and loads on use."""

import click

from kanmon.command_table import CommandTable

# name -> (module, one line of help); the text stands here so that --help imports none of them.
COMMANDS = {
    "hunt": ("csirt.hunt_command", "ログを Sigma ルールで調べ、アラートにまとめる"),
    "rules": ("csirt.rules_command", "ルールの点検（判定できるか、発火しうるか、例と合うか）"),
    "alerts": ("csirt.alerts_command", "アラートを見る・判断する・抑止する（トリアージ）"),
    "incident": ("csirt.incident_command", "事案を開き、手順書・期限・報告を管理する"),
    "es": ("csirt.elastic_command", "Elasticsearch に置いたログで同じ検知をする"),
}


@click.group(cls=CommandTable, table=COMMANDS)
def cli() -> None:
    """ログから攻撃の痕跡を探し、事案として対処する（CSIRT）。"""
