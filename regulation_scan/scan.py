"""One instrument: its candidates, and after the parses are there, everything judged about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from regulation_scan.coverage import Coverage, apply_coverage
from regulation_scan.forms import judge_forms
from regulation_scan.judge import Candidate, find_candidates, judge_candidates
from regulation_scan.model import Article, Judgement, Status
from regulation_scan.parse import Parse
from regulation_scan.prefilter import Prefilter
from regulation_scan.priority import Guidance, enrich
from regulation_scan.references import judge_references


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything a judgement depends on besides the text.

    Attributes:
        left_out: Labels of categories the city does not want to see.
        digest: Of cue files, coverage and code; results are kept under it.
    """

    prefilter: Prefilter
    coverage: Coverage
    guidance: Guidance
    left_out: frozenset[str]
    digest: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """An instrument whose candidates are known and whose parses are not.

    Attributes:
        sentences: How many were looked at.
    """

    articles: tuple[Article, ...]
    candidates: tuple[Candidate, ...]

    @property
    def sentences(self) -> int:
        """Return how many sentences were looked at."""
        return sum(len(article.sentences) for article in self.articles)

    @property
    def windows(self) -> frozenset[str]:
        """Return the texts whose parses ``judge_instrument`` needs."""
        return frozenset(c.window for c in self.candidates if c.window)


def prepare(
    articles: Sequence[Article], prefilter: Prefilter, *, exhaustive: bool = False
) -> Prepared:
    """Return the candidates of an instrument; see ``find_candidates`` for ``exhaustive``."""
    candidates = [
        candidate
        for article in articles
        for candidate in find_candidates(article, prefilter, exhaustive=exhaustive)
    ]
    return Prepared(tuple(articles), tuple(candidates))


def judge_instrument(
    prepared: Prepared, parses: Mapping[str, Parse], rules: Rules
) -> tuple[Judgement, ...]:
    """Return every judgement of an instrument, in document order, then category order."""
    judged = [
        *judge_candidates(prepared.candidates, parses),
        *judge_forms(prepared.articles),
    ]
    judged = _merge(judged)
    judged = _merge([*judged, *judge_references(prepared.articles, judged)])
    kept = (judgement for judgement in judged if judgement.category not in rules.left_out)
    covered = apply_coverage(kept, rules.coverage)
    enriched = (enrich(judgement, rules.guidance) for judgement in covered)
    return tuple(sorted(enriched, key=lambda judgement: judgement.sort_key))


def _merge(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Return one judgement for each sentence and category: a finding wins, else the first."""
    kept: dict[tuple[int, str], Judgement] = {}
    for judgement in judgements:
        key = (judgement.clause.order, judgement.category)
        before = kept.get(key)
        if before is None:
            kept[key] = judgement
        elif judgement.status is Status.FINDING and before.status is not Status.FINDING:
            kept[key] = replace(judgement, reasons=(*judgement.reasons, *before.reasons))
    return list(kept.values())
