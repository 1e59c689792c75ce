"""Verdicts and decisions in, the council's page out: what ``policy status`` does."""

from dataclasses import replace

from kanmon.report import Report
from kanmon.run import Skip
from kanmon.session import Session
from kanmon.settings import CITY
from policy.decided import settled_duties
from policy.judged import Judged
from policy.load_rules import load_baseline, load_sections
from policy.load_statute import load_statute
from policy.model import Clause
from policy.status_report import gap_table, status_report
from policy.statute import item_statuses, law_items


def judge_status(session: Session, judged: Judged, *, detail: bool = False) -> Report:
    """Return the standing of the eight fields as a report.

    Raises:
        ConfigError: the statute's facts, the sections or the baseline are wrong.
    """
    folder = session.rules("policy")
    statute = load_statute(folder / "statute.yml")
    clauses = [duty.clause for duty in judged.guideline_duties]
    numbers = law_items(clauses, load_sections(folder / "sections.yml"), statute)
    if judged.baseline:
        duties = load_baseline(folder / "baseline.yml")[1]
        numbers = {duty.id: duty.law_item for duty in duties}
    accepted = settled_duties(session, judged)
    statuses = item_statuses(judged.comparisons, statute, numbers, accepted)
    unplaced = tuple(_unplaced(clause) for clause in clauses if clause.id not in numbers)
    report = status_report(
        statuses,
        statute,
        (str(session.config.get(CITY)), judged.guideline.name, judged.local.name),
        session.today,
        tuple(sorted({*judged.skips, *unplaced})),
    )
    if detail:
        return replace(report, blocks=(*report.blocks, gap_table(statuses)))
    return report


def _unplaced(clause: Clause) -> Skip:
    return Skip(
        clause.where,
        f"{clause.id} がどの号に当たるか、見出しからは決められません",
        "rules/policy/sections.yml の also に見出しを足すと決まります",
    )
