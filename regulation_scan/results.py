"""Judgements as findings for the store, as JSON lines for machines, and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kanmon.finding import Confidence, Finding, Severity, number_occurrences
from kanmon.source import SourceRef
from regulation_scan.model import (
    CATEGORIES,
    Clause,
    Instrument,
    Judgement,
    Modality,
    Position,
    Status,
)

_SEVERITIES = {
    "A": Severity.HIGH,
    "B": Severity.HIGH,
    "C": Severity.MEDIUM,
    "D": Severity.LOW,
}
_TEXTS = (
    "category",
    "evidence",
    "type_ja",
    "reason_code",
    "subject",
    "frequency",
    "cue",
    "phase",
    "priority",
    "addressee",
    "procedure",
    "technology",
    "discretion",
)


def to_json(judgement: Judgement) -> dict[str, Any]:
    """Return everything about a judgement as JSON values; ``from_json`` is the way back."""
    clause = judgement.clause
    return {
        **{key: getattr(judgement, key) for key in _TEXTS},
        "status": judgement.status.slug,
        "reasons": list(judgement.reasons),
        "modality": judgement.modality.slug,
        "position": judgement.position.slug,
        "confidence": judgement.confidence.slug,
        "by_reference": list(judgement.by_reference),
        "covered_by": list(judgement.covered_by),
        "digital_ok": judgement.digital_ok,
        "file": clause.instrument.file,
        "title": clause.instrument.title,
        "number": clause.instrument.number,
        "kind": clause.instrument.kind,
        "article": clause.article,
        "caption": clause.caption,
        "provision": clause.provision,
        "sentence": clause.sentence,
        "order": clause.order,
        "form": clause.form,
        "linked": clause.linked,
    }


def from_json(raw: Mapping[str, Any]) -> Judgement:
    """Return the judgement that ``to_json`` wrote."""
    instrument = Instrument(raw["file"], raw["title"], raw["number"], raw["kind"])
    clause = Clause(
        instrument=instrument,
        article=raw["article"],
        caption=raw["caption"],
        provision=raw["provision"],
        sentence=raw["sentence"],
        order=raw["order"],
        form=raw["form"],
        linked=raw["linked"],
    )
    return Judgement(
        clause=clause,
        status=_by_slug(Status, raw["status"]),
        reasons=tuple(raw["reasons"]),
        modality=_by_slug(Modality, raw["modality"]),
        position=_by_slug(Position, raw["position"]),
        confidence=Confidence.from_slug(raw["confidence"]),
        by_reference=tuple(raw["by_reference"]),
        covered_by=tuple(raw["covered_by"]),
        digital_ok=raw["digital_ok"],
        **{key: raw[key] for key in _TEXTS},
    )


def _by_slug(kind: Any, slug: str) -> Any:
    return next(member for member in kind if member.slug == slug)


def to_findings(judgements: Iterable[Judgement]) -> tuple[Finding, ...]:
    """Return a finding for each judgement, covered and not applicable ones included, in order.

    The evidence is the whole sentence and the context its caption, never an article's number: a
    decision survives the move from 第5条 to 第6条, and a changed sentence comes back.
    """
    return number_occurrences(_to_finding(judgement) for judgement in judgements)


def _to_finding(judgement: Judgement) -> Finding:
    clause = judgement.clause
    category = CATEGORIES[judgement.category]
    severity = Severity.INFORMATIONAL
    if judgement.status is Status.FINDING:
        severity = _SEVERITIES.get(judgement.priority, Severity.LOW)
    name = clause.instrument.title or clause.instrument.file
    inner = clause.provision.removeprefix(clause.article)
    if clause.form:
        inner = clause.provision
    # A form's title names its article, which a renumbering changes: 様式第1号（第5条関係）.
    caption = re.sub(r"[（(][^（）()]*関係[）)]", "", clause.caption)
    raw = to_json(judgement)
    details = tuple((key, _text(value)) for key, value in raw.items())
    return Finding(
        check=category.check,
        subject=clause.instrument.subject,
        where=SourceRef(clause.instrument.file, clause.provision),
        title=f"{name} {clause.provision}: {judgement.category}",
        evidence=clause.sentence,
        severity=severity,
        confidence=judgement.confidence,
        reasons=judgement.reasons,
        context=caption,
        anchor=f"{caption}|{inner}" if caption else clause.provision,
        details=details,
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list):
        return "\n".join(value)
    return str(value)


def from_finding(finding: Finding) -> Judgement:
    """Return the judgement a stored finding was made from."""
    raw: dict[str, Any] = dict(finding.details)
    for key in ("reasons", "by_reference", "covered_by"):
        raw[key] = raw[key].split("\n") if raw[key] else []
    for key in ("digital_ok", "form"):
        raw[key] = raw[key] == "true"
    raw["order"] = int(raw["order"])
    return from_json(raw)


def to_records(judgements: Sequence[Judgement]) -> list[dict[str, object]]:
    """Return the JSON lines: one for each sentence and outcome, with all categories of it.

    Judgements of one sentence that share status, reason and coverage share a line.
    """
    lines: dict[tuple[object, ...], list[Judgement]] = {}
    for judgement in judgements:
        key = (
            judgement.clause.instrument.file,
            judgement.clause.order,
            judgement.status.slug,
            judgement.reason_code,
            judgement.by_reference,
            judgement.covered_by,
            judgement.digital_ok,
        )
        lines.setdefault(key, []).append(judgement)
    return [_record(group) for group in lines.values()]


def _record(group: Sequence[Judgement]) -> dict[str, object]:
    first = group[0]
    clause = first.clause
    types = sorted({kind for item in group for kind in item.type_ja.split("、") if kind})
    reasons = list(dict.fromkeys(reason for item in group for reason in item.reasons))
    return {
        "file": clause.instrument.file,
        "instrument": clause.instrument.title,
        "number": clause.instrument.number,
        "provision": clause.provision,
        "categories": [item.category for item in group],
        "types": types,
        "evidence": " / ".join(dict.fromkeys(item.evidence for item in group)),
        "sentence": clause.sentence,
        "subject": first.subject,
        "modality": first.modality.slug,
        "status": first.status.slug,
        "reason": first.reason_code,
        "reasons": reasons,
        "by_reference": list(first.by_reference),
        "covered_by": " ".join(first.covered_by),
        "digital_ok": first.digital_ok,
        "phase": max(item.phase for item in group),
        "priority": min(item.priority for item in group),
        "confidence": max(item.confidence for item in group).slug,
        "caption": clause.caption,
        "procedure": first.procedure,
        "technology": list(dict.fromkeys(item.technology for item in group if item.technology)),
        "discretion": first.discretion,
    }
