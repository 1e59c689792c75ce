"""期間と出力先の端: 何も判定していないことを「アラートなし」と言わず、書けなければそう言う。"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
ROOT = Path(__file__).parents[3]
FORMATS = ("text", "json", "jsonl", "csv", "xlsx", "html")


def test_a_period_without_events_says_how_many_lie_outside(
    run: Run, tmp_path: Path, cleared: str
) -> None:
    """期間の外の記録は件数を言う。そのとき「発火しえないルール」の数は言わない。"""
    (tmp_path / "a.json").write_text(cleared * 3)
    done = run("a.json", "--from", "2027-01-01")
    assert done.exit_code == 0
    assert "判定できたイベントが 1 件もありません" in done.stdout
    assert "期間外の 3 件は判定していません" in done.stdout
    assert "発火しえません" not in done.stdout
    assert "期間外の 3 件は判定せず" in done.stderr


@pytest.mark.parametrize("bounds", [(), ("--from", "2026-01-01")])
def test_nothing_to_read_is_no_quiet_night(
    run: Run, tmp_path: Path, bounds: tuple[str, ...]
) -> None:
    """空のフォルダーや記録のないファイルは、終了コード 3 とし、確かめることを言う。"""
    (tmp_path / "collected" / "today").mkdir(parents=True)
    done = run("collected", *bounds)
    assert done.exit_code == 3, done.output
    assert "判定できたイベントが 1 件もありません（読む記録がありません）" in done.stderr
    assert "collected" in done.stderr
    assert "収集が止まっていないか" in done.stderr


@pytest.mark.parametrize("end", ["2026-11-05", "2026-11-04"])
def test_a_period_that_ends_before_it_begins_is_wrong_usage(
    run: Run, tmp_path: Path, cleared: str, end: str
) -> None:
    """--from が --to 以後なら、調べずに使い方の誤り（終了コード 2）とする。"""
    (tmp_path / "a.json").write_text(cleared)
    done = run("a.json", "--from", "2026-11-05", "--to", end)
    assert done.exit_code == 2
    assert "--from は --to より前" in done.stderr


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_record_from_the_end_of_the_calendar_stops_nothing(
    run: Run, tmp_path: Path, cleared: str, time: str
) -> None:
    """西暦 9999 年や 1 年と書かれた記録 1 件で、調査もアラートの表示も止まらない。"""
    strange = json.dumps({**json.loads(cleared), "EventTime": time, "Hostname": "SV-02"}) + "\n"
    (tmp_path / "a.json").write_text(cleared + strange)
    for fmt in FORMATS:
        done = run("a.json", "-f", fmt, "-o", f"out.{fmt}")
        assert done.exit_code == 0, done.output
    alerts = json.loads((tmp_path / "out.json").read_text())["alerts"]
    assert {alert["host"] for alert in alerts} == {"SV-01", "SV-02"}
    for alert in alerts:
        shown = run(alert["fingerprint"], command="alerts show")
        assert shown.exit_code == 0, shown.output


def hunting(tmp_path: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KANMON_STORE": str(tmp_path / "kanmon.db"),
        "KANMON_CSIRT_CACHE": str(tmp_path / "cache"),
    }
    return [sys.executable, "-m", "kanmon", "csirt", "hunt", "a.json", *words], environ


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full がない")
@pytest.mark.parametrize("fmt", ["jsonl", "html"])
def test_standard_output_on_a_full_disk_is_an_error_not_a_crash(
    tmp_path: Path, cleared: str, fmt: str
) -> None:
    """リダイレクト先に空きがなければ、その旨を言って終了コード 3 で終わる。"""
    (tmp_path / "a.json").write_text(cleared)
    command, environ = hunting(tmp_path, "--no-store", "-f", fmt)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, stdout=full, stderr=subprocess.PIPE, check=False
        )
    errors = done.stderr.decode()
    assert done.returncode == 3, errors
    assert "標準出力に書き込めません" in errors
    assert "Traceback" not in errors


def test_an_output_that_is_a_link_stays_one(run: Run, tmp_path: Path, cleared: str) -> None:
    """-o がシンボリックリンクなら、リンクを置き換えずに、その先のファイルに書く。"""
    (tmp_path / "a.json").write_text(cleared)
    (tmp_path / "real").mkdir()
    link = tmp_path / "out.jsonl"
    link.symlink_to(Path("real") / "out.jsonl")
    assert run("a.json", "-f", "jsonl", "-o", "out.jsonl").exit_code == 0
    assert link.is_symlink()
    assert (tmp_path / "real" / "out.jsonl").read_bytes().count(b"\n") == 1
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["out.jsonl"]


def test_an_index_without_the_engine_is_wrong_usage(run: Run, tmp_path: Path, cleared: str) -> None:
    """--index だけを付けて内蔵エンジンで調べることはできない（黙って無視しない）。"""
    (tmp_path / "a.json").write_text(cleared)
    done = run("a.json", "--index", "winlogbeat-*")
    assert done.exit_code == 2
    assert "--engine elasticsearch" in done.stderr
