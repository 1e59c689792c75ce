"""準用: a clause that only refers to a flagged clause is flagged by reference, with the chain."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kanmon.finding import Confidence
from kanmon.provision import Provision, Unit, parse_provision
from kanmon.references import find_references
from regulation_scan.judge import clause_of
from regulation_scan.model import Article, Clause, Judgement, Status
from regulation_scan.normal import core_text

_APPLIED = re.compile(
    r"(?P<refs>[^。]*?)の規定(?:は|を)[^。]*?準用(?:する|し(?!ない)|す(?!ること))"
)
_CLAUSE_END = re.compile(r"(?:場合に(?:は|おいて)|ときは|については|に関しては)、?")
_MAX_CHAIN = 4


@dataclass(frozen=True, slots=True)
class _Reference:
    """A 準用 sentence and the addresses it takes over: (article, paragraph or 0)."""

    article: Article
    clause: Clause
    quote: str
    targets: tuple[tuple[str, int], ...]


def judge_references(
    articles: Sequence[Article], judgements: Iterable[Judgement]
) -> tuple[Judgement, ...]:
    """Return findings by reference, one for each 準用 sentence and category of its targets.

    A 準用 of a 準用 is followed up to four steps; the chain names every step.
    """
    flagged: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {}
    digital: dict[tuple[str, str], bool] = {}
    paragraphs = {s.order: (a.address, s.paragraph) for a in articles for s in a.sentences}
    for judgement in judgements:
        if judgement.status is Status.FINDING:
            place = paragraphs[judgement.clause.order]
            categories = flagged.setdefault(place, {})
            categories.setdefault(judgement.category, (judgement.clause.provision,))
            digital[judgement.clause.provision, judgement.category] = judgement.digital_ok
    references = tuple(_references(articles))
    found: dict[tuple[int, str], Judgement] = {}
    for _ in range(_MAX_CHAIN):
        grown = False
        for reference in references:
            for category, chain in _inherited(reference, flagged).items():
                key = (reference.clause.order, category)
                if key not in found and len(chain) <= _MAX_CHAIN:
                    beside = digital.get((chain[-1], category), False)
                    found[key] = replace(_judgement(reference, category, chain), digital_ok=beside)
                    place = paragraphs[reference.clause.order]
                    flagged.setdefault(place, {}).setdefault(
                        category, (reference.clause.provision, *chain)
                    )
                    grown = True
        if not grown:
            break
    return tuple(found[key] for key in sorted(found))


def _inherited(
    reference: _Reference, flagged: Mapping[tuple[str, int], Mapping[str, tuple[str, ...]]]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for address, paragraph in reference.targets:
        for (place, number), categories in flagged.items():
            if place == address and paragraph in (0, number):
                for category, chain in categories.items():
                    if reference.clause.provision not in chain:
                        found.setdefault(category, chain)
    return found


def _judgement(reference: _Reference, category: str, chain: tuple[str, ...]) -> Judgement:
    path = " → ".join((reference.clause.provision, *chain))
    return Judgement(
        clause=reference.clause,
        category=category,
        status=Status.FINDING,
        evidence=reference.quote,
        reasons=(f"準用により生じる義務: {path}",),
        cue="reference",
        confidence=Confidence.MEDIUM,
        by_reference=chain,
    )


def _references(articles: Sequence[Article]) -> Iterable[_Reference]:
    order = [article.address for article in articles]
    for article in articles:
        for sentence in article.sentences:
            if "準用" not in sentence.text:
                continue
            base = _base(sentence.provision)
            targets: list[tuple[str, int]] = []
            for match in _APPLIED.finditer(core_text(sentence.text)):
                # 前項の場合には、前条の規定を準用する: only what stands in the last clause counts.
                refs = _CLAUSE_END.split(match.group("refs"))[-1]
                targets += _targets(refs, base, order)
            if targets:
                clause = clause_of(article, sentence)
                yield _Reference(article, clause, _quote(sentence.text), tuple(targets))


def _base(provision: str) -> Provision:
    try:
        return parse_provision(provision)
    except ValueError:
        return Provision()


def _quote(text: str) -> str:
    end = text.find("準用")
    return text[max(0, end - 30) : end + 4]


def _targets(refs: str, base: Provision, order: Sequence[str]) -> Iterable[tuple[str, int]]:
    """Yield (article, paragraph or 0) of every reference into the instrument itself."""
    for reference in find_references(refs, base):
        if reference.instrument or not reference.targets:
            continue
        first, last = (_article(reference.targets[index]) for index in (0, -1))
        if len(reference.targets) > 2 and first in order and last in order:
            # A range takes in the branch numbers between, which only the document knows.
            yield from ((name, 0) for name in order[order.index(first) : order.index(last) + 1])
        else:
            for target in reference.targets:
                yield _article(target), _paragraph(target)


def _article(target: Provision) -> str:
    return str(target.upto(Unit.ARTICLE) if target.step(Unit.ARTICLE) else target)


def _paragraph(target: Provision) -> int:
    step = target.step(Unit.PARAGRAPH)
    return step.number[0] if step and step.number else 0
