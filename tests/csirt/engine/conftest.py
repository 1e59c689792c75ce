"""Rules from text, events from data, one hunt in memory."""

import io
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import connection
from pathlib import Path
from typing import Any

import orjson
import pytest

from csirt.engine import workers as workers_module
from csirt.hunt import hunt
from csirt.model import HuntResult
from csirt.ruleset import RuleSet, load_rules
from kanmon.inputs import InputFile
from kanmon.run import Skip
from tests.csirt.engine.worker_blocks import RULE, WAIT_SECONDS

ROOT = Path(__file__).parents[3]
PIPELINES = ROOT / "rules" / "pipelines"
SHARED = ROOT.parent / "shared"

# A rule with a number, and the fields that make an event one of its log source.
GOOD = """\
title: Good
id: 6f3e2d51-0000-4000-8000-0000000000{number:02}
name: good_{number}
level: high
tags: [attack.execution]
logsource: {{product: windows, category: process_creation}}
detection:
  s: {{Image|endswith: '\\\\x.exe'}}
  condition: s
"""
SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}

Load = Callable[..., tuple[RuleSet, tuple[Skip, ...]]]
Judge = Callable[..., HuntResult]


@pytest.fixture
def pipelines() -> Path:
    """Return the shipped log source map."""
    return PIPELINES


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of third-party rules and logs; skips the test where it is absent."""
    if not (SHARED / "sigma").is_dir():
        pytest.skip("../shared/sigma is not here")
    return SHARED


@pytest.fixture(scope="session")
def sigmahq(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """Return the three SigmaHQ trees, compiled once for all tests."""
    trees = [
        shared / "sigma" / n for n in ("rules", "rules-emerging-threats", "rules-threat-hunting")
    ]
    cache = tmp_path_factory.mktemp("cache")
    ruleset, _ = load_rules(trees, pipelines=PIPELINES, cache=cache, expand={})
    return ruleset


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Return a function from rule texts (or rules as data) to a loaded rule set."""

    def load_texts(
        *rules: str | Mapping[str, Any], expand: Mapping[str, tuple[str, ...]] | None = None
    ) -> tuple[RuleSet, tuple[Skip, ...]]:
        folder = tmp_path / "rules"
        folder.mkdir(exist_ok=True)
        for number, rule in enumerate(rules):
            text = rule if isinstance(rule, str) else orjson.dumps(rule).decode()
            (folder / f"rule{number}.yml").write_text(text, encoding="utf-8")
        return load_rules([folder], pipelines=PIPELINES, cache=None, expand=expand or {})

    return load_texts


@pytest.fixture
def judge() -> Judge:
    """Return a function that hunts events through a rule set as one NDJSON file."""

    def judge_events(
        ruleset: RuleSet, events: Sequence[Mapping[str, Any]], **options: Any
    ) -> HuntResult:
        data = b"".join(orjson.dumps(event) + b"\n" for event in events)
        return hunt([memory_file("events.json", data)], ruleset, **options)

    return judge_events


@pytest.fixture
def any_process(load: Any) -> RuleSet:
    """Return one rule, that of ``worker_blocks``."""
    rules, skips = load(RULE)
    assert not skips
    return rules  # type: ignore[no-any-return]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Start the workers after the first block; return where temporary files lie."""
    monkeypatch.setattr(workers_module, "_ALONE_SECONDS", 0)
    monkeypatch.setattr(workers_module, "_BATCH_BYTES", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return an event that is set as soon as a worker can be given work."""
    ready = threading.Event()
    original = workers_module._Workers.__init__

    def observed(self: Any, *arguments: Any) -> None:
        original(self, *arguments)

        def wait() -> None:
            assert connection.wait([worker.answers for worker in self._workers], WAIT_SECONDS)
            ready.set()

        threading.Thread(target=wait, daemon=True).start()

    monkeypatch.setattr(workers_module._Workers, "__init__", observed)
    return ready


def memory_file(name: str, data: bytes) -> InputFile:
    """Return an input that lives in memory."""
    return InputFile(name, len(data), lambda: io.BufferedReader(io.BytesIO(data)))  # type: ignore[arg-type]
