"""Runbooks: complete, consistent, mapped from every rule; what the city edits wrong is named."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from csirt.duty_load import load_duties, parse_answer
from csirt.incident_facts import check_fact
from csirt.letters import letter_path
from csirt.model import LogSource
from csirt.runbook import Library
from csirt.runbook_load import load_library
from csirt.runbook_mapping import choose_runbook, load_mapping
from csirt.runbook_query import Scope, elastic_line, hunt_line, kibana_line
from kanmon.errors import InputError

ROOT = Path(__file__).parents[3]
RUNBOOKS = ROOT / "rules" / "runbooks"
SIGMA = ROOT / ".." / "shared" / "sigma"
LIBRARY = load_library(RUNBOOKS)
MAPPING = load_mapping(RUNBOOKS / "mapping.yml")
# The slugs that training's rules react to; changing one breaks a city's courses.
SLUGS = {
    "ransomware", "malware", "unauthorised-access", "account-takeover", "phishing",
    "web-defacement", "ddos", "mis-sending", "lost-device", "insider", "contractor",
    "vulnerability", "my-number", "general",
}  # fmt: skip
BAD = yaml.safe_load((Path(__file__).parent / "data" / "bad.yml").read_text(encoding="utf-8"))


def rules_below(folder: Path) -> Any:
    """Yield (path, document) of every Sigma rule, correlation rules included."""
    for path in sorted(folder.rglob("*.yml")):
        for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
            if isinstance(document, dict) and {"detection", "correlation"} & set(document):
                yield path, document


def chosen(document: Any) -> Any:
    given = document.get("logsource") or {}
    source = {key: str(value) for key, value in given.items() if value is not None}
    names = ("category", "product", "service")
    logsource = LogSource(**{name: source.get(name, "") for name in names})
    return choose_runbook(MAPPING, [str(tag) for tag in document.get("tags") or []], logsource)


def test_the_categories_are_those_training_relies_on() -> None:
    """研修の決まりが頼る区分の名前が、全てある。"""
    assert set(LIBRARY.runbooks) == SLUGS


@pytest.mark.parametrize("slug", sorted(SLUGS))
def test_a_runbook_is_complete(slug: str) -> None:
    """どの手順書にも、することすべて（問い・証拠・封じ込め・決定・文面・教訓・研修）がある。"""
    book = LIBRARY.runbooks[slug]
    assert len(book.questions) >= 5
    assert len(book.do_first) >= 3
    assert len(book.never) >= 2
    assert book.false_positives
    assert len(book.evidence) >= 4
    assert len(book.containment) >= 3
    assert len(book.decisions) >= 3
    assert book.eradication
    assert book.recovery
    assert book.closeout
    assert {"residents", "assembly", "prefecture"} <= set(book.letters)
    assert len(book.lessons) >= 3
    assert all(book.training)
    assert [item.order for item in book.evidence] == sorted(item.order for item in book.evidence)


@pytest.mark.parametrize("slug", ["ransomware", "malware", "unauthorised-access", "vulnerability"])
def test_attacks_can_be_cut_on_every_layer_and_model(slug: str) -> None:
    """攻撃の手順書には、三つの系と α・α′・β・β′ の全ての型の封じ込めがある。"""
    cuts = LIBRARY.runbooks[slug].containment
    for layer in ("my-number", "lgwan", "internet"):
        assert any(layer in cut.layers for cut in cuts), layer
    for model in ("alpha", "alpha-prime", "beta", "beta-prime"):
        assert any(model in cut.models for cut in cuts), model


def test_every_cut_names_side_effect_rollback_and_authority() -> None:
    """全ての封じ込めに、影響・戻し方・命じる人・行う人・先に残す証拠・手順がある。"""
    for book in LIBRARY.runbooks.values():
        for cut in book.containment:
            assert cut.side_effect, cut.id
            assert cut.rollback, cut.id
            assert cut.before, cut.id
            assert len(cut.steps) >= 2, cut.id
            assert {cut.order, cut.execute} <= set(LIBRARY.words.authorities)


def test_suggested_answers_are_answers() -> None:
    """手順書の見込みは、全て期限の問いの答えになる。"""
    book = load_duties(RUNBOOKS / "duties.yml")
    for runbook in LIBRARY.runbooks.values():
        for item in runbook.answers:
            parse_answer(book, f"{item.question}={item.answer}")
            assert item.because


def test_every_query_is_a_sigma_rule_and_is_used() -> None:
    """問いの検索は、どれも正しい Sigma ルールで、どれかの手順書で使われている。"""
    from sigma.collection import SigmaCollection

    used = {name for b in LIBRARY.runbooks.values() for c in b.questions for name in c.look}
    assert used == set(LIBRARY.queries)
    for query in LIBRARY.queries.values():
        collection = SigmaCollection.from_yaml(Path(query.path).read_text(encoding="utf-8"))
        assert not collection.errors
        assert [rule.detection.parsed_condition[0].parsed for rule in collection.rules]  # type: ignore[union-attr]
        assert query.kibana.count("(") == query.kibana.count(")")


def test_the_hunt_engine_accepts_every_query(tmp_path: Path) -> None:
    """問いの検索は、どれも kanmon csirt hunt で動く（読み飛ばされるものがない）。"""
    from csirt.ruleset import load_rules

    folder = RUNBOOKS / "queries"
    ruleset, skips = load_rules(
        [folder], pipelines=ROOT / "rules" / "pipelines", cache=tmp_path, expand={}
    )
    assert len(ruleset.rules) == len(LIBRARY.queries)
    assert skips == ()


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_queries_quote_hosts_and_files(host: str, path: str) -> None:
    """端末名やファイル名が何であっても、コマンドは一つの引数のまま、検索語は一つの語のまま。"""
    import shlex

    query = LIBRARY.queries["script_hosts"]
    scope = Scope(hosts=(host,), start=None, end=None, logs=(path,))
    words = shlex.split(hunt_line(query, scope))
    assert words[:3] == ["kanmon", "csirt", "hunt"]
    assert words[4] == "--rules" or path == "-"
    assert shlex.split(elastic_line(query, scope))[3:5] == ["--engine", "elasticsearch"]
    inside = kibana_line(query, scope).rpartition('host.name:("')[2].removesuffix('")')
    assert '"' not in inside.replace("\\\\", "").replace('\\"', "")


def test_every_own_rule_has_a_runbook_of_its_own() -> None:
    """市のルールは、どれも専用の手順書に当たる。"""
    found = {
        path.name: chosen(document) for path, document in rules_below(ROOT / "rules" / "sigma")
    }
    assert found
    assert [name for name, choice in found.items() if choice.is_fallback] == []


@pytest.mark.slow
@pytest.mark.skipif(not SIGMA.is_dir(), reason="../shared/sigma がありません")
def test_few_of_sigmahq_fall_back() -> None:
    """SigmaHQ の全ルールに手順書があり、高・重大で一般の手順書になるのは10%未満。"""
    severe = fallbacks = total = 0
    for folder in sorted(SIGMA.glob("rules*")):
        for _, document in rules_below(folder):
            choice = chosen(document)
            assert choice.category in LIBRARY.runbooks
            total += 1
            if document.get("level") in ("high", "critical"):
                severe += 1
                fallbacks += choice.is_fallback
    assert total > 3000
    assert fallbacks < severe * 0.10


@pytest.mark.parametrize("tactic", ["defense-evasion", "defense_evasion", "stealth",
                                    "defense-impairment"])  # fmt: skip
def test_old_and_new_tactic_names_are_known(tactic: str) -> None:
    """分かれる前の戦術名も、分かれた後の戦術名も、同じ手順書になる。"""
    choice = choose_runbook(MAPPING, [f"attack.{tactic}"], LogSource(product="windows"))
    assert (choice.category, choice.is_fallback) == ("malware", False)


@pytest.mark.parametrize(
    ("tags", "logsource", "category"),
    [
        (["attack.t1486"], LogSource(), "ransomware"),
        (["attack.T1490", "attack.stealth"], LogSource(), "ransomware"),
        (["attack.t1685"], LogSource(), "malware"),
        (["attack.t1562.001"], LogSource(), "malware"),
        (["cve.2021-44228", "attack.t1190"], LogSource(category="webserver"), "vulnerability"),
        (["attack.t1190"], LogSource(category="webserver"), "unauthorised-access"),
        (["attack.initial-access"], LogSource(product="azure"), "account-takeover"),
        (["attack.t1498.001"], LogSource(), "ddos"),
        ([], LogSource(category="antivirus"), "malware"),
        (["attack.t11"], LogSource(), "general"),
        ([], LogSource(product="windows", category="process_creation"), "general"),
    ],
)
def test_mapping(tags: list[str], logsource: LogSource, category: str) -> None:
    """技術・CVE・ログの種類から、決まった手順書になる。何にも当たらなければ、そう示す。"""
    choice = choose_runbook(MAPPING, tags, logsource)
    assert choice.category == category
    assert choice.is_fallback == (category == "general")
    assert choice.because


def test_a_technique_covers_its_own_children_only() -> None:
    """T1003 は T1003.001 を含むが、T10030 は含まない。"""
    assert choose_runbook(MAPPING, ["attack.t1003.001"], LogSource()).on == "T1003.001"
    assert choose_runbook(MAPPING, ["attack.t10030"], LogSource()).is_fallback


@pytest.mark.parametrize("case", BAD, ids=[case["name"] for case in BAD])
def test_a_wrong_edit_is_named_with_its_place(case: dict[str, str], tmp_path: Path) -> None:
    """市が手順書を書き損じたら、どのファイルの何が違うかを示して断る。"""
    folder = tmp_path / "runbooks"
    shutil.copytree(RUNBOOKS, folder)
    target = folder / case["file"]
    text = target.read_text(encoding="utf-8")
    assert case["change"] in text
    target.write_text(text.replace(case["change"], case["to"], 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_library(folder)
    assert case["says"] in str(caught.value)
    assert target.name in str(caught.value)


def test_labels_may_be_typed_instead_of_slugs() -> None:
    """区分や重大さは、日本語でも書ける。"""
    library: Library = LIBRARY
    assert check_fact(library, "category", "ランサムウェア") == "ransomware"
    assert check_fact(library, "severity", "S1 危機") == "s1"
    assert letter_path(RUNBOOKS / "letters", "press").is_file()
