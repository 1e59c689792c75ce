"""The command that checks rules."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kanmon.cli import cli


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a function that runs ``kanmon csirt rules``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KANMON_CSIRT_CACHE", "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1793921400")

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(cli, ["csirt", "rules", *map(str, arguments)])

    return invoke
