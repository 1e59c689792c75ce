"""Rules as shipped, clauses from sentences, and the command as typed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kanmon.cli import cli
from kanmon.source import SourceRef
from policy.load import Rules, load_rules, make_reader
from policy.model import Clause, Duty
from policy.parts import read_duty
from policy.sides import Reader

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules" / "policy"
SAMPLES = ROOT / "samples" / "policy"
SHARED = ROOT / ".." / "shared"
DATA = ROOT / "tests" / "data" / "policy"


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(RULES)


@pytest.fixture(scope="session")
def reader(rules: Rules) -> Reader:
    return make_reader(rules)


MakeDuty = Callable[..., Duty]


@pytest.fixture(scope="session")
def duty(reader: Reader) -> MakeDuty:
    """A duty from a sentence."""

    def make(text: str, name: str = "1", **more: Any) -> Duty:
        clause = Clause(
            id=name,
            edition="試験",
            headings=more.pop("headings", ("アクセス制御",)),
            number=name,
            text=text,
            where=SourceRef("試験"),
            **more,
        )
        found = read_duty(clause, reader.modality, reader.parts)
        assert found is not None, text
        return found

    return make


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command with a store of its own and a fixed clock."""
    monkeypatch.chdir(tmp_path)
    environ = {"KANMON_STORE": str(tmp_path / "s.db"), "SOURCE_DATE_EPOCH": "1780000000"}

    def invoke(*arguments: str | Path, **more: str) -> Result:
        words = ["policy", *map(str, arguments)]
        return CliRunner().invoke(cli, words, env={**environ, **more})

    return invoke


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
