"""準用: a clause that only refers to a flagged clause is flagged by reference, with the chain."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kanmon.finding import Confidence
from kanmon.provision import parse_provision
from regulation_scan.judge import clause_of
from regulation_scan.model import Article, Clause, Judgement, Status
from regulation_scan.normal import core_text

_N = r"[一二三四五六七八九十百0-9]+"
_ADDRESS = re.compile(
    rf"(?P<outside>(?:法律?|政令|省令|府令|条例|規則|規程|令|要綱)の?)?"
    rf"(?P<address>第{_N}条(?:の{_N})*(?:第{_N}項)?|前条(?:第{_N}項)?|次条(?:第{_N}項)?|前項|前二項|前三項)"
    rf"(?P<range>から(?P<last>第{_N}条(?:の{_N})*)まで)?"
)
_APPLIED = re.compile(r"(?P<refs>[^。]*?)の規定(?:は|を)[^。]*?準用(?:する|し|す)")
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
    for index, article in enumerate(articles):
        for sentence in article.sentences:
            if "準用" not in sentence.text:
                continue
            core = core_text(sentence.text)
            targets: list[tuple[str, int]] = []
            for match in _APPLIED.finditer(core):
                # 前項の場合には、前条の規定を準用する: only what stands in the last clause counts.
                refs = _CLAUSE_END.split(match.group("refs"))[-1]
                targets += _targets(refs, order, index, sentence.paragraph)
            if targets:
                clause = clause_of(article, sentence)
                yield _Reference(article, clause, _quote(sentence.text), tuple(targets))


def _quote(text: str) -> str:
    end = text.find("準用")
    return text[max(0, end - 30) : end + 4]


def _targets(
    refs: str, order: Sequence[str], index: int, paragraph: int
) -> Iterable[tuple[str, int]]:
    outside = False
    for match in _ADDRESS.finditer(refs):
        # 会社法第10条及び第11条: both belong to the other law until a clause begins anew.
        outside = bool(match.group("outside")) or (outside and _joined(refs, match.start()))
        if outside:
            continue
        yield from _resolve(match, order, index, paragraph)


def _joined(refs: str, start: int) -> bool:
    return refs[max(0, start - 2) : start].endswith(("及び", "、", "並びに", "まで"))


def _resolve(
    match: re.Match[str], order: Sequence[str], index: int, paragraph: int
) -> Iterable[tuple[str, int]]:
    text = match.group("address")
    if text in ("前項", "前二項", "前三項"):
        for step in range(1, {"前項": 2, "前二項": 3, "前三項": 4}[text]):
            yield order[index], paragraph - step
        return
    if text.startswith(("前条", "次条")):
        other = index + (1 if text.startswith("次条") else -1)
        if 0 <= other < len(order):
            yield order[other], _paragraph(text)
        return
    first = _article(text)
    if match.group("last") and first in order and _article(match.group("last")) in order:
        start, end = order.index(first), order.index(_article(match.group("last")))
        yield from ((address, 0) for address in order[start : end + 1])
    else:
        yield first, _paragraph(text)


def _article(text: str) -> str:
    return str(parse_provision(re.sub(rf"第{_N}項$", "", text)))


def _paragraph(text: str) -> int:
    match = re.search(rf"第({_N})項$", text)
    if match is None:
        return 0
    step = parse_provision(f"第{match.group(1)}項").steps[0]
    return step.number[0]
