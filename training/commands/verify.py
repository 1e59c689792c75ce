"""``training verify``."""

import click

from kanmon.errors import EXIT_FINDINGS
from kanmon.options import format_option, output_option
from kanmon.session import Session


@click.command()
@click.option("--head", default="", help="以前に控えたハッシュ。記録全体の差替えも見つけられる。")
@format_option()
@output_option()
@click.pass_context
def verify(ctx: click.Context, head: str, fmt: str, output: str) -> None:
    """記録の鎖を最初から計算し直し、変更・削除・追加・並べ替えを見つける。

    問題があれば終了コード 10 で終わる。表示される最新のハッシュを別の場所に控えておくと、
    次回 --head で、記録全体が作り直されていないことまで確かめられる。
    """
    from kanmon.output import check_output, write_report
    from training.chain import load_log
    from training.chain import verify as verify_chain
    from training.opening import read_training
    from training.report_evidence import verify_report

    check_output(output, fmt)
    session: Session = ctx.obj
    with read_training(session) as store:
        judged, breaks = verify_chain(store, noted=head)
        last = load_log(store)[-1:] if not breaks else ()
    write_report(verify_report(judged, breaks, last[0].hash if last else ""), fmt, output)
    if breaks:
        ctx.exit(EXIT_FINDINGS)
