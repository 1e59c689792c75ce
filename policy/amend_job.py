"""Verdicts and decisions in, drafts out: what ``policy amend`` does."""

from dataclasses import dataclass

from kanmon.comparison import Comparison, compare_clauses, sudachi_words
from kanmon.errors import InputError
from kanmon.load_comparison import load_style
from kanmon.report import Report
from kanmon.session import Session
from kanmon.source import SourceRef
from policy.amend import Draft, Drafter, draft_amendments
from policy.amend_place import Layout, lay_out
from policy.amend_report import amend_report, clause_pairs
from policy.amend_style import learn_style
from policy.decided import settled_duties
from policy.judged import Judged, reader_of
from policy.model import Clause, ClauseKind
from policy.statute import is_optional


@dataclass(frozen=True, slots=True)
class Amendment:
    """The drafts of one run with their places."""

    judged: Judged
    clauses: tuple[Clause, ...]
    drafts: tuple[Draft, ...]
    layout: Layout


def make_amendment(
    session: Session, judged: Judged, new_articles: str, *, optional: bool = False
) -> Amendment:
    """Return drafts for what is missing, weaker or outdated and not settled by a decision.

    ``optional`` also drafts what the guideline only recommends or allows.

    Raises:
        ConfigError: the rules are wrong.
        InputError: the local document has no body text.
    """
    rules, reader = reader_of(session, judged.guideline, judged.local)
    clauses = tuple(c for c in judged.local.clauses if c.kind is ClauseKind.BODY)
    if not clauses:
        raise InputError(
            "市のポリシーに本文がありません（解説だけの文書です）",
            where=SourceRef(judged.local.path),
            hint="対策基準の本文を含む文書を指定してください",
        )
    drafter = Drafter(
        {duty.clause.id: duty for duty in judged.guideline_duties},
        {duty.clause.id: duty for duty in judged.local_duties},
        reader,
        learn_style(clauses, rules.terms.synonyms),
    )
    settled = settled_duties(session, judged)
    if not optional:
        settled |= _optional(judged)
    drafts = draft_amendments(judged.comparisons, drafter, settled)
    layout = lay_out(drafts, judged.comparisons, clauses, new_articles)
    return Amendment(judged, clauses, drafts, layout)


def _optional(judged: Judged) -> frozenset[str]:
    return frozenset(
        item.guideline.id for item in judged.comparisons if item.guideline and is_optional(item)
    )


def comparison_table(session: Session, amendment: Amendment, style: str) -> Comparison:
    """Return the 新旧対照表 in the city's style; raises ``ConfigError`` for an unknown one."""
    chosen = load_style(session.rules("comparison"), style)
    pairs = clause_pairs(amendment.clauses, amendment.drafts, amendment.layout)
    name = amendment.judged.local.name
    return Comparison(
        title=f"{name} 新旧対照表",
        instrument=name,
        style=chosen,
        rows=compare_clauses(pairs, chosen, sudachi_words()),
    )


def list_report(session: Session, amendment: Amendment) -> Report:
    """Return the drafts as a list with reasons."""
    judged = amendment.judged
    names = (judged.local.name, judged.guideline.name)
    return amend_report(amendment.drafts, amendment.layout, names, session.today, judged.skips)
