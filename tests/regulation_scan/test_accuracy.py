"""Accuracy does not fall below what was promised."""

import importlib.util
import json
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

from regulation_scan.cache import Cache
from regulation_scan.load import scan_paths
from regulation_scan.model import Status
from regulation_scan.scan import Rules

ROOT = Path(__file__).parents[2]
LABELLED = ROOT.parent / "shared" / "analog" / "labelled_clauses.jsonl"
OWN = ROOT / "tests" / "data" / "reiki_labels.jsonl"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """The benchmark script as a module."""
    path = ROOT / "benchmarks" / "analog_accuracy.py"
    spec = importlib.util.spec_from_file_location("analog_accuracy", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.skipif(not LABELLED.exists(), reason="../shared/analog is not there")
def test_labelled_clauses(benchmark: ModuleType) -> None:
    """On the labelled clauses precision stays above 0.92 at a recall above 0.95."""
    rows = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
    rows = [row for row in rows if not row["debatable"]]
    counts: dict[tuple[bool, bool], int] = defaultdict(int)
    for row, judged in zip(rows, benchmark.judge([row["text"] for row in rows]), strict=True):
        names = benchmark.NAMES.get(row["category"], (row["category"],))
        counts[row["label"] == "positive", bool(benchmark.hits(judged, names))] += 1
    precision = counts[True, True] / (counts[True, True] + counts[False, True])
    recall = counts[True, True] / (counts[True, True] + counts[True, False])
    assert precision >= 0.92
    assert recall >= 0.95


@pytest.mark.slow
def test_our_own_municipal_ordinances(
    rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the invented ordinances nearly every labelled requirement is found at its provision."""
    monkeypatch.chdir(ROOT)
    with Cache.open(tmp_path / "cache.db") as cache:
        scanned = scan_paths([Path("samples/reiki")], rules, cache, 1)
        again = scan_paths([Path("samples/reiki")], rules, cache, 1)
    assert again.judgements == scanned.judgements
    assert again.parsed == 0
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in scanned.judgements:
        if item.status is Status.FINDING:
            found[item.clause.instrument.file, item.clause.provision].add(item.category)
    rows = [json.loads(line) for line in OWN.read_text("utf-8").splitlines()]
    wanted = hit = extra = 0
    for row in rows:
        have = found[row["file"], row["provision"]]
        wanted += len(row["categories"])
        hit += len(have & set(row["categories"]))
        extra += len(have - set(row["categories"]))
    assert hit / wanted >= 0.92
    assert hit / (hit + extra) >= 0.80
