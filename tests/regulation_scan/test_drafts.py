"""Drafted amendments: every inflection, list, proviso and item, and what is left to people."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from kanmon.comparison import ComparisonStyle
from kanmon.documents.load import load_document
from kanmon.errors import ConfigError
from kanmon.inputs import find_inputs
from kanmon.session import shipped_rules
from regulation_scan.amend import Draft, draft_text
from regulation_scan.amend_rules import Amendments, load_amendments
from regulation_scan.amend_table import comparison_of
from regulation_scan.clauses import clauses_of
from regulation_scan.grammar import is_balanced
from regulation_scan.inflection import form_of, in_form, verb_pattern
from regulation_scan.model import Clause, Instrument, Judgement, Status
from regulation_scan.normal import core_text
from regulation_scan.scan import Rules

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[2]
UNDECIDED = "要検討："
# Written apart from the engine's own list: what no clause of a rule contains.
IMPOSSIBLE = [
    r"により(て|なけ|ない|なら)",
    r"方法に?(て|なけれ)",
    r"。。|、、|。、|、。",
    r"をを|にに(?!わ)|へへ|がが(?!い)",
    r"([一-龥]{2,8}|[ァ-ヶー]{2,})(又は|若しくは|及び|、)\1(?=[をにはがで。、])",
    r"又は[^、。（）]{1,12}又は[^、。（）]{1,12}により",
    r"電磁的記録を含む。）（電磁的|含む。）を含む",
    r"しし|するする|ささ(?=せ)|しする|をし(?=し)",
    r"印して.*記名して記名|記名し、記名",
    r"し、又は[^、。]{1,60}し、又は",
    r"(電磁的記録媒体)[^。]{0,6}(又は|及び|、)\1",
]


def _cases(name: str) -> list[tuple[str, str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [(category, before, after) for category, before, after in rows]


CASES = _cases("drafts-inflections.tsv") + _cases("drafts-clauses.tsv")


@pytest.fixture(scope="module")
def amendments() -> Amendments:
    """The wordings that come with Kanmon."""
    return load_amendments(shipped_rules() / "analog" / "amendments.yml")


def _outcome(category: str, before: str, amendments: Amendments) -> str:
    made = draft_text(before, [category], amendments)
    return UNDECIDED + made.left[category] if made.left else made.text


def test_each_clause_keeps_the_draft_that_was_accepted(amendments: Amendments) -> None:
    """Over 700 municipal clauses get the draft that was read and accepted, or the reason."""
    wrong = [
        (before, found, after)
        for category, before, after in CASES
        if (found := _outcome(category, before, amendments)) != after
    ]
    assert not wrong
    assert len(CASES) > 700


def test_every_pattern_has_clauses(amendments: Amendments) -> None:
    """No pattern of amendments.yml is without a clause that it rewrites."""
    unused = [
        amendment.before.pattern
        for amendment in amendments.replacements
        if not any(
            category in amendment.categories and amendment.before.search(before)
            for category, before, _ in CASES
        )
    ]
    assert not unused


def _flaws(before: str, after: str) -> list[str]:
    found = [
        pattern
        for pattern in IMPOSSIBLE
        for match in re.finditer(pattern, after)
        if match.group() not in before
    ]
    if is_balanced(before) and not is_balanced(after):
        found.append("括弧")
    return found


def _sentences(folder: Path) -> Iterator[str]:
    inputs, _ = find_inputs([folder])
    for item in inputs:
        for article in clauses_of(load_document(item)):
            if not article.form:
                yield from (sentence.text for sentence in article.sentences)


def test_drafts_of_the_cases_have_no_impossible_sequence() -> None:
    """The accepted drafts themselves are sound."""
    assert not [
        (after, flaws)
        for _, before, after in CASES
        if not after.startswith(UNDECIDED) and (flaws := _flaws(before, after))
    ]


@pytest.mark.parametrize(
    "folder", ["samples/reiki", pytest.param("../shared/laws", marks=pytest.mark.slow)]
)
def test_no_draft_of_a_real_text_is_broken(
    folder: str, amendments: Amendments, rules: Rules
) -> None:
    """Whatever category a candidate is taken for, its draft is never an impossible sentence."""
    path = ROOT / folder
    if not path.exists():
        pytest.skip(f"{folder} がありません")
    counts: Counter[bool] = Counter()
    broken = []
    for sentence in _sentences(path):
        cues = rules.prefilter.candidates(core_text(sentence))
        for category in sorted({cue.category for cue in cues}):
            made = draft_text(sentence, [category], amendments)
            counts[bool(made.left)] += 1
            assert bool(made.edits) is not bool(made.left)
            if made.edits and (flaws := _flaws(sentence, made.text)):
                broken.append((made.text, flaws))
    assert not broken
    assert counts[False] > 20


def test_only_what_changed_is_underlined(amendments: Amendments) -> None:
    """Struck words are marked in the old text, new words in the new one, the rest in neither."""
    style = ComparisonStyle(id="x", title="x")
    instrument = Instrument("a.txt", "規則", "", "規則")
    for category, before, after in CASES:
        made = draft_text(before, [category], amendments)
        if after.startswith(UNDECIDED):
            continue
        assert len(set(made.notes)) == len(made.notes)
        clause = Clause(
            instrument=instrument, article="", caption="", provision="", sentence=before, order=0
        )
        judged = Judgement(clause=clause, category=category, status=Status.FINDING, evidence="")
        draft = Draft((judged,), made.text, made.notes, made.edits)
        (row,) = comparison_of([draft], [], "規則", style).rows
        kept = ["".join(s.text for s in side.spans if not s.mark) for side in (row.old, row.new)]
        assert kept[0] == kept[1]
        assert [s.text for s in row.new.spans if s.mark] == [
            edit.words for edit in made.edits if edit.words
        ]
        assert [s.text for s in row.old.spans if s.mark] == [
            before[edit.start : edit.end] for edit in made.edits if edit.start < edit.end
        ]


@pytest.mark.parametrize(
    ("verb", "sentence", "target", "expected"),
    [
        ("掲げる", "掲げなければ", "供する", "供し"),
        ("掲げる", "掲げて", "供する", "供し"),
        ("掲げる", "掲げられた", "供する", "供さ"),
        ("掲げる", "掲げるべき", "供する", "供す"),
        ("掲げる", "掲げれば", "供する", "供すれ"),
        ("押す", "押さなければ", "記名する", "記名し"),
        ("押す", "押させる", "記名する", "記名さ"),
        ("閲覧する", "閲覧しなければ", "受ける", "受け"),
        ("閲覧する", "閲覧すること", "受ける", "受ける"),
        ("置く", "置いて", "整備する", "整備し"),
    ],
)
def test_one_verb_takes_the_form_of_another(
    verb: str, sentence: str, target: str, expected: str
) -> None:
    """The form in which a verb is found is the form in which the other is written."""
    match = re.match(verb_pattern(verb), sentence)
    assert match
    assert in_form(target, form_of(match)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("amendments: 1", "amendments の一覧がありません"),
        ("amendments: [{category: 書面}]", "category・before・after・note"),
        ("amendments: [{category: 無, before: a, after: b, note: c}]", "区分"),
        (
            "amendments: [{category: 書面, before: '(', after: b, note: c}]",
            "before が正しく",
        ),
        (
            "amendments: [{category: 書面, before: a, after: '\\2', note: c}]",
            "after が正しく",
        ),
        ("amendments: [{category: 書面, before: '{提示する}x', after: b, note: c}]", "最後に"),
        (
            "amendments: [{category: 書面, before: a, after: '{提示する}', note: c}]",
            "before にあり",
        ),
        ("{amendments: [], undecided: [{category: 書面}]}", "undecided には"),
        ("{amendments: [], words: 1}", "words は"),
    ],
)
def test_a_wrong_wording_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """A mistake in amendments.yml is named before any draft is written."""
    path = tmp_path / "amendments.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_amendments(path)
    assert message in f"{caught.value} {caught.value.hint}"


@pytest.mark.slow
def test_amend_says_what_it_left_and_why(kanmon: Callable[..., Result], tmp_path: Path) -> None:
    """Drafts are grammatical sentences; what is left undrafted is named below the table."""
    text = (
        "第1条　申請者は、窓口に出頭しなければならない。\n"
        "第2条　申請者は、窓口に出頭して、申請書を提出するものとする。\n"
        "第3条　申請者は、フロッピーディスク又は光ディスクにより提出しなければならない。\n"
        "第4条　市長は、許可書に職印を押すものとする。\n"
    )
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    result = kanmon("amend", "a.txt", "-f", "text")
    assert "方法により手続をしなければならない。" in result.output
    assert "方法により手続をして、" in result.output
    assert "電磁的記録媒体により提出" in result.output
    assert "第4条第1項（押印・署名" in result.output
    assert "要検討：行政の公印" in result.output
