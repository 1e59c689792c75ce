"""The invented city policies judged against the invented guideline, once per test run."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kanmon.cli import cli
from kanmon.config import Config
from kanmon.session import Session
from policy.judged import Judged, judge

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "policy"
DATA = ROOT / "tests" / "data" / "policy"
GUIDELINE = str(SAMPLES / "guideline-after.docx")
POLICIES = {"aoba": str(SAMPLES / "aoba.docx"), "minato": str(SAMPLES / "minato.html")}
PROFILE = {"policy.model": "α", "policy.cloud": False, "policy.wireless": False}


@pytest.fixture(scope="session")
def labelled() -> Callable[[str], list[dict[str, Any]]]:
    """The lines of a labelled file by name."""

    def read(name: str) -> list[dict[str, Any]]:
        text = (DATA / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    return read


@pytest.fixture(scope="session")
def samples() -> dict[str, str]:
    """Paths of the sample documents by name."""
    return {"guideline": GUIDELINE, **POLICIES}


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session on a fixed day with an empty store and the α model."""
    store = tmp_path_factory.mktemp("policy") / "kanmon.db"
    config = Config({"store": str(store), "city.name": "みなと町", **PROFILE})
    return Session(config, datetime(2026, 11, 22, 3, tzinfo=UTC), "試験")


@pytest.fixture(scope="session")
def judged(session: Session) -> Callable[[str], Judged]:
    """The verdicts about one of the two sample policies."""
    found: dict[str, Judged] = {}

    def get(name: str) -> Judged:
        if name not in found:
            found[name] = judge(session, GUIDELINE, POLICIES[name])
        return found[name]

    return get


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run ``kanmon policy …`` with a store of its own on a fixed day."""
    monkeypatch.setenv("KANMON_STORE", str(tmp_path / "kanmon.db"))
    monkeypatch.setenv("KANMON_POLICY_MODEL", "α")
    monkeypatch.setenv("KANMON_POLICY_CLOUD", "false")
    monkeypatch.setenv("KANMON_POLICY_WIRELESS", "false")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795316400")
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(cli, ["policy", *args])
