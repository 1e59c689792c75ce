"""Verdicts as a report: one row per duty, the words that made the difference marked."""

from collections.abc import Iterable, Mapping, Sequence

from kanmon.finding import Finding
from kanmon.report import Block, Cell, Chart, Column, Facts, Report, RichText, Span, Table
from kanmon.review import Disposition, Review
from policy.findings import severity_of
from policy.judged import Judged
from policy.model import Comparison, Verdict

SETTLED = (Verdict.EQUAL, Verdict.NOT_APPLICABLE)
REVIEW_SHEET = "見直しの候補"

COLUMNS = (
    Column("guideline", "ガイドライン", 14),
    Column("local", "市の条文", 16),
    Column("verdict", "判定", 9),
    Column("severity", "重要度", 7),
    Column("dimensions", "違い", 12),
    Column("guideline_quote", "ガイドラインの定め", 44),
    Column("local_quote", "市の定め", 44),
    Column("reason", "理由", 44),
    Column("confidence", "確度", 6),
    Column("runner_up", "次点", 14),
)
REVIEW_COLUMNS = (
    Column(
        "disposition",
        "判断",
        10,
        choices=tuple(disposition.label_ja for disposition in Disposition),
        editable=True,
    ),
    Column("note", "判断の理由", 30, editable=True),
    Column("approver", "承認者", 14, editable=True),
    Column("expires", "期限", 12, editable=True),
    Column("reviewer", "判断者", 12),
    Column("fingerprint", "照合番号", 18, hidden=True),
)


_DECISION = Column("decision", "判断の状況", 18)
_BY_KEY = {column.key: column for column in (*COLUMNS, _DECISION, *REVIEW_COLUMNS)}
_SHEET = (*(column.key for column in COLUMNS), *(column.key for column in REVIEW_COLUMNS))
_PAGE = (*(column.key for column in COLUMNS), _DECISION.key)
_WORD = (
    *("guideline", "local", "verdict", "dimensions"),
    *("guideline_quote", "local_quote", "reason", "runner_up"),
)
_LAYOUTS = {"xlsx": _SHEET, "csv": _SHEET, "json": _SHEET, "jsonl": _SHEET, "docx": _WORD}


def diff_report(
    judged: Judged,
    findings: Sequence[Finding | None],
    reviews: Mapping[str, Review],
    fmt: str = "xlsx",
) -> Report:
    """Return the comparison: what to look at first, then what agrees, then what cannot apply.

    The columns to write decisions in are only in formats that come back (xlsx, csv, json); Word
    gets fewer and wider columns.
    """
    layout = _LAYOUTS.get(fmt, _PAGE)
    pairs = tuple(zip(judged.comparisons, findings, strict=True))
    rows = [
        (*_row(item), _decision(finding, reviews), *_review_cells(finding, reviews))
        for item, finding in pairs
        if finding
    ]
    settled = [(*_row(i), "") for i in judged.comparisons if i.verdict in SETTLED]
    counts = count_verdicts(judged.comparisons)
    plain = [key for key in layout if key in _PAGE]
    blocks: list[Block] = [
        Facts(_facts(judged)),
        _chart(counts),
        Table(
            "findings",
            REVIEW_SHEET,
            _chosen(layout),
            tuple(_cells(row, layout) for row in rows),
            severity_column="severity" if "severity" in layout else "",
            note=_NOTE,
        ),
        Table(
            "settled", "一致・適用外", _chosen(plain), tuple(_cells(row, plain) for row in settled)
        ),
    ]
    return Report(
        title="セキュリティポリシーの突き合わせ",
        summary=_summary(counts, judged),
        blocks=tuple(blocks),
        judged=f"ガイドラインの {len(judged.guideline_duties)} 件の義務と"
        f"市の {len(judged.local_duties)} 件の条文を判定",
        skips=judged.skips,
        records=tuple(record_of(item) for item in judged.comparisons),
    )


_NOTE = (
    "xlsx で出した表の判断の欄を埋め、kanmon policy import-review で戻すと、"
    "判断を次回に引き継ぎます。"
)


def _chart(counts: Mapping[Verdict, int]) -> Chart:
    labels = tuple(verdict.label_ja for verdict in Verdict)
    numbers = tuple(float(counts[verdict]) for verdict in Verdict)
    return Chart("verdicts", "判定の内訳", labels, (("件数", numbers),))


def _chosen(layout: Sequence[str]) -> tuple[Column, ...]:
    return tuple(_BY_KEY[key] for key in layout)


def _cells(row: tuple[Cell, ...], layout: Sequence[str]) -> tuple[Cell, ...]:
    by_key = dict(zip(_BY_KEY, row, strict=False))
    return tuple(by_key[key] for key in layout)


def _decision(finding: Finding | None, reviews: Mapping[str, Review]) -> str:
    review = reviews.get(finding.fingerprint) if finding else None
    if review is None:
        return ""
    until = f"、{review.expires.isoformat()} まで" if review.expires else ""
    note = f"（{review.note}）" if review.note else ""
    return f"{review.disposition.label_ja}{note}{until}"


def record_of(item: Comparison) -> dict[str, object]:
    """Return the line of jsonl: its keys are part of the interface."""
    return {
        "guideline": item.guideline.id if item.guideline else None,
        "local": [clause.id for clause in item.local],
        "verdict": item.verdict.label_ja,
        "dimensions": [dimension.slug for dimension in item.dimensions],
        "guideline_quote": item.guideline.quote if item.guideline else "",
        "local_quote": "\n".join(clause.quote for clause in item.local),
        "reason": item.reason,
        "confidence": item.confidence.slug,
        "runner_up": item.runner_up or None,
    }


def count_verdicts(comparisons: Iterable[Comparison]) -> dict[Verdict, int]:
    """Return how many comparisons came out each way; every verdict is there."""
    counts = dict.fromkeys(Verdict, 0)
    for item in comparisons:
        counts[item.verdict] += 1
    return counts


def marked(text: str, words: Iterable[str]) -> RichText | str:
    """Return ``text`` with the first place of each word marked as what made the difference."""
    places = []
    for word in words:
        start = text.find(word) if word else -1
        if start >= 0:
            places.append((start, start + len(word)))
    if not places:
        return text
    spans: list[Span] = []
    end = 0
    for start, stop in _merged(places):
        if start > end:
            spans.append(Span(text[end:start]))
        spans.append(Span(text[start:stop], "hit"))
        end = stop
    if end < len(text):
        spans.append(Span(text[end:]))
    return RichText(tuple(spans))


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _row(item: Comparison) -> tuple[Cell, ...]:
    guideline = item.guideline.quote if item.guideline else ""
    local = "\n".join(clause.quote for clause in item.local)
    respects = "、".join(dimension.label_ja for dimension in item.dimensions)
    runner = f"{item.runner_up}（{item.runner_up_score:.2f}）" if item.runner_up else ""
    verdict = item.verdict.label_ja + (f"（{item.edition}）" if item.edition else "")
    return (
        item.guideline.id if item.guideline else "",
        "、".join(clause.id for clause in item.local),
        verdict,
        severity_of(item).label_ja,
        respects,
        marked(guideline, _words(item, local=False)),
        marked(local, _words(item, local=True)),
        item.reason,
        f"{item.confidence.label_ja}（{item.score:.2f}）",
        runner,
    )


def _words(item: Comparison, *, local: bool) -> list[str]:
    found = []
    for difference in item.differences:
        words = difference.local_words if local else difference.guideline_words
        found += words.split("…")
    return found


def _review_cells(finding: Finding | None, reviews: Mapping[str, Review]) -> tuple[Cell, ...]:
    assert finding is not None
    review = reviews.get(finding.fingerprint)
    if review is None:
        return ("", "", "", None, "", finding.fingerprint)
    return (
        review.disposition.label_ja,
        review.note,
        review.approver,
        review.expires,
        review.reviewer,
        finding.fingerprint,
    )


def _facts(judged: Judged) -> tuple[tuple[str, Cell], ...]:
    kind = "付属の基準（要約。国の原文ではありません）" if judged.baseline else "取り込んだ文書"
    return (
        ("ガイドライン", f"{judged.guideline.name}（{kind}）"),
        ("市のポリシー", judged.local.name),
        ("義務の数", len(judged.guideline_duties)),
        ("市の条文の数", len(judged.local_duties)),
    )


def _summary(counts: Mapping[Verdict, int], judged: Judged) -> tuple[str, ...]:
    gaps = (Verdict.MISSING, Verdict.WEAKER, Verdict.OUTDATED, Verdict.UNDECIDED)
    listed = "、".join(f"{verdict.label_ja} {counts[verdict]}" for verdict in gaps)
    rest = "、".join(
        f"{verdict.label_ja} {counts[verdict]}" for verdict in Verdict if verdict not in gaps
    )
    lines = [f"見るべきもの: {listed}。", f"その他: {rest}。"]
    if judged.baseline:
        lines.append(
            "付属の基準は義務を当方の言葉で要約したもので、国の原文との照合は済んでいません。"
            "国の PDF を取り込むと、それと突き合わせます。"
        )
    lines.append("判定は機械による案です。決めるのは人で、その判断だけが記録に残ります。")
    return tuple(lines)
