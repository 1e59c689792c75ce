"""A whole training programme, checked: courses, rules, traits, skills, the ladder."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from training.model import CourseId
from training.organisation import Organisation
from training.programme import Competency, Course, Rule, Rung, SkillTarget, Trait, Who


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the YAML files say.

    Attributes:
        courses: By id.
        rules: In id order.
        places: Where each rule, trait or skill target stands, for errors.
        credits: Course to the sets of courses that each count as it (equivalents, and what it
            replaces, also over several replacements).
        digest: SHA-256 over the files.
    """

    courses: Mapping[CourseId, Course]
    rules: tuple[Rule, ...]
    traits: tuple[Trait, ...]
    competencies: tuple[Competency, ...]
    skills: tuple[SkillTarget, ...]
    ladder: tuple[Rung, ...]
    places: Mapping[str, SourceRef]
    credits: Mapping[CourseId, tuple[tuple[CourseId, ...], ...]]
    digest: str

    def title(self, course: str) -> str:
        """Return a course's title; its id when the programme no longer has it."""
        found = self.courses.get(CourseId(course))
        return found.title if found else str(course)


def build_catalogue(
    courses: Iterable[Course],
    rules: Iterable[Rule],
    others: tuple[
        tuple[Trait, ...], tuple[Competency, ...], tuple[SkillTarget, ...], tuple[Rung, ...]
    ],
    places: Mapping[str, SourceRef],
    digest: str,
) -> Catalogue:
    """Return the programme when its parts agree.

    Raises:
        ConfigError: a course or competency that is named does not exist, or prerequisites (or
            replacements) run in a circle.
    """
    by_id = {course.id: course for course in sorted(courses, key=lambda c: c.id)}
    ordered = tuple(sorted(rules, key=lambda rule: rule.id))
    for course in by_id.values():
        where = places[f"course {course.id}"]
        named = (
            *course.prerequisites,
            *course.replaces,
            *(c for e in course.equivalents for c in e),
        )
        for other in named:
            # What is replaced may be long gone: only its completions matter.
            if other not in by_id and other not in course.replaces:
                raise _unknown("科目", other, by_id, where)
    for rule in ordered:
        for other in rule.courses:
            if other not in by_id:
                raise _unknown("科目", other, by_id, places[f"rule {rule.id}"])
    _check_circle(by_id, "prerequisites", "前提科目", places)
    _check_circle(by_id, "replaces", "後継科目", places)
    _check_competencies(by_id.values(), others[1], others[2], places)
    credits_of = {course.id: _credits(course, by_id) for course in by_id.values()}
    return Catalogue(by_id, ordered, *others, places, credits_of, digest)


def _unknown(what: str, name: str, known: Iterable[str], where: SourceRef) -> ConfigError:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.4)
    hint = f"もしかして: {'、'.join(near)}" if near else "id の綴りを確かめてください"
    return ConfigError(f"{what} {name} はありません", where=where, hint=hint)


def _check_circle(
    courses: Mapping[CourseId, Course], field: str, label: str, places: Mapping[str, SourceRef]
) -> None:
    settled: set[CourseId] = set()
    for start in courses:
        trail: list[CourseId] = []
        pending: list[tuple[CourseId, int]] = [(start, 0)]
        while pending:
            course, depth = pending.pop()
            del trail[depth:]
            if course in trail:
                circle = " → ".join([*trail[trail.index(course) :], course])
                raise ConfigError(
                    f"{label}が輪になっています: {circle}",
                    where=places[f"course {course}"],
                    hint="どれか 1 つの指定を外してください",
                )
            if course in settled or course not in courses:
                continue
            trail.append(course)
            following = getattr(courses[course], field)
            pending += [(other, depth + 1) for other in following]
            if not following:
                settled.add(course)


def _check_competencies(
    courses: Iterable[Course],
    competencies: tuple[Competency, ...],
    skills: tuple[SkillTarget, ...],
    places: Mapping[str, SourceRef],
) -> None:
    top = {competency.id: len(competency.levels) for competency in competencies}
    named = [(f"course {c.id}", pair) for c in courses for pair in c.competencies]
    named += [(f"skill {s.title}", pair) for s in skills for pair in s.levels]
    for place, (competency, level) in named:
        if competency not in top:
            raise _unknown("能力", competency, top, places[place])
        if not 1 <= level <= top[competency]:
            message = f"能力 {competency} の水準は 1 から {top[competency]} です（{level}）"
            raise ConfigError(message, where=places[place])


def _credits(
    course: Course, courses: Mapping[CourseId, Course]
) -> tuple[tuple[CourseId, ...], ...]:
    found: list[tuple[CourseId, ...]] = [(course.id,)]
    pending = list(course.replaces)
    while pending:
        old = pending.pop(0)
        if (old,) not in found:
            found.append((old,))
            pending += courses[old].replaces if old in courses else ()
    found += course.equivalents
    return tuple(dict.fromkeys(found))


def check_sections(catalogue: Catalogue, organisation: Organisation) -> None:
    """Refuse a programme that names a section the city does not have.

    Raises:
        ConfigError: with the nearest names. A rule that silently matched nobody would be worse.
    """
    if not organisation.sections:
        return
    named = [(f"rule {rule.id}", rule.who) for rule in catalogue.rules]
    named += [(f"trait {n}", trait.who) for n, trait in enumerate(catalogue.traits, start=1)]
    named += [(f"skill {skill.title}", skill.who) for skill in catalogue.skills]
    for place, who in named:
        for section in _sections_of(who):
            if organisation.find(section) is None:
                near = organisation.nearest(section)
                hint = f"近い名前: {'、'.join(near)}" if near else "組織表の名前かコードで書きます"
                raise ConfigError(
                    f"所属 {section} は組織表にありません", where=catalogue.places[place], hint=hint
                )


def _sections_of(who: Who) -> Iterator[str]:
    yield from who.sections
    for part in (*who.any_of, *who.none_of):
        yield from _sections_of(part)
