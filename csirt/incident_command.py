"""The ``kanmon csirt incident`` group: each command is imported when it is run."""

import click

from kanmon.command_table import CommandTable

_OPEN = "csirt.incident_open_command"
_EDIT = "csirt.incident_edit_command"
_CLOCK = "csirt.incident_clock_command"
_OUTPUT = "csirt.incident_output_command"

# name -> (where, one line of help); the text stands here so that --help imports none of them.
COMMANDS = {
    "open": (f"{_OPEN}:open_command", "事案を開く（アラートから、または手で）"),
    "list": (f"{_OPEN}:list_command", "事案の一覧"),
    "show": (f"{_OPEN}:show_command", "事案の記録を全て見る"),
    "add": (f"{_OPEN}:add_command", "アラートを事案に加える"),
    "merge": (f"{_OPEN}:merge_command", "事案を別の事案にまとめる"),
    "split": (f"{_OPEN}:split_command", "アラートを別の事案に分ける"),
    "note": (f"{_EDIT}:note_command", "時系列に書き足す"),
    "decide": (f"{_EDIT}:decide_command", "決定を、決めた人とともに記録する"),
    "set": (f"{_EDIT}:set_command", "分かった事実を記録する"),
    "time": (f"{_EDIT}:time_command", "発生・検知・知った時刻などを記録する"),
    "asset": (f"{_EDIT}:asset_command", "影響を受けた端末・システムを加える"),
    "evidence": (f"{_EDIT}:evidence_command", "証拠を登録する・確かめる"),
    "move": (f"{_EDIT}:move_command", "状態を進める・戻す・再び開く"),
    "answer": (f"{_CLOCK}:answer_command", "期限の問いに答える"),
    "done": (f"{_CLOCK}:done_command", "報告・通知をしたと記録する"),
    "clocks": (f"{_CLOCK}:clocks_command", "期限の一覧、カレンダーへの書き出し"),
    "runbook": (f"{_OUTPUT}:runbook_command", "手順書を出す"),
    "runbooks": (f"{_OUTPUT}:runbooks_command", "手順書の一覧、ルールとの対応"),
    "draft": (f"{_OUTPUT}:draft_command", "速報・確報の案を出す"),
    "letter": (f"{_OUTPUT}:letter_command", "住民・議会・県などへの文面を出す"),
    "summary": (f"{_OUTPUT}:summary_command", "決める人のための1枚"),
    "export": (f"{_OUTPUT}:export_command", "CACAO・TheHive・IRIS への書き出し"),
    "statistics": (f"{_OUTPUT}:statistics_command", "年度の集計と見直すルール"),
}


@click.group(cls=CommandTable, table=COMMANDS)
def cli() -> None:
    """事案を開き、手順書・期限・報告を管理する。

    記録は追記だけで、消すことも書き換えることもできない。
    """
