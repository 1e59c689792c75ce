"""Ingest and hunt on a real server beside the embedded engine, over ../shared/security-datasets.

    KANMON_TEST_ES_HOME="$(bash tests/elasticsearch/fetch.sh)" python benchmarks/elastic_hunt.py

``--repeat N`` takes the recordings (238,000 events) N times under different names; ``--server URL``
hunts an index that an earlier run left on a server of your own (``--keep``). Prints a table; record
it by hand in docs/benchmarks.md with machine and date.
"""

import argparse
import importlib.util
import os
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from csirt.elastic.connection import Server, connect  # noqa: E402
from csirt.elastic.hunt import Hunted, hunt_index  # noqa: E402
from csirt.elastic.ingest import Target, ingest, set_up  # noqa: E402
from csirt.elastic.search import Traffic  # noqa: E402
from csirt.elastic.settings import TIMEOUT, URLS  # noqa: E402
from csirt.engine.judge import Window  # noqa: E402
from csirt.hunt import hunt  # noqa: E402
from csirt.model import Hit  # noqa: E402
from csirt.ruleset import RuleSet, load_rules  # noqa: E402
from kanmon.config import Config  # noqa: E402
from kanmon.inputs import InputFile, find_inputs  # noqa: E402

SHARED = ROOT.parent / "shared"
TREES = ("rules", "rules-emerging-threats", "rules-threat-hunting")
PREFIX = "kanmon-bench"


def server_class() -> Any:
    """Return the test suite's server."""
    path = ROOT / "tests" / "elasticsearch" / "server.py"
    spec = importlib.util.spec_from_file_location("server", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["server"] = module
    spec.loader.exec_module(module)
    return module.ElasticsearchServer


def choose(repeat: int) -> list[InputFile]:
    """Return the recordings, each ``repeat`` times."""
    files, _ = find_inputs([SHARED / "security-datasets"])
    return [replace(item, name=f"{n}/{item.name}") for n in range(repeat) for item in files]


def windows_rules() -> RuleSet:
    """Return the rules that benchmarks/detection.py measures with."""
    rules, _ = load_rules(
        [SHARED / "sigma" / name for name in TREES],
        pipelines=ROOT / "rules" / "pipelines",
        cache=Path.home() / ".cache" / "kanmon",
        expand={},
    )
    kept = [n for n, rule in enumerate(rules.rules) if rule.logsource.product == "windows"]
    return replace(
        rules,
        rules=tuple(rules.rules[n] for n in kept),
        whens=tuple(rules.whens[n] for n in kept),
    )


def ingested(server: Server, files: Sequence[InputFile], rules: RuleSet) -> None:
    """Measure the ingest."""
    set_up(server, PREFIX, shards=1, lifecycle="")
    start = time.perf_counter()
    target = Target(server, PREFIX, lambda: datetime.now(UTC))
    done = ingest(target, files, rules.pipelines, lambda count: None)
    seconds = time.perf_counter() - start
    print(
        f"ingest               {done.created:>9,} events {seconds:7.1f} s"
        f" {done.created / seconds:8,.0f} events/s {done.sent_bytes / 1e6:,.0f} MB sent"
    )
    server.client.indices.refresh(index=f"{PREFIX}-*")
    stats = server.client.indices.stats(index=f"{PREFIX}-*")["_all"]["primaries"]
    print(f"index size           {stats['store']['size_in_bytes'] / 1e6:9,.0f} MB", flush=True)


def hunted(server: Server, rules: RuleSet, name: str) -> Sequence[Hit]:
    """Measure one hunt on the server; return its hits."""
    server.client.indices.clear_cache(index=f"{PREFIX}-*")
    start, cpu = time.perf_counter(), time.process_time()
    found, traffic = hunt_index(Hunted(server, f"{PREFIX}-*", Window()), rules)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(
        f"{name:<20} {len(found.hits):>9,} hits   {seconds:7.1f} s {cpu:7.1f} s CPU of the client,"
        f" {found.judged:,} events searched"
    )
    show(traffic, len(rules.rules))
    return found.hits


def show(traffic: Traffic, rules: int) -> None:
    """Print what the hunt cost, in all and for each rule."""
    rows = (
        ("requests", traffic.requests, ""),
        ("documents fetched", traffic.documents, ""),
        ("values fetched", traffic.values, ""),
        ("sent", traffic.sent / 1000, "kB"),
        ("received", traffic.received / 1000, "kB"),
    )
    for name, amount, unit in rows:
        print(f"  {name:<18} {amount:>9,.0f} {unit:<2} {amount / rules:9,.2f} {unit:<2} a rule")


def keys(hits: Sequence[Hit]) -> set[tuple[str, str, int]]:
    """Return what makes two hits the same."""
    return {(hit.rule.id, hit.source, hit.record) for hit in hits}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="leave the server running")
    parser.add_argument("--server", default="", help="hunt the index of a server left running")
    arguments = parser.parse_args()
    files, rules = choose(arguments.repeat), windows_rules()
    print(f"rules                {len(rules.rules):>9,}")
    server = None if arguments.server else server_class()(Path(os.environ["KANMON_TEST_ES_HOME"]))
    try:
        url = arguments.server
        if server is not None:
            server.start()
            url = server.url
        with connect(Config({URLS.key: (url,), TIMEOUT.key: 300})) as connection:
            if server is not None:
                ingested(connection, files, rules)
            hits = hunted(connection, rules, "hunt, elasticsearch")
            again = hunted(connection, rules, "the same again")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"client memory        {peak:9,.0f} MB peak", flush=True)
        if arguments.keep:
            print(f"server               {url}")
            server = None
    finally:
        if server is not None:
            server.remove()
    start = time.perf_counter()
    embedded = hunt(files, rules, jobs=2)
    seconds = time.perf_counter() - start
    print(f"hunt, embedded       {len(embedded.hits):>9,} hits   {seconds:7.1f} s, 2 jobs")
    equal = keys(hits) == keys(again) == keys(embedded.hits)
    print("equal hits           ", "yes" if equal and len(hits) == len(embedded.hits) else "NO")


if __name__ == "__main__":
    main()
