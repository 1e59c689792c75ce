"""What a check of rules shows: every rule with its verdict, the ones to mend first."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

from csirt.alert_table import clip
from csirt.model import RuleVerdict, Verdict
from csirt.rule_cases import CaseResult
from kanmon.report import Column, Report, Table
from kanmon.run import Skip

_ORDER = (
    Verdict.SKIPPED,
    Verdict.REFUSED,
    Verdict.NEVER,
    Verdict.PREFILTERED,
    Verdict.EXACT,
)
_WORKING = (Verdict.PREFILTERED, Verdict.EXACT)


def verdict_report(
    verdicts: Sequence[RuleVerdict], fmt: str, *, logs: str, skips: tuple[Skip, ...], today: date
) -> Report:
    """Return every rule once, those that cannot work first, then by path.

    ``logs`` names the logs the rules were held against (empty: none); ``skips`` are theirs.
    """
    ordered = sorted(verdicts, key=lambda one: (_ORDER.index(one.verdict), one.path, _id(one)))
    counts = Counter(one.verdict for one in verdicts)
    parts = "、".join(f"{kind.label_ja} {counts[kind]:,} 本" for kind in _ORDER if counts[kind])
    compared = f"{logs} と突き合わせました。" if logs else "ログとは突き合わせていません。"
    tables = _narrow_tables(ordered) if fmt == "text" else (_full_table(ordered),)
    return Report(
        title="ルールの点検（csirt rules check）",
        summary=(f"{len(verdicts):,} 本: {parts or 'ルールがありません'}。", compared),
        blocks=tuple(table for table in tables if table.rows),
        judged=f"{len(verdicts):,} 本のルールを点検（読み飛ばし {counts[Verdict.SKIPPED]:,} 本）",
        skips=skips,
        made_on=today,
    )


def case_report(
    results: Sequence[CaseResult], fmt: str, *, skips: tuple[Skip, ...], today: date
) -> Report:
    """Return every example event with what was expected and what the engine said.

    A terminal shows the examples that failed, and counts the rest.
    """
    failed = [result for result in results if not result.passed]
    shown = failed if fmt == "text" else results
    columns = (
        Column("outcome", "結果", 8),
        Column("title", "ルール", 44),
        Column("expected", "期待", 14),
        Column("why", "例", 44),
        Column("place", "場所", 60),
    )
    rows = tuple(
        (
            "合格" if result.passed else "不合格",
            result.case.rule.title,
            "一致する" if result.case.expected else "一致しない",
            result.case.why,
            str(result.case.where),
        )
        for result in sorted(shown, key=lambda one: (one.passed, one.case.where))
    )
    verdict = f"{len(failed):,} 件が期待と違います。" if failed else "すべて期待どおりです。"
    rules = len({result.case.rule.id for result in results})
    return Report(
        title="ルールの例による試験（csirt rules test）",
        summary=(f"ルール {rules:,} 本の例 {len(results):,} 件: {verdict}",),
        blocks=(Table("cases", "例", columns, rows),) if rows else (),
        judged=f"{len(results):,} 件の例を判定",
        skips=skips,
        made_on=today,
    )


def _full_table(verdicts: Sequence[RuleVerdict]) -> Table:
    columns = (
        Column("verdict", "判定", 22),
        Column("level", "重大度", 8),
        Column("title", "ルール", 44),
        Column("reason", "理由", 60),
        Column("logsource", "ログの種類", 34),
        Column("path", "ファイル", 50),
        Column("rule_id", "ルールID", 38),
    )
    rows = tuple(
        (
            one.verdict.label_ja,
            _level(one),
            _title(one),
            one.reason,
            str(one.rule.logsource) if one.rule else "",
            one.path,
            _id(one),
        )
        for one in verdicts
    )
    return Table("rules", "ルール", columns, rows, "level")


def _narrow_tables(verdicts: Sequence[RuleVerdict]) -> tuple[Table, ...]:
    """Return the rules that cannot work with their reasons, and a line for each that can."""
    reasons = (Column("title", "ルール"), Column("reason", "理由"), Column("path", "ファイル"))
    tables = []
    for verdict in _ORDER:
        these = [one for one in verdicts if one.verdict is verdict]
        if verdict in _WORKING:
            heads = (
                Column("level", "重大度"),
                Column("title", "ルール"),
                Column("file", "ファイル"),
            )
            rows = tuple(
                (_level(one), clip(_title(one), 50), clip(PurePath(one.path).name, 36))
                for one in these
            )
            tables.append(Table(verdict.slug, verdict.label_ja, heads, rows, "level"))
        else:
            told = tuple((_title(one), one.reason, one.path) for one in these)
            tables.append(Table(verdict.slug, verdict.label_ja, reasons, told))
    return tuple(tables)


def _level(verdict: RuleVerdict) -> str:
    return verdict.rule.level.label_ja if verdict.rule else ""


def _title(verdict: RuleVerdict) -> str:
    return verdict.rule.title if verdict.rule else "（ルールとして読めません）"


def _id(verdict: RuleVerdict) -> str:
    return verdict.rule.id if verdict.rule else ""
