"""Rules held against the engine, against logs, and against their own examples."""

import io
from collections.abc import Sequence
from pathlib import Path

import orjson

from csirt.hunt import hunt
from csirt.hunt_options import cache_folder, placeholders
from csirt.model import RuleVerdict, Verdict
from csirt.rule_cases import CaseResult, RuleCase, judge_cases, load_cases
from csirt.rule_check import check_rules
from csirt.ruleset import RuleSet, load_rules
from kanmon.finding import Severity
from kanmon.inputs import InputFile, find_inputs
from kanmon.run import Skip
from kanmon.session import Session


def check_folder(
    session: Session, paths: Sequence[Path], logs: Sequence[Path]
) -> tuple[tuple[RuleVerdict, ...], tuple[Skip, ...]]:
    """Return a verdict for every rule below ``paths``, and what of the logs could not be read.

    Raises:
        InputError: a path does not exist.
    """
    ruleset, _ = _load(session, paths)
    if not logs:
        return check_rules(ruleset, None), ()
    files, file_skips = find_inputs(logs)
    result = hunt(files, ruleset.at_least(Severity.CRITICAL))
    return check_rules(ruleset, result.seen), tuple(sorted({*file_skips, *result.skips}))


def check_index(
    session: Session,
    paths: Sequence[Path],
    index: str | None,
    embedded: Sequence[RuleVerdict],
) -> tuple[RuleVerdict, ...]:
    """Return the verdicts with the loaded rules' replaced by what Elasticsearch can promise.

    Raises:
        ServiceError: the server refuses or does not answer.
    """
    from csirt.elastic_job import index_pattern, rule_verdicts

    ruleset, _ = _load(session, paths)
    found = {
        one.rule.id: one
        for one in rule_verdicts(session, ruleset, index_pattern(session, index))
        if one.rule is not None
    }
    return tuple(
        found.get(one.rule.id, one) if one.rule and one.verdict is not Verdict.SKIPPED else one
        for one in embedded
    )


def judge_examples(
    session: Session, paths: Sequence[Path]
) -> tuple[tuple[CaseResult, ...], tuple[Skip, ...]]:
    """Return every example below ``paths`` with its outcome in the real engine.

    Skips are the rules that could not be loaded and those without a hit and a miss.
    """
    ruleset, rule_skips = _load(session, paths)
    cases, case_skips = load_cases(ruleset.rules)
    results = run_cases(ruleset, cases)
    return results, tuple(sorted({*rule_skips, *case_skips}))


def run_cases(ruleset: RuleSet, cases: Sequence[RuleCase]) -> tuple[CaseResult, ...]:
    """Return the outcome of each case: all events go through the engine as one NDJSON file."""
    lines = b"".join(orjson.dumps(case.event) + b"\n" for case in cases)
    item = InputFile("events", len(lines), lambda: io.BufferedReader(io.BytesIO(lines)))
    hits = hunt([item], ruleset).hits if cases else ()
    return judge_cases(cases, ((hit.rule.id, hit.record) for hit in hits))


def _load(session: Session, paths: Sequence[Path]) -> tuple[RuleSet, tuple[Skip, ...]]:
    return load_rules(
        paths,
        pipelines=session.rules("pipelines"),
        cache=cache_folder(session),
        expand=placeholders(session),
    )
