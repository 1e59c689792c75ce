"""Rules from folders: bad ones are named, good ones load, nothing is dropped silently."""

from pathlib import Path
from typing import Any

import pytest

from csirt.hunt import check_rules
from csirt.model import Verdict
from csirt.ruleset import load_rules
from kanmon.errors import ConfigError, InputError
from kanmon.finding import Severity
from tests.csirt.engine.conftest import GOOD, SYSMON

BAD = {
    "a YAML error": ("title: [", "YAML の誤り"),
    "a key twice": (GOOD.format(number=2) + "level: low\n", "YAML の誤り: Duplicate key 'level'"),
    "not a map": ("- a\n- b\n", "キーと値の対応になっていません"),
    "no detection": ("title: x\nlogsource: {product: windows}\n", "detection がありません"),
    "no log source": (
        "title: x\ndetection: {s: {a: b}, condition: s}\n",
        "pySigma: Sigma rule must have a log source",
    ),
    "an unknown modifier": (
        GOOD.format(number=2).replace("endswith", "endwith"),
        "修飾子「endwith」は Sigma にありません",
    ),
    "an unknown selection": (
        GOOD.format(number=2).replace("condition: s", "condition: s and t"),
        "「t」という検索条件がありません",
    ),
    "an open parenthesis": (
        GOOD.format(number=2).replace("condition: s", "condition: (s"),
        "括弧が閉じていません",
    ),
    "the old pipe": (
        GOOD.format(number=2).replace("condition: s", "condition: s | count() > 3"),
        "| 構文は廃止されています",
    ),
    "a broken regular expression": (
        GOOD.format(number=2).replace("Image|endswith: '\\\\x.exe'", "Image|re: '(a'"),
        "pySigma: Regular expression '(a' is invalid",
    ),
    "a network with host bits": (
        GOOD.format(number=2).replace("Image|endswith: '\\\\x.exe'", "a|cidr: 10.1.2.3/8"),
        "pySigma: Invalid CIDR expression",
    ),
    "null in a list": (
        GOOD.format(number=2).replace("Image|endswith: '\\\\x.exe'", "a: [b, null]"),
        "null は値のリストに入れられません",
    ),
    "a placeholder without values": (
        GOOD.format(number=2).replace("Image|endswith: '\\\\x.exe'", "a|expand: '%who%'"),
        "プレースホルダー %who% の値が設定されていません",
    ),
    "a wrong level": (
        GOOD.format(number=2).replace("level: high", "level: terrible"),
        "pySigma: 'terrible' is not a valid Sigma rule level",
    ),
    "an empty file": ("", "空のファイルです"),
    "a YAML bomb": (
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
            for a, b in zip("abcdefg", "bcdefgh", strict=True)
        )
        + "title: x\nlogsource: {product: windows}\ndetection: {s: *h, condition: s}\n",
        "大きくなりすぎます",
    ),
    "an alias to itself": (
        "title: x\nlogsource: {product: windows}\ndetection: {s: &s [{a: b}, *s], condition: s}\n",
        "大きくなりすぎます",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_rule_is_named_with_line_and_reason_and_the_rest_loads(kind: str, load: Any) -> None:
    """壊れたルールは場所と理由が分かり、ほかのルールはそのまま使える。"""
    text, reason = BAD[kind]
    ruleset, skips = load(GOOD.format(number=1), text)
    assert [rule.name for rule in ruleset.rules] == ["good_1"]
    assert len(skips) == 1
    assert reason in skips[0].reason
    assert skips[0].where.path.endswith("rule1.yml")
    assert skips[0].where.place.startswith("line ")
    verdicts = {v.verdict for v in check_rules(ruleset)}
    assert verdicts == {Verdict.EXACT, Verdict.SKIPPED}


def test_a_rule_that_is_not_utf8_is_named(tmp_path: Path, pipelines: Path) -> None:
    """CP932 で保存されたルールは、何バイト目で読めないかまで分かる。"""
    (tmp_path / "a.yml").write_bytes("title: 管理".encode("cp932"))
    _, skips = load_rules([tmp_path], pipelines=pipelines, cache=None, expand={})
    assert skips[0].reason == "UTF-8 ではありません（7 バイト目）"


def test_a_rule_file_of_many_megabytes_is_not_read(tmp_path: Path, pipelines: Path) -> None:
    """巨大なファイルがルールのフォルダーにあっても、読み込まずに知らせる。"""
    (tmp_path / "a.yml").write_bytes(b"#" * (4 * 1024**2 + 1))
    (tmp_path / "b.yml").write_text(GOOD.format(number=1))
    ruleset, skips = load_rules([tmp_path], pipelines=pipelines, cache=None, expand={})
    assert len(ruleset.rules) == 1
    assert "大きすぎます" in skips[0].reason


def test_the_second_of_two_equal_ids_is_skipped(load: Any) -> None:
    """同じ ID のルールは先の 1 本だけを使い、もう 1 本は両方の場所とともに知らせる。"""
    ruleset, skips = load(GOOD.format(number=1), GOOD.format(number=1))
    assert len(ruleset.rules) == 1
    assert "重複しています" in skips[0].reason
    assert "rule0.yml:line 1" in skips[0].reason


def test_correlation_rules_are_skipped_for_now_and_kept(load: Any) -> None:
    """相関ルールは黙って捨てず、まだ判定できないと知らせる。"""
    correlation = (
        "title: many\nid: 6f3e2d51-0000-4000-8000-000000000099\n"
        "correlation: {type: event_count, rules: [good_1], group-by: [User], timespan: 5m,"
        " condition: {gte: 10}}\n"
    )
    ruleset, skips = load(GOOD.format(number=1), correlation)
    assert [info.title for info, _ in ruleset.correlations] == ["many"]
    assert "相関ルール" in skips[0].reason


def test_expand_values_fill_placeholders(load: Any, judge: Any) -> None:
    """設定に値を書けば、プレースホルダーを使うルールも判定する。"""
    rule = GOOD.format(number=1).replace("Image|endswith: '\\\\x.exe'", "User|expand: '%who%'")
    ruleset, skips = load(rule, expand={"who": ("alice", "bob*")})
    assert skips == ()
    events = [{**SYSMON, "User": user} for user in ("alice", "bobby", "carol")]
    assert [hit.record for hit in judge(ruleset, events).hits] == [1, 2]


def test_rules_below_the_level_are_left_out(load: Any) -> None:
    """--level より低いルールは使わない。"""
    low = GOOD.format(number=2).replace("level: high", "level: low")
    ruleset, _ = load(GOOD.format(number=1), low)
    assert [rule.name for rule in ruleset.at_least(Severity.MEDIUM).rules] == ["good_1"]


def test_a_missing_folder_says_so(tmp_path: Path, pipelines: Path) -> None:
    """ルールのフォルダーがなければ、場所と直し方を言って止まる。"""
    with pytest.raises(InputError, match="ルールがありません") as caught:
        load_rules([tmp_path / "no"], pipelines=pipelines, cache=None, expand={})
    assert caught.value.hint
    assert caught.value.exit_code == 3


def test_an_unreadable_log_source_map_says_where(tmp_path: Path) -> None:
    """対応表に書き間違いがあれば、ファイルと項目を言って止まる。"""
    (tmp_path / "a.yml").write_text("log_sources:\n  - {product: x, records: [{}]}\n")
    with pytest.raises(ConfigError, match="対応表の項目を読めません") as caught:
        load_rules([], pipelines=tmp_path, cache=None, expand={})
    assert "docs/detection.md" in caught.value.hint
    with pytest.raises(ConfigError, match="対応表がありません"):
        load_rules([], pipelines=tmp_path / "no", cache=None, expand={})
