"""The revision of a guideline as a report, and what it means for the local policy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kanmon.report import Cell, Chart, Column, Report, RichText, Table
from kanmon.run import Skip
from policy.model import Clause, ClauseKind, Comparison, Edition, Verdict
from policy.report import marked
from policy.versions import Change, Revision

_COLUMNS = (
    Column("kind", "層", 7),
    Column("change", "変更", 12),
    Column("old", "旧番号", 14),
    Column("new", "新番号", 14),
    Column("old_quote", "旧版", 46),
    Column("new_quote", "新版", 46),
    Column("reason", "内容", 46),
)
_IMPACT_COLUMNS = (
    Column("by", "期限", 12),
    Column("local", "市の条文", 16),
    Column("change", "改定の内容", 12),
    Column("guideline", "ガイドライン", 14),
    Column("verdict", "新版との判定", 10),
    Column("local_quote", "市の定め", 44),
    Column("guideline_quote", "新版の定め", 44),
    Column("reason", "見直しの理由", 50),
)


@dataclass(frozen=True, slots=True)
class Impact:
    """One revision beside what the local policy says about it now.

    Attributes:
        local: Clauses to look at; empty when the policy has none yet.
        comparison: With the new edition; ``None`` when the duty is gone.
    """

    revision: Revision
    local: tuple[Clause, ...]
    comparison: Comparison | None


def versions_report(
    editions: tuple[Edition, Edition], revisions: Sequence[Revision], skips: Iterable[Skip]
) -> Report:
    """Return every clause of both editions, changed ones first."""
    changed = [item for item in revisions if item.change is not Change.UNCHANGED]
    same = [item for item in revisions if item.change is Change.UNCHANGED]
    old, new = editions
    charts = Chart(
        "changes",
        "変更の内訳",
        tuple(change.label_ja for change in Change),
        tuple(
            (
                kind.label_ja,
                tuple(
                    float(sum(r.change is change and r.kind is kind for r in revisions))
                    for change in Change
                ),
            )
            for kind in ClauseKind
        ),
    )
    return Report(
        title=f"改定の内容: {old.name} → {new.name}",
        summary=_summary(revisions),
        blocks=(
            charts,
            Table("changed", "変わった条文", _COLUMNS, tuple(_row(item) for item in changed)),
            Table("unchanged", "変わらない条文", _COLUMNS, tuple(_row(item) for item in same)),
        ),
        judged=f"旧版 {len(old.clauses)} 件と新版 {len(new.clauses)} 件の条文を判定",
        skips=tuple(skips),
        records=tuple(_record(item) for item in revisions),
    )


def impacts_of(
    revisions: Sequence[Revision], new: Sequence[Comparison], old: Sequence[Comparison]
) -> tuple[Impact, ...]:
    """Return what each change of the body means locally, in the order of the revision.

    A change that the local policy already satisfies (一致, 強い) and one that cannot apply to it
    are left out; a deleted duty is there when a local clause answered it.
    """
    by_new = _by_duty(new)
    by_old = _by_duty(old)
    found = []
    for revision in revisions:
        if revision.kind is not ClauseKind.BODY or revision.change in _HARMLESS:
            continue
        if revision.new is None:
            before = by_old.get(revision.old.id) if revision.old else None
            if before is not None and before.local:
                found.append(Impact(revision, before.local, None))
            continue
        item = by_new.get(revision.new.id)
        if item is not None and item.verdict not in _SATISFIED:
            found.append(Impact(revision, item.local, item))
    return tuple(found)


_HARMLESS = frozenset({Change.UNCHANGED, Change.RENUMBERED, Change.MOVED})
_SATISFIED = frozenset({Verdict.EQUAL, Verdict.STRONGER, Verdict.SPLIT, Verdict.NOT_APPLICABLE})


def impact_report(
    names: tuple[str, str, str],
    impacts: Sequence[Impact],
    revisions: Sequence[Revision],
    by: date,
    skips: Iterable[Skip],
) -> Report:
    """Return the local clauses to look at, with the reason and the day they are due."""
    old, new, local = names
    changed = sum(
        item.kind is ClauseKind.BODY and item.change not in _HARMLESS for item in revisions
    )
    notes = [
        item
        for item in revisions
        if item.kind is ClauseKind.COMMENTARY and item.change is not Change.UNCHANGED
    ]
    summary = [
        f"本文の変更 {changed} 件のうち、{local} の見直しが要るもの {len(impacts)} 件。",
        f"期限は {by.isoformat()}（--by で変えられます）。",
    ]
    if notes:
        summary.append(
            f"解説の変更が {len(notes)} 件あります。運用に関わらないか確かめてください。"
        )
    blocks = (
        Table("impacts", "見直す条文", _IMPACT_COLUMNS, tuple(_impact(i, by) for i in impacts)),
        Table("commentary", "解説の変更", _COLUMNS, tuple(_row(item) for item in notes)),
    )
    return Report(
        title=f"改定の影響: {old} → {new}",
        summary=tuple(summary),
        blocks=blocks,
        judged=f"変更 {len(revisions)} 件を判定",
        skips=tuple(skips),
        records=tuple(_impact_record(item, by) for item in impacts),
    )


def _by_duty(comparisons: Sequence[Comparison]) -> Mapping[str, Comparison]:
    return {item.guideline.id: item for item in comparisons if item.guideline}


def _summary(revisions: Sequence[Revision]) -> tuple[str, ...]:
    lines = []
    for kind in ClauseKind:
        counts = [
            f"{change.label_ja} {number}"
            for change in Change
            if (number := sum(r.kind is kind and r.change is change for r in revisions))
        ]
        if counts:
            lines.append(f"{kind.label_ja}: {'、'.join(counts)}。")
    return tuple(lines)


def _row(item: Revision) -> tuple[Cell, ...]:
    old: RichText | str = item.old.quote if item.old else ""
    new: RichText | str = item.new.quote if item.new else ""
    if item.differences:
        old = marked(str(old), [d.guideline_words for d in item.differences])
        new = marked(str(new), [d.local_words for d in item.differences])
    return (
        item.kind.label_ja,
        item.change.label_ja,
        item.old.id if item.old else "",
        item.new.id if item.new else "",
        old,
        new,
        item.reason,
    )


def _record(item: Revision) -> dict[str, object]:
    return {
        "layer": item.kind.slug,
        "change": item.change.slug,
        "change_ja": item.change.label_ja,
        "old": item.old.id if item.old else None,
        "new": item.new.id if item.new else None,
        "old_quote": item.old.quote if item.old else "",
        "new_quote": item.new.quote if item.new else "",
        "dimensions": sorted({d.dimension.slug for d in item.differences}),
        "reason": item.reason,
    }


def _impact(item: Impact, by: date) -> tuple[Cell, ...]:
    record = _impact_record(item, by)
    return (
        by,
        "、".join(clause.id for clause in item.local) or "（定めなし）",
        item.revision.change.label_ja,
        str(record["guideline"] or ""),
        str(record["verdict"] or ""),
        str(record["local_quote"]),
        str(record["guideline_quote"]),
        str(record["reason"]),
    )


def _impact_record(item: Impact, by: date) -> dict[str, object]:
    revision, comparison = item.revision, item.comparison
    clause = revision.new or revision.old
    if comparison is not None:
        reason = f"{revision.reason}{comparison.reason}"
    else:
        reason = "ガイドラインから義務がなくなりました。市の条文を残すかを決めてください。"
    return {
        "guideline": clause.id if clause else None,
        "change": revision.change.slug,
        "local": [found.id for found in item.local],
        "verdict": comparison.verdict.label_ja if comparison else None,
        "guideline_quote": clause.quote if clause else "",
        "local_quote": "\n".join(found.quote for found in item.local),
        "reason": reason,
        "by": by.isoformat(),
    }
