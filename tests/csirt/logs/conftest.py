"""A rule that hits every good record, and a hunt over real files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from csirt.hunt import hunt
from csirt.model import HuntResult
from csirt.ruleset import load_rules
from kanmon.inputs import find_inputs

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"

RECORD = {
    "Channel": "Security",
    "EventID": 4688,
    "NewProcessName": "C:\\a.exe",
    "TimeCreated": "2026-04-01T00:00:00Z",
    "Computer": "PC1",
}
LINE = json.dumps(RECORD).encode()

RULE = """\
title: any process
id: 6f3e2d51-0000-4000-8000-000000000001
logsource: {product: windows, category: process_creation}
detection: {s: {Image: '*'}, condition: s}
"""

Hunt = Callable[..., HuntResult]


@pytest.fixture
def hunt_bytes(tmp_path: Path) -> Hunt:
    """Return a function that hunts through one file of the given bytes."""
    rule = tmp_path / "rule.yml"
    rule.write_text(RULE)
    pipelines = ROOT / "rules" / "pipelines"
    ruleset, _ = load_rules([rule], pipelines=pipelines, cache=None, expand={})

    def run(data: bytes | Path, name: str = "log.json", jobs: int = 1) -> HuntResult:
        path = tmp_path / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            path = data
        files, skips = find_inputs([path])
        result = hunt(files, ruleset, jobs=jobs)
        assert skips == ()
        return result

    return run


@pytest.fixture
def evtx_bytes() -> bytes:
    """Return a small real EVTX file of process creations; skips where ../shared is absent."""
    folder = SHARED / "sigma" / "regression_data" / "rules" / "windows" / "process_creation"
    if not folder.is_dir():
        pytest.skip("../shared/sigma is not here")
    return min(folder.rglob("7124aebe*.evtx")).read_bytes()
