"""The ingest command tells a script when there was nothing to ingest."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kanmon.cli import cli


def test_an_ingest_of_nothing_is_no_success(
    elasticsearch: Any, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """読める記録が 1 件もないファイルだけを取り込むと、理由を言って終了コード 3 で終わる。"""
    monkeypatch.setenv("KANMON_ELASTICSEARCH_URLS", elasticsearch.url)
    monkeypatch.setenv("KANMON_ELASTICSEARCH_INDEX", prefix)
    monkeypatch.chdir(tmp_path)
    Path("empty.json").write_bytes(b"")
    Path("a.json").write_text('{"Channel": "Security", "EventID": 1102}\n')
    assert CliRunner().invoke(cli, ["csirt", "es", "setup"]).exit_code == 0
    done = CliRunner().invoke(cli, ["csirt", "es", "ingest", "empty.json"])
    assert done.exit_code == 3
    assert (
        "エラー: empty.json: 取り込めた記録が 1 件もありません（空のファイルです）" in done.stderr
    )
    Path("collected").mkdir()
    done = CliRunner().invoke(cli, ["csirt", "es", "ingest", "collected"])
    assert done.exit_code == 3
    assert (
        "エラー: collected: 取り込めた記録が 1 件もありません（読む記録がありません）"
        in done.stderr
    )
    assert CliRunner().invoke(cli, ["csirt", "es", "ingest", "empty.json", "a.json"]).exit_code == 0
