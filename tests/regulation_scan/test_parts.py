"""The smaller parts: positions on the surface, references, results there and back, drafts."""

from collections.abc import Callable

import pytest

from regulation_scan.amend import draft_sentences
from regulation_scan.amend_rules import load_amendments
from regulation_scan.clauses import split_sentences
from regulation_scan.model import Judgement, Position
from regulation_scan.parse import Token, position_of
from regulation_scan.position import parse_window, surface_position
from regulation_scan.results import from_finding, from_json, to_findings, to_json
from regulation_scan.structure import frequency_in, modality_of
from regulation_scan.workbook import seen_mark

Scan = Callable[..., list[Judgement]]
TEXT = (
    "第1条　使用者は、書面により、市長に申し出るものとする。\n"
    "第2条　前条の規定は、体育館の使用について準用する。\n"
)


@pytest.mark.parametrize(
    ("sentence", "cue", "position"),
    [
        ("標識を掲げなければならない。", "標識を掲げ", Position.MAIN),
        ("標識を掲げる船舶は、徐行する。", "標識を掲げ", Position.RELATIVE),
        ("標識を掲げたときは、届け出る。", "標識を掲げ", Position.CONDITION),
        ("書面の様式は、別に定める。", "書面", Position.MENTION),
        ("事務所に掲示し、かつ、公表しなければならない。", "掲示", Position.MAIN),
        ("書類を備え置き、又は掲示された手引書が失われた場合", "備え置", Position.RELATIVE),
        ("書面により通知を行う市長の職員が出張する。", "書面により", None),
    ],
)
def test_position_on_the_surface(sentence: str, cue: str, position: Position | None) -> None:
    """The words after a cue say where it stands, or leave it to the parse."""
    assert surface_position(sentence, sentence.index(cue) + len(cue)) is position


def test_window_holds_the_cue_and_depends_on_nothing_else() -> None:
    """Equal clauses in different sentences give one window, so it is parsed once."""
    clause = "、書面により通知しなければならない。"
    one = "あ" * 200 + clause
    two = "い" * 300 + clause
    spans = [(text.index("書面"), text.index("書面") + 5) for text in (one, two)]
    assert parse_window(one, *spans[0])[0] == parse_window(two, *spans[1])[0] == clause[1:]


def test_position_climbs_the_parse() -> None:
    """A predicate that modifies a noun is relative, one that modifies とき a condition."""

    def parse(head_noun: str) -> tuple[Token, ...]:
        return (
            Token("掲げる", "掲げる", "動詞", "acl", 1, 0),
            Token(head_noun, head_noun, "名詞", "obl", 2, 3),
            Token("届ける", "届ける", "動詞", "ROOT", 2, 3 + len(head_noun)),
        )

    assert position_of(parse("船舶"), 3) is Position.RELATIVE
    assert position_of(parse("とき"), 3) is Position.CONDITION
    assert position_of(parse("こと"), 3) is Position.MAIN
    assert position_of((), 1) is Position.MENTION


@pytest.mark.slow
def test_results_survive_store_and_json(scan: Scan) -> None:
    """A judgement read back from the store or the cache is the one that was written."""
    judged = scan(TEXT)
    assert [from_json(to_json(item)) for item in judged] == judged
    assert [from_finding(finding) for finding in to_findings(judged)] == judged
    assert len({finding.fingerprint for finding in to_findings(judged)}) == len(judged)


@pytest.mark.slow
def test_equal_clauses_are_two_decisions(scan: Scan) -> None:
    """Two equal sentences in one ordinance have two fingerprints."""
    line = "　市長は、その旨を書面により通知しなければならない。\n"
    findings = to_findings(scan(f"第1条{line}第2条{line}"))
    assert len({finding.fingerprint for finding in findings}) == 2


@pytest.mark.slow
def test_drafts_never_touch_what_has_no_pattern(scan: Scan, rules: object) -> None:
    """A sentence without a fitting wording is left as it is and reported."""
    from kanmon.session import shipped_rules

    amendments = load_amendments(shipped_rules() / "analog" / "amendments.yml")
    drafts, left = draft_sentences(
        scan(TEXT + "第3条　町会長の立会いを求めるものとする。\n"), amendments
    )
    assert [draft.text for draft in drafts] == [
        "使用者は、書面又は電磁的方法により、市長に申し出るものとする。"
    ]
    assert {item.judgement.clause.article: item.reason[:4] for item in left} == {
        "第2条": "準用する",
        "第3条": "決まった",
    }


@pytest.mark.parametrize(
    ("sentence", "modality"),
    [
        ("届け出なければならない。", "義務"),
        ("公表するよう努めなければならない。", "努力義務"),
        ("掲示してはならない。", "禁止"),
        ("請求することができる。", "許容・権限"),
        ("公布の日から施行する。", "規定"),
        ("縦覧に供すべし", "義務"),
    ],
)
def test_modality(sentence: str, modality: str) -> None:
    """The end of a sentence says whether it is a duty."""
    assert modality_of(sentence).label_ja == modality


def test_frequency_and_sentences() -> None:
    """An interval is named; a full stop inside quotation marks ends no sentence."""
    assert frequency_in("設備を一年以内ごとに一回点検する。").startswith("一年以内ごと")
    assert split_sentences("「終わり。」と書く。次。") == ("「終わり。」と書く。", "次。")
    assert seen_mark(None) == ""
