"""What a person decided about a finding, and how a decision survives the next scan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from kanmon.finding import Finding


class Disposition(Enum):
    """What became of a finding."""

    OPEN = "open", "未判断"
    CONFIRMED = "confirmed", "該当"
    FALSE_POSITIVE = "false-positive", "非該当"
    ACCEPTED = "accepted", "許容"
    RESOLVED = "resolved", "対応済"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja

    @classmethod
    def from_slug(cls, slug: str) -> "Disposition":
        """Return the disposition written as slug or Japanese label; ``ValueError`` otherwise."""
        for member in cls:
            if slug in (member.slug, member.label_ja):
                return member
        known = ", ".join(member.slug for member in cls)
        raise ValueError(f"{slug!r} is none of {known}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One decision. Append-only: the last one about a fingerprint rules, the others stay.

    Attributes:
        fingerprint: The finding's.
        reviewer: Who decided.
        at: When, aware, UTC.
        note: Why, in the reviewer's words.
        approver: Who approved a deliberate deviation; empty when none was needed.
        expires: Last day on which the decision holds; ``None`` for no end.
        fields: Further columns the reviewer filled in (department, plan, deadline …).
    """

    fingerprint: str
    disposition: Disposition
    reviewer: str
    at: datetime
    note: str = ""
    approver: str = ""
    expires: date | None = None
    fields: tuple[tuple[str, str], ...] = ()

    def holds_on(self, day: date) -> bool:
        """Return whether the decision has not expired on ``day``."""
        return self.expires is None or day <= self.expires


class Continuity(Enum):
    """How a finding of this run relates to an earlier run."""

    SAME = "same", "継続"
    CHANGED = "changed", "判断後に変更"
    NEW = "new", "新規"
    GONE = "gone", "消滅"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True)
class Continued:
    """A finding beside what it was before: ``now`` is None when gone, ``before`` when new."""

    continuity: Continuity
    now: Finding | None
    before: Finding | None


def compare_findings(before: Iterable[Finding], now: Iterable[Finding]) -> tuple[Continued, ...]:
    """Return every finding of both runs once: those of ``now`` in order, then the gone ones.

    Equal fingerprints are SAME. Of the rest, equal check, subject and non-empty anchor are
    CHANGED, paired in document order; what is left is NEW or GONE.
    """
    old = tuple(before)
    new = tuple(now)
    unmatched = {finding.fingerprint: finding for finding in old}
    same = {f.fingerprint: unmatched.pop(f.fingerprint) for f in new if f.fingerprint in unmatched}
    anchored: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in unmatched.values():
        if finding.anchor:
            key = (finding.check, finding.subject, finding.anchor)
            anchored.setdefault(key, []).append(finding)
    result = [_continue(finding, same, anchored) for finding in new]
    taken = {item.before.fingerprint for item in result if item.before}
    gone = (f for f in unmatched.values() if f.fingerprint not in taken)
    return (*result, *(Continued(Continuity.GONE, None, finding) for finding in gone))


def _continue(
    finding: Finding,
    same: Mapping[str, Finding],
    anchored: Mapping[tuple[str, str, str], list[Finding]],
) -> Continued:
    if finding.fingerprint in same:
        return Continued(Continuity.SAME, finding, same[finding.fingerprint])
    waiting = anchored.get((finding.check, finding.subject, finding.anchor))
    if finding.anchor and waiting:
        return Continued(Continuity.CHANGED, finding, waiting.pop(0))
    return Continued(Continuity.NEW, finding, None)
