"""The ``kanmon policy`` group: each command lives in a module of its own and loads on use."""

import click

from kanmon.command_table import CommandTable

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


@click.group(cls=CommandTable, table=COMMANDS)
def cli() -> None:
    """情報セキュリティポリシーを国のガイドラインと突き合わせる。"""
