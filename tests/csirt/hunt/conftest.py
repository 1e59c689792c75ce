"""Hits to make alerts of, and the command itself."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from csirt.model import Hit, LogSource, RuleInfo
from kanmon.cli import cli
from kanmon.finding import Severity

NIGHT = datetime(2026, 11, 5, 14, 10, tzinfo=UTC)
RULE = RuleInfo(
    id="11111111-2222-4333-8444-555555555555",
    title="試験用のルール",
    level=Severity.HIGH,
    logsource=LogSource("process_creation", "windows"),
    path="rules/sigma/test.yml",
    status="test",
    description="説明文",
    tags=("attack.execution", "attack.t1059.001"),
    references=("https://attack.mitre.org/techniques/T1059/001/",),
    falsepositives=("管理者の作業",),
    alert=(("meaning", "だから大事"), ("checks", ["親プロセスを見る"])),
)


def make_hit(
    minutes: float | None = 0,
    *,
    rule: RuleInfo = RULE,
    host: str = "PC-01",
    command: str = "evil.exe -x",
    record: int = 1,
) -> Hit:
    """Return a hit so many minutes into the night; None for a record without a time."""
    return Hit(
        rule=rule,
        time=None if minutes is None else NIGHT + timedelta(minutes=minutes),
        source="a.ndjson",
        record=record,
        host=host,
        user="CITY\\yamada",
        fields=(("EventID", 1), ("CommandLine", command)),
        matched=(("CommandLine", command),),
    )


@pytest.fixture
def hit() -> Callable[..., Hit]:
    """Return the function that makes hits."""
    return make_hit


@pytest.fixture(scope="session")
def rule_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for compiled rules that all tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(rule_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs ``kanmon csirt hunt`` with a store of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KANMON_STORE", str(tmp_path / "kanmon.db"))
    monkeypatch.setenv("KANMON_CSIRT_CACHE", str(rule_cache))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1793921400")

    def invoke(*arguments: str | Path, command: str = "hunt", given: bytes = b"") -> Result:
        jobs = ["--jobs", "1"] if command == "hunt" else []
        words = ["csirt", *command.split(), *jobs, *map(str, arguments)]
        return CliRunner().invoke(cli, words, input=given)

    return invoke


@pytest.fixture
def cleared() -> str:
    """Return a record that our rule about cleared logs hits, as one line of NDJSON."""
    record = {
        "EventTime": "2026-11-05T23:10:00Z",
        "Hostname": "SV-01",
        "Channel": "Security",
        "SourceName": "Microsoft-Windows-Eventlog",
        "EventID": 1102,
        "SubjectUserName": "adm",
    }
    return json.dumps(record) + "\n"
