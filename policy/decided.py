"""What people decided about the verdicts, by duty of the guideline."""

from collections.abc import Mapping

from kanmon.review import Disposition
from kanmon.session import Session
from policy.edition_store import SCHEMA
from policy.findings import findings_of
from policy.judged import Judged

SETTLED = frozenset({Disposition.ACCEPTED, Disposition.FALSE_POSITIVE})
"""Decisions after which a duty needs no amendment: left on purpose, or no gap at all."""


def decisions(session: Session, judged: Judged) -> Mapping[str, Disposition]:
    """Return the decision that holds today by guideline id; undecided duties are absent.

    Raises:
        StoreError: the store cannot be read.
    """
    from kanmon.store.records import last_reviews

    with session.look_up_store(SCHEMA) as store:
        reviews = last_reviews(store)
    found = {}
    for comparison, finding in zip(
        judged.comparisons, findings_of(judged.comparisons), strict=True
    ):
        review = reviews.get(finding.fingerprint) if finding else None
        if review is None or comparison.guideline is None or not review.holds_on(session.today):
            continue
        found[comparison.guideline.id] = review.disposition
    return found


def settled_duties(session: Session, judged: Judged) -> frozenset[str]:
    """Return the guideline ids a person settled: accepted on purpose, or found to be no gap."""
    return frozenset(duty for duty, kind in decisions(session, judged).items() if kind in SETTLED)


def confirmed_duties(session: Session, judged: Judged) -> frozenset[str]:
    """Return the guideline ids whose verdict a person read and confirmed."""
    kinds = (Disposition.CONFIRMED, Disposition.ACCEPTED, Disposition.RESOLVED)
    return frozenset(duty for duty, kind in decisions(session, judged).items() if kind in kinds)
