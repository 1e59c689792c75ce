"""The real server for the tests, or the reason why there is none."""

import importlib.util
import os
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest

from csirt.elastic.settings import GIVE_UP, INDEX, TIMEOUT, URLS
from csirt.ruleset import RuleSet, load_rules
from kanmon.config import Config

ROOT = Path(__file__).parents[2]


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


server_module = _load("server")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs all of these: they share one server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.elasticsearch)
            item.add_marker(pytest.mark.xdist_group("elasticsearch"))


@pytest.fixture(scope="session")
def distribution() -> Path:
    """Return the unpacked server; skips with the way to get it."""
    home = os.environ.get("KANMON_TEST_ES_HOME", "")
    if not home or not (Path(home) / "bin" / "elasticsearch").exists():
        pytest.skip("本物の Elasticsearch がない（make elasticsearch が取得して実行する）")
    return Path(home)


@pytest.fixture(scope="session")
def elasticsearch(distribution: Path) -> Iterator[Any]:
    """Yield one running server for the tests that do not harm it."""
    server = server_module.ElasticsearchServer(distribution)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def own_server(distribution: Path) -> Iterator[Any]:
    """Yield a function that starts a server for one test, with settings of its own."""
    started = []

    def start(**options: Any) -> Any:
        server = server_module.ElasticsearchServer(distribution, **options)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.remove()


@pytest.fixture(scope="session")
def our_rules() -> RuleSet:
    """Return the rules that Kanmon ships."""
    return load_rules(
        [ROOT / "rules" / "sigma"], pipelines=ROOT / "rules" / "pipelines", cache=None, expand={}
    )[0]


@pytest.fixture
def prefix() -> str:
    """Return an index name nobody else uses."""
    return f"kanmon-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def settings(prefix: str) -> Any:
    """Return a function from server URL to configuration."""

    def make(url: str, **further: object) -> Config:
        values: dict[str, object] = {
            URLS.key: (url,),
            INDEX.key: prefix,
            TIMEOUT.key: 30,
            GIVE_UP.key: 90,
        }
        values.update({f"elasticsearch.{key}": value for key, value in further.items()})
        return Config(values)

    return make


@pytest.fixture
def clock() -> Any:
    """Return the clock that stamps what is ingested."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def log_file(tmp_path: Path) -> Any:
    """Return a function that writes a log of ``count`` events, each tenth one an alert."""

    def write(count: int, name: str = "log.ndjson") -> Path:
        path = tmp_path / name
        with path.open("wb") as file:
            for number in range(count):
                bad = number % 10 == 0
                event = {
                    "Channel": "Microsoft-Windows-Sysmon/Operational",
                    "EventID": 1,
                    "Computer": "PC-01",
                    "TimeCreated": f"2026-11-05T10:{number // 60 % 60:02}:{number % 60:02}Z",
                    "Image": r"C:\Windows\System32\vssadmin.exe",
                    "CommandLine": "vssadmin delete shadows /all" if bad else f"list {number}",
                }
                file.write(orjson.dumps(event) + b"\n")
        return path

    return write
