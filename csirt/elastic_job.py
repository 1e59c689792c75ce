"""What the Elasticsearch commands do, from settings to store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from csirt.elastic.address import index_prefix
from csirt.elastic.connection import connect
from csirt.elastic.deploy import elastalert_yaml, export_rules, kibana_ndjson
from csirt.elastic.fields import read_fields
from csirt.elastic.hunt import DocumentHit, Hunted, hunt_index
from csirt.elastic.ingest import Target, ingest, set_up
from csirt.elastic.requests import verdicts
from csirt.elastic.watch import WATCH, Round, begin_at, load_checkpoint, look, remember
from csirt.engine.hits import Hits
from csirt.engine.judge import Window
from csirt.hit_store import HITS, save_hits
from csirt.hunt_job import TOOL, HuntOutcome, HuntRequest, grouped, rules_in_force
from csirt.model import Hit, RuleVerdict
from csirt.pipeline import load_pipelines
from csirt.report import HuntSummary
from csirt.ruleset import RuleSet
from kanmon import __version__
from kanmon.finding import Severity
from kanmon.inputs import find_inputs
from kanmon.progress import progress
from kanmon.review import Disposition
from kanmon.run import Run, Skip
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.records import save_run

Clock = Callable[[], datetime]
Tell = Callable[[Sequence[Hit]], None]


def index_pattern(session: Session, given: str | None) -> str:
    """Return the indices to search: those given, else all of our own."""
    return given or f"{index_prefix(session.config)}-*"


def set_up_index(session: Session, shards: int, lifecycle: str) -> str:
    """Put the template and return the pattern it applies to."""
    prefix = index_prefix(session.config)
    with connect(session.config) as server:
        set_up(server, prefix, shards=shards, lifecycle=lifecycle)
    return f"{prefix}-*"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did: events new on the server, already there, kept unindexed, not readable."""

    created: int
    existing: int
    opaque: int
    skips: tuple[Skip, ...]


def ingest_paths(session: Session, paths: Sequence[Path], clock: Clock) -> Ingested:
    """Store every event of the files once; raises what ``ingest`` raises."""
    prefix = index_prefix(session.config)
    files, file_skips = find_inputs(paths)
    pipelines = load_pipelines(session.rules("pipelines"))
    with connect(session.config) as server, progress("取り込み", None) as advance:
        target = Target(server, prefix, clock)
        done = ingest(target, files, pipelines, advance)
    skips = tuple(sorted({*file_skips, *done.skips}))
    return Ingested(done.created, done.existing, done.opaque, skips)


def perform_index_hunt(
    session: Session, request: HuntRequest, index: str, decided: Mapping[str, Disposition]
) -> HuntOutcome:
    """Return what the rules find in the indices; nothing is written."""
    ruleset, rule_skips = rules_in_force(session, request.rules, request.level)
    window = Window(request.start, request.end)
    with connect(session.config) as server, progress("問い合わせ", None) as advance:
        result, _ = hunt_index(Hunted(server, index, window), ruleset, advance)
    summary = HuntSummary(
        alerts=grouped(session, result.hits),
        dispositions=decided,
        hits=len(result.hits),
        judged=result.judged,
        files=0,
        index=index,
        rules=ruleset.rules,
        input_skips=result.skips,
        rule_skips=rule_skips,
        made_on=session.today,
    )
    return HuntOutcome(summary=summary, hits=result.hits, files=(), ruleset=ruleset, seen=None)


def rule_verdicts(session: Session, ruleset: RuleSet, index: str) -> tuple[RuleVerdict, ...]:
    """Return what Elasticsearch can promise of every rule with the mappings of ``index``."""
    with connect(session.config) as server:
        return verdicts(ruleset, read_fields(server, index))


def export(
    session: Session, rules: Sequence[Path], index: str, target: str
) -> tuple[bytes, int, tuple[Skip, ...]]:
    """Return the file for ``target`` (``kibana`` or ``elastalert``), its rules, and the refused."""
    ruleset, rule_skips = rules_in_force(session, rules, Severity.INFORMATIONAL)
    with connect(session.config) as server:
        exported, skips = export_rules(ruleset, read_fields(server, index))
    make = kibana_ndjson if target == "kibana" else elastalert_yaml
    return make(exported, index), len(exported), (*skips, *rule_skips)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one round of a watch brought."""

    hits: Sequence[Hit]
    judged: int
    skips: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class Watcher:
    """A watch in progress: what is looked at, with which rules.

    Attributes:
        start: Where to begin an index never watched before; None begins now.
    """

    session: Session
    ruleset: RuleSet
    index: str
    grace: timedelta
    start: datetime | None

    def turn(self, now: datetime, tell: Tell = lambda hits: None) -> Watched:
        """Look once, ``tell`` what is new, keep it in the store, and return it.

        Checkpoint, reported hits and alerts are kept in one transaction, and ``tell`` is a part of
        it: hits that could not be told are not remembered and come again. Only a power cut between
        the two can tell a hit twice; nothing can lose one.
        """
        schemas = (HITS, WATCH)
        with self.session.open_store(*schemas) as store, connect(self.session.config) as server:
            if self.start is not None and load_checkpoint(store, self.index) is None:
                begin_at(store, self.index, self.start + self.grace)
            hunted = Hunted(server, self.index, Window())
            done = look(hunted, self.ruleset, store, now, self.grace)
            hits = _readable(done.hits, self.ruleset)
            alerts = grouped(self.session, hits)
            skips = _undecided(done, self.index)
            run = self._run(now, done, skips)
            with store.transaction():
                remember(store, self.index, done)
                if alerts:
                    save_run(store, run, [alert.finding for alert in alerts])
                    save_hits(store, run.id, alerts)
                tell(hits)
        return Watched(hits, done.judged, skips)

    def _run(self, now: datetime, done: Round, skips: tuple[Skip, ...]) -> Run:
        return Run(
            tool=TOOL,
            version=__version__,
            at=now,
            inputs=(),
            rules_digest=self.ruleset.digest,
            judged=done.judged,
            unit="イベント",
            skips=skips,
        )


def _readable(found: Sequence[DocumentHit], ruleset: RuleSet) -> Hits:
    hits = Hits(ruleset.rules)
    for one in found:
        hits.add(one.source, [one.raw])
    hits.sort()
    return hits


def _undecided(done: Round, index: str) -> tuple[Skip, ...]:
    return tuple(
        Skip(
            SourceRef(index),
            f"ルール {rule} の正規表現が時間内に終わらず、{count} 件を判定していません",
            "正規表現を、繰り返しが重ならない形に直してください",
        )
        for rule, count in sorted(done.undecided.items())
    )
