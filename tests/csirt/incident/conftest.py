"""A store with alerts as a hunt leaves them, and the command line over it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from csirt.alert import group_hits
from csirt.duty import DutyBook
from csirt.duty_load import load_duties
from csirt.hit_store import HITS, save_hits
from csirt.incident_desk import Desk
from csirt.incident_store import SCHEMA, Stamp
from csirt.model import Hit, LogSource, RuleInfo
from csirt.runbook import Library
from csirt.runbook_load import load_library
from kanmon.cli import cli
from kanmon.finding import Severity
from kanmon.run import Run
from kanmon.store.records import save_run
from kanmon.store.store import Store

RULES = Path(__file__).parents[3] / "rules"
NOW = datetime(2026, 11, 5, 23, 30, tzinfo=UTC)

RULE = RuleInfo(
    id="11111111-2222-3333-4444-555555555555",
    title="シャドウコピーの削除",
    level=Severity.CRITICAL,
    logsource=LogSource(category="process_creation", product="windows"),
    path="rules/sigma/none.yml",
    status="stable",
    description="復元の手段が消された。",
    tags=("attack.impact", "attack.t1490"),
    falsepositives=("容量の調整",),
)


def make_hit(
    command: str = "vssadmin delete shadows",
    host: str = "SV-01",
    user: str = "kanri",
    minute: int = 0,
    rule: RuleInfo = RULE,
) -> Hit:
    return Hit(
        rule=rule,
        time=datetime(2026, 11, 5, 18, minute, tzinfo=UTC),
        source="logs/a.json",
        record=minute + 1,
        host=host,
        user=user,
        fields=(("CommandLine", command), ("Image", "C:\\Windows\\vssadmin.exe"), ("User", user)),
        matched=(("CommandLine", command),),
    )


def keep_hits(store: Store, *hits: Hit) -> list[str]:
    """Store the hits as one hunt and return the alerts' ids in queue order of the hunt."""
    alerts = group_hits(hits, timedelta(minutes=1))
    run = Run(
        tool="csirt hunt",
        version="0",
        at=NOW,
        inputs=(),
        rules_digest="x",
        judged=10,
        unit="イベント",
        skips=(),
    )
    save_run(store, run, [alert.finding for alert in alerts])
    save_hits(store, run.id, alerts)
    return [alert.fingerprint for alert in alerts]


@dataclass(frozen=True)
class City:
    """A city's store and the command line over it."""

    folder: Path

    @property
    def path(self) -> Path:
        """Return the store's file."""
        return self.folder / "kanmon.db"

    def store(self) -> Store:
        """Return the open store."""
        return Store.open(self.path, (HITS, SCHEMA))

    def run(self, *words: str, user: str = "山田", minute: int = 0, **env: str) -> Result:
        """Run ``kanmon csirt`` as ``user``, ``minute`` minutes after NOW."""
        epoch = str(int(NOW.timestamp()) + 60 * minute)
        settings = {"KANMON_STORE": str(self.path), "KANMON_USER": user, "KANMON_CONFIG": ""}
        settings |= {"SOURCE_DATE_EPOCH": epoch, "KANMON_RULES": str(RULES), **env}
        return CliRunner(env=settings).invoke(cli, ["csirt", *words])

    def ok(self, *words: str, **env: Any) -> str:
        """Return the standard output of a command that must succeed."""
        result = self.run(*words, **env)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> Any:
        """Return what a command writes as json."""
        return json.loads(self.ok(*words, "-f", "json"))


@pytest.fixture
def city(tmp_path: Path) -> City:
    """An empty store of its own."""
    return City(tmp_path)


@pytest.fixture(scope="session")
def book() -> DutyBook:
    return load_duties(RULES / "runbooks" / "duties.yml")


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library(RULES / "runbooks")


@pytest.fixture
def desk(city: City, book: DutyBook) -> Any:
    """A desk over the city's store."""
    with city.store() as store:
        yield Desk(store, book, Stamp("山田", NOW))


Make = Callable[..., Hit]


@pytest.fixture
def hit() -> Make:
    return make_hit


@pytest.fixture
def keep() -> Callable[..., list[str]]:
    return keep_hits


@pytest.fixture(scope="session")
def make_city() -> Callable[[Path], Any]:
    """Return a function from a folder to (city, keep, hit), for fixtures that live longer."""
    return lambda folder: (City(folder), keep_hits, make_hit)
