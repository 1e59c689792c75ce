"""文末から義務の強さを読む。"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.load import Rules, strength_of
from policy.modality import mask_brackets, read_clause, read_sentence, split_sentences

RULES = Path(__file__).parents[2] / "rules" / "policy"
RAW = yaml.safe_load((RULES / "modality.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", RAW["endings"], ids=lambda entry: entry["id"])
def test_an_ending_agrees_with_its_own_examples(entry: dict[str, Any], rules: Rules) -> None:
    """文末の規則は、自分の例文に当たり、当たってはならない例文には当たらない。"""
    assert entry["matches"]
    assert entry["not_matches"]
    for text in entry["matches"]:
        assert read_sentence(text, rules.modality).ending == entry["id"], text
    for text in entry["not_matches"]:
        assert read_sentence(text, rules.modality).ending != entry["id"], text


@pytest.mark.parametrize("entry", RAW["conditional"], ids=lambda entry: entry["id"])
def test_a_conditional_cue_agrees_with_its_own_examples(
    entry: dict[str, Any], rules: Rules
) -> None:
    """「原則として」などの語は、義務を条件付き（3）にする。"""
    for text in entry["matches"]:
        assert strength_of(text, rules) == 3, text
    for text in entry["not_matches"]:
        assert strength_of(text, rules) != 3, text


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("利用者が自ら変更できるようにしなければならない。", 6),
        ("課長の許可を得なければ、端末を持ち出してはならない。", 7),
        ("承認を得ない限り、接続してはならない。", 7),
        ("私物の端末を使うことは望ましくない。", 1),
        ("「部長」とあるのは、「所長」と読み替えるものとする。", None),
        ("届出のない端末は、私物とみなす。", None),
        ("管理者は、鍵を保管しなければならない（別に定める場合を除く。）。", 6),
        ("記録を毎月及び必要に応じて確かめなければならない。", 6),
        ("できるだけ暗号化するよう努める。", 2),
        ("必要に応じて、利用を止めることができる。", 0),
    ],
)
def test_the_traps_of_a_predicate(text: str, level: int | None, rules: Rules) -> None:
    """できるように・許可の関門・括弧書・読替えなどの紛らわしい文末を取り違えない。"""
    assert strength_of(text, rules) == level


def test_an_item_takes_the_level_of_its_chapeau(rules: Rules) -> None:
    """体言止めの号と「…すること」は柱書の強さを引き継ぎ、「…しないこと」は禁止のままになる。"""
    chapeau = ("職員等は、次の事項を守らなければならない。",)
    assert strength_of("端末の施錠", rules, chapeau) == 6
    assert strength_of("端末を施錠すること。", rules, chapeau) == 6
    assert strength_of("端末を貸さないこと。", rules, chapeau) == 7
    assert strength_of("端末を施錠すること。", rules, ("次のことが望ましい。",)) == 1
    assert strength_of("端末の施錠", rules) is None


def test_a_proviso_lowers_the_main_clause(rules: Rules) -> None:
    """「この限りでない」は主文を条件付きに下げ、ほかのただし書は強さを変えない。"""
    main = "職員等は、端末を持ち出してはならない。"
    assert strength_of(main + "ただし、災害のときは、この限りでない。", rules) == 3
    assert strength_of(main + "ただし、この場合は、後で届け出ることができる。", rules) == 7


def test_a_recommended_clause_is_never_more_than_a_recommendation(rules: Rules) -> None:
    """【推奨事項】の下の文は、書きぶりにかかわらず推奨として扱う。"""
    strength, _cue, _sentences = read_clause(
        "生体認証を用いなければならない。", rules.modality, recommended=True
    )
    assert strength is not None
    assert strength.level == 1


def test_a_full_stop_inside_brackets_ends_no_sentence() -> None:
    """括弧やかぎ括弧の中の句点では文を切らず、閉じない括弧は無視する。"""
    text = "管理者（課長をいう。）は、記録する。報告する。"
    assert [found for found, _start in split_sentences(text)] == [
        "管理者（課長をいう。）は、記録する。",
        "報告する。",
    ]
    assert len(split_sentences("管理者（課長は、記録する。報告する。")) == 2
    assert len(mask_brackets(text)) == len(text)
