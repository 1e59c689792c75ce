"""Triage: the queue and its factors, decisions of several people, lasting exceptions."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from csirt.suppress import active_filters, sigma_plain

CONFIG = """
store = "kanmon.db"
rules = "{rules}"
[csirt]
filters = "filters"
critical_hosts = ["SV-*"]
[[csirt.segments]]
name = "基幹系"
layer = "my-number"
hosts = ["KIKAN-*"]
value = 2.5
"""


def write_config(city: Any) -> dict[str, str]:
    rules = Path(__file__).parents[3] / "rules"
    path = city.folder / "kanmon.toml"
    path.write_text(CONFIG.format(rules=rules), encoding="utf-8")
    return {"KANMON_CONFIG": str(path)}


def test_every_factor_of_the_order_is_shown(city: Any, hit: Any, keep: Any) -> None:
    """順番は四つの要素の積で、どの要素がいくつだったかを全て見せる。"""
    env = write_config(city)
    with city.store() as store:
        keep(store, hit(host="PC-1"), hit(host="sv-01.city.example"), hit(host="KIKAN-3"))
    rows = json.loads(city.ok("alerts", "-f", "json", **env))["alerts"]
    assert [row["host"] for row in rows] == ["sv-01.city.example", "KIKAN-3", "PC-1"]
    assert [row["score"] for row in rows] == [360.0, 300.0, 120.0]
    for row in rows:
        for word in ("重大度 100", "確からしさ 1", "資産 ", "珍しさ 1.2"):
            assert word in row["factors"]


def test_filters_choose_what_is_listed(city: Any, hit: Any, keep: Any) -> None:
    """端末・時刻・重大度・未判断で絞り込める。"""
    with city.store() as store:
        ids = keep(store, hit(host="PC-1", minute=0), hit(host="PC-2", minute=30))
    count = len(ids)
    assert count == 2

    def hosts(*words: str) -> list[str]:
        return [row["host"] for row in city.json("alerts", *words)["alerts"]]

    assert hosts("--host", "pc-1") == ["PC-1"]
    assert hosts("--since", "2026-11-06T03:20") == ["PC-2"]
    assert hosts("--until", "2026-11-06T03:20") == ["PC-1"]
    assert hosts("--level", "critical") == ["PC-1", "PC-2"]
    city.ok("alerts", "review", ids[0], "--as", "resolved", "--note", "済んだ")
    assert len(hosts("--open")) == 1


def test_another_persons_decision_is_not_overwritten_unseen(city: Any, hit: Any, keep: Any) -> None:
    """ほかの人の判断を、知らずに上書きできない。確かめて置き換えれば、前の判断も残る。"""
    with city.store() as store:
        (alert,) = keep(store, hit())
    city.ok("alerts", "review", alert, "--as", "confirmed", "--note", "本物", user="鈴木")
    other = city.run(
        "alerts", "review", alert, "--as", "false-positive", "--note", "作業", user="山田"
    )
    assert other.exit_code == 3
    assert "鈴木" in other.stderr
    assert "--replace" in other.stderr
    city.ok("alerts", "review", alert, "--as", "false-positive", "--note", "作業", "--replace")
    history = city.json("alerts", "show", alert)["history"]
    assert [row["disposition"] for row in history] == ["該当", "非該当"]


def test_bulk_decisions_need_a_condition_and_reach_only_matching(
    city: Any, hit: Any, keep: Any
) -> None:
    """まとめての判断は条件が必須で、条件に当たるものだけに付く。"""
    with city.store() as store:
        keep(store, hit(host="PC-1"), hit(host="PC-2"), hit(host="SV-1"))
    assert (
        city.run("alerts", "review", "--all-matching", "--as", "resolved", "--note", "x").exit_code
        == 2
    )
    out = city.ok("alerts", "review", "--all-matching", "--host", "PC-*", "--as", "accepted",
                  "--note", "訓練の端末")  # fmt: skip
    assert out.startswith("2 件")
    assert [row["host"] for row in city.json("alerts", "--open")["alerts"]] == ["SV-1"]


def test_an_expired_decision_opens_again(city: Any, hit: Any, keep: Any) -> None:
    """期限付きの判断は、期限が過ぎると未判断に戻る。"""
    with city.store() as store:
        (alert,) = keep(store, hit())
    city.ok("alerts", "review", alert, "--as", "accepted", "--note", "x", "--expires", "2026-11-06")
    assert city.json("alerts", "--open")["alerts"] == []
    later = json.loads(city.ok("alerts", "--open", "-f", "json", minute=24 * 60))["alerts"]
    assert len(later) == 1
    assert "期限切れ" in later[0]["decision"]


def test_one_alert_in_plain_words(city: Any, hit: Any, keep: Any) -> None:
    """何が・どの値で・なぜ・よくある誤検知・前後に何があったかを見せる。"""
    with city.store() as store:
        ids = keep(store, hit(), hit("whoami", minute=20), hit("later", minute=55))
    text = city.ok("alerts", "show", ids[0][:6])
    for word in ("復元の手段が消された", "vssadmin delete shadows", "容量の調整", "ランサムウェア",
                 "whoami", "incident open"):  # fmt: skip
        assert word in text
    assert "later" not in text


@pytest.mark.parametrize("given", ["zz", "ffffffffffffffff", ""])
def test_an_unknown_alert_is_refused(given: str, city: Any, hit: Any, keep: Any) -> None:
    """ない ID は、確かめ方とともに断る。"""
    with city.store() as store:
        keep(store, hit())
    result = city.run("alerts", "show", given)
    assert result.exit_code == 3
    assert "ID" in result.stderr


RULE_TEXT = """
title: 試しの規則
id: 99999999-2222-3333-4444-555555555555
status: stable
logsource: {category: process_creation, product: windows}
detection:
  selection: {CommandLine|contains: backup}
  condition: selection
level: high
"""


@pytest.mark.parametrize(
    "command",
    [
        r"C:\tools\backup.exe /all",
        r"\\server\share\backup.cmd *.txt",
        r"backup ? \* end\\",
        "backup --path 'C:\\ユーザー\\'",
    ],
)
def test_a_suppression_silences_exactly_this_and_only_until_it_ends(
    command: str, city: Any, tmp_path: Path
) -> None:
    """抑止は同じ値だけに効き（* や \\ も文字どおり）、似た値には効かず、期限が過ぎれば効かない。"""
    env = write_config(city)
    rules = tmp_path / "r"
    rules.mkdir()
    (rules / "rule.yml").write_text(RULE_TEXT, encoding="utf-8")
    log = tmp_path / "log.jsonl"
    events = [
        {"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "PC-1",
         "CommandLine": text, "Image": "C:\\x.exe", "UtcTime": f"2026-11-05 18:0{n}:00.000"}
        for n, text in enumerate([command, command + " more"])
    ]  # fmt: skip
    log.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    hunt = ("hunt", str(log), "--rules", str(rules), "-f", "jsonl", "--jobs", "1")

    def commands(minute: int = 0) -> list[str]:
        lines = city.ok(*hunt, minute=minute, **env).splitlines()
        return [line for line in lines if "CommandLine" in line]

    assert len(commands()) == 2
    rows = json.loads(city.ok("alerts", "-f", "json", **env))["alerts"]
    exact = next(row["id"] for row in rows if city_command(city, row["id"], env) == command)
    city.ok("alerts", "suppress", exact, "--field", "CommandLine", "--reason", "正しい作業",
            "--until", "2026-12-31", **env)  # fmt: skip
    left = commands()
    assert len(left) == 1
    assert " more" in left[0]
    assert len(commands(minute=60 * 24 * 90)) == 2


def city_command(city: Any, alert: str, env: dict[str, str]) -> str:
    shown = json.loads(city.ok("alerts", "show", alert, "-f", "json", **env))
    return str(shown["around"][0]["command"])


def test_the_filter_says_why_who_and_until_when(city: Any, hit: Any, keep: Any) -> None:
    """抑止のファイルに、理由・書いた人・期限が残る。条件のない抑止は書かせない。"""
    env = write_config(city)
    with city.store() as store:
        (alert,) = keep(store, hit())
    refused = city.run("alerts", "suppress", alert, "--reason", "x", "--until", "2027-01-01", **env)
    assert refused.exit_code == 3
    assert "条件がありません" in refused.stderr
    past = city.run("alerts", "suppress", alert, "--field", "CommandLine", "--reason", "x",
                    "--until", "2020-01-01", **env)  # fmt: skip
    assert past.exit_code == 3
    assert city.json("alerts", "--open")["alerts"] != []
    city.ok("alerts", "suppress", alert, "--match", "User=kanri", "--reason", "点検\n- rules: any",
            "--until", "2027-01-01", **env)  # fmt: skip
    (path,) = (city.folder / "filters").iterdir()
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert document["author"] == "山田"
    assert document["description"] == "点検\n- rules: any"
    assert document["expires"] == "2027-01-01"
    assert document["filter"]["condition"] == "not selection"


def test_a_broken_suppression_is_a_skip(tmp_path: Path) -> None:
    """読めない抑止は、黙って無視せず、スキップとして数える。"""
    from datetime import date

    (tmp_path / "a.yml").write_text("expires: いつか\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("[", encoding="utf-8")
    (tmp_path / "c.yml").write_text("title: 期限なし\n", encoding="utf-8")
    active, skips = active_filters(tmp_path, date(2026, 1, 1))
    assert [path.name for path in active] == ["c.yml"]
    assert len(skips) == 2


def test_plain_sigma_values_escape_every_wildcard() -> None:
    """Sigma で意味のある記号は、全て文字どおりになる。"""
    assert sigma_plain(r"a\*?") == r"a\\\*\?"


def test_two_processes_deciding_at_once_keep_both_decisions(city: Any, hit: Any, keep: Any) -> None:
    """二人が同時に別の判断をしても、片方は断られるか両方残り、黙って消える判断はない。"""
    import os
    import sys

    with city.store() as store:
        (alert,) = keep(store, hit())
    kanmon = Path(sys.executable).parent / "kanmon"
    env = {**os.environ, "KANMON_STORE": str(city.path), "KANMON_CONFIG": ""}
    people = [
        subprocess.Popen(
            [kanmon, "csirt", "alerts", "review", alert, "--as", word, "--note", who],
            env={**env, "KANMON_USER": who},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for who, word in (("山田", "confirmed"), ("鈴木", "false-positive"))
    ]
    codes = sorted(person.wait(timeout=60) for person in people)
    history = city.json("alerts", "show", alert)["history"]
    assert codes == [0, 3]
    assert len(history) == 1
