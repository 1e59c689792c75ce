"""The queue and one alert as reports: in plain Japanese, every factor and decision shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from csirt.alert import COMMAND, COUNT, DESCRIPTION, FALSE_POSITIVE, REFERENCE, detail
from csirt.attack import describe_tags
from csirt.hit_store import StoredHit
from csirt.runbook_mapping import Chosen
from csirt.triage import Ranked, tags_of, times_of, user_of
from csirt.triage_load import RuleStory
from kanmon.dates import format_instant
from kanmon.report import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Listing,
    Report,
    RichText,
    Span,
    Table,
    Text,
)
from kanmon.review import Disposition, Review
from kanmon.run import Run
from kanmon.text import shorten

_LONG = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """Everything about one alert that is worth showing.

    Attributes:
        history: Every decision, oldest first.
        around: Stored hits within the window on the same host or by the same user.
        minutes: Half the window's width.
        incidents: (id, title) of incidents it belongs to.
    """

    item: Ranked
    story: RuleStory
    runbook: Chosen
    runbook_title: str
    history: tuple[Review, ...]
    around: tuple[StoredHit, ...]
    minutes: int
    incidents: tuple[tuple[str, str], ...]


def queue_report(
    items: Sequence[Ranked],
    total: int,
    runbooks: Mapping[str, str],
    last_run: Run | None,
    today: date,
) -> Report:
    """Return the queue: one row an alert, worst first; ``runbooks`` holds titles by alert id.

    What the last hunt judged and skipped stands below: an empty queue alone proves nothing.
    """
    open_count = sum(item.is_open for item in items)
    columns = (
        Column("id", "ID"),
        Column("score", "点数"),
        Column("severity", "重大度"),
        Column("title", "検知", 40),
        Column("host", "端末"),
        Column("user", "ユーザー"),
        Column("count", "件数"),
        Column("first", "最初"),
        Column("last", "最後"),
        Column("segment", "区分"),
        Column("runbook", "手順書"),
        Column("factors", "点数の内訳", 40),
        Column("decision", "判断"),
        Column("note", "判断の理由", 30),
    )
    rows = tuple(_row(item, runbooks.get(item.finding.fingerprint, "")) for item in items)
    table = Table("alerts", "アラート", columns, rows, severity_column="severity")
    return Report(
        title="アラートの一覧",
        summary=(
            f"{len(items):,} 件を表示（うち未判断 {open_count:,} 件、保存分は全 {total:,} 件）",
        ),
        blocks=(table,),
        judged=f"最後の調査で {last_run.judged:,} 件の{last_run.unit}を判定" if last_run else "",
        skips=last_run.skips if last_run else (),
        made_on=today,
    )


def alert_report(view: AlertView, today: date) -> Report:
    """Return one alert: what fired, on which values, why it matters, what else happened."""
    finding = view.item.finding
    blocks: list[Block] = [Facts(_head(view)), *_meaning(view)]
    blocks += [Heading("なぜ検知したか（一致した値）"), *_reasons(view)]
    blocks += _causes(view)
    blocks += [_factors(view.item), _around(view), _history(view.history)]
    blocks += [Heading("次にすること"), Listing(_next_steps(view), numbered=True)]
    return Report(
        title=f"アラート {finding.fingerprint}: {finding.title}",
        blocks=tuple(blocks),
        made_on=today,
    )


def decision_text(review: Review | None, *, holds: bool) -> str:
    """Return who decided what, in one line; 未判断 when nobody did or it was taken back."""
    if review is None or review.disposition is Disposition.OPEN:
        return Disposition.OPEN.label_ja
    until = f"、{review.expires.isoformat()} まで" if review.expires else ""
    over = "" if holds else "（期限切れ。もう一度判断してください）"
    return f"{review.disposition.label_ja}（{review.reviewer}{until}）{over}"


def _row(item: Ranked, runbook: str) -> tuple[Cell, ...]:
    finding = item.finding
    first, last = times_of(finding)
    return (
        finding.fingerprint,
        item.score,
        finding.severity.label_ja,
        finding.title,
        finding.subject,
        user_of(finding),
        _count(item),
        first,
        last,
        item.segment.name if item.segment else "",
        runbook,
        " × ".join(f"{f.name} {f.weight:g}（{f.seen}）" for f in item.factors),
        decision_text(item.review, holds=not item.is_open),
        item.review.note if item.review else "",
    )


def _count(item: Ranked) -> int:
    counted = detail(item.finding, COUNT)
    return int(counted[0]) if counted and counted[0].isdigit() else 1


def _head(view: AlertView) -> tuple[tuple[str, Cell], ...]:
    finding, item = view.item.finding, view.item
    first, last = times_of(finding)
    span = "～".join(dict.fromkeys(format_instant(t) for t in (first, last) if t))
    incidents = "、".join(f"{key}（{title}）" for key, title in view.incidents)
    pairs: tuple[tuple[str, Cell], ...] = (
        ("検知", finding.title),
        ("重大度 / 確からしさ", f"{finding.severity.label_ja} / {finding.confidence.label_ja}"),
        ("端末", finding.subject or "不明"),
        ("ユーザー", user_of(finding) or "不明"),
        ("時刻（日本時間）", span or "記録に時刻なし"),
        ("件数", _count(item)),
        ("区分", item.segment.name if item.segment else "（kanmon.toml に定めなし）"),
        ("ATT&CK", describe_tags(tags_of(finding))),
        ("手順書", f"{view.runbook_title}（{view.runbook.because}）"),
        ("判断", decision_text(item.review, holds=not item.is_open)),
        ("事案", incidents),
        ("場所", str(finding.where)),
    )
    return tuple((label, cell) for label, cell in pairs if cell != "")


def _meaning(view: AlertView) -> list[Block]:
    described = "\n".join(detail(view.item.finding, DESCRIPTION)).strip()
    blocks: list[Block] = []
    if described:
        blocks += [Heading("何が起きたか"), Text(described)]
    if view.story.meaning:
        blocks += [Heading("なぜ重要か"), Text(view.story.meaning)]
    if view.story.checks:
        blocks += [Heading("まず確かめること"), Listing(view.story.checks, checkbox=True)]
    return blocks


def _reasons(view: AlertView) -> list[Block]:
    finding = view.item.finding
    blocks: list[Block] = [Listing(tuple(_marked(reason) for reason in finding.reasons))]
    commands = detail(finding, COMMAND)
    if commands and commands[0] not in finding.evidence:
        blocks += [Text("コマンド:"), Text(shorten(commands[0], _LONG), "code")]
    return blocks


def _marked(reason: str) -> RichText:
    """Return a reason with what the log held marked: ``Image が「cmd.exe」``."""
    name, quote, value = reason.partition("「")
    return RichText((Span(name + quote), Span(shorten(value, _LONG), "hit")))


def _causes(view: AlertView) -> list[Block]:
    listed = detail(view.item.finding, FALSE_POSITIVE)
    blocks: list[Block] = [Heading("よくある誤検知")]
    blocks.append(Listing(listed) if listed else Text("ルールに書かれていません。"))
    references = detail(view.item.finding, REFERENCE)
    if references:
        blocks += [Heading("参考", 2), Listing(references)]
    return blocks


def _factors(item: Ranked) -> Table:
    columns = (Column("factor", "要素"), Column("seen", "見たもの", 40), Column("weight", "重み"))
    rows: tuple[tuple[Cell, ...], ...] = tuple((f.name, f.seen, f.weight) for f in item.factors)
    rows = (*rows, ("点数（重みの積）", "", item.score))
    return Table("factors", "点数の内訳", columns, rows)


def _around(view: AlertView) -> Table:
    columns = (
        Column("time", "時刻"),
        Column("host", "端末"),
        Column("user", "ユーザー"),
        Column("severity", "重大度"),
        Column("rule", "検知", 40),
        Column("command", "コマンド", 60),
        Column("own", "このアラート"),
    )
    own = view.item.finding.fingerprint
    rows = tuple(
        (
            hit.time,
            hit.host,
            hit.user,
            hit.level.label_ja,
            hit.title,
            shorten(hit.command or "、".join(value for _, value in hit.matched), 300),
            "○" if hit.fingerprint == own else "",
        )
        for hit in view.around
    )
    note = (
        f"同じ端末か同じユーザーの、前後 {view.minutes} 分。検知に当たった記録だけがあります。"
        "ほかの操作は、元のログを kanmon csirt hunt か Kibana で見てください。"
    )
    return Table("around", "前後に起きたこと", columns, rows, severity_column="severity", note=note)


def _history(history: Sequence[Review]) -> Table:
    columns = (
        Column("at", "時刻"),
        Column("reviewer", "判断した人"),
        Column("disposition", "判断"),
        Column("note", "理由", 50),
        Column("approver", "承認した人"),
        Column("expires", "期限"),
    )
    rows = tuple(
        (r.at, r.reviewer, r.disposition.label_ja, r.note, r.approver, r.expires) for r in history
    )
    return Table("history", "判断の履歴", columns, rows)


def _next_steps(view: AlertView) -> tuple[str, ...]:
    start = view.item.finding.fingerprint[:8]
    steps = []
    if view.item.is_open:
        steps.append(f"判断する: kanmon csirt alerts review {start} --as confirmed --note 理由")
    if not view.incidents:
        steps.append(f"事案にする: kanmon csirt incident open {start} --title 件名")
    steps.append(f"手順書を読む: kanmon csirt incident runbook --category {view.runbook.category}")
    steps.append(
        f"誤検知を繰り返さない: kanmon csirt alerts suppress {start} --field 項目名 "
        "--reason 理由 --until 日付"
    )
    return tuple(steps)
