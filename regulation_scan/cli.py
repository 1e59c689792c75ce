"""The ``kanmon regulation`` group: each command lives in a module of its own and loads on use."""

import click

from kanmon.command_table import CommandTable

_REVIEW = "regulation_scan.review_commands"
_CLAUSE = "regulation_scan.clause_commands"

# name -> (where, one line of help); the text stands here so that --help imports none of them.
COMMANDS = {
    "scan": (
        "regulation_scan.scan_command",
        "例規（ファイル・フォルダー・zip）を点検し、該当候補を理由とともに出す。",
    ),
    "table": (
        f"{_REVIEW}:table",
        "判断を記入する点検表（Excel）を書き出す。これまでの判断は引き継ぐ。",
    ),
    "import-review": (
        f"{_REVIEW}:import_review",
        "記入した点検表（Excel）の判断を、判断者と日付とともに取り込む。",
    ),
    "diff": (
        f"{_REVIEW}:diff",
        "前の点検から、新しい・消えた・判断後に変わった条項を示す。判断は引き継がれる。",
    ),
    "progress": (
        f"{_REVIEW}:progress",
        "判断の進み具合を、区分・所管課・PHASE ごとにまとめる（議会・部長会への報告用）。",
    ),
    "explain": (f"{_CLAUSE}:explain", "なぜそう判定したかを、係り受け解析と理由の順で説明する。"),
    "amend": (f"{_CLAUSE}:amend", "よくある言い回しの改正案（案）を、新旧対照表で書き出す。"),
    "import-cues": (
        f"{_CLAUSE}:import_cues",
        "国のマニュアルの検索キーワード（CSV・Excel）を、手がかりの YAML に直す。",
    ),
}


@click.group(cls=CommandTable, table=COMMANDS)
def cli() -> None:
    """例規集からアナログ規制の条項を洗い出す。"""
