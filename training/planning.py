"""A plan made from the store and written to it."""

from dataclasses import dataclass
from datetime import date

from kanmon.collector import collector_paused
from kanmon.errors import InputError
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.store import Store
from training.catalogue import check_sections
from training.chain import load_log
from training.knowledge import Knowledge
from training.opening import entry, known_now, open_training, read_training
from training.plan import Plan, make_plan
from training.recording import plan_facts, record_plan


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and what it was made from."""

    knowledge: Knowledge
    plan: Plan


def run_plan(session: Session, day: date, *, is_applied: bool) -> Planned:
    """Return the plan of ``day``; apply it in one transaction when asked to and not empty.

    Raises:
        InputError: the day lies before the last plan applied: its changes would look undone.
        ConfigError: a rule names a section the city does not have.
    """
    with (open_training if is_applied else read_training)(session) as store:
        if is_applied:
            _check_order(store, day)
        with collector_paused():
            knowledge = known_now(session, store, day)
            check_sections(knowledge.catalogue, knowledge.organisation)
            plan = make_plan(knowledge, day)
        if is_applied and not plan.is_empty:
            facts = plan_facts(plan, knowledge.catalogue.digest)
            record_plan(store, entry(session, "plan", day, **facts), plan)
    return Planned(knowledge, plan)


def _check_order(store: Store, day: date) -> None:
    plans = [row.effective for row in load_log(store) if row.kind == "plan"]
    if plans and day < max(plans):
        raise InputError(
            f"{max(plans).isoformat()} 現在の計画が既に適用されています",
            where=SourceRef(str(store.path)),
            hint="それより前の日は --dry-run で見るだけにしてください",
        )
