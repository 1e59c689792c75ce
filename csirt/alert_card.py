"""One alert in full, as an analyst reads it at three in the morning."""

from datetime import datetime

from csirt.alert import Alert, MatchedValues
from csirt.attack import describe_tags
from csirt.command_line import decoded_command
from csirt.model import RuleInfo
from csirt.related import related_fields
from kanmon.dates import format_instant
from kanmon.report import Block, Cell, Facts, Heading, RichText, Span
from kanmon.review import Disposition
from kanmon.text import shorten

_VALUE_LIMIT = 600
_COMMAND_LIMIT = 1200
_STOCK_CAUSES = {
    "unknown": "知られていない（ルールの作者による）",
    "unlikely": "ほとんどない（ルールの作者による）",
    "none": "ない（ルールの作者による）",
    "legitimate administrative activity": "管理者の正当な作業",
    "legitimate administrator activity": "管理者の正当な作業",
    "legitimate administrative use": "管理者の正当な利用",
}


def alert_card(number: int, alert: Alert, disposition: Disposition) -> tuple[Block, ...]:
    """Return a heading and the facts: when, where, why, what it means, what usually causes it."""
    rule = alert.rule
    heading = f"[{number}] {rule.level.label_ja}: {rule.title}（{alert.host or 'ホスト不明'}）"
    pairs: list[tuple[str, Cell]] = [("いつ", period(alert)), ("どこで", _place(alert))]
    pairs.append(("なぜ", why(alert)))
    if alert.command and not _quoted(alert):
        pairs.append(("コマンド", shorten(alert.command, _COMMAND_LIMIT)))
    pairs += [
        ("復号した内容", shorten(decoded_command(alert.command), _COMMAND_LIMIT)),
        ("関連する項目", related(alert)),
        ("意味", meaning(rule)),
        ("まず確かめる", bullets(checks(rule))),
        ("よくある誤検知", bullets(usual_causes(rule))),
        ("ATT&CK", describe_tags(rule.tags)),
        ("参考", "\n".join(rule.references[:3])),
        ("根拠", f"{alert.finding.where}"),
        ("ルール", f"{rule.path}（{rule.id}）"),
        ("判断", disposition.label_ja if disposition is not Disposition.OPEN else ""),
        ("アラートID", alert.fingerprint),
    ]
    return (Heading(heading, 2), Facts(tuple((key, cell) for key, cell in pairs if cell)))


def period(alert: Alert) -> str:
    """Return ``2026-11-05 23:10:00 〜 23:12:00（3 件）`` in Japan time."""
    if alert.first is None:
        return f"時刻の記録なし（{alert.count:,} 件）"
    first, last = format_instant(alert.first), _later(alert.first, alert.last)
    return f"{first}{last}（日本時間、{alert.count:,} 件）"


def _later(first: datetime, last: datetime | None) -> str:
    if last is None or last == first:
        return ""
    start, end = format_instant(first), format_instant(last)
    same_day = start[:10] == end[:10]
    return f" 〜 {end[11:] if same_day else end}"


def why(alert: Alert) -> RichText:
    """Return the matched fields with the values that made the rule fire, one field a line."""
    spans: list[Span] = []
    for matched in alert.matched:
        if spans:
            spans.append(Span("\n"))
        spans += _matched_spans(matched)
    return RichText(tuple(spans))


def related(alert: Alert) -> str:
    """Return further fields of the first event, one a line; the command is shown elsewhere."""
    pairs = related_fields(alert.hits[0])
    lines = [f"{name}: {shorten(value, 300)}" for name, value in pairs if value != alert.command]
    return "\n".join(lines)


def meaning(rule: RuleInfo) -> str:
    """Return what the rule saw and, for our own rules, why that matters."""
    told = dict(rule.alert).get("meaning")
    parts = [rule.description.strip(), told.strip() if isinstance(told, str) else ""]
    return "\n".join(part for part in parts if part)


def checks(rule: RuleInfo) -> tuple[str, ...]:
    """Return the first things to check that the rule's ``alert`` block names."""
    listed = dict(rule.alert).get("checks")
    return tuple(str(item) for item in listed) if isinstance(listed, list) else ()


def usual_causes(rule: RuleInfo) -> tuple[str, ...]:
    """Return what usually fires the rule falsely; SigmaHQ's stock answers in Japanese."""
    return tuple(_STOCK_CAUSES.get(text.lower().rstrip("."), text) for text in rule.falsepositives)


def bullets(items: tuple[str, ...]) -> str:
    """Return the items one a line, with a dot before each."""
    return "\n".join(f"・{item}" for item in items)


def _place(alert: Alert) -> str:
    user = f"（ユーザー: {alert.user}）" if alert.user else ""
    return f"{alert.host or 'ホスト不明'}{user}"


def _quoted(alert: Alert) -> bool:
    """Return whether the command already stands among the matched values."""
    return any(alert.command in matched.values for matched in alert.matched)


def _matched_spans(matched: MatchedValues) -> list[Span]:
    spans = [Span(f"{matched.field or 'イベントの中の語'}: ")]
    for number, value in enumerate(matched.values):
        spans += [Span(" ／ ")] if number else []
        spans.append(Span(shorten(value, _VALUE_LIMIT) or "（空）", "hit"))
    if matched.more:
        spans.append(Span(f" ほか {matched.more:,} 件"))
    return spans
