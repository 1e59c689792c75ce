"""A check that fired at a place, on quoted evidence: the common currency of the four jobs."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import total_ordering
from typing import Self

from kanmon.source import SourceRef


@total_ordering
class _Graded(Enum):
    """An enumeration whose members are ordered as written and carry a Japanese label."""

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.grade < other.grade

    @property
    def grade(self) -> int:
        """Return 0 for the lowest member."""
        return list(type(self)).index(self)

    @classmethod
    def from_slug(cls, slug: str) -> Self:
        """Return the member written as ``slug``; raises ``ValueError`` for any other word."""
        for member in cls:
            if member.slug == slug:
                return member
        known = ", ".join(member.slug for member in cls)
        raise ValueError(f"{slug!r} is none of {known}")


class Severity(_Graded):
    """How bad it is if true. The five levels of Sigma (specification 2.1, ``level``)."""

    INFORMATIONAL = "informational", "情報"
    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"
    CRITICAL = "critical", "重大"


class Confidence(_Graded):
    """How sure the check is; an axis of its own, never mixed with severity."""

    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a check saw, at one place, quoted so that it can be checked there.

    Attributes:
        check: Stable id, ``package/slug``: ``analog/visual-inspection``, ``sigma/<rule uuid>``.
        subject: What was checked, in terms that outlive an edit: an instrument's number, a host.
        where: Where the evidence was read.
        title: One line for people, Japanese where the source is.
        evidence: The text itself, verbatim; never a paraphrase.
        reasons: Why it fired, one Japanese sentence each, strongest first.
        context: What surrounds the evidence and outlives a renumbering (an article's caption,
            its chapeau): tells apart equal evidence at different places of one subject.
        occurrence: 0 for the first finding with this check, subject, evidence and context in
            document order, 1 for the second …; see ``number_occurrences``.
        anchor: What stays when the evidence itself is edited (caption, provision address); lets
            a reworded clause come back as "changed since decision". Empty: no such thing.
        details: Further facts as (key, value), in the order to show them.
    """

    check: str
    subject: str
    where: SourceRef
    title: str
    evidence: str
    severity: Severity
    confidence: Confidence
    reasons: tuple[str, ...] = ()
    context: str = ""
    occurrence: int = 0
    anchor: str = ""
    details: tuple[tuple[str, str], ...] = ()

    @property
    def fingerprint(self) -> str:
        """Return the 16 hex digits a review is filed under.

        ``where`` is left out: an article added above must not undo a decision.
        """
        parts = (self.check, self.subject, self.evidence, self.context, str(self.occurrence))
        text = "\x1f".join(unicodedata.normalize("NFKC", part) for part in parts)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def number_occurrences(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings, in the order given, with equal ones numbered 0, 1, 2 ….

    Two identical clauses in one instrument are two decisions: without this they would share one.
    """
    seen: dict[str, int] = {}
    numbered = []
    for finding in findings:
        first = replace(finding, occurrence=0)
        count = seen.get(first.fingerprint, 0)
        seen[first.fingerprint] = count + 1
        numbered.append(replace(finding, occurrence=count) if count else first)
    return tuple(numbered)
