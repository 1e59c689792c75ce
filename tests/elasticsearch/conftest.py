"""The real server for the tests, or the reason why there is none."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


server_module = _load("server")


@pytest.fixture(scope="session")
def distribution() -> Path:
    """Return the unpacked server; skips with the way to get it."""
    home = os.environ.get("KANMON_TEST_ES_HOME", "")
    if not home or not (Path(home) / "bin" / "elasticsearch").exists():
        pytest.skip("本物の Elasticsearch がない（make elasticsearch が取得して実行する）")
    return Path(home)


@pytest.fixture(scope="session")
def elasticsearch(distribution: Path) -> Iterator[object]:
    """Yield one running server for the tests that do not harm it."""
    server = server_module.ElasticsearchServer(distribution)
    try:
        server.start()
        yield server
    finally:
        server.remove()
