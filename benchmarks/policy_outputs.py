"""How long status, amend and the exports take, and how many drafts stand up to the comparison.

Run: .venv/bin/python benchmarks/policy_outputs.py
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kanmon.config import Config
from kanmon.session import Session
from policy.amend_job import comparison_table, make_amendment
from policy.export_job import exchange_bytes
from policy.judged import judge
from policy.model import Verdict
from policy.status_job import judge_status

SAMPLES = Path(__file__).parents[1] / "samples" / "policy"
PROFILE = {"policy.model": "α", "policy.cloud": False, "policy.wireless": False}
GUIDELINE = str(SAMPLES / "guideline-after.docx")


def timed(what: str, job: Callable[[], object]) -> None:
    """Print the processor seconds of one call."""
    start = time.process_time()
    job()
    print(f"  {what:<28}{time.process_time() - start:6.2f} s")


def main() -> None:
    """Print one block per pair of texts."""
    with TemporaryDirectory() as folder:
        config = Config({"store": f"{folder}/kanmon.db", **PROFILE})
        session = Session(config, datetime(2026, 11, 22, tzinfo=UTC), "benchmark")
        for guideline in (GUIDELINE, None):
            for name in ("aoba.docx", "minato.html"):
                report(session, guideline, name)


def report(session: Session, guideline: str | None, name: str) -> None:
    """Print times and the fate of the drafts for one policy."""
    start = time.process_time()
    judged = judge(session, guideline, str(SAMPLES / name))
    duties = len(judged.guideline_duties)
    print(f"{name} against {judged.guideline.name} ({duties} duties)")
    print(f"  {'read and compare':<28}{time.process_time() - start:6.2f} s")
    timed("status", lambda: judge_status(session, judged))
    amendment = make_amendment(session, judged, "branch")
    timed("amend", lambda: make_amendment(session, judged, "branch"))
    timed("新旧対照表", lambda: comparison_table(session, amendment, "after-before"))
    timed("OSCAL mapping", lambda: exchange_bytes(session, judged, "oscal-mapping", "local"))
    weak = (None, Verdict.WEAKER, Verdict.UNDECIDED, Verdict.MISSING)
    good = sum(draft.again not in weak for draft in amendment.drafts)
    methods: dict[str, int] = {}
    for draft in amendment.drafts:
        methods[draft.method.slug] = methods.get(draft.method.slug, 0) + 1
    print(f"  drafts {len(amendment.drafts)} {methods}, no longer weaker: {good}")


if __name__ == "__main__":
    main()
