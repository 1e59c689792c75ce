"""Articles in, judgements out. Pure: no file, no clock, no model; parses come as data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kanmon.finding import Confidence
from regulation_scan.alternative import Alternative, find_alternative
from regulation_scan.model import (
    CATEGORIES,
    REASONS,
    Article,
    Clause,
    Cue,
    Judgement,
    Modality,
    Position,
    Sentence,
    Status,
)
from regulation_scan.normal import Core, bracketed, core_text, normalise
from regulation_scan.parse import Parse, governing_lemmas, subject_of
from regulation_scan.patterns import compiled, compiled_exclusion
from regulation_scan.position import parse_window, position_in, surface_position
from regulation_scan.prefilter import Prefilter
from regulation_scan.structure import (
    asks_before_application,
    asks_by_replacement,
    frequency_in,
    is_duty,
    modality_of,
    sentence_kind,
    subject_on_surface,
)

# Not only 掲示してはならない but also 掲示し、又は配布してはならない.
_PROHIBITED = re.compile(r"[^、。拒]{0,8}(、(又は|若しくは)[^。拒]{0,40})?(て|で)はならない")
_NOUN_END = re.compile(r"([一-龥]|写し)。?$")


def clause_of(article: Article, sentence: Sentence) -> Clause:
    """Return the place of a sentence, without the document around it."""
    return Clause(
        instrument=article.instrument,
        article=article.address,
        caption=article.caption,
        provision=sentence.provision,
        sentence=sentence.text,
        order=sentence.order,
        form=article.form,
        linked=article.linked,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A cue that matched in a sentence, before anything is known about it.

    Attributes:
        span: Offsets in ``core.text``.
        refusal: (reason code, reason) when the wording alone settles that it is none; such a
            candidate needs no parse.
        remark: True for a remark in brackets and for the new wording of a 読替え; it says how,
            and is judged without position.
    """

    article: Article
    sentence: Sentence
    core: Core
    cue: Cue
    span: tuple[int, int]
    refusal: tuple[str, str] | None
    remark: bool = False

    @property
    def window(self) -> str:
        """Return the text whose parse is needed; empty when the surface leaves no doubt."""
        if self.refusal or self.remark:
            return ""
        if not self.cue.predicates and surface_position(self.core.text, self.span[1]) is not None:
            return ""
        return parse_window(self.core.text, *self.span)[0]


def find_candidates(
    article: Article, prefilter: Prefilter, *, exhaustive: bool = False
) -> tuple[Candidate, ...]:
    """Return every match of every cue in an article, in sentence, then cue, then text order.

    ``exhaustive`` tries each cue on each sentence without the prefilter: for the proof that the
    prefilter loses nothing.
    """
    found = []
    for sentence in article.sentences:
        if exhaustive:
            cues: tuple[Cue, ...] = prefilter.cues
        else:
            cues = prefilter.candidates(core_text(sentence.text))
        found += _bracket_candidates(article, sentence, prefilter, exhaustive=exhaustive)
        if not cues:
            continue
        core = normalise(sentence.text)
        for cue in cues:
            if any(word in core.text for word in cue.words):
                for match in compiled(cue).finditer(core.text):
                    span = match.span()
                    refusal = _refusal_on_surface(article, sentence, core.text, cue, span)
                    quoted = asks_by_replacement(core.text, span)
                    found.append(Candidate(article, sentence, core, cue, span, refusal, quoted))
    return tuple(found)


def _bracket_candidates(
    article: Article, sentence: Sentence, prefilter: Prefilter, *, exhaustive: bool
) -> list[Candidate]:
    found = []
    for core in bracketed(sentence.text):
        cues = prefilter.cues if exhaustive else prefilter.candidates(core.text)
        for cue in cues:
            match = compiled(cue).search(core.text) if cue.in_brackets else None
            if match and any(word in core.text for word in cue.words):
                span = match.span()
                refusal = _refusal_on_surface(article, sentence, core.text, cue, span)
                found.append(Candidate(article, sentence, core, cue, span, refusal, remark=True))
    return found


def judge_candidates(
    candidates: Iterable[Candidate], parses: Mapping[str, Parse]
) -> tuple[Judgement, ...]:
    """Return one judgement for each sentence and category, in the order of the candidates.

    Of several cues of one category in one sentence the strongest outcome is kept: a finding
    before a covered or not applicable one, and among equals the more confident.
    """
    judged: dict[tuple[int, str], list[tuple[Judgement, tuple[int, int]]]] = {}
    for candidate in candidates:
        key = (id(candidate.sentence), candidate.cue.category)
        judged.setdefault(key, []).append((_judge(candidate, parses), candidate.span))
    return tuple(_strongest(group) for group in judged.values())


def _strongest(group: Sequence[tuple[Judgement, tuple[int, int]]]) -> Judgement:
    """Return the strongest judgement, with the further 類型 that other words of it show.

    専任の責任者を常駐させ is both 専任 and 常駐; words inside those of the strongest add nothing.
    """
    best, span = max(group, key=lambda pair: _rank(pair[0]))
    types = [best.type_ja] if best.type_ja else []
    if best.status is Status.FINDING:
        for other, (start, end) in group:
            apart = end <= span[0] or span[1] <= start
            sure = other.status is Status.FINDING and other.confidence >= best.confidence
            if apart and sure and other.type_ja not in ("", *types):
                types.append(other.type_ja)
    return replace(best, type_ja="、".join(types))


def _rank(judgement: Judgement) -> tuple[bool, bool, int, int]:
    return (
        judgement.status is Status.FINDING,
        judgement.status is Status.COVERED,
        judgement.confidence.grade,
        len(judgement.evidence) if judgement.status is Status.FINDING else 0,
    )


def _judge(candidate: Candidate, parses: Mapping[str, Parse]) -> Judgement:
    position, parsed = _position(candidate, parses)
    judgement = _describe(candidate, position, parses)
    refusal = _refusal(candidate, position, parses)
    if refusal:
        code, reason = refusal
        return replace(judgement, status=Status.NOT_APPLICABLE, reason_code=code, reasons=(reason,))
    alternative = find_alternative(candidate.article, candidate.sentence, candidate.cue.category)
    if alternative and alternative.replaces:
        reason = f"{REASONS['ALT']}:「…{alternative.quote}…」"
        return replace(
            judgement,
            status=Status.NOT_APPLICABLE,
            reason_code="ALT",
            reasons=(reason,),
            digital_ok=True,
        )
    return replace(
        judgement,
        reasons=_finding_reasons(candidate, position, parsed, alternative),
        digital_ok=alternative is not None,
    )


def _position(candidate: Candidate, parses: Mapping[str, Parse]) -> tuple[Position, bool]:
    if candidate.remark and not candidate.refusal:
        return Position.MAIN, False
    if candidate.refusal:
        surface = surface_position(candidate.core.text, candidate.span[1])
        return surface or Position.MENTION, False
    position, parsed = position_in(candidate.core.text, candidate.span, parses)
    chapeau = core_text(candidate.sentence.chapeau)
    if not chapeau and candidate.span[1] == len(candidate.core.text):
        words = candidate.core.text[slice(*candidate.span)]
        # A heading, a table cell or a field of a form asks for nothing by itself.
        position = Position.MENTION if _NOUN_END.search(words) else position
    if chapeau and position in (Position.MAIN, Position.MENTION):
        # An item without a predicate of its own is what its chapeau asks for.
        if modality_of(candidate.core.text) is not Modality.STATEMENT or is_duty(chapeau):
            return Position.MAIN, parsed
        return Position.MENTION, parsed
    return position, parsed


def _describe(candidate: Candidate, position: Position, parses: Mapping[str, Parse]) -> Judgement:
    core = candidate.core
    chapeau = core_text(candidate.sentence.chapeau)
    subject = subject_on_surface(core.text, candidate.span[0])
    if not subject and candidate.window:
        subject = subject_of(parses[candidate.window], candidate.window)
    if not subject and chapeau:
        subject = subject_on_surface(chapeau, len(chapeau))
    modality = modality_of(core.text)
    if modality is Modality.STATEMENT and chapeau:
        modality = modality_of(chapeau)
    return Judgement(
        clause=clause_of(candidate.article, candidate.sentence),
        category=candidate.cue.category,
        status=Status.FINDING,
        evidence=core.quote(*candidate.span),
        type_ja=candidate.cue.type_ja,
        subject=subject,
        modality=modality,
        position=position,
        frequency=frequency_in(core.text),
        cue=candidate.cue.id,
        confidence=_confidence(candidate.cue, position),
    )


def _confidence(cue: Cue, position: Position) -> Confidence:
    if position is Position.MAIN:
        return cue.confidence
    lower = max(cue.confidence.grade - 1, 0)
    return list(Confidence)[lower]


def _refusal_on_surface(
    article: Article, sentence: Sentence, text: str, cue: Cue, span: tuple[int, int]
) -> tuple[str, str] | None:
    """Return (reason code, reason) when the wording settles it, in the order a lawyer would ask."""
    kind = sentence_kind(article, sentence)
    if kind == "JUN" and (
        cue.reads_replacements
        or asks_before_application(text, span[1])
        or asks_by_replacement(text, span)
    ):
        kind = ""
    if kind:
        return kind, REASONS[kind]
    for exclusion in cue.unless:
        for match in compiled_exclusion(exclusion).finditer(text):
            if match.start() < span[1] and span[0] < match.end():
                return exclusion.code, exclusion.reason
    posting = CATEGORIES[cue.category].slug == "written-posting"
    if posting and _PROHIBITED.match(text, span[1]):
        return "PERM", REASONS["PERM"]
    return None


def _refusal(
    candidate: Candidate, position: Position, parses: Mapping[str, Parse]
) -> tuple[str, str] | None:
    """Return (reason code, reason) when the candidate is none; the position comes last."""
    cue, text = candidate.cue, candidate.core.text
    if candidate.refusal:
        return candidate.refusal
    if position not in cue.accept:
        quote = candidate.core.quote(*candidate.span)
        return "REF", f"「{quote}」は{position.label_ja}にあり、{REASONS['REF']}"
    if cue.predicates:
        window, left = parse_window(text, *candidate.span)
        lemmas = governing_lemmas(parses[window], candidate.span[1] - left)
        if not set(lemmas) & set(cue.predicates):
            return "REF", f"述語が「{'・'.join(cue.predicates)}」ではない"
    return None


def _finding_reasons(
    candidate: Candidate, position: Position, parsed: bool, alternative: Alternative | None
) -> tuple[str, ...]:
    quote = candidate.core.quote(*candidate.span)
    modality = modality_of(candidate.core.text)
    reasons = [f"「{quote}」: {candidate.cue.reason}"]
    how = "係り受け解析" if parsed else "語尾"
    reasons.append(f"{position.label_ja}にある（{how}による）。文末は{modality.label_ja}")
    if candidate.sentence.chapeau:
        reasons.append("号は柱書と合わせて判定した")
    if alternative:
        reasons.append(f"デジタルの手段が併記されている:「…{alternative.quote}…」")
    return tuple(reasons)
