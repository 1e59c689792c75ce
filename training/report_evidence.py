"""Evidence for auditors: the log, the rules used, the exemptions, and the check of the chain."""

import json

from kanmon.dates import format_instant
from kanmon.report import Cell, Column, Facts, Report, Table
from training.chain import Break, LogRow
from training.report_status import Scope, exclusion_table, rate_words
from training.status import count, mandatory

_KINDS = {
    "load-staff": "名簿の取込み",
    "load-courses": "研修プログラムの取込み",
    "load-completions": "受講記録の取込み",
    "load-phishing": "訓練結果の取込み",
    "plan": "割当計画の適用",
    "exempt": "免除",
    "link": "同一人の結び付け",
}


def verify_report(judged: int, breaks: tuple[Break, ...], head: str) -> Report:
    """Return whether the chain holds, and every break."""
    rows: list[tuple[Cell, ...]] = [(b.seq or "―", b.reason) for b in breaks]
    columns = (Column("seq", "番号", 8), Column("reason", "問題", 60))
    table = Table("breaks", "見つかった問題", columns, tuple(rows))
    if breaks:
        summary = f"問題が {len(breaks)} 件あります。記録は証拠として使えません。"
    else:
        summary = "改ざんは見つかりませんでした。"
    facts = Facts((("最新のハッシュ", head),)) if head else None
    return Report(
        title="受講記録の検証",
        summary=(summary,),
        blocks=(*((facts,) if facts else ()), table),
        judged=f"{judged:,} 件の記録と明細を計算し直して照合",
    )


def evidence_report(
    scope: Scope, log: tuple[LogRow, ...], judged: int, breaks: tuple[Break, ...]
) -> Report:
    """Return the audit evidence of a year: log, rule versions, exemptions, figures, chain."""
    head = log[-1].hash if log else ""
    facts = Facts(
        (
            ("記録の件数", judged),
            ("鎖の検証", "問題なし" if not breaks else f"問題 {len(breaks)} 件"),
            ("最新のハッシュ", head),
            ("今の研修プログラム（SHA-256）", scope.knowledge.catalogue.digest),
        )
    )
    return Report(
        title=f"研修の監査証跡（{scope.heading}）",
        summary=(
            f"必須の受講率 {rate_words(count(mandatory(scope.items)))}。",
            "最新のハッシュを決裁文書などに控えておくと、後の差替えを見つけられる。",
        ),
        blocks=(facts, _log_table(log), _exemptions(scope), exclusion_table(scope)),
        judged=f"{judged:,} 件の記録と明細を計算し直して照合",
    )


def _log_table(log: tuple[LogRow, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            row.seq,
            format_instant(row.at),
            row.actor,
            _KINDS.get(row.kind, row.kind),
            row.effective,
            row.count,
            json.dumps(row.facts, ensure_ascii=False, sort_keys=True),
            row.hash,
        )
        for row in log
    ]
    columns = (
        Column("seq", "番号", 6),
        Column("at", "記録日時", 20),
        Column("actor", "記録者", 14),
        Column("kind", "内容", 20),
        Column("effective", "基準日", 12),
        Column("count", "明細", 8),
        Column("facts", "概要", 50),
        Column("hash", "ハッシュ（SHA-256）", 66),
    )
    return Table("log", "記録の鎖", columns, tuple(rows))


def _exemptions(scope: Scope) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for person in sorted(scope.knowledge.exemptions):
        for e in scope.knowledge.exemptions[person]:
            title = "全科目" if e.course == "*" else scope.knowledge.catalogue.title(e.course)
            reason = "" if scope.names.are_hidden else e.reason
            rows.append((*scope.names.cells(person), title, e.starts, e.until, reason, e.approver))
    columns = (
        *scope.names.columns(),
        Column("course", "科目", 36),
        Column("starts", "初日", 12),
        Column("until", "期限", 12),
        Column("reason", "理由", 30),
        Column("approver", "承認者", 16),
    )
    return Table("exemptions", "免除", columns, tuple(rows))
