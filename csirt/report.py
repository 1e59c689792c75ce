"""What a hunt shows people: the alerts, why each fired, and what could not be judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from csirt.alert import Alert
from csirt.alert_card import alert_card
from csirt.alert_table import alert_table, overview_table, page_table, sheet_table
from csirt.alert_views import (
    busiest_hosts,
    host_chart,
    rule_table,
    timeline_table,
    value_table,
)
from csirt.model import RuleInfo
from kanmon.finding import Severity
from kanmon.report import Block, Heading, Report, Text
from kanmon.review import Disposition
from kanmon.run import Skip

NOTHING_JUDGED = "判定できたイベントが 1 件もありません"
NOTHING_HINT = (
    "ログの置き場所が正しいか、収集が止まっていないかを確かめてください。"
    "空のフォルダーや空のファイルには、調べられるものがありません"
)
LINES_IN_TEXT = 60
CARDS_IN_TEXT = 30
CARDS_IN_PAGE = 300
"""Alerts on a terminal or page; xlsx, csv, json and the store always hold every alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntSummary:
    """A hunt's outcome, ready to be shown.

    Attributes:
        alerts: Worst first, then oldest.
        dispositions: What people decided about alerts before, by fingerprint.
        hits: How many (rule, event) pairs matched.
        judged: How many events were judged, ``files`` how many files they came from.
        rules: The rules that were used.
        silent: How many of them can never fire on such logs; None when nobody looked.
        input_skips: Files and records that were not judged, sorted.
        rule_skips: Rules that were not used, sorted.
        made_on: Day of the hunt in Japan.
        index: The Elasticsearch indices searched instead of files; else empty.
        outside: How many events were read but lie outside the period asked for.
    """

    alerts: Sequence[Alert]
    dispositions: Mapping[str, Disposition]
    hits: int
    judged: int
    files: int
    rules: Sequence[RuleInfo]
    input_skips: tuple[Skip, ...]
    rule_skips: tuple[Skip, ...]
    made_on: date | None = None
    silent: int | None = None
    index: str = ""
    outside: int = 0

    @property
    def skips(self) -> tuple[Skip, ...]:
        """Return everything that was not judged: inputs first, then rules."""
        return (*self.input_skips, *self.rule_skips)

    def disposition(self, alert: Alert) -> Disposition:
        """Return what was decided about an alert; OPEN when nothing was."""
        return self.dispositions.get(alert.fingerprint, Disposition.OPEN)


def hunt_report(summary: HuntSummary, fmt: str) -> Report:
    """Return the report of a hunt for ``fmt``: cards to read, or tables to filter and sort."""
    labels = {
        alert.fingerprint: summary.disposition(alert).label_ja
        for alert in summary.alerts
        if summary.disposition(alert) is not Disposition.OPEN
    }
    blocks: tuple[Block, ...]
    if fmt == "text":
        blocks = _cards(summary, CARDS_IN_TEXT)
        if len(summary.alerts) > 1:
            blocks = (overview_table(summary.alerts, LINES_IN_TEXT), *blocks)
    elif fmt == "csv":
        blocks = (alert_table(summary.alerts, labels),)
    elif fmt == "xlsx":
        blocks = (
            host_chart(summary.alerts),
            sheet_table(summary.alerts, labels),
            timeline_table(summary.alerts),
            rule_table(summary.alerts),
            value_table(summary.alerts),
        )
    else:
        overview = page_table(summary.alerts, labels)
        blocks = (overview, host_chart(summary.alerts), *_cards(summary, CARDS_IN_PAGE))
        blocks = (*blocks, timeline_table(summary.alerts))
    return Report(
        title="検知結果（csirt hunt）",
        summary=summary_lines(summary),
        blocks=blocks if summary.alerts else (),
        judged=f"{summary.judged:,} 件のイベントを判定",
        skips=summary.skips,
        made_on=summary.made_on,
    )


def summary_lines(summary: HuntSummary) -> tuple[str, ...]:
    """Return the sentences at the top: how many alerts, which first, over what."""
    searched = f"索引 {summary.index} " if summary.index else f"{summary.files:,} 個のファイル"
    scope = f"{searched}を {len(summary.rules):,} 本のルールで調べました。"
    if summary.silent:
        scope += f"うち {summary.silent:,} 本はこのログでは発火しえません。"
    if summary.outside:
        scope += f"期間外の {summary.outside:,} 件は判定していません。"
    if not summary.alerts:
        nothing = "アラートはありません。" if summary.judged else NOTHING_JUDGED + "。"
        return (nothing, scope)
    counts = [
        (level, sum(alert.rule.level is level for alert in summary.alerts))
        for level in reversed(Severity)
    ]
    parts = "、".join(f"{level.label_ja} {count:,}" for level, count in counts if count)
    opened = sum(summary.disposition(alert) is Disposition.OPEN for alert in summary.alerts)
    total = len(summary.alerts)
    decided = "" if opened == total else f"うち未判断は {opened:,} 件です。"
    hosts = "、".join(f"{host} {count:,} 件" for host, count in busiest_hosts(summary.alerts, 3))
    return (
        f"アラートは {total:,} 件（{parts}）。一致は {summary.hits:,} 件。{decided}",
        f"多いホスト: {hosts}。",
        scope,
    )


def _cards(summary: HuntSummary, limit: int) -> tuple[Block, ...]:
    cards: list[Block] = [Heading("アラートの内容", 1)]
    for number, alert in enumerate(summary.alerts[:limit], 1):
        cards += alert_card(number, alert, summary.disposition(alert))
    left = len(summary.alerts) - limit
    if left > 0:
        more = f"ほか {left:,} 件のアラートは、上の一覧と xlsx・csv・json にあります。"
        cards.append(Text(more, "note"))
    return tuple(cards)
