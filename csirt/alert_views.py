"""Alerts seen from other sides: by host, by rule, by event, in order of time."""

from collections import Counter
from collections.abc import Sequence

from csirt.alert import Alert, quote_matched
from csirt.alert_card import bullets, checks, meaning, usual_causes
from csirt.alert_table import content_of, short_host
from csirt.attack import describe_tags
from kanmon.finding import Severity
from kanmon.report import Chart, Column, Table

_HOSTS_SHOWN = 15


def rule_table(alerts: Sequence[Alert]) -> Table:
    """Return a row for each rule that fired: what it means and what to check, worst first."""
    columns = (
        Column("level", "重大度", 8),
        Column("title", "ルール", 34),
        Column("alerts", "アラート数", 9),
        Column("meaning", "意味", 60),
        Column("checks", "まず確かめること", 50),
        Column("falsepositives", "よくある誤検知", 46),
        Column("attack", "ATT&CK", 22),
        Column("references", "参考", 40),
        Column("rule_id", "ルールID", 38),
        Column("path", "ファイル", 40),
    )
    counts = Counter(alert.rule.id for alert in alerts)
    rules = {alert.rule.id: alert.rule for alert in alerts}
    rows = tuple(
        (
            rule.level.label_ja,
            rule.title,
            counts[rule.id],
            meaning(rule),
            bullets(checks(rule)),
            bullets(usual_causes(rule)),
            describe_tags(rule.tags),
            "\n".join(rule.references),
            rule.id,
            rule.path,
        )
        for rule in rules.values()
    )
    return Table("rules", "発火したルール", columns, rows, "level")


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
            content_of(alert, 300),
            number,
        )
        for number, alert in numbered
    )
    return Table("timeline", "時系列", columns, rows, "level", "起きた順です。")


def host_chart(alerts: Sequence[Alert]) -> Chart:
    """Return how many alerts of each level the hosts have, the worst host first."""
    counts = Counter((short_host(alert.host) or "不明", alert.rule.level) for alert in alerts)
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


def busiest_hosts(alerts: Sequence[Alert], limit: int) -> tuple[tuple[str, int], ...]:
    """Return the hosts with the most alerts and how many, most first."""
    counts = Counter(short_host(alert.host) or "不明" for alert in alerts)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit])
