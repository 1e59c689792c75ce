"""The door: rules and documents in, values out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kanmon.documents.load import load_document
from kanmon.errors import InputError
from kanmon.inputs import InputFile, digest_input
from kanmon.run import Skip, digest_texts
from kanmon.source import SourceRef
from policy.clauses import clauses_of, mark_introductions
from policy.load_rules import (
    load_baseline,
    load_modality,
    load_parts,
    load_sections,
    load_terms,
    read_yaml,
)
from policy.modality import ModalityRules, read_clause, read_sentence, split_sentences
from policy.model import Clause, ClauseKind, Duty, Edition, Role
from policy.part_rules import PartRules, RoleWord
from policy.parts import read_duty
from policy.sides import Reader
from policy.vocabulary import BaselineDuty, Section, Terms
from policy.words import Lexicon, plain

BASELINE_NAME = "baseline"
_ALIAS = re.compile(
    r"([^、。（(「」]{2,30})[（(][^（）()]*?以下[^「（）()]*?「([^「」]{2,20})」という"
)
_APPOINTS = re.compile(r"([^、。（(]{2,25})は、([^、。（(]{2,25})をもって(?:これに)?充てる")


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything under rules/policy that judging needs, and its digest."""

    modality: ModalityRules
    parts: PartRules
    terms: Terms
    sections: tuple[Section, ...]
    conditions: tuple[tuple[str, re.Pattern[str], str], ...]
    background: tuple[str, ...]
    digest: str


def load_rules(folder: Path) -> Rules:
    """Return the rules in ``folder``; raises ``ConfigError`` naming the file that is wrong."""
    modality = load_modality(folder / "modality.yml")
    terms = load_terms(folder)
    parts = _with_synonyms(load_parts(folder / "parts.yml"), terms)
    names = ("baseline", "modality", "parts", "terms", "words", "sections", "profile")
    digest = digest_texts((folder / f"{name}.yml").read_bytes() for name in names)
    return Rules(
        modality,
        parts,
        terms,
        load_sections(folder / "sections.yml"),
        _conditions(folder / "profile.yml"),
        tuple(duty.text for duty in load_baseline(folder / "baseline.yml")[1]),
        digest,
    )


def _conditions(path: Path) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    entries = read_yaml(path).get("conditions") or ()
    return tuple(
        (str(entry["key"]), re.compile(entry["pattern"]), str(entry.get("in", "both")))
        for entry in entries
    )


def _with_synonyms(parts: PartRules, terms: Terms) -> PartRules:
    """Add the words a synonym list gives for a role: 所属長 = 情報セキュリティ管理者."""
    known = {role.word: role for role in parts.roles}
    added = dict(known)
    for synonym in terms.synonyms:
        if synonym.term in known:
            role = known[synonym.term]
            for word in synonym.also:
                added[word] = RoleWord(word, role.group, role.rank)
    return _with_roles(parts, added.values())


def _with_roles(parts: PartRules, roles: Iterable[RoleWord]) -> PartRules:
    ordered = tuple(sorted(roles, key=lambda role: (-len(role.word), role.word)))
    return replace(parts, roles=ordered)


def load_edition(
    item: InputFile, rules: Rules, *, name: str, role: Role
) -> tuple[Edition, tuple[Skip, ...]]:
    """Return a document as clauses, and what of it could not be read.

    Raises:
        InputError: unreadable, or nothing in it is text.
    """
    document = load_document(item)

    def states_duty(text: str) -> bool:
        return _has_predicate(text, rules.modality)

    clauses = mark_introductions(clauses_of(document, name, states_duty), states_duty)
    if not clauses:
        raise InputError(
            "条文が一つも見つかりません",
            where=SourceRef(item.name),
            hint="文字を含む docx・PDF・HTML・txt か確かめてください（画像の PDF は読めません）",
        )
    if role is Role.GUIDELINE:
        clauses = tuple(_conditioned(clause, rules) for clause in clauses)
    return Edition(name, role, item.name, digest_input(item), clauses), document.notices


def _has_predicate(text: str, rules: ModalityRules) -> bool:
    """Return whether the text has a predicate: a noun alone belongs to its 柱書."""
    for sentence, _start in split_sentences(text):
        reading = read_sentence(sentence, rules)
        if not reading.noun or reading.ending:
            return True
    return False


def _conditioned(clause: Clause, rules: Rules) -> Clause:
    found = []
    headings, text = "。".join(clause.headings), plain(clause.text)
    for key, pattern, where in rules.conditions:
        places = {"text": (text,), "heading": (plain(headings),)}.get(
            where, (text, plain(headings))
        )
        if any(pattern.search(place) for place in places):
            found.append(key)
    return replace(clause, applies=tuple(found)) if found else clause


def make_reader(rules: Rules, edition: Sequence[Clause] = ()) -> Reader:
    """Return what a comparison reads with; names the edition defines itself are learned.

    「情報統括監（以下「統括監」という。）」 and 「CISOは、副市長をもって充てる」 give local titles
    the rank of the role they stand for.
    """
    known = {role.word: role for role in rules.parts.roles}
    learned = dict(known)
    for clause in edition:
        for pattern in (_ALIAS, _APPOINTS):
            for match in pattern.finditer(clause.text):
                _learn(match.group(1), match.group(2), learned)
    parts = _with_roles(rules.parts, learned.values()) if learned != known else rules.parts
    lexicon = Lexicon(rules.terms, [role.word for role in parts.roles])
    background = tuple(lexicon.bag(text) for text in rules.background)
    return Reader(rules.modality, parts, lexicon, background)


def _learn(first: str, second: str, learned: dict[str, RoleWord]) -> None:
    """Give the unknown one of two names of a person the rank of the known one."""
    one = next((role for word, role in learned.items() if first.endswith(word)), None)
    two = learned.get(second)
    if one is None:
        return
    unknown = two is None and not second.endswith("会")
    if unknown or (two is not None and one.group == "role" != two.group):
        learned[second] = RoleWord(second, one.group, one.rank)


def duties_of(
    edition: Edition,
    reader: Reader,
    *,
    kind: ClauseKind = ClauseKind.BODY,
    introductions: bool = False,
) -> tuple[Duty, ...]:
    """Return the clauses that ask something, in document order.

    Pure introductions (次の措置を講じなければならない。) are left out unless asked for: the
    places below them state the duties.
    """
    found = []
    for clause in edition.clauses:
        if clause.kind is kind and (introductions or not clause.introduces):
            duty = read_duty(clause, reader.modality, reader.parts)
            if duty is not None:
                found.append(duty)
    return tuple(found)


def load_baseline_edition(folder: Path) -> tuple[Edition, tuple[BaselineDuty, ...]]:
    """Return the shipped baseline as a guideline edition, with the duties it was made from.

    Raises:
        ConfigError: the baseline or the section tree is wrong.
    """
    path = folder / "baseline.yml"
    edition, duties = load_baseline(path)
    sections = {section.id: section for section in load_sections(folder / "sections.yml")}
    clauses = tuple(_baseline_clause(duty, edition, sections, path) for duty in duties)
    name = edition or BASELINE_NAME
    digest = digest_texts([path.read_bytes()])
    return Edition(name, Role.GUIDELINE, str(path), digest, clauses), duties


def _baseline_clause(
    duty: BaselineDuty, edition: str, sections: dict[str, Section], path: Path
) -> Clause:
    section = sections.get(duty.section)
    parent = sections.get(duty.section.partition(".")[0]) if "." in duty.section else None
    titles = [found.title for found in (parent, section) if found is not None]
    headings = (*titles, duty.title)
    return Clause(
        id=duty.id,
        edition=edition,
        headings=headings,
        number=duty.id,
        text=duty.text,
        where=SourceRef(str(path), duty.id),
        recommended=duty.recommended,
        applies=duty.applies,
    )


def strength_of(text: str, rules: Rules, chapeau: tuple[str, ...] = ()) -> int | None:
    """Return the level of a text, 0 to 7, or ``None`` when it states no duty."""
    strength, _cue, _sentences = read_clause(text, rules.modality, chapeau=chapeau)
    return None if strength is None else strength.level
