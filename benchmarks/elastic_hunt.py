"""Ingest and hunt on a real server beside the embedded engine, over ../shared/security-datasets.

    KANMON_TEST_ES_HOME="$(bash tests/elasticsearch/fetch.sh)" python benchmarks/elastic_hunt.py

``--repeat N`` takes the recordings (238,000 events) N times under different names. Prints a table;
record it by hand in docs/benchmarks.md with machine and date.
"""

import argparse
import importlib.util
import os
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from csirt.elastic.connection import connect  # noqa: E402
from csirt.elastic.hunt import Hunted, hunt_index  # noqa: E402
from csirt.elastic.ingest import Target, ingest, set_up  # noqa: E402
from csirt.elastic.settings import TIMEOUT, URLS  # noqa: E402
from csirt.engine.judge import Window  # noqa: E402
from csirt.hunt import hunt  # noqa: E402
from csirt.ruleset import load_rules  # noqa: E402
from kanmon.config import Config  # noqa: E402
from kanmon.inputs import InputFile, find_inputs  # noqa: E402

SHARED = ROOT.parent / "shared"
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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=4)
    arguments = parser.parse_args()
    files = choose(arguments.repeat)
    rules, _ = load_rules(
        [SHARED / "sigma" / name for name in ("rules", "rules-emerging-threats")],
        pipelines=ROOT / "rules" / "pipelines",
        cache=Path.home() / ".cache" / "kanmon",
        expand={},
    )
    server = server_class()(Path(os.environ["KANMON_TEST_ES_HOME"]))
    try:
        server.start()
        with connect(Config({URLS.key: (server.url,), TIMEOUT.key: 300})) as connection:
            set_up(connection, PREFIX, shards=1, lifecycle="")
            start = time.perf_counter()
            target = Target(connection, PREFIX, lambda: datetime.now(UTC))
            done = ingest(target, files, rules.pipelines, lambda count: None)
            seconds = time.perf_counter() - start
            print(
                f"ingest               {done.created:>9,} events {seconds:7.1f} s"
                f" {done.created / seconds:8,.0f} events/s {done.sent_bytes / 1e6:,.0f} MB sent"
            )
            connection.client.indices.refresh(index=f"{PREFIX}-*")
            stats = connection.client.indices.stats(index=f"{PREFIX}-*")["_all"]["primaries"]
            print(f"index size           {stats['store']['size_in_bytes'] / 1e6:9,.0f} MB")
            start = time.perf_counter()
            found, traffic = hunt_index(Hunted(connection, f"{PREFIX}-*", Window()), rules)
            seconds = time.perf_counter() - start
            print(
                f"hunt, elasticsearch  {len(found.hits):>9,} hits   {seconds:7.1f} s"
                f" {traffic.requests:,} requests {traffic.documents:,} documents fetched,"
                f" {traffic.requests / len(rules.rules):.2f} requests a rule"
            )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"client memory        {peak:9,.0f} MB peak")
    finally:
        server.remove()
    start = time.perf_counter()
    embedded = hunt(files, rules, jobs=2)
    seconds = time.perf_counter() - start
    print(f"hunt, embedded       {len(embedded.hits):>9,} hits   {seconds:7.1f} s, 2 jobs")
    print("equal hits           ", len(embedded.hits) == len(found.hits))


if __name__ == "__main__":
    main()
