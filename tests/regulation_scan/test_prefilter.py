"""The promise of the prefilter: it never loses a sentence that a cue would match."""

from hypothesis import given
from hypothesis import strategies as st

from kanmon.session import shipped_rules
from regulation_scan.cues import load_cues
from regulation_scan.judge import find_candidates
from regulation_scan.model import Article, Instrument, Sentence
from regulation_scan.normal import core_text
from regulation_scan.patterns import compiled
from regulation_scan.prefilter import build_prefilter

CUES = load_cues(shipped_rules() / "analog")
PREFILTER = build_prefilter(CUES)
EXAMPLES = [text for cue in CUES for text in (*cue.matches, *cue.not_matches)]
WORDS = sorted({word for cue in CUES for word in cue.words})
PIECES = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from(WORDS),
    st.sampled_from(["（", "）", "　", "ノ", "ヲ", "に供し", "なければならない。", "㊞", "ﾌﾚｷｼﾌﾞﾙ"]),
    st.text(max_size=6),
)


@given(st.lists(PIECES, max_size=8))
def test_prefilter_loses_nothing(pieces: list[str]) -> None:
    """Whatever a sentence is made of, the fast way and trying every cue give the same matches."""
    article = Article(
        Instrument("x", "x", "", "規則"),
        "第1条",
        "",
        (),
        (Sentence("".join(pieces), "第1条第1項"),),
    )
    fast = find_candidates(article, PREFILTER)
    slow = find_candidates(article, PREFILTER, exhaustive=True)
    assert [(c.cue.id, c.span) for c in fast] == [(c.cue.id, c.span) for c in slow]


@given(st.lists(PIECES, max_size=8))
def test_every_matching_cue_is_a_candidate(pieces: list[str]) -> None:
    """A cue whose word and pattern are in the text is always among the candidates."""
    core = core_text("".join(pieces))
    for cue in CUES:
        if any(word in core for word in cue.words) and compiled(cue).search(core):
            assert cue in PREFILTER.candidates(core)
