"""The group of commands; each lives in a module of ``training.commands`` and loads on use."""

import importlib

import click

# name -> (module, one line of help); the text stands here so that --help imports no command.
COMMANDS = {
    "load-staff": ("load_staff", "職員名簿を取り込む（差分を見てから適用する）"),
    "load-courses": ("load_courses", "研修プログラム（科目と割当の規則）を点検して取り込む"),
    "load-completions": ("load_records", "受講記録を取り込む（CSV・Excel・Moodle・xAPI）"),
    "load-phishing": ("load_records", "標的型メール訓練の結果を取り込む（GoPhish・CSV）"),
    "plan": ("plan", "誰が何をいつまでに受けるかを決める（差分を確かめられる）"),
    "status": ("status", "受講状況を見る（過去のどの日でも）"),
    "why": ("why", "その人に割り当てた理由を、規則と条項で説明する"),
    "exempt": ("decide", "受講を免除する（理由・承認者・期限付き）"),
    "link": ("decide", "新しい職員番号を、以前の番号と同じ人として結び付ける"),
    "remind": ("remind", "督促文（.eml と差し込み用 CSV）を作る（送信はしない）"),
    "report": ("report", "所属別・幹部向け・委員会・番号法・監査などの報告書を作る"),
    "seats": ("seats", "外部研修の席を優先順に割り振る（待ち行列つき）"),
    "verify": ("verify", "記録の改ざん（変更・削除・並べ替え）がないかを確かめる"),
}


class Commands(click.Group):
    """A group whose commands live in other modules."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the module that owns ``name``."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"training.commands.{COMMANDS[name][0]}")
        command = getattr(module, name.replace("-", "_"))
        assert isinstance(command, click.Command), name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing anything."""
        with formatter.section("コマンド"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Commands)
def cli() -> None:
    """誰がどの研修をいつまでに受けるかを決め、証跡を残す。"""
