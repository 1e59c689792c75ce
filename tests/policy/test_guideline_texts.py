"""実在の国の文書を取り込む（../shared があるときだけ）。"""

import re
from pathlib import Path

import pytest

from kanmon.inputs import find_inputs
from policy.load import Rules, duties_of, load_edition, make_reader, strength_of
from policy.model import ClauseKind, Role

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "guideline"
PPC = FOLDER / "ppc_mynumber_guideline_gyosei_r7-6.txt"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PPC.exists(), reason="../shared/guideline がない"),
]
# A sentence ending in one of these asks, allows or advises; a reference in brackets may follow.
FORMS = {
    "なければならない": {2, 3, 6},
    "てはならない": {3, 7},
    "必要がある": {3, 4},
    "望ましい": {1},
    "考えられる": {1},
    "ことができる": {0},
}


def levels_of(path: Path, rules: Rules) -> list[tuple[str, int]]:
    (item,), _skips = find_inputs([path])
    edition, _more = load_edition(item, rules, name="国", role=Role.GUIDELINE)
    assert len({clause.id for clause in edition.clauses}) == len(edition.clauses)
    reader = make_reader(rules)
    return [
        (re.sub(r"\s", "", sentence.text), sentence.strength.level)
        for kind in ClauseKind
        for duty in duties_of(edition, reader, kind=kind, introductions=True)
        for sentence in duty.sentences
        if sentence.strength is not None
    ]


def test_every_duty_sentence_of_a_whole_guideline_is_found_and_levelled(rules: Rules) -> None:
    """個人情報保護委員会のガイドライン全文で、義務・許容・推奨の文末を一つも落とさず、段階が合う。"""
    flat = re.sub(r"\s", "", PPC.read_text(encoding="utf-8"))
    sentences = levels_of(PPC, rules)
    pattern = re.compile(rf"({'|'.join(FORMS)})(?:（[^（）]*）)?。")
    missed, wrong = [], []
    for match in pattern.finditer(flat):
        tail = flat[max(0, match.start() - 2) : match.end(1)]
        found = {level for text, level in sentences if tail in text}
        if not found:
            missed.append(tail)
        elif not found & FORMS[match.group(1)]:
            wrong.append((tail, found))
    assert missed == []
    assert wrong == []


def test_the_guidelines_own_reading_rule_holds(rules: Rules) -> None:
    """「しなければならない・してはならない」は違反となりうる段階、「望ましい」はそうでない段階になる。"""
    # Source: 個人情報保護委員会 特定個人情報ガイドライン（行政機関等編）第3-3
    sentences = levels_of(PPC, rules)
    assert sum("望ましい" in text and level == 1 for text, level in sentences) >= 4
    binding = [level for text, level in sentences if text.endswith("てはならない。")]
    assert binding
    assert all(level in (3, 7) for level in binding)
    assert strength_of("特定個人情報を提供してはならない。", rules) == 7
    assert strength_of("契約を見直すことが望ましい。", rules) == 1


@pytest.mark.parametrize("name", sorted(p.name for p in FOLDER.glob("soumu_*.txt")))
def test_other_national_texts_import(name: str, rules: Rules) -> None:
    """総務省の概要資料と省令も、番号が重ならない条文として取り込める。"""
    assert levels_of(FOLDER / name, rules)
