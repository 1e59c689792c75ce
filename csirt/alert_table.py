"""Alerts as tables, one row for each: to glance at, to sort and filter."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from csirt.alert import Alert, quote_matched
from csirt.alert_card import bullets, checks, meaning, related, usual_causes, why
from csirt.attack import describe_tags
from csirt.command_line import decoded_command
from csirt.related import related_fields
from kanmon.dates import format_instant
from kanmon.report import Cell, Column, Table
from kanmon.review import Disposition
from kanmon.text import display_width, printable, shorten

_UNTOLD = ("EventID", "Provider_Name", "SourceName", "Channel")
_COMMAND_LIMIT = 2000
_ONCE_PER_RULE = {"meaning", "checks", "falsepositives", "attack", "references", "rule_id"}


def overview_table(alerts: Sequence[Alert], limit: int) -> Table:
    """Return one narrow line per alert, for a terminal; the worst ``limit`` of them."""
    columns = (
        Column("number", "番号"),
        Column("level", "重大度"),
        Column("first", "最初"),
        Column("host", "ホスト"),
        Column("count", "件数"),
        Column("title", "ルール"),
    )
    rows = tuple(
        (
            number,
            alert.rule.level.label_ja,
            format_instant(alert.first)[:16] if alert.first else "不明",
            clip(short_host(alert.host) or "不明", 15),
            alert.count,
            clip(alert.rule.title, 42),
        )
        for number, alert in enumerate(alerts[:limit], 1)
    )
    left = len(alerts) - len(rows)
    note = (
        f"重い順に {len(rows):,} 件。ほか {left:,} 件は html・xlsx などにあります。" if left else ""
    )
    return Table("overview", "アラート一覧", columns, rows, "level", note)


def page_table(alerts: Sequence[Alert], labels: Mapping[str, str]) -> Table:
    """Return a line per alert for a page where cards follow. ``labels``: decided ones only."""
    columns = [
        Column("number", "番号"),
        Column("level", "重大度"),
        Column("when", "いつ（日本時間）"),
        Column("host", "ホスト"),
        Column("user", "ユーザー"),
        Column("title", "ルール"),
        Column("what", "内容"),
        Column("count", "件数"),
    ]
    if labels:
        columns.append(Column("disposition", "判断"))
    rows: list[tuple[Cell, ...]] = []
    for number, alert in enumerate(alerts, 1):
        row: tuple[Cell, ...] = (
            number,
            alert.rule.level.label_ja,
            alert.first,
            short_host(alert.host),
            alert.user.rpartition("\\")[2],
            alert.rule.title,
            content_of(alert, 150),
            alert.count,
        )
        rows.append((*row, labels.get(alert.fingerprint, "")) if labels else row)
    note = "重大度の高い順、同じ重大度では古い順です。"
    return Table("alerts", "アラート一覧", tuple(columns), tuple(rows), "level", note)


def alert_table(alerts: Sequence[Alert], labels: Mapping[str, str]) -> Table:
    """Return a row per alert with all a card would say. ``labels`` by fingerprint."""
    columns = (
        Column("number", "番号", 6),
        Column("level", "重大度", 8),
        Column("disposition", "判断", 9),
        Column("first", "最初（日本時間）", 19),
        Column("last", "最後（日本時間）", 19),
        Column("host", "ホスト", 24),
        Column("user", "ユーザー", 18),
        Column("title", "ルール", 36),
        Column("count", "件数", 7),
        Column("why", "なぜ（一致した項目と値）", 60),
        Column("command", "コマンド", 50),
        Column("decoded", "復号した内容", 40),
        Column("related", "関連する項目", 50),
        Column("meaning", "意味", 50),
        Column("checks", "まず確かめること", 44),
        Column("falsepositives", "よくある誤検知", 40),
        Column("attack", "ATT&CK", 22),
        Column("references", "参考", 36),
        Column("source", "根拠の場所", 36),
        Column("rule_id", "ルールID", 38),
        Column("fingerprint", "アラートID", 18),
    )
    rows = tuple(_row(number, alert, labels) for number, alert in enumerate(alerts, 1))
    note = "重大度の高い順、同じ重大度では古い順です。"
    return Table("alerts", "アラート一覧", columns, rows, "level", note)


def _row(number: int, alert: Alert, labels: Mapping[str, str]) -> tuple[Cell, ...]:
    rule = alert.rule
    return (
        number,
        rule.level.label_ja,
        labels.get(alert.fingerprint, Disposition.OPEN.label_ja),
        alert.first,
        alert.last,
        alert.host,
        alert.user,
        rule.title,
        alert.count,
        why(alert),
        shorten(alert.command, _COMMAND_LIMIT),
        shorten(decoded_command(alert.command), _COMMAND_LIMIT),
        related(alert),
        meaning(rule),
        bullets(checks(rule)),
        bullets(usual_causes(rule)),
        describe_tags(rule.tags),
        "\n".join(rule.references),
        str(alert.finding.where),
        rule.id,
        alert.fingerprint,
    )


def sheet_table(alerts: Sequence[Alert], labels: Mapping[str, str]) -> Table:
    """Return ``alert_table`` without what ``rule_table`` says once for each rule."""
    whole = alert_table(alerts, labels)
    kept = [n for n, column in enumerate(whole.columns) if column.key not in _ONCE_PER_RULE]
    return replace(
        whole,
        columns=tuple(whole.columns[n] for n in kept),
        rows=tuple(tuple(row[n] for n in kept) for row in whole.rows),
    )


def content_of(alert: Alert, limit: int) -> str:
    """Return what happened on one line: the command (decoded), else what matched."""
    first = alert.hits[0]
    asked = {name.lower() for name in alert.rule.fields}
    pairs = [pair for pair in first.matched if pair[0] not in _UNTOLD]
    pairs += [pair for pair in related_fields(first) if pair[0].lower() in asked]
    text = (
        decoded_command(alert.command)
        or alert.command
        or quote_matched(pairs or first.matched).replace("\n", "、")
    )
    return shorten(" ".join(text.split()), limit)


def short_host(host: str) -> str:
    """Return the first label of a host name; an address stays whole."""
    first = host.partition(".")[0]
    return host if first.isdigit() else first


def clip(text: str, columns: int) -> str:
    """Return ``text`` cut to so many terminal columns, with ``…`` where it was cut."""
    text = printable(text)
    if display_width(text) <= columns:
        return text
    while display_width(text) > columns - 1:
        text = text[:-1]
    return text + "…"
