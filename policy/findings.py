"""Verdicts as findings, so that decisions about them are kept like all others. Pure."""

from collections.abc import Iterable, Mapping

from kanmon.finding import Finding, Severity, number_occurrences
from policy.model import Comparison, Dimension, Strength, Verdict

SUBJECT = "情報セキュリティポリシー"
"""What is judged, whatever its edition is called: a decision outlives the next edition."""

_SEVERITIES: Mapping[Verdict, Severity] = {
    Verdict.MISSING: Severity.HIGH,
    Verdict.WEAKER: Severity.MEDIUM,
    Verdict.UNDECIDED: Severity.MEDIUM,
    Verdict.OUTDATED: Severity.LOW,
    Verdict.SPLIT: Severity.INFORMATIONAL,
    Verdict.OWN: Severity.INFORMATIONAL,
    Verdict.STRONGER: Severity.INFORMATIONAL,
}
# A lower officer or a softer verb changes who answers for it; that is read first.
_GRAVE = frozenset({Dimension.VERB, Dimension.EXCEPTION, Dimension.APPROVER})


def findings_of(comparisons: Iterable[Comparison]) -> tuple[Finding | None, ...]:
    """Return the finding of each comparison, in order; ``None`` for 一致 and 適用外."""
    listed = tuple(comparisons)
    made = [_finding(item) for item in listed if item.verdict in _SEVERITIES]
    numbered = iter(number_occurrences(made))
    return tuple(next(numbered) if item.verdict in _SEVERITIES else None for item in listed)


def severity_of(item: Comparison) -> Severity:
    """Return how much a verdict matters; a missing 推奨事項 or 裁量 is never a hard gap."""
    severity = _SEVERITIES.get(item.verdict, Severity.INFORMATIONAL)
    soft = item.strength is not None and item.strength.level <= Strength.RECOMMENDATION.level
    if soft and severity > Severity.LOW:
        return Severity.LOW
    if item.verdict is Verdict.WEAKER and _GRAVE & set(item.dimensions):
        return Severity.HIGH
    return severity


def _finding(item: Comparison) -> Finding:
    guideline = item.guideline.quote if item.guideline else ""
    local = "／".join(clause.quote for clause in item.local)
    first = item.local[0] if item.local else item.guideline
    assert first is not None, "a comparison has a side"
    return Finding(
        check=f"guideline/{item.verdict.slug}",
        subject=SUBJECT,
        where=first.where,
        title=title_of(item),
        evidence=local or guideline,
        severity=severity_of(item),
        confidence=item.confidence,
        reasons=(item.reason,),
        context=guideline if local else "",
        anchor=item.guideline.id if item.guideline else first.id,
        details=(
            ("ガイドライン", item.guideline.id if item.guideline else ""),
            ("市の条文", "、".join(clause.id for clause in item.local)),
            ("違い", "、".join(dimension.label_ja for dimension in item.dimensions)),
            ("次点", item.runner_up),
        ),
    )


def title_of(item: Comparison) -> str:
    """Return one line: which duty, which verdict, in which respects."""
    place = item.guideline.id if item.guideline else item.local[0].id
    respects = "・".join(dimension.label_ja for dimension in item.dimensions)
    return f"{place} {item.verdict.label_ja}" + (f"（{respects}）" if respects else "")
