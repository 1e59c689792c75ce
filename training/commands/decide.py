"""``training exempt`` and ``training link``: what a person decides."""

from datetime import date

import click

from kanmon.session import Session
from training.options import DAY


@click.command()
@click.argument("person")
@click.argument("course")
@click.option("--reason", help="免除の理由（氏名は書かない）。")
@click.option("--approver", help="承認した人（役職名）。")
@click.option("--from", "starts", type=DAY, help="免除の初日。省略すると今日。")
@click.option("--until", type=DAY, help="免除の最終日。翌日から受講の義務が戻る。")
@click.option("--withdraw", is_flag=True, help="今ある免除を取り下げる（--from の日から）。")
@click.pass_obj
def exempt(
    session: Session,
    person: str,
    course: str,
    reason: str | None,
    approver: str | None,
    starts: date | None,
    until: date | None,
    withdraw: bool,
) -> None:
    """PERSON（職員番号）の COURSE（科目 ID、* は全科目）を免除する。

    理由・承認者・期限が要る。期限が切れると義務が戻る。記録は消えない。
    """
    from training.decisions import decide_exemption, withdraw_exemption

    first = starts or session.today
    if withdraw:
        withdraw_exemption(session, person, course, first, reason or "")
        click.echo(f"職員番号 {person} の免除を {first.isoformat()} から取り下げました。", err=True)
        return
    if not reason or not approver or until is None:
        raise click.UsageError("--reason、--approver、--until が要ります")
    decide_exemption(session, (person, course), (first, until), (reason, approver))
    click.echo(f"職員番号 {person} の {course} を {until.isoformat()} まで免除しました。", err=True)


@click.command()
@click.argument("new")
@click.argument("old")
@click.pass_obj
def link(session: Session, new: str, old: str) -> None:
    """新しい職員番号 NEW の人を、以前の番号 OLD と同じ人として結び付ける。

    以前の受講記録が新しい番号で数えられる。在籍が重なる 2 人は結び付けられない。
    """
    from training.decisions import link_people

    link_people(session, new, old)
    click.echo(f"{new} を {old} と同じ人として結び付けました。", err=True)
