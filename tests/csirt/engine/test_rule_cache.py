"""The cache of compiled rules: the same result, never trusted when damaged or open to others."""

import os
from pathlib import Path

import pytest

from csirt.compile import cache as cache_module
from csirt.ruleset import load_rules
from tests.csirt.engine.conftest import GOOD


def test_a_second_start_reads_the_cache_and_gives_the_same(tmp_path: Path, pipelines: Path) -> None:
    """2 回目の起動は、ルールを読み直さずに同じ結果になる。変えたルールだけ読み直す。"""
    rules, cache = tmp_path / "rules", tmp_path / "cache"
    rules.mkdir()
    for number in range(3):
        (rules / f"{number}.yml").write_text(GOOD.format(number=number))
    first, _ = load_rules([rules], pipelines=pipelines, cache=cache, expand={})
    modes = [oct(path.stat().st_mode & 0o777) for path in (cache, *cache.iterdir())]
    assert modes == ["0o700", "0o600"]
    second, _ = load_rules([rules], pipelines=pipelines, cache=cache, expand={})
    assert second == first
    (rules / "1.yml").write_text(GOOD.format(number=1).replace("Good", "Changed"))
    third, _ = load_rules([rules], pipelines=pipelines, cache=cache, expand={})
    assert [rule.title for rule in third.rules] == ["Good", "Changed", "Good"]
    assert third.digest != first.digest


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"x": 1}'])
def test_a_damaged_cache_is_written_anew(damage: bytes, tmp_path: Path, pipelines: Path) -> None:
    """壊れたキャッシュがあっても、ルールは正しく読める。"""
    (tmp_path / "a.yml").write_text(GOOD.format(number=1))
    cache = tmp_path / "cache"
    load_rules([tmp_path / "a.yml"], pipelines=pipelines, cache=cache, expand={})
    next(cache.iterdir()).write_bytes(damage)
    ruleset, _ = load_rules([tmp_path / "a.yml"], pipelines=pipelines, cache=cache, expand={})
    assert [rule.title for rule in ruleset.rules] == ["Good"]


def test_a_cache_others_may_write_is_not_trusted(
    tmp_path: Path, pipelines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """他人が書き込めるキャッシュは使わない。"""
    (tmp_path / "a.yml").write_text(GOOD.format(number=1))
    cache = tmp_path / "cache"
    load_rules([tmp_path / "a.yml"], pipelines=pipelines, cache=cache, expand={})
    path = next(cache.iterdir())
    path.write_bytes(path.read_bytes().replace(b"Good", b"Evil"))
    path.chmod(0o666)
    ruleset, _ = load_rules([tmp_path / "a.yml"], pipelines=pipelines, cache=cache, expand={})
    assert ruleset.rules[0].title == "Good"
    path.chmod(0o600)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert cache_module._read(path) == {}


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path, pipelines: Path) -> None:
    """キャッシュの置き場所が使えなくても、ルールは読める。"""
    (tmp_path / "a.yml").write_text(GOOD.format(number=1))
    (tmp_path / "cache").write_text("a file, not a folder")
    ruleset, _ = load_rules(
        [tmp_path / "a.yml"], pipelines=pipelines, cache=tmp_path / "cache", expand={}
    )
    assert len(ruleset.rules) == 1
