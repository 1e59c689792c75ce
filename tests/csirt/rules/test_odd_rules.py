"""One rule file gone wrong, in whatever way, is listed with its reason; the others are loaded."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from csirt.ruleset import RuleSet, load_rules

ROOT = Path(__file__).parents[3]
RULE = """\
title: t
id: {id}
logsource: {{product: windows, service: security}}
detection: {detection}
"""
GOOD = RULE.format(id="22222222-2222-4222-8222-222222222222", detection="{s: {a: b}, condition: s}")


def load(folder: Path, cache: Path | None = None) -> tuple[RuleSet, list[str]]:
    rules, skips = load_rules(
        [folder], pipelines=ROOT / "rules" / "pipelines", cache=cache, expand={}
    )
    return rules, [f"{skip.where}: {skip.reason}" for skip in skips]


@pytest.mark.parametrize(
    ("identity", "detection", "reason"),
    [
        ("7", "{s: {a: b}, condition: s}", "pySigma: "),
        ("[1]", "{s: {a: b}, condition: s}", "pySigma: "),
        ("null", "{s: {a: b}, condition: " + "not " * 3000 + "s}", "入れ子が深すぎます"),
        ("null", "{s: {a: b}, condition: " + "(" * 3000 + "s" + ")" * 3000 + "}", "入れ子が"),
        ("null", '{s: {"a|gt": 99999999999999999999999}, condition: s}', "64 ビットを超える"),
    ],
    ids=["number as id", "list as id", "negations", "parentheses", "huge number"],
)
def test_an_odd_rule_is_skipped_with_its_reason_and_the_rest_is_loaded(
    tmp_path: Path, identity: str, detection: str, reason: str
) -> None:
    """型の違う id、深すぎる condition、大きすぎる数のルールは、理由を言って読み飛ばす。"""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "good.yml").write_text(GOOD)
    (folder / "odd.yml").write_text(RULE.format(id=identity, detection=detection))
    rules, told = load(folder, tmp_path / "cache")
    assert [rule.id for rule in rules.rules] == ["22222222-2222-4222-8222-222222222222"]
    (skip,) = told
    assert f"{folder}/odd.yml:line " in skip
    assert reason in skip
    assert load(folder, tmp_path / "cache")[1] == told


def test_numbers_in_the_alert_block_do_not_stop_the_cache(tmp_path: Path) -> None:
    """表示用の欄に 64 ビットを超える数があっても、読み込みも控えも止まらない。"""
    (tmp_path / "a.yml").write_text(GOOD + "alert: {meaning: 1000000000000000000000000}\n")
    first, told = load(tmp_path, tmp_path / "cache")
    assert told == []
    assert load(tmp_path, tmp_path / "cache")[0].rules == first.rules


def test_fifty_levels_of_parentheses_are_read(tmp_path: Path) -> None:
    """ふつうに書かれる深さの condition は、これまでどおり読める。"""
    (tmp_path / "a.yml").write_text(
        RULE.format(
            id="null", detection="{s: {a: b}, condition: " + "(" * 40 + "s" + ")" * 40 + "}"
        )
    )
    rules, told = load(tmp_path)
    assert (len(rules.rules), told) == (1, [])


def _linked_folder(folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder / "odd").symlink_to(folder.parent / "elsewhere")


@pytest.mark.parametrize(
    ("make", "name", "reason"),
    [
        (_linked_folder, "odd", "シンボリックリンクはたどりません"),
        (
            lambda folder: (folder / "odd.yml").symlink_to("nowhere"),
            "odd.yml",
            "ルールを開けません",
        ),
        (lambda folder: os.mkfifo(folder / "odd.yml"), "odd.yml", "通常のファイルではありません"),
    ],
    ids=["linked folder", "dangling link", "fifo"],
)
def test_what_looks_like_a_rule_and_cannot_be_read_is_told(
    tmp_path: Path, make: Callable[[Path], object], name: str, reason: str
) -> None:
    """リンクのフォルダー、切れたリンク、FIFO を黙って飛ばさない。開いて止まることもない。"""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "good.yml").write_text(GOOD)
    make(folder)
    rules, (told,) = load(folder)
    assert len(rules.rules) == 1
    assert told.startswith(f"{folder}/{name}: ")
    assert reason in told


def test_a_rule_file_from_windows_may_be_named_in_capitals(tmp_path: Path) -> None:
    """拡張子が大文字の .YML も読む。"""
    (tmp_path / "RULE.YML").write_text(GOOD)
    assert len(load(tmp_path)[0].rules) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root はどのフォルダーも開ける")
def test_a_folder_of_rules_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """権限のないフォルダーのルールは、黙って消えずに、その名前を言う。"""
    (tmp_path / "closed").mkdir(mode=0o000)
    (tmp_path / "good.yml").write_text(GOOD)
    (told,) = load(tmp_path)[1]
    assert told.startswith(f"{tmp_path}/closed: ")
