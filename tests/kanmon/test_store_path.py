"""保存ファイルの場所の誤り: 読むだけの命令は何も作らず、書く命令もフォルダーは作らない。"""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kanmon.cli import cli

READING = (
    ("store", "info"),
    ("store", "backup", "b.db"),
    ("csirt", "alerts"),
    ("csirt", "alerts", "show", "abcd"),
    ("csirt", "incident", "list"),
    ("csirt", "incident", "note", "INC-2026-0001", "メモ"),
    ("regulation", "diff"),
    ("regulation", "table", "-o", "t.xlsx"),
    ("regulation", "progress"),
    ("training", "status"),
    ("training", "verify"),
)


def run(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, words, env=environ)


@pytest.mark.parametrize("words", READING, ids=" ".join)
@pytest.mark.parametrize("store", ["nai/x.db", "x.db"])
def test_commands_that_read_say_that_there_is_no_store_and_make_none(
    words: tuple[str, ...], store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """保存ファイルがなければ、場所と次にすることを言い、ファイルもフォルダーも作らない。"""
    monkeypatch.chdir(tmp_path)
    done = run(*words, KANMON_STORE=store)
    assert done.exit_code == 3, done.output
    assert f"{tmp_path / store}: 保存ファイルがまだありません" in done.stderr
    assert "KANMON_STORE" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_is_made_but_no_folder_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """書く命令は保存ファイルを作るが、綴りの誤りかもしれないフォルダーは作らない。"""
    monkeypatch.chdir(tmp_path)
    words = ("csirt", "incident", "open", "--manual", "--title", "x")
    done = run(*words, KANMON_STORE="nai/x.db")
    assert done.exit_code == 4, done.output
    assert "保存ファイルを置くフォルダーがありません" in done.stderr
    assert not list(tmp_path.iterdir())
    assert run(*words, KANMON_STORE="x.db").exit_code == 0
    assert (tmp_path / "x.db").is_file()


def test_a_comparison_of_files_needs_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """文書を見るだけの命令は、保存ファイルがなくても動き、何も作らない。"""
    monkeypatch.chdir(tmp_path)
    Path("市.txt").write_text("第1条　職員は、端末を施錠しなければならない。\n", encoding="utf-8")
    done = run("policy", "show", "市.txt", KANMON_STORE="x.db")
    assert done.exit_code == 0, done.output
    assert run("policy", "status", "市.txt", KANMON_STORE="x.db").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["市.txt"]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("KANMON_STOER", "もしかして: KANMON_STORE"),
        ("KANMON_CSIRT_SEGMENTS", "csirt.segments は kanmon.toml に書いてください"),
        ("KANMON_ZZZZZZZZ", "使える名前は docs/settings.md にあります"),
    ],
)
def test_a_misspelt_variable_is_pointed_out_once(
    name: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """綴りを誤った環境変数は、黙って無視せず、近い名前を添えて一度だけ言う。"""
    monkeypatch.chdir(tmp_path)
    done = run("store", "info", **{name: "x", "KANMON_TEST_X": "1"})
    assert done.stderr.count("注意: 環境変数") == 1
    assert f"注意: 環境変数 {name} は使われません（{advice}" in done.stderr
    assert "注意" not in run("store", "info", KANMON_USER="山田", KANMON_CONFIG="").stderr
