"""Alerts as tables: to glance at, to sort and filter, to read in order of time."""

from collections import Counter
from collections.abc import Mapping, Sequence

from csirt.alert import Alert, quote_matched
from csirt.alert_card import bullets, checks, meaning, why
from csirt.attack import describe_tags
from kanmon.dates import JST
from kanmon.finding import Severity
from kanmon.report import Cell, Chart, Column, Table
from kanmon.text import display_width, printable, shorten

_HOSTS_SHOWN = 15
_COMMAND_LIMIT = 2000


def overview_table(alerts: Sequence[Alert]) -> Table:
    """Return one narrow line per alert, for a terminal."""
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
            alert.first.astimezone(JST).strftime("%m/%d %H:%M:%S") if alert.first else "不明",
            clip(_short(alert.host) or "不明", 16),
            alert.count,
            clip(alert.rule.title, 46),
        )
        for number, alert in enumerate(alerts, 1)
    )
    return Table("overview", "アラート一覧", columns, rows, "level")


def alert_table(alerts: Sequence[Alert], labels: Mapping[str, str], *, full: bool = True) -> Table:
    """Return a row per alert; ``full`` adds what a card would say. Labels by fingerprint."""
    columns = [
        Column("number", "番号", 6),
        Column("level", "重大度", 8),
        Column("disposition", "判断", 9),
        Column("first", "最初（日本時間）", 19),
        Column("last", "最後（日本時間）", 19),
        Column("host", "ホスト", 24),
        Column("user", "ユーザー", 18),
        Column("title", "ルール", 36),
        Column("count", "件数", 7),
    ]
    if full:
        columns += [
            Column("why", "なぜ（一致した項目と値）", 60),
            Column("command", "コマンド", 50),
            Column("meaning", "意味", 50),
            Column("checks", "まず確かめること", 44),
            Column("falsepositives", "よくある誤検知", 40),
            Column("attack", "ATT&CK", 22),
            Column("references", "参考", 36),
            Column("source", "根拠の場所", 36),
            Column("rule_id", "ルールID", 38),
        ]
    columns.append(Column("fingerprint", "アラートID", 18))
    rows = tuple(_row(number, alert, labels, full) for number, alert in enumerate(alerts, 1))
    note = "重大度の高い順、同じ重大度では古い順です。"
    return Table("alerts", "アラート一覧", tuple(columns), rows, "level", note)


def _row(number: int, alert: Alert, labels: Mapping[str, str], full: bool) -> tuple[Cell, ...]:
    rule = alert.rule
    row: list[Cell] = [
        number,
        rule.level.label_ja,
        labels.get(alert.fingerprint, ""),
        alert.first,
        alert.last,
        alert.host,
        alert.user,
        rule.title,
        alert.count,
    ]
    if full:
        row += [
            why(alert),
            shorten(alert.command, _COMMAND_LIMIT),
            meaning(rule),
            bullets(checks(rule)),
            bullets(rule.falsepositives),
            describe_tags(rule.tags),
            "\n".join(rule.references),
            str(alert.finding.where),
            rule.id,
        ]
    return (*row, alert.fingerprint)


def value_table(alerts: Sequence[Alert]) -> Table:
    """Return a row for each kept event of each alert, with the values that matched."""
    columns = (
        Column("number", "アラート番号", 8),
        Column("time", "時刻（日本時間）", 19),
        Column("host", "ホスト", 24),
        Column("user", "ユーザー", 18),
        Column("title", "ルール", 36),
        Column("matched", "一致した項目と値", 80),
        Column("source", "ファイル", 40),
        Column("record", "レコード", 10),
    )
    rows = tuple(
        (
            number,
            hit.time,
            hit.host,
            hit.user,
            alert.rule.title,
            quote_matched(hit.matched),
            hit.source,
            hit.record,
        )
        for number, alert in enumerate(alerts, 1)
        for hit in alert.hits
    )
    note = "アラートごとに最初のイベントと最後の 1 件を載せています。全件は jsonl にあります。"
    return Table("events", "根拠のイベント", columns, rows, note=note)


def timeline_table(alerts: Sequence[Alert]) -> Table:
    """Return the alerts in order of time, to read the story."""
    columns = (
        Column("first", "最初（日本時間）", 19),
        Column("level", "重大度", 8),
        Column("host", "ホスト", 24),
        Column("user", "ユーザー", 18),
        Column("title", "ルール", 36),
        Column("what", "内容", 70),
        Column("number", "番号", 6),
    )
    numbered = sorted(
        enumerate(alerts, 1),
        key=lambda item: (item[1].first is None, item[1].first or item[1].last, item[0]),
    )
    rows = tuple(
        (
            alert.first,
            alert.rule.level.label_ja,
            alert.host,
            alert.user,
            alert.rule.title,
            shorten(alert.command or quote_matched(alert.hits[0].matched), 300),
            number,
        )
        for number, alert in numbered
    )
    return Table("timeline", "時系列", columns, rows, "level", "起きた順です。")


def host_chart(alerts: Sequence[Alert]) -> Chart:
    """Return how many alerts of each level the hosts have, the worst host first."""
    counts = Counter((alert.host or "不明", alert.rule.level) for alert in alerts)
    weights: Counter[str] = Counter()
    for (host, level), count in counts.items():
        weights[host] += count * 10 ** (2 * level.grade)
    hosts = sorted(weights, key=lambda host: (-weights[host], host))[:_HOSTS_SHOWN]
    series = tuple(
        (level.label_ja, tuple(float(counts[host, level]) for host in hosts))
        for level in reversed(Severity)
        if any(counts[host, level] for host in hosts)
    )
    return Chart("hosts", "ホスト別のアラート数", tuple(hosts), series, stacked=True)


def _short(host: str) -> str:
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
