"""付属のルール: 例で試され、標準の道具にも通り、職員が読める。"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from csirt.model import RuleInfo
from csirt.rule_cases import CaseResult, load_cases
from csirt.rules_job import run_cases
from csirt.ruleset import load_rules

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "rules" / "sigma"
RULESET, SKIPS = load_rules([FOLDER], pipelines=ROOT / "rules" / "pipelines", cache=None, expand={})
CASES, CASE_SKIPS = load_cases(RULESET.rules)
RESULTS = run_cases(RULESET, CASES)


def name_of(rule: RuleInfo) -> str:
    return Path(rule.path).stem


def test_every_rule_can_be_used() -> None:
    """付属のルールはすべて正確に判定でき、読み飛ばされるものはない。"""
    assert SKIPS == ()
    assert len(RULESET.rules) == len(list(FOLDER.glob("*.yml"))) >= 8


def test_every_rule_has_events_it_hits_and_events_it_misses() -> None:
    """どのルールにも、一致する例と一致しない例がある。なければ出荷できない。"""
    assert CASE_SKIPS == ()
    for rule in RULESET.rules:
        kinds = {case.expected for case in CASES if case.rule.id == rule.id}
        assert kinds == {True, False}, name_of(rule)


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: str(one.case.where).split("sigma/")[-1])
def test_a_rule_does_what_its_examples_say(result: CaseResult) -> None:
    """例のイベントを実際に判定すると、書いてあるとおりの結果になる。"""
    assert result.passed, result.case.why


def test_no_example_file_is_left_over() -> None:
    """ルールのない例のファイルはない。"""
    stems = {path.name.removesuffix(".events.json") for path in FOLDER.glob("*.events.json")}
    assert stems == {path.stem for path in FOLDER.glob("*.yml")}


@pytest.mark.parametrize("rule", RULESET.rules, ids=name_of)
def test_staff_can_read_the_rule(rule: RuleInfo) -> None:
    """題名・説明・誤検知・意味・確かめることが日本語で書かれ、ATT&CK の番号が付いている。"""
    alert = dict(rule.alert)
    texts = [rule.title, rule.description, *rule.falsepositives, str(alert["meaning"])]
    checks = alert["checks"]
    assert isinstance(checks, list)
    for text in [*texts, *map(str, checks)]:
        assert re.search("[ぁ-んァ-ン一-龥]", text), text
    assert rule.falsepositives
    assert any(re.fullmatch(r"attack\.t\d{4}(\.\d{3})?", tag) for tag in rule.tags)
    assert any(re.fullmatch(r"attack\.[a-z-]+", tag) for tag in rule.tags)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_a_file_is_one_rule_with_a_proper_id(path: Path) -> None:
    """1 ファイルに 1 ルールで、ID は乱数による UUID（版 4）である。"""
    (document,) = yaml.safe_load_all(path.read_text("utf-8"))
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", document["id"]
    )
    assert document["author"] == "Kanmon"


def sigma(*words: str) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).parent / "sigma"
    return subprocess.run([str(tool), *words], capture_output=True, text=True, check=False)


def test_the_standard_tool_accepts_the_rules() -> None:
    """sigma-cli の sigma check が、誤りも指摘もなしに通る（通信なしでできる検査）。"""
    offline = ("--exclude", "attacktag", "--exclude", "d3_fendtag")
    done = sigma("check", *offline, "--fail-on-issues", str(FOLDER))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Found 0 errors, 0 condition errors and 0 issues" in done.stdout


def test_the_standard_tool_converts_the_rules() -> None:
    """sigma-cli の sigma convert で、すべてのルールが検索式になる。"""
    done = sigma("convert", "-t", "lucene", "--without-pipeline", str(FOLDER))
    assert done.returncode == 0, done.stderr
    assert len([line for line in done.stdout.splitlines() if line]) == len(RULESET.rules)


def test_no_sentence_of_sigmahq_is_in_our_rules() -> None:
    """付属のルールは自作であり、SigmaHQ の題名や説明、ID を写していない。"""
    shared = ROOT.parent / "shared" / "sigma"
    if not shared.is_dir():
        pytest.skip("../shared がない")
    ours = {rule.id for rule in RULESET.rules} | {rule.title for rule in RULESET.rules}
    theirs: set[str] = set()
    for path in shared.rglob("rules*/**/*.yml"):
        for line in path.read_text("utf-8").splitlines()[:3]:
            key, _, value = line.partition(": ")
            if key in ("id", "title"):
                theirs.add(value.strip())
    assert not ours & theirs
