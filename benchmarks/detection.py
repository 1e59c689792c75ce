"""Detection: events per second and memory on real recordings, start-up, EVTX, and a yardstick.

Run from the repository with ../shared beside it: ``python benchmarks/detection.py [--quick]``.
Figures depend on what else the machine does; CPU seconds (of all processes) depend less.
"""

import argparse
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import active_children
from pathlib import Path

import psutil
from evtx import PyEvtxParser
from evtx_writer import write_evtx
from recordings import SHARED, recorded_events, recordings

from csirt.engine.fields import texts
from csirt.hunt import hunt
from csirt.model import HuntResult
from csirt.ruleset import RuleSet, load_rules
from kanmon.finding import Severity
from kanmon.inputs import InputFile, find_inputs

ROOT = Path(__file__).parents[1]
TREES = [
    SHARED / "sigma" / name for name in ("rules", "rules-emerging-threats", "rules-threat-hunting")
]
REGRESSION = SHARED / "sigma" / "regression_data"
SETS = 40
"""Times the real EVTX files are read, so that a run lasts seconds."""
RUNS = 3
REALISTIC = "realistic: recordings as EVTX"


@dataclass
class Cost:
    """Wall and CPU seconds, and the largest memory of one process, in megabytes."""

    wall: float = 0.0
    cpu: float = 0.0
    megabytes: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """Yield a cost that is filled in at the end; memory is sampled ten times a second."""
    cost, done = Cost(), threading.Event()
    own = psutil.Process()
    processes: dict[int | None, psutil.Process] = {None: own}
    base = sum(own.cpu_times()[:4])

    def sample() -> None:
        while not done.wait(0.1):
            for one in active_children():  # psutil would look through all processes
                with suppress(psutil.NoSuchProcess):
                    processes.setdefault(one.pid, psutil.Process(one.pid))
            for process in processes.values():
                try:
                    cost.megabytes = max(cost.megabytes, process.memory_info().rss / 1e6)
                except psutil.NoSuchProcess:
                    continue

    watcher = threading.Thread(target=sample)
    watcher.start()
    began = time.perf_counter()
    try:
        yield cost
    finally:
        cost.wall = time.perf_counter() - began
        done.set()
        watcher.join()
        cost.cpu = sum(own.cpu_times()[:4]) - base


def row(name: str, events: int, cost: Cost, note: str = "") -> None:
    """Print one line of the table."""
    rates = [f"{events / seconds:,.0f}" if events else "" for seconds in (cost.wall, cost.cpu)]
    cells = (name, f"{events:,}" if events else "", f"{cost.wall:.2f}", f"{cost.cpu:.2f}")
    print("|", " | ".join((*cells, *rates, f"{cost.megabytes:.0f}", note)), "|", flush=True)


def start_up(cache: Path) -> RuleSet:
    """Measure loading all rules without and with the cache; return the Windows rules."""
    for name in ("rules: first start (compile 3,754)", "rules: start from cache"):
        with measured() as cost:
            ruleset, _ = load_rules(
                TREES, pipelines=ROOT / "rules" / "pipelines", cache=cache, expand={}
            )
        row(name, 0, cost, f"{len(ruleset.rules):,} rules")
    kept = [n for n, rule in enumerate(ruleset.rules) if rule.logsource.product == "windows"]
    return replace(
        ruleset,
        rules=tuple(ruleset.rules[n] for n in kept),
        whens=tuple(ruleset.whens[n] for n in kept),
    )


def repeated(files: Sequence[InputFile], times: int) -> list[InputFile]:
    """Return the files several times, under different names."""
    return [replace(item, name=f"{n}/{item.name}") for n in range(times) for item in files]


def hunted(name: str, files: Sequence[InputFile], ruleset: RuleSet, jobs: int) -> HuntResult:
    """Measure one hunt."""
    with measured() as cost:
        result = hunt(files, ruleset, jobs=jobs)
    row(name, result.judged, cost, f"{len(result.hits):,} hits, {len(ruleset.rules):,} rules")
    return result


def evtx(ruleset: RuleSet, files: Sequence[InputFile], folder: Path) -> None:
    """Measure EVTX files against the evtx package alone: small real ones, and the recordings."""
    real = [item for item in find_inputs([REGRESSION])[0] if item.name.endswith(".evtx")]
    path = folder / "recordings.evtx"
    write_evtx(recorded_events(files), path)
    large = list(find_inputs([path])[0])
    quiet = ruleset.at_least(Severity.CRITICAL)
    few = package(f"{len(real)} real files, {SETS} times", real * SETS)
    many = package(REALISTIC, large)
    for jobs in (1, 2):
        beside_package("real files, all levels", real, SETS, (ruleset, jobs), few)
        beside_package(f"{REALISTIC}, all levels", large, 1, (ruleset, jobs), many)
        beside_package(f"{REALISTIC}, critical only", large, 1, (quiet, jobs), many)


def package(name: str, files: Sequence[InputFile]) -> Cost:
    """Measure the evtx package's conversion to JSON in one thread; the best of three runs."""
    costs = []
    for _ in range(RUNS):
        with measured() as cost:
            count = to_json([item.name for item in files])
        costs.append(cost)
    best = min(costs, key=lambda one: one.wall)
    row(f"EVTX: evtx package to JSON, {name}", count, best)
    return best


def to_json(names: Sequence[str]) -> int:
    """Return how many records the evtx package turned into JSON."""
    return sum(1 for name in names for _ in PyEvtxParser(name, number_of_threads=1).records_json())


def beside_package(
    name: str, files: Sequence[InputFile], times: int, hunting: tuple[RuleSet, int], alone: Cost
) -> None:
    """Measure a whole hunt, and a hunt without start-up against the package ``alone``.

    The second row is what further ``times`` readings of the files add to as many, the best of
    three each: then every process has started, and met every kind of record.
    """
    ruleset, jobs = hunting
    hunted(f"EVTX: hunt, {name}, {jobs} job(s), read once, all in", files, ruleset, jobs)
    fewer, more = repeated(files, 2 * times), repeated(files, 4 * times)
    before, base = best_hunt(fewer, ruleset, jobs)
    after, result = best_hunt(more, ruleset, jobs)
    wall, cpu = (after.wall - before.wall) / 2, (after.cpu - before.cpu) / 2
    hits = (len(result.hits) - len(base.hits)) // 2
    note = (
        f"{hits:,} hits; times the package: wall {wall / alone.wall:.1f}, CPU {cpu / alone.cpu:.1f}"
    )
    events = (result.judged - base.judged) // 2
    row(f"EVTX: hunt, {name}, {jobs} job(s)", events, Cost(wall, cpu, after.megabytes), note)


def best_hunt(files: Sequence[InputFile], ruleset: RuleSet, jobs: int) -> tuple[Cost, HuntResult]:
    """Return the least cost of three hunts: the start of a process takes 0.3 to 0.7 seconds."""
    costs = []
    for _ in range(RUNS):
        with measured() as cost:
            result = hunt(files, ruleset, jobs=jobs)
        costs.append(cost)
    return min(costs, key=lambda one: one.wall), result


def sqlite_yardstick(ruleset: RuleSet, files: Sequence[InputFile], limit: int) -> None:
    """Measure pysigma-backend-sqlite's queries over the first ``limit`` events (test-only)."""
    from sigma.backends.sqlite import sqliteBackend
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError

    events = [event for event, _ in zip(recorded_events(files), range(limit), strict=False)]
    names = {name.lower() for event in events for name in event}
    names |= {f.lower() for n in range(len(ruleset.rules)) for f in ruleset.fields(n) if f}
    backend, queries, refused = sqliteBackend(), [], 0
    for rule in ruleset.rules:
        try:
            queries += backend.convert(
                SigmaCollection.from_yaml(Path(rule.path).read_text("utf-8"))
            )
        except (SigmaError, NotImplementedError):
            refused += 1
    database = sqlite3.connect(":memory:")
    columns = ",".join(f'"{name}" TEXT COLLATE NOCASE' for name in sorted(names))
    with measured() as cost:
        database.execute(f"CREATE TABLE logs ({columns})")
        for event in events:
            line = {k.lower(): "\n".join(texts(v)) for k, v in event.items() if texts(v)}
            fields = ",".join(f'"{name}"' for name in line)
            marks = ",".join("?" * len(line))
            database.execute(f"INSERT INTO logs ({fields}) VALUES ({marks})", [*line.values()])  # noqa: S608
        ran = sum(_runs(database, query) for query in queries)
    database.close()
    row(
        "yardstick: pysigma-backend-sqlite, parsing apart",
        len(events),
        cost,
        f"{ran:,} queries ran, {refused:,} rules refused",
    )


def _runs(database: sqlite3.Connection, query: str) -> bool:
    try:
        database.execute(query.replace("<TABLE_NAME>", "logs")).fetchall()
    except sqlite3.OperationalError:
        return False
    return True


def main() -> None:
    """Print the table of docs/benchmarks.md, section Detection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the recordings, once")
    parser.add_argument("--evtx", action="store_true", help="only the EVTX part")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("skipped: ../shared (rules and recordings of third parties) is not here")
    print("| what | events | wall s | CPU s | events/s | events/CPU s | MB, largest process | |")
    print("|---|--:|--:|--:|--:|--:|--:|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ruleset = start_up(folder / "cache")
        files = recordings()[:: 10 if options.quick else 1]
        steps: list[Callable[[], object]] = [
            lambda: hunted("NDJSON: hunt, 1 job", files, ruleset, 1),
            lambda: hunted("NDJSON: hunt, 2 jobs", files, ruleset, 2),
            lambda: hunted(
                "NDJSON: hunt, 2 jobs, input four times", repeated(files, 4), ruleset, 2
            ),
            lambda: evtx(ruleset, files, folder),
            lambda: sqlite_yardstick(ruleset, files, 10_000),
        ]
        for step in steps[3:4] if options.evtx else steps:
            step()


if __name__ == "__main__":
    main()
