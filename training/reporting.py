"""Which report of ``training report`` is built from what."""

from dataclasses import replace

from kanmon.report import Report
from kanmon.session import Session
from kanmon.settings import CITY
from kanmon.store.store import Store
from training.chain import load_log, verify
from training.opening import Day, known, number_of, read_training
from training.report_drill import drill_report
from training.report_evidence import evidence_report
from training.report_lists import exercise_report, makeup_report, my_number_report
from training.report_sections import sections_report
from training.report_skills import skills_report
from training.report_status import Scope, build_scope, narrow
from training.report_year import committee_report, executive_report, trend
from training.settings import SMALL_GROUP

NAMELESS = ("executive", "committee", "drill", "exercise")
"""Reports that never hold a name."""


def build_report(
    session: Session, kind: str, day: Day, *, section: str | None, anonymise: bool
) -> Report:
    """Return the report; dated, and headed with the city's name when it is set."""
    with read_training(session) as store:
        scope = build_scope(session, known(session, store, day), day, anonymise=anonymise)
        scope = narrow(scope, section=section, course=None)
        made = _built(session, store, kind, scope)
    city = session.config.get(CITY)
    title = f"{city} {made.title}" if city else made.title
    return replace(made, title=title, made_on=session.today)


def _built(session: Session, store: Store, kind: str, scope: Scope) -> Report:
    if kind == "evidence":
        judged, breaks = verify(store)
        return evidence_report(scope, load_log(store), judged, breaks)
    if kind == "drill":
        small = int(number_of(session, SMALL_GROUP)) if scope.names.are_hidden else 0
        return drill_report(scope.knowledge, scope.knowledge.drills, small_group=small)
    if kind in ("executive", "committee"):
        years = trend(session, store, scope)
        build = executive_report if kind == "executive" else committee_report
        return build(scope, years)
    simple = {
        "sections": sections_report,
        "my-number": my_number_report,
        "makeup": makeup_report,
        "exercise": exercise_report,
        "skills": skills_report,
    }
    return simple[kind](scope)
