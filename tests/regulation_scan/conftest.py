"""Rules in force, and ordinances judged the way the command judges them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kanmon.cli import cli
from kanmon.config import Config
from kanmon.session import shipped_rules
from regulation_scan.cache import Cache
from regulation_scan.cues import load_cues
from regulation_scan.load import load_rules, scan_paths
from regulation_scan.model import Cue, Judgement
from regulation_scan.scan import Rules

FOLDER = shipped_rules() / "analog"


@pytest.fixture(scope="session")
def cues() -> tuple[Cue, ...]:
    """The cues that come with Kanmon."""
    return load_cues(FOLDER)


@pytest.fixture(scope="session")
def rules() -> Rules:
    """Cues and lists without any city setting."""
    return load_rules(FOLDER, Config({}))


@pytest.fixture
def scan(tmp_path: Path, rules: Rules) -> Callable[..., list[Judgement]]:
    """Judge a text as a file of its own; returns its judgements in order."""

    def judge(text: str, rules: Rules = rules, name: str = "例規.txt") -> list[Judgement]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        with Cache.open(None) as cache:
            return list(scan_paths([path], rules, cache, 1).judgements)

    return judge


@pytest.fixture
def kanmon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in a folder of its own, on a fixed day."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")

    def run(*arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, ["regulation", *arguments])
        assert result.exit_code == code, result.output
        return result

    return run
