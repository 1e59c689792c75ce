"""``kanmon training`` on a store of its own."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kanmon.cli import cli

Run = Callable[..., Result]
Write = Callable[..., Path]
STAFF = [
    "職員番号,氏名,所属コード,所属,部局,職位,任用区分,業務",
    *(f"00000{n},試験 {name},0{n % 2 + 1}01,{place},{dept},主事,正規,特定個人情報"
      for n, name, place, dept in (
          (1, "一郎", "税務課", "市民部"), (2, "二郎", "人事課", "総務部"),
          (3, "三郎", "税務課", "市民部"), (4, "四郎", "人事課", "総務部"))),
]  # fmt: skip


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


@pytest.fixture
def city(kanmon: Run, write: Write) -> Run:
    """A city of four, its programme loaded and planned on 1 April 2026."""
    kanmon("load-staff", write("staff.csv", STAFF), "--date", "2026-04-01", "--apply")
    kanmon("load-courses", on="2026-04-01")
    kanmon("plan", on="2026-04-01")
    return kanmon
