"""別の著者が付けた正解との一致。文は見ず、割合だけを確かめる。"""

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from policy.load import Rules

ROOT = Path(__file__).parents[2]


def benchmark(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["dev", "holdout"])
def table(request: pytest.FixtureRequest, rules: Rules) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = benchmark("policy_pairs").measure_pairs(request.param, rules)
    return found


def test_verdicts_agree_with_the_second_author(table: dict[str, Counter[str]]) -> None:
    """判定は、写し型のポリシーで85%以上、独自型で70%以上が正解と一致する。"""
    close, own = table["style close-copy"], table["style own-style"]
    assert close["right"] / close["all"] >= 0.85
    assert own["right"] / own["all"] >= 0.70


def test_a_duty_that_is_there_is_hardly_ever_called_missing(table: dict[str, Counter[str]]) -> None:
    """あるものを「欠落」とするのは3%以下。"""
    assert table["all"]["false 欠落"] / table["all"]["all"] <= 0.03


@pytest.mark.parametrize("part", ["dev", "holdout"])
def test_strength_levels_agree_with_the_second_author(part: str, rules: Rules) -> None:
    """文の強さは95%以上で正解とちょうど一致する。"""
    row = benchmark("policy_pairs").measure_strength(part, rules)
    assert row["right"] / row["all"] >= 0.95


@pytest.mark.parametrize(("name", "bar"), [("aoba", 0.85), ("minato", 0.70)])
def test_the_sample_cities_come_out_as_expected(name: str, bar: float) -> None:
    """見本の二つの市のポリシーが、人の付けた期待とおおむね一致する。"""
    row = benchmark("policy_samples").measure(name)
    assert row["verdict right"] / row["all"] >= bar
    assert row["links right"] / row["all"] >= bar
    assert row["false 欠落"] / row["all"] <= 0.03


HEADINGS = ROOT / ".." / "shared" / "policy" / "headings.yaml"


@pytest.mark.skipif(not HEADINGS.exists(), reason="../shared/policy/headings.yaml がない")
def test_headings_of_real_policies_find_their_section() -> None:
    """実在のポリシーの見出しの90%以上が、ガイドラインの正しい節に結び付く。"""
    rows = benchmark("policy_headings").measure(HEADINGS)
    assert sum(row[1] for row in rows) / sum(row[3] for row in rows) >= 0.90
