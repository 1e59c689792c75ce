"""ルールの点検: 一本も黙って落とさず、市が書いたルールも例で試せる。"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Command = Callable[..., Result]
ROOT = Path(__file__).parents[3]
OWN = ROOT / "rules" / "sigma"
RULE = """\
title: 市のルール
id: 7b0d0a4e-5a3e-4c53-9a39-111111111111
logsource: {product: windows, service: security}
detection: {s: {EventID: 1102}, condition: s}
level: high
"""
EVENT = {"Channel": "Security", "EventID": 1102}
OTHER = {"Channel": "Security", "EventID": 4624}


def city_rule(folder: Path, hit: list[object], miss: list[object], text: str = RULE) -> None:
    (folder / "own.yml").write_text(text, "utf-8")
    examples = {
        kind: [{"why": "例", "event": event} for event in events]
        for kind, events in (("hit", hit), ("miss", miss))
    }
    (folder / "own.events.json").write_text(json.dumps(examples), "utf-8")


def test_every_rule_is_listed_with_its_verdict(run: Command) -> None:
    """付属のルールはすべて「正確に判定」として一覧に出る。"""
    whole = json.loads(run("check", OWN, "-f", "json").stdout)
    assert len(whole["rules"]) == len(list(OWN.glob("*.yml")))
    assert {row["verdict"] for row in whole["rules"]} == {"正確に判定"}


def test_a_rule_that_cannot_fire_on_these_logs_says_why(run: Command) -> None:
    """このログでは発火しえないルールは、足りない記録や項目を添えて出る。"""
    done = run("check", OWN, "--logs", ROOT / "samples" / "logs", "-f", "json")
    never = [row for row in json.loads(done.stdout)["rules"] if "発火しない" in row["verdict"]]
    assert [Path(row["path"]).stem for row in never] == ["browser_credential_file_read"]
    assert "ObjectName" in never[0]["reason"]


@pytest.mark.parametrize("fmt", ["text", "csv", "html", "xlsx", "jsonl"])
def test_the_list_comes_in_every_format(run: Command, tmp_path: Path, fmt: str) -> None:
    """点検の一覧は、どの形式でも出せる。"""
    assert run("check", OWN, "-f", fmt, "-o", "out").exit_code == 0
    assert len((tmp_path / "out").read_bytes()) > 500


def test_a_rule_that_cannot_be_used_is_shown_first_with_its_place(
    run: Command, tmp_path: Path
) -> None:
    """使えないルールは、ファイルと行と理由を添えて先頭に出る。--strict なら終了コード 10。"""
    (tmp_path / "a.yml").write_text(RULE.replace("EventID: 1102", "X|expand: '%unknown%'"))
    (tmp_path / "b.yml").write_text("title: [\n")
    done = run("check", ".", "--strict", "-f", "json")
    assert done.exit_code == 10
    rows = json.loads(done.stdout)["rules"]
    assert [(row["verdict"], row["path"]) for row in rows] == [
        ("読み飛ばし", "a.yml:line 4"),
        ("読み飛ばし", "b.yml:line 2"),
    ]
    assert "%unknown%" in rows[0]["reason"]


def test_examples_that_hold_pass(run: Command, tmp_path: Path) -> None:
    """例のとおりに動くルールは合格し、終了コード 0 で終わる。"""
    city_rule(tmp_path, [EVENT], [OTHER])
    done = run("test", ".")
    assert done.exit_code == 0, done.output
    assert "すべて期待どおりです" in done.stdout


def test_an_example_that_does_not_hold_fails(run: Command, tmp_path: Path) -> None:
    """例と違う動きをするルールは、どの例かを言って終了コード 10 で終わる。"""
    city_rule(tmp_path, [EVENT, OTHER], [OTHER])
    done = run("test", ".")
    assert done.exit_code == 10
    assert "1 件が期待と違います" in done.stdout
    assert "own.events.json:hit[1]" in done.stdout


@pytest.mark.parametrize(
    ("examples", "reason"),
    [
        (None, "例のイベントがありません"),
        ("{", "例のイベントを読めません"),
        ('{"hit": []}', "hit と miss の 2 つです"),
        ('{"hit": [], "miss": []}', "hit が空です"),
        ('{"hit": [{"why": "x"}], "miss": [{"why": "y", "event": {}}]}', "event"),
        ('{"hit": 3, "miss": 3}', "hit が空です"),
    ],
)
def test_a_rule_without_both_kinds_of_examples_fails(
    run: Command, tmp_path: Path, examples: str | None, reason: str
) -> None:
    """一致する例と一致しない例の両方がないルールは、試験に通らない。"""
    (tmp_path / "own.yml").write_text(RULE, "utf-8")
    if examples is not None:
        (tmp_path / "own.events.json").write_text(examples, "utf-8")
    done = run("test", ".")
    assert done.exit_code == 10
    assert reason in done.stdout


def test_a_missing_folder_is_said_with_what_to_do(run: Command) -> None:
    """ないフォルダーを渡すと、場所と対処を言い、終了コード 3 で終わる。"""
    done = run("check", "nowhere")
    assert done.exit_code == 3
    assert "nowhere" in done.stderr
    assert "対処" in done.stderr
