"""Rules from folders: bad ones are named, good ones load, nothing is dropped silently."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from csirt.compile import cache as cache_module
from csirt.hunt import check_rules
from csirt.model import Verdict
from csirt.ruleset import load_rules
from kanmon.errors import ConfigError, InputError
from kanmon.finding import Severity

GOOD = """\
title: Good
id: 6f3e2d51-0000-4000-8000-0000000000{number:02}
name: good_{number}
level: high
tags: [attack.execution]
logsource: {{product: windows, category: process_creation}}
detection:
  s: {{Image|endswith: '\\\\x.exe'}}
  condition: s
"""
SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}

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


FILTER = """\
title: administrators
id: 6f3e2d51-0000-4000-8000-000000000098
logsource: {{product: windows, category: process_creation}}
filter:
  rules: {rules}
  admin: {{User|startswith: adm_}}
  condition: {condition}
"""


@pytest.mark.parametrize("rules", ["any", "[good_1]", "[6f3e2d51-0000-4000-8000-000000000001]"])
def test_a_filter_takes_away_what_it_names(rules: str, load: Any, judge: Any) -> None:
    """フィルター文書は、名指ししたルール（any ならすべて）から該当する記録を除く。"""
    text = FILTER.format(rules=rules, condition="not admin")
    ruleset, skips = load(GOOD.format(number=1), text)
    assert skips == ()
    events = [{**SYSMON, "Image": "C:\\x.exe", "User": user} for user in ("adm_a", "bob")]
    assert [hit.record for hit in judge(ruleset, events).hits] == [2]


def test_a_filter_for_another_rule_or_log_source_changes_nothing(load: Any, judge: Any) -> None:
    """ほかのルールやログのためのフィルターは効かない。"""
    other = FILTER.format(rules="[good_7]", condition="not admin")
    source = FILTER.format(rules="any", condition="not admin").replace("098", "097")
    ruleset, _ = load(
        GOOD.format(number=1), other, source.replace("process_creation", "file_event")
    )
    events = [{**SYSMON, "Image": "C:\\x.exe", "User": "adm_a"}]
    assert len(judge(ruleset, events).hits) == 1


def test_a_filter_written_as_in_the_specification_warns(load: Any, judge: Any) -> None:
    """not のないフィルターは「除く」でなく「だけ残す」になるので、作者に知らせる。"""
    text = FILTER.format(rules="any", condition="admin")
    ruleset, skips = load(GOOD.format(number=1), text)
    assert "not で始まら" in skips[0].reason
    events = [{**SYSMON, "Image": "C:\\x.exe", "User": user} for user in ("adm_a", "bob")]
    assert [hit.record for hit in judge(ruleset, events).hits] == [1]


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


ON_IMAGE = "Image|endswith: '\\\\x.exe'"


def test_a_nested_repetition_takes_no_time_at_all(load: Any, judge: Any) -> None:
    """(a+)+ のような正規表現は、狙った記録があっても一瞬で判定できる。"""
    ruleset, _ = load(GOOD.format(number=1).replace(ON_IMAGE, "CommandLine|re: '^(a+)+$'"))
    events = [{**SYSMON, "CommandLine": "a" * 5_000 + end} for end in ("", "!")]
    began = time.monotonic()
    result = judge(ruleset, events)
    assert time.monotonic() - began < 5
    assert ([hit.record for hit in result.hits], result.skips) == ([1], ())


def test_a_catastrophic_regular_expression_does_not_hang(load: Any, judge: Any) -> None:
    """先読みつきの終わらない正規表現でも止まらない。判定できなかった件数をルールごとに知らせる。"""
    slow = "CommandLine|re: '(?=.*!)(a|aa)+$(?<!b)'"
    ruleset, skips = load(
        GOOD.format(number=1).replace(ON_IMAGE, slow),
        GOOD.format(number=2).replace(f"{{{ON_IMAGE}}}", f"{{User: bob, {slow}}}"),
        GOOD.format(number=3),
    )
    assert skips == ()
    events = [
        {**SYSMON, "Image": "C:\\x.exe", "CommandLine": "a" * (60 + n) + "!", "User": user}
        for n, user in enumerate(["bob", "carol", "carol"] * 10)
    ]
    began = time.monotonic()
    result = judge(ruleset, events)
    assert time.monotonic() - began < 30
    assert {hit.rule.name for hit in result.hits} == {"good_3"}
    counts = {skip.reason.split("、")[1] for skip in result.skips}
    assert counts == {"30 件を判定していません", "10 件を判定していません"}


def test_an_unreadable_log_source_map_says_where(tmp_path: Path) -> None:
    """対応表に書き間違いがあれば、ファイルと項目を言って止まる。"""
    (tmp_path / "a.yml").write_text("log_sources:\n  - {product: x, records: [{}]}\n")
    with pytest.raises(ConfigError, match="対応表の項目を読めません") as caught:
        load_rules([], pipelines=tmp_path, cache=None, expand={})
    assert "docs/detection.md" in caught.value.hint
    with pytest.raises(ConfigError, match="対応表がありません"):
        load_rules([], pipelines=tmp_path / "no", cache=None, expand={})
