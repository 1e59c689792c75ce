"""``kanmon csirt es``: the same detection on logs that lie in Elasticsearch."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csirt.hunt_options import INSTANT, input_argument
from kanmon.errors import InputError, ServiceError
from kanmon.finding import Severity
from kanmon.options import SEVERITY, output_option
from kanmon.output import append_output, check_output, write_output
from kanmon.run import Skip
from kanmon.session import Session
from kanmon.source import SourceRef

if TYPE_CHECKING:
    from csirt.elastic_job import Watcher

INDEX_HELP = "調べる索引（* 可）。省略すると Kanmon が取り込んだ索引すべて。"


def _now() -> datetime:
    return datetime.now(UTC)


def _tell(skips: tuple[Skip, ...]) -> None:
    for skip in skips:
        click.echo(f"スキップ: {skip}", err=True)


@click.group()
def cli() -> None:
    """Elasticsearch に置いたログで同じ検知をする。"""


@cli.command()
@click.option("--shards", type=click.IntRange(1, 64), default=1, help="1 か月の索引のシャード数。")
@click.option("--lifecycle", default="", help="索引に付ける ILM ポリシーの名前（あれば）。")
@click.pass_obj
def setup(session: Session, shards: int, lifecycle: str) -> None:
    """索引テンプレートを登録する（何度実行してもよい）。"""
    from csirt.elastic_job import set_up_index

    pattern = set_up_index(session, shards, lifecycle)
    click.echo(f"索引 {pattern} のテンプレートを登録しました。", err=True)


@cli.command()
@input_argument("paths")
@click.pass_obj
def ingest(session: Session, paths: tuple[Path, ...]) -> None:
    """ログ PATHS を取り込む。

    途中で止まっても、同じコマンドをもう一度実行すれば残りだけが入り、重複しません。
    """
    from csirt.elastic_job import ingest_paths

    done = ingest_paths(session, paths, _now)
    _tell(done.skips)
    click.echo(
        f"{done.created:,} 件を取り込み、{done.existing:,} 件は取り込み済み、"
        f"{len(done.skips):,} 件はスキップ（索引せず保存した記録 {done.opaque:,} 件）。",
        err=True,
    )
    if done.created + done.existing:
        return
    nothing = "取り込めた記録が 1 件もありません"
    if done.skips:
        first = done.skips[0]
        raise InputError(f"{nothing}（{first.reason}）", where=first.where, hint=first.hint)
    from csirt.report import NOTHING_HINT

    raise InputError(
        f"{nothing}（読む記録がありません）", where=SourceRef(str(paths[0])), hint=NOTHING_HINT
    )


@cli.command()
@click.option("--index", help=INDEX_HELP)
@click.option(
    "--rules",
    "rule_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    help="使うルールのフォルダー（繰り返し可）。省略すると付属の rules/sigma。",
)
@click.option(
    "--level", type=SEVERITY, default="informational", help="この重大度以上のルールだけを使う。"
)
@click.option("--from", "start", type=INSTANT, help="初めて見張る索引を、この日時の分から調べる。")
@click.option(
    "--grace",
    type=click.IntRange(1, 24 * 60),
    default=15,
    show_default=True,
    help="遅れて届く記録を待つ時間（分）。",
)
@click.option(
    "--interval", type=click.IntRange(1, 3600), default=60, show_default=True, help="間隔（秒）。"
)
@click.option("--once", is_flag=True, help="一度だけ調べて終わる（cron などから使うとき）。")
@output_option()
@click.pass_obj
def watch(
    session: Session,
    index: str | None,
    rule_paths: tuple[Path, ...],
    level: Severity,
    start: datetime | None,
    grace: int,
    interval: int,
    once: bool,
    output: str,
) -> None:
    """届いたログを続けて調べ、新しい一致を 1 行ずつ JSON で書き、アラートを保存ファイルに残す。

    どこまで調べたかは保存ファイルに残り、止めて再開しても、同じ一致は一度だけ報告します。
    -o のファイルには追記します。
    """
    from csirt.elastic.connection import passes
    from csirt.elastic_job import Watcher, index_pattern
    from csirt.hunt_job import rules_in_force

    check_output(output)
    ruleset, skips = rules_in_force(session, rule_paths, level)
    _tell(skips)
    watcher = Watcher(
        session, ruleset, index_pattern(session, index), timedelta(minutes=grace), start
    )
    while True:
        try:
            _turn(watcher, output)
        except ServiceError as error:
            if once or not passes(error):
                raise
            click.echo(f"エラー: {error}\n  {interval} 秒後にもう一度試します。", err=True)
        if once:
            return
        time.sleep(interval)


def _turn(watcher: "Watcher", output: str) -> None:
    from csirt.hit_output import jsonl

    done = watcher.turn(_now(), lambda hits: append_output(jsonl(hits), output))
    _tell(done.skips)
    click.echo(f"{done.judged:,} 件のイベントを判定、新しい一致 {len(done.hits):,} 件。", err=True)


@cli.command()
@click.argument("target", type=click.Choice(["kibana", "elastalert"]))
@click.option("--index", help=INDEX_HELP)
@click.option(
    "--rules",
    "rule_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    help="書き出すルールのフォルダー（繰り返し可）。省略すると付属の rules/sigma。",
)
@output_option()
@click.pass_obj
def deploy(
    session: Session,
    target: str,
    index: str | None,
    rule_paths: tuple[Path, ...],
    output: str,
) -> None:
    """ルールを Kibana（NDJSON）か ElastAlert 2（YAML）の形に書き出す。

    問い合わせだけで正確に表せるルールに限ります。表せないものは理由とともに一覧に出します。
    """
    from csirt.elastic_job import export, index_pattern

    check_output(output)
    data, count, skips = export(session, rule_paths, index_pattern(session, index), target)
    write_output(data, output)
    _tell(skips)
    click.echo(f"{count:,} 本を書き出し、{len(skips):,} 本は書き出せません。", err=True)
