"""One hunt from end to end: rules and logs read, hits grouped, shown, kept in the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from csirt.alert import Alert, group_hits
from csirt.engine.judge import Window
from csirt.hit_output import write_json, write_jsonl
from csirt.hit_store import HITS, save_hits
from csirt.hunt import hunt
from csirt.hunt_options import (
    ELASTICSEARCH,
    at_least_one,
    cache_folder,
    chosen_rules,
    placeholders,
)
from csirt.incident_settings import FILTERS
from csirt.model import Hit, Seen, Verdict
from csirt.report import NOTHING_HINT, NOTHING_JUDGED, HuntSummary, hunt_report
from csirt.rule_check import check_rules
from csirt.ruleset import RuleSet, load_rules
from csirt.settings import HITS_KEPT, WINDOW_MINUTES
from csirt.suppress import active_filters
from kanmon import __version__
from kanmon.errors import InputError
from kanmon.finding import Severity
from kanmon.inputs import InputFile, digest_input, find_inputs
from kanmon.output import output_stream, write_report
from kanmon.progress import progress
from kanmon.review import Disposition
from kanmon.run import InputDigest, Run, Skip
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.records import last_reviews, save_run

TOOL = "csirt hunt"
"""The verb under which runs and findings are stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntRequest:
    """What to hunt through, with which rules, from ``start`` to just before ``end``."""

    paths: tuple[Path, ...]
    rules: tuple[Path, ...]
    level: Severity
    start: datetime | None
    end: datetime | None
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntOutcome:
    """What was found, and what it was found in."""

    summary: HuntSummary
    hits: Sequence[Hit]
    files: tuple[InputFile, ...]
    ruleset: RuleSet
    seen: Seen | None

    def silent_rules(self) -> int | None:
        """Return how many rules can never fire on the kinds of record that occurred.

        None when the kinds are not known (Elasticsearch, or nothing was judged).
        """
        if self.seen is None or not self.summary.judged:
            return None
        verdicts = check_rules(self.ruleset, self.seen)
        return sum(one.verdict is Verdict.NEVER for one in verdicts)

    @property
    def worst(self) -> Severity | None:
        """Return the highest level among the alerts; None without alerts."""
        return max((alert.rule.level for alert in self.summary.alerts), default=None)

    @property
    def closing(self) -> str:
        """Return the line for standard error."""
        summary = self.summary
        outside = f"期間外の {summary.outside:,} 件は判定せず、" if summary.outside else ""
        return (
            f"{summary.judged:,} 件のイベントを判定、{outside}{len(summary.skips):,} 件はスキップ。"
            f"一致 {summary.hits:,} 件、アラート {len(summary.alerts):,} 件。"
        )


def rules_in_force(
    session: Session, given: Sequence[Path], level: Severity
) -> tuple[RuleSet, tuple[Skip, ...]]:
    """Return the rules at ``level`` and above, and those that could not be used.

    Raises:
        InputError: a rule folder is missing, or no rule is left.
    """
    folders = chosen_rules(session, given)
    filters, ended = active_filters(session.config.path_of(FILTERS), session.today)
    ruleset, skips = load_rules(
        (*folders, *filters),
        pipelines=session.rules("pipelines"),
        cache=cache_folder(session),
        expand=placeholders(session),
    )
    chosen = ruleset.at_least(level)
    if not chosen.rules:
        raise InputError(
            "使えるルールが 1 本もありません",
            where=SourceRef(str(folders[0])),
            hint="Sigma ルール（.yml）のあるフォルダーか、低い --level を指定してください",
        )
    return chosen, tuple(sorted({*skips, *ended}))


def earlier_decisions(session: Session) -> Mapping[str, Disposition]:
    """Return what people decided so far, by fingerprint; a decision that expired is OPEN."""
    with session.open_store(HITS) as store:
        reviews = last_reviews(store)
    return {
        fingerprint: review.disposition
        for fingerprint, review in reviews.items()
        if review.holds_on(session.today)
    }


def perform(
    session: Session,
    request: HuntRequest,
    decided: Mapping[str, Disposition],
    *,
    engine: str,
    index: str | None,
) -> HuntOutcome:
    """Return what the rules find, in files or in Elasticsearch; raises what either raises."""
    grouping(session)  # a senseless setting is refused before the work, not after it
    if engine != ELASTICSEARCH:
        return perform_hunt(session, request, decided)
    from csirt.elastic_job import index_pattern, perform_index_hunt

    return perform_index_hunt(session, request, index_pattern(session, index), decided)


def perform_hunt(
    session: Session, request: HuntRequest, decided: Mapping[str, Disposition]
) -> HuntOutcome:
    """Return what the rules find in the inputs; nothing is written.

    Raises:
        InputError: a path or rule folder is missing, or there is nothing to judge with.
    """
    files, file_skips = find_inputs(request.paths)
    ruleset, rule_skips = rules_in_force(session, request.rules, request.level)
    with progress("イベント", None) as advance:
        result = hunt(
            files,
            ruleset,
            window=Window(request.start, request.end),
            jobs=request.jobs,
            advance=advance,
        )
    input_skips = tuple(sorted({*file_skips, *result.skips}))
    summary = HuntSummary(
        alerts=grouped(session, result.hits),
        dispositions=decided,
        hits=len(result.hits),
        judged=result.judged,
        outside=result.outside,
        files=len(files),
        rules=ruleset.rules,
        input_skips=input_skips,
        rule_skips=rule_skips,
        made_on=session.today,
    )
    return HuntOutcome(
        summary=summary, hits=result.hits, files=files, ruleset=ruleset, seen=result.seen
    )


def grouping(session: Session) -> tuple[timedelta, int]:
    """Return the window of an alert and how many hits it keeps, as set.

    Raises:
        ConfigError: a setting makes no sense.
    """
    window = timedelta(minutes=at_least_one(session, WINDOW_MINUTES))
    return window, at_least_one(session, HITS_KEPT)


def grouped(session: Session, hits: Sequence[Hit]) -> tuple[Alert, ...]:
    """Return the hits as alerts, grouped as the settings say."""
    window, kept = grouping(session)
    return group_hits(hits, window, kept)


def write_outcome(outcome: HuntOutcome, fmt: str, output: str) -> None:
    """Write the result in ``fmt``, whole or not at all; hits are streamed."""
    if fmt not in ("json", "jsonl"):
        summary = replace(outcome.summary, silent=outcome.silent_rules())
        write_report(hunt_report(summary, fmt), fmt, output)
        return
    with output_stream(output) as stream:
        if fmt == "jsonl":
            write_jsonl(outcome.hits, stream)
        else:
            write_json(outcome.summary, outcome.hits, stream)


def require_judged(outcome: HuntOutcome, request: HuntRequest) -> None:
    """Refuse to end well when nothing was looked at: "no alerts" would be a false comfort.

    A quiet period is no failure: events outside it, or an index asked about a period only.

    Raises:
        InputError: not one event could be judged, or there was none to read.
    """
    summary = outcome.summary
    if summary.judged:
        return
    if summary.input_skips:
        first = summary.input_skips[0]
        raise InputError(f"{NOTHING_JUDGED}（{first.reason}）", where=first.where, hint=first.hint)
    quiet = request.start is not None or request.end is not None
    if summary.outside or (summary.index and quiet):
        return
    where = SourceRef(summary.index or str(request.paths[0]))
    raise InputError(f"{NOTHING_JUDGED}（読む記録がありません）", where=where, hint=NOTHING_HINT)


def keep_outcome(session: Session, outcome: HuntOutcome) -> None:
    """Store run, alerts and kept hits in one transaction; equal ones are there only once."""
    run = Run(
        tool=TOOL,
        version=__version__,
        at=session.now,
        inputs=tuple(sorted(_digest(item) for item in outcome.files)),
        rules_digest=outcome.ruleset.digest,
        judged=outcome.summary.judged,
        unit="イベント",
        skips=outcome.summary.skips,
    )
    with session.open_store(HITS) as store, store.transaction():
        save_run(store, run, [alert.finding for alert in outcome.summary.alerts])
        save_hits(store, run.id, outcome.summary.alerts)


def _digest(item: InputFile) -> InputDigest:
    try:
        return InputDigest(item.name, digest_input(item))
    except InputError:
        # Damaged archives are judged as far as they go; the skip says so.
        return InputDigest(item.name, "")
