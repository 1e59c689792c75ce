"""Whom a rule is about: decided once for each distinct kind of record. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from kanmon.text import squeeze
from training.catalogue import Catalogue
from training.model import StaffRecord
from training.organisation import Organisation
from training.programme import Rule, SkillTarget, Who

_LABELS = {
    "sections": "所属",
    "section_names": "所属",
    "posts": "職位",
    "occupations": "職種",
    "employments": "任用区分",
    "roles": "役割",
    "duties": "業務",
    "systems": "システム",
    "information": "情報区分",
}
_TRAIT_FIELDS = {
    "role": "roles",
    "duty": "duties",
    "system": "systems",
    "information": "information",
}


@dataclass(frozen=True, slots=True)
class View:
    """One posting of a record, with everything a rule may ask about it."""

    section: str
    values: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A ``Who`` with its words folded and its sections resolved."""

    sections: frozenset[str] | None
    words: tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]
    any_of: tuple["_Compiled", ...]
    none_of: tuple["_Compiled", ...]

    def misfit(self, view: View) -> str:
        """Return the label of the first condition that fails; empty when all fit."""
        if self.sections is not None and view.section not in self.sections:
            return "所属"
        for field, exact, patterns in self.words:
            have = view.values[field]
            if have.isdisjoint(exact) and not any(
                fnmatchcase(word, pattern) for pattern in patterns for word in have
            ):
                return _LABELS[field]
        if self.any_of and all(part.misfit(view) for part in self.any_of):
            return "どの条件にも当たらない"
        if any(not part.misfit(view) for part in self.none_of):
            return "除く条件に当たる"
        return ""


def _compile(who: Who, organisation: Organisation) -> _Compiled:
    sections: frozenset[str] | None = None
    if who.sections:
        found = [organisation.find(section) for section in who.sections]
        sections = frozenset().union(*(organisation.below[s.code] for s in found if s))
    if who.section_names:
        named = frozenset(_named(who.section_names, organisation))
        sections = named if sections is None else sections & named
    fields = (
        ("posts", who.posts),
        ("occupations", who.occupations),
        ("employments", who.employments),
        ("roles", who.roles),
        ("duties", who.duties),
        ("systems", who.systems),
        ("information", who.information),
    )
    words = []
    for field, wanted in fields:
        if wanted:
            folded = [squeeze(word) for word in wanted]
            exact = frozenset(word for word in folded if "*" not in word)
            words.append((field, exact, tuple(word for word in folded if "*" in word)))
    any_of = tuple(_compile(part, organisation) for part in who.any_of)
    none_of = tuple(_compile(part, organisation) for part in who.none_of)
    return _Compiled(sections, tuple(words), any_of, none_of)


def _named(patterns: Iterable[str], organisation: Organisation) -> Iterable[str]:
    folded = [squeeze(pattern) for pattern in patterns]
    for section in organisation.sections:
        if any(fnmatchcase(squeeze(section.name), pattern) for pattern in folded):
            yield from organisation.below[section.code]


class Matcher:
    """Answers which rules fit a record; remembers the answer for equal records."""

    def __init__(self, catalogue: Catalogue, organisation: Organisation) -> None:
        self._organisation = organisation
        self._rules = [(rule, _compile(rule.who, organisation)) for rule in catalogue.rules]
        self._traits = [(t, _compile(t.who, organisation)) for t in catalogue.traits]
        self._skills = [(s, _compile(s.who, organisation)) for s in catalogue.skills]
        self._views: dict[object, tuple[View, ...]] = {}
        self._fitting: dict[object, tuple[Rule, ...]] = {}
        self._ids: dict[object, frozenset[str]] = {}
        self._codes: dict[str, str] = {}

    def fitting_rules(self, record: StaffRecord) -> tuple[Rule, ...]:
        """Return the rules about this record, in id order."""
        key = _signature(record)
        found = self._fitting.get(key)
        if found is None:
            views = self.views(record)
            found = tuple(
                rule for rule, who in self._rules if any(not who.misfit(view) for view in views)
            )
            self._fitting[key] = found
            self._ids[key] = frozenset(rule.id for rule in found)
        return found

    def fits(self, rule: Rule, record: StaffRecord) -> bool:
        """Return whether the rule is about this record."""
        found = self._ids.get(_signature(record))
        if found is None:
            return any(rule.id == other.id for other in self.fitting_rules(record))
        return rule.id in found

    def skill_targets(self, record: StaffRecord) -> tuple[SkillTarget, ...]:
        """Return the skill targets about this record, in file order."""
        views = self.views(record)
        return tuple(s for s, who in self._skills if any(not who.misfit(v) for v in views))

    def views(self, record: StaffRecord) -> tuple[View, ...]:
        """Return one view for each posting (one empty view without any), main posting first."""
        key = _signature(record)
        if key not in self._views:
            places = [(p.section, p.title) for p in record.postings] or [("", "")]
            self._views[key] = tuple(self._view(record, *place) for place in places)
        return self._views[key]

    def section_code(self, text: str) -> str:
        """Return the code of a section given by code or name; the text itself when unknown."""
        if text not in self._codes:
            section = self._organisation.find(text)
            self._codes[text] = section.code if section else text
        return self._codes[text]

    def _view(self, record: StaffRecord, section: str, title: str) -> View:
        values = {
            "posts": frozenset({squeeze(title)}),
            "occupations": frozenset({squeeze(record.occupation)}),
            "employments": frozenset({squeeze(record.employment)}),
            "roles": _folded(record.roles),
            "duties": _folded(record.duties),
            "systems": _folded(record.systems),
            "information": _folded(record.information),
        }
        view = View(self.section_code(section), values)
        derived = dict(values)
        for trait, who in self._traits:
            if not who.misfit(view):
                field = _TRAIT_FIELDS[trait.kind]
                derived[field] = derived[field] | {squeeze(trait.value)}
        return View(view.section, derived)

    def fit_words(self, rule: Rule, record: StaffRecord) -> tuple[str, ...]:
        """Return why the rule fits, one line for each posting that does."""
        who = next(compiled for known, compiled in self._rules if known.id == rule.id)
        postings = record.postings or (None,)
        lines = []
        for view, posting in zip(self.views(record), postings, strict=True):
            if who.misfit(view):
                continue
            place = self._organisation.name(view.section)
            if posting is not None:
                place = ("兼務 " if posting.concurrent else "") + f"{place} {posting.title}".strip()
            conditions = _conditions(rule.who, view)
            lines.append(place + (f"（{conditions}）" if conditions else "（全員）"))
        return tuple(lines)

    def misfit_word(self, rule: Rule, record: StaffRecord) -> str:
        """Return which condition keeps the rule from fitting the main posting."""
        who = next(compiled for known, compiled in self._rules if known.id == rule.id)
        return who.misfit(self.views(record)[0])


def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(squeeze(word) for word in words)


def _signature(record: StaffRecord) -> object:
    return (
        tuple((p.section, p.title) for p in record.postings),
        record.occupation,
        record.employment,
        record.roles,
        record.duties,
        record.systems,
        record.information,
    )


def _conditions(who: Who, view: View) -> str:
    """Return the words of the record that the rule asked for."""
    words = []
    if who.sections or who.section_names:
        words.append("所属")
    for field in ("posts", "occupations", "employments", "roles", "duties", "systems"):
        wanted = [squeeze(word) for word in getattr(who, field)]
        have = sorted(w for w in view.values[field] if any(fnmatchcase(w, p) for p in wanted))
        if have:
            words.append(f"{_LABELS[field]}: {'、'.join(have)}")
    for part in who.any_of:
        inner = _conditions(part, view)
        if inner:
            words.append(inner)
    return "、".join(dict.fromkeys(words))
