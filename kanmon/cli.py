"""The ``kanmon`` command: a group whose jobs live in other packages and load on use."""

import gettext
import os
from pathlib import Path

import click

from kanmon import __version__
from kanmon.command_table import CommandTable
from kanmon.config import FILE_NAME, load_config, unused_variables
from kanmon.declared_settings import all_settings
from kanmon.errors import ToolError
from kanmon.session import start_session
from kanmon.text import printable

# name -> (module, one line of help); the text stands here so that --help imports no package.
COMMANDS = {
    "csirt": ("csirt.cli", "ログから攻撃の痕跡を探し、事案として対処する（CSIRT）"),
    "policy": ("policy.cli", "情報セキュリティポリシーを国のガイドラインと突き合わせる"),
    "regulation": ("regulation_scan.cli", "例規集からアナログ規制の条項を洗い出す"),
    "training": ("training.cli", "誰がどの研修をいつまでに受けるかを決め、証跡を残す"),
    "init": ("kanmon.init_command", "設定ファイル kanmon.toml の雛形を書く"),
    "store": ("kanmon.store_command", "保存ファイルの状態を見る・控えを取る"),
}
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def speak_japanese() -> None:
    """Make click speak Japanese: its messages go through gettext's default domain."""
    os.environ.setdefault("LANGUAGE", "ja")
    gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))


speak_japanese()


class Host(CommandTable):
    """The jobs that are installed; turns their errors into one message and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an error the user can act on becomes one message and its code."""
        try:
            return super().invoke(ctx)
        except ToolError as error:
            click.echo(f"エラー: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("中断しました。", err=True)
            ctx.exit(130)


@click.group(cls=Host, table=COMMANDS, context_settings=CONTEXT)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="KANMON_CONFIG",
    help="設定ファイル。省略すると、このフォルダーの kanmon.toml（あれば）。",
)
@click.version_option(__version__, prog_name="kanmon", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, config: Path | None) -> None:
    """関門（Kanmon）: 市の情報セキュリティ運用とアナログ規制点検の道具箱。"""
    if config is None and Path(FILE_NAME).is_file():
        config = Path(FILE_NAME)
    settings = all_settings()
    for name, advice in unused_variables(settings):
        click.echo(f"注意: 環境変数 {printable(name)} は使われません（{advice}）", err=True)
    ctx.obj = start_session(load_config(settings, path=config))


def main() -> None:
    """Run the command line."""
    cli(prog_name="kanmon")
