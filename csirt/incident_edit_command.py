"""``kanmon csirt incident note|decide|set|time|asset|evidence|move``."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from csirt.incident_options import at_option, revision_option, tell
from kanmon.options import format_option, output_option
from kanmon.output import check_output, write_report
from kanmon.session import Session

if TYPE_CHECKING:
    from csirt.incident import Draft, Incident

_OUTCOMES = {"same": "一致", "changed": "書き換わっている", "missing": "見つからない"}


def _change(
    session: Session,
    incident: str,
    revision: int | None,
    change: "Callable[[Incident], Sequence[Draft]]",
) -> None:
    from csirt.incident_office import alert_records, desk_at
    from csirt.incident_store import load_incident

    with alert_records(session) as store, store.transaction():
        before = load_incident(store, incident).revision
        changed = desk_at(session, store).change(incident, change, revision=revision)
    tell(changed, before)


@click.command("note")
@click.argument("incident")
@click.argument("text")
@at_option()
@revision_option()
@click.pass_obj
def note_command(
    session: Session, incident: str, text: str, at: datetime | None, revision: int | None
) -> None:
    """時系列に TEXT を書き足す。"""
    from csirt.incident_changes import add_note

    if not text.strip():
        raise click.UsageError("書く内容がありません")
    _change(session, incident, revision, lambda now: add_note(now, text, at))


@click.command("decide")
@click.argument("incident")
@click.argument("text")
@click.option("--decider", required=True, help="決めた人（役職と名前）。")
@at_option()
@revision_option()
@click.pass_obj
def decide_command(
    session: Session,
    incident: str,
    text: str,
    decider: str,
    at: datetime | None,
    revision: int | None,
) -> None:
    """決定 TEXT を、決めた人とともに記録する。"""
    from csirt.incident_changes import record_decision

    if not text.strip() or not decider.strip():
        raise click.UsageError("決定と、決めた人を書いてください")
    _change(session, incident, revision, lambda now: record_decision(now, text, decider, at))


@click.command("set")
@click.argument("incident")
@click.argument("facts", nargs=-1, required=True, metavar="項目=値...")
@revision_option()
@click.pass_obj
def set_command(
    session: Session, incident: str, facts: tuple[str, ...], revision: int | None
) -> None:
    """分かった事実を記録する。前の値も時系列に残る。

    項目は title category severity assignee known-by contractor sections staff summary items
    cause secondary-damage response-to-persons publication prevention lessons other など。
    """
    from csirt.incident_changes import set_fact
    from csirt.incident_facts import fact_labels, parse_facts
    from csirt.incident_office import read_library

    library = read_library(session)
    pairs, labels = parse_facts(library, facts), fact_labels(library)
    _change(
        session,
        incident,
        revision,
        lambda now: [
            draft for name, value in pairs.items() for draft in set_fact(now, name, value, labels)
        ],
    )


@click.command("time")
@click.argument("incident")
@click.argument("times", nargs=-1, required=True, metavar="種類=時刻...")
@revision_option()
@click.pass_obj
def time_command(
    session: Session, incident: str, times: tuple[str, ...], revision: int | None
) -> None:
    """時刻を記録する。known（知った）を変えると、期限も計算し直し、前の期限も時系列に残る。

    種類は occurred detected known decided contained recovered notified-from notified-to
    published など。時差を書かなければ日本時間。
    """
    from csirt.incident_changes import set_time
    from csirt.incident_facts import parse_times

    pairs = parse_times(times)
    _change(
        session,
        incident,
        revision,
        lambda now: [draft for name, at in pairs.items() for draft in set_time(now, name, at)],
    )


@click.command("asset")
@click.argument("incident")
@click.argument("name")
@click.option("--layer", default="", help="系（my-number lgwan internet cloud paper）。")
@click.option("--owner", default="", help="所管の課。")
@click.option("--note", default="", help="メモ。")
@revision_option()
@click.pass_obj
def asset_command(
    session: Session,
    incident: str,
    name: str,
    layer: str,
    owner: str,
    note: str,
    revision: int | None,
) -> None:
    """影響を受けた端末・システム・書類 NAME を加える。"""
    from csirt.incident import Asset
    from csirt.incident_changes import add_asset
    from csirt.incident_office import read_library

    layers = read_library(session).words.layers
    if layer and layer not in layers:
        known = "、".join(f"{key}（{label}）" for key, label in layers.items())
        raise click.BadParameter(f"使えるのは {known}", param_hint="--layer")
    asset = Asset(name=name, layer=layer, owner=owner, note=note)
    _change(session, incident, revision, lambda now: add_asset(now, asset))


@click.command("evidence")
@click.argument("incident")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--stored", default="", help="保管場所（媒体・金庫など）。登録のときに要る。")
@click.option("--note", default="", help="メモ。")
@click.option(
    "--verify", is_flag=True, help="登録した証拠の SHA-256 を確かめる。違えば終了コード 10。"
)
@at_option()
@revision_option()
@format_option()
@output_option()
@click.pass_context
def evidence_command(
    ctx: click.Context,
    incident: str,
    paths: tuple[Path, ...],
    stored: str,
    note: str,
    verify: bool,
    at: datetime | None,
    revision: int | None,
    fmt: str,
    output: str,
) -> None:
    """証拠のファイル PATHS を SHA-256 とともに登録する。--verify で後から確かめる。"""
    from csirt.incident_changes import add_evidence
    from csirt.incident_evidence import Taking, check_evidence, take_in
    from csirt.incident_office import alert_records
    from csirt.incident_store import load_incident
    from kanmon.errors import EXIT_FINDINGS
    from kanmon.report import Column, Report, Table

    session: Session = ctx.obj
    if verify == bool(paths):
        raise click.UsageError("ファイルを書くか、--verify を付けるか、どちらかにします")
    if paths:
        if not stored.strip():
            raise click.UsageError("--stored に保管場所を書いてください")
        taking = Taking(by=session.user, at=at or session.now, stored=stored, note=note)
        items = [take_in(path, taking) for path in paths]
        _change(
            session,
            incident,
            revision,
            lambda now: [draft for item in items for draft in add_evidence(now, item)],
        )
        return
    check_output(output, fmt)
    with alert_records(session) as store:
        checked = check_evidence(load_incident(store, incident).evidence)
    columns = (Column("path", "証拠"), Column("outcome", "確かめ"), Column("sha256", "SHA-256"))
    rows = tuple((c.item.path, _OUTCOMES[c.outcome], c.item.sha256) for c in checked)
    table = Table("evidence", "証拠の確かめ", columns, rows)
    report = Report(title=f"{incident} 証拠の確かめ", blocks=(table,), made_on=session.today)
    write_report(report, fmt, output)
    if any(item.outcome != "same" for item in checked):
        ctx.exit(EXIT_FINDINGS)


@click.command("move")
@click.argument("incident")
@click.argument("state")
@click.option(
    "--with", "given", multiple=True, metavar="項目=値", help="この段階で要る事項（繰り返し可）。"
)
@revision_option()
@click.pass_obj
def move_command(
    session: Session, incident: str, state: str, given: tuple[str, ...], revision: int | None
) -> None:
    """状態を STATE に進める・戻す。足りない事項があれば、全て挙げて進めない。

    STATE は triage（トリアージ）containment（封じ込め）eradication-recovery（根絶・復旧）
    post-incident（事後対応）closed（終結）dismissed（事案ではない）。
    終結・事案ではない から triage に進めると、再び開く。
    """
    from csirt.incident_desk import dues_of
    from csirt.incident_facts import fact_labels, parse_step
    from csirt.incident_move import Wish, move
    from csirt.incident_office import read_duties, read_library
    from csirt.incident_states import state_choices, state_from_slug

    after = state_from_slug(state)
    if after is None:
        raise click.BadParameter(
            f"{state} という状態はありません。{state_choices()}", param_hint="STATE"
        )
    library, book = read_library(session), read_duties(session)
    said, labels = parse_step(library, given), fact_labels(library)

    def change(now: "Incident") -> "Sequence[Draft]":
        dues = dues_of(book, now)
        return move(now, Wish(after=after, given=said, dues=dues, now=session.now, labels=labels))

    _change(session, incident, revision, change)
