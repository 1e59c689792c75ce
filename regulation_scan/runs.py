"""A scan as a stored run: made, kept, found again, compared."""

from collections.abc import Sequence
from pathlib import Path

from kanmon import __version__
from kanmon.config import Config
from kanmon.dates import JST
from kanmon.errors import InputError
from kanmon.finding import Finding
from kanmon.review import Continuity
from kanmon.run import Run
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.records import load_findings, load_runs, save_run
from kanmon.store.store import Store
from regulation_scan.cache import Cache
from regulation_scan.compared import Compared, Read, compare_read
from regulation_scan.load import Scanned, load_rules, scan_paths
from regulation_scan.model import CATEGORIES, Judgement
from regulation_scan.results import from_finding, to_findings
from regulation_scan.settings import CACHE

TOOL = "regulation scan"


def run_scan(
    session: Session, config: Config, paths: Sequence[Path], jobs: int, *, store: bool
) -> tuple[Scanned, str]:
    """Return what was found and the id of the stored run; empty when none was stored.

    A run without one sentence is not stored: beside it, last year's clauses would all be gone.
    """
    rules = load_rules(session.rules("analog"), config)
    with Cache.open(config.path_of(CACHE) if store else None) as cache:
        scanned = scan_paths(paths, rules, cache, jobs)
    if not store or not scanned.sentences:
        return scanned, ""
    run = Run(
        tool=TOOL,
        version=__version__,
        at=session.now,
        inputs=scanned.inputs,
        rules_digest=rules.digest,
        judged=scanned.sentences,
        unit="文",
        skips=scanned.skips,
    )
    with session.open_store() as opened:
        save_run(opened, run, to_findings(scanned.judgements))
    return scanned, run.id


def require_sentences(scanned: Scanned, paths: Sequence[Path]) -> None:
    """Refuse to end well when nothing could be read: "no findings" would be a false comfort.

    Raises:
        InputError: not one sentence was judged.
    """
    if scanned.sentences:
        return
    message = "判定できた文が一つもありません"
    if scanned.skips:
        first = scanned.skips[0]
        raise InputError(f"{message}（{first.reason}）", where=first.where, hint=first.hint)
    hint = "例規のファイルがあるフォルダーか確かめてください"
    raise InputError(message, where=SourceRef(str(paths[0])), hint=hint)


def check_categories(categories: Sequence[str]) -> None:
    """Refuse an unknown ``--category``; raises ``InputError``."""
    for label in categories:
        if label not in CATEGORIES:
            hint = "区分: " + "、".join(CATEGORIES)
            raise InputError(
                f"区分 {label!r} はありません", where=SourceRef("--category"), hint=hint
            )


def find_run(store: Store, name: str, *, before: str = "") -> Run:
    """Return the run called ``name`` (its id or the id's beginning; ``last`` the newest).

    ``before`` leaves out the run of that id and everything after it.

    Raises:
        InputError: there is no such run, or several begin so.
    """
    runs = list(load_runs(store, TOOL))
    if before:
        ids = [run.id for run in runs]
        runs = runs[: ids.index(before)] if before in ids else runs
    found = runs[-1:] if name == "last" else [run for run in runs if run.id.startswith(name)]
    if len(found) != 1:
        known = "、".join(label_of(run) for run in runs[-5:]) or "なし"
        message = "点検の記録がありません" if not found else "実行番号が一つに決まりません"
        hint = f"先に kanmon regulation scan を実行してください。記録: {known}"
        raise InputError(message, where=SourceRef(name), hint=hint)
    return found[0]


def label_of(run: Run) -> str:
    """Return a run as people name it: id and day in Japan."""
    return f"{run.id}（{run.at.astimezone(JST):%Y-%m-%d}）"


def stored_judgements(store: Store, run: Run) -> tuple[tuple[Finding, Judgement], ...]:
    """Return the findings of a run beside the judgements they were made from, in order."""
    return tuple((finding, from_finding(finding)) for finding in load_findings(store, run.id))


def compare_runs(store: Store, now: Run, since: Run) -> Compared:
    """Return every finding of two stored runs once; see ``compare_read``."""
    return compare_read(
        Read(since.inputs, load_findings(store, since.id)),
        Read(now.inputs, load_findings(store, now.id)),
    )


def keep_new(
    session: Session, scanned: Scanned, judgements: Sequence[Judgement], since: str, run_id: str
) -> tuple[tuple[Judgement, ...], tuple[str, ...]]:
    """Return those judgements that are new or changed since an earlier run, and what to tell."""
    findings = to_findings(judgements)
    with session.read_store() as store:
        earlier = find_run(store, since, before=run_id)
        before = Read(earlier.inputs, load_findings(store, earlier.id))
    compared = compare_read(before, Read(scanned.inputs, findings))
    wanted = {
        item.now.fingerprint
        for item in compared.items
        if item.now and item.continuity in (Continuity.NEW, Continuity.CHANGED)
    }
    pairs = zip(findings, judgements, strict=True)
    kept = tuple(judgement for finding, judgement in pairs if finding.fingerprint in wanted)
    return kept, compared.remarks
