"""The cache of parses: what is damaged or out of reach is said, never judged with."""

import sqlite3
from pathlib import Path

import pytest

from kanmon.errors import StoreError
from regulation_scan.cache import Cache
from regulation_scan.parse import Token

PARSE = (Token("立入る", "立入る", "動詞", "ROOT", 0, 0),)


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    """控えた解析と結果は、次に開いたときそのまま使える。"""
    with Cache.open(tmp_path / "c.db") as cache:
        cache.add_parses([("k", PARSE)])
        cache.add_results([("r", {"a": [1]})])
    with Cache.open(tmp_path / "c.db") as cache:
        assert cache.parses({"立入る": "k", "未知": "x"}) == {"立入る": PARSE}
        assert cache.results(["r", "x"]) == {"r": {"a": [1]}}


@pytest.mark.parametrize("body", [b"not compressed", b""])
def test_a_damaged_entry_is_no_parse(tmp_path: Path, body: bytes) -> None:
    """壊れた控えでは判定せず、消せばよいと告げる。"""
    path = tmp_path / "c.db"
    Cache.open(path).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO parse VALUES ('k', ?)", (body,))
    connection.close()
    with (
        Cache.open(path) as cache,
        pytest.raises(StoreError, match="解析の控えを読めません") as caught,
    ):
        cache.parses({"立入る": "k"})
    assert "消してから" in caught.value.hint
    assert str(caught.value.where) == str(path)


def test_a_file_that_is_no_cache_is_left_alone(tmp_path: Path) -> None:
    """控えでないファイルは壊さず断る。"""
    path = tmp_path / "c.db"
    path.write_bytes(b"this is a letter, not a database " * 50)
    with pytest.raises(StoreError, match="解析の控えを読めません"):
        Cache.open(path)
    assert path.read_bytes().startswith(b"this is a letter")


def test_a_place_that_cannot_be_written_names_the_setting(tmp_path: Path) -> None:
    """控えを置けない場所なら、どの設定を見ればよいかを告げる。"""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="解析の控えを開けません") as caught:
        Cache.open(tmp_path / "file" / "c.db")
    assert "regulation.cache" in caught.value.hint
