"""The ``kanmon training`` group: each command lives in ``training.commands`` and loads on use."""

import click

from kanmon.command_table import CommandTable

_AT = "training.commands"

# name -> (where, one line of help); the text stands here so that --help imports none of them.
COMMANDS = {
    "load-staff": (f"{_AT}.load_staff:load_staff", "職員名簿を取り込む（差分を見てから適用する）"),
    "load-courses": (
        f"{_AT}.load_courses:load_courses",
        "研修プログラム（科目と割当の規則）を点検して取り込む",
    ),
    "load-completions": (
        f"{_AT}.load_records:load_completions",
        "受講記録を取り込む（CSV・Excel・Moodle・xAPI）",
    ),
    "load-phishing": (
        f"{_AT}.load_records:load_phishing",
        "標的型メール訓練の結果を取り込む（GoPhish・CSV）",
    ),
    "plan": (f"{_AT}.plan:plan", "誰が何をいつまでに受けるかを決める（差分を確かめられる）"),
    "status": (f"{_AT}.status:status", "受講状況を見る（過去のどの日でも）"),
    "why": (f"{_AT}.why:why", "その人に割り当てた理由を、規則と条項で説明する"),
    "exempt": (f"{_AT}.decide:exempt", "受講を免除する（理由・承認者・期限付き）"),
    "link": (f"{_AT}.decide:link", "新しい職員番号を、以前の番号と同じ人として結び付ける"),
    "remind": (f"{_AT}.remind:remind", "督促文（.eml と差し込み用 CSV）を作る（送信はしない）"),
    "report": (f"{_AT}.report:report", "所属別・幹部向け・委員会・番号法・監査などの報告書を作る"),
    "seats": (f"{_AT}.seats:seats", "外部研修の席を優先順に割り振る（待ち行列つき）"),
    "verify": (f"{_AT}.verify:verify", "記録の改ざん（変更・削除・並べ替え）がないかを確かめる"),
}


@click.group(cls=CommandTable, table=COMMANDS)
def cli() -> None:
    """誰がどの研修をいつまでに受けるかを決め、証跡を残す。"""
