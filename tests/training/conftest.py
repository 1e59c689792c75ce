"""``kanmon training`` on a store of its own."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kanmon.cli import cli

Run = Callable[..., Result]


@pytest.fixture
def kanmon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``kanmon training …`` on a store of its own, at noon (JST) of the day ``on``."""
    monkeypatch.setenv("KANMON_STORE", str(tmp_path / "kanmon.db"))
    monkeypatch.setenv("KANMON_USER", "試験担当")
    monkeypatch.chdir(tmp_path)

    def run(*args: object, on: str = "2026-04-01", code: int = 0) -> Result:
        noon = (
            datetime.combine(date.fromisoformat(on), datetime.min.time(), UTC).timestamp()
            + 3 * 3600
        )
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(noon)))
        result = CliRunner().invoke(cli, ["training", *map(str, args)], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of lines in an encoding; CP932 as Excel saves it unless said otherwise."""

    def write_lines(name: str, lines: Iterable[str], encoding: str = "cp932") -> Path:
        path = tmp_path / name
        path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
        return path

    return write_lines
