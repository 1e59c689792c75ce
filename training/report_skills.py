"""The skill matrix: role × competency × level, the courses that lead there, and who is there."""

from kanmon.report import Cell, Column, Report, Table
from training.catalogue import Catalogue
from training.crediting import NO_RECORDS, is_held
from training.duties import Question, ask
from training.model import PersonId
from training.people import Person
from training.programme import SkillTarget
from training.report_status import Scope, percent


def skills_report(scope: Scope) -> Report:
    """Return the matrix and how many people have reached each level by valid completions."""
    question = ask(scope.knowledge, scope.day.as_of)
    catalogue = scope.knowledge.catalogue
    members: dict[str, list[Person]] = {}
    for person in scope.knowledge.people.values():
        record = person.record_on(scope.day.as_of)
        if record is not None:
            for target in question.matcher.skill_targets(record):
                members.setdefault(target.title, []).append(person)
    titles = {c.id: c for c in catalogue.competencies}
    rows: list[tuple[Cell, ...]] = []
    for target in catalogue.skills:
        people = members.get(target.title, [])
        for competency, level in target.levels:
            reached = sum(1 for p in people if _level(question, p.id, competency) >= level)
            definition = titles[competency]
            rows.append(
                (
                    target.title,
                    definition.title,
                    level,
                    definition.levels[level - 1],
                    _courses_for(catalogue, competency, level),
                    len(people),
                    reached,
                    percent(reached / len(people) if people else None),
                )
            )
    columns = (
        Column("role", "役割・職位", 28),
        Column("competency", "能力", 20),
        Column("level", "水準", 6),
        Column("meaning", "できること", 36),
        Column("courses", "科目", 44),
        Column("people", "人数", 8),
        Column("reached", "達した人", 8),
        Column("rate", "割合", 8),
    )
    blocks = (Table("skills", "役割 × 能力 × 水準", columns, tuple(rows)), _matrix(catalogue))
    return Report(
        title=f"能力の表（{scope.day.as_of.isoformat()} 現在）",
        summary=("有効な修了のある科目から数えた到達。所属・職位に応じて必要な能力を示す。",),
        blocks=blocks,
        judged=f"職員 {len(scope.knowledge.people):,} 人を判定",
    )


def _level(question: Question, person: PersonId, competency: str) -> int:
    """Return the highest level that valid completions give."""
    knowledge = question.knowledge
    records = knowledge.completions.get(person, NO_RECORDS)
    return max(
        (
            level
            for course in knowledge.catalogue.courses.values()
            for name, level in course.competencies
            if name == competency and is_held(records, course.id, knowledge.catalogue, question.day)
        ),
        default=0,
    )


def _courses_for(catalogue: Catalogue, competency: str, level: int) -> str:
    found = [
        course.title
        for course in catalogue.courses.values()
        if any(name == competency and given >= level for name, given in course.competencies)
    ]
    return "、".join(found) or "（科目なし）"


def _matrix(catalogue: Catalogue) -> Table:
    columns = (
        Column("role", "役割・職位", 28),
        *(Column(c.id, c.title, 12) for c in catalogue.competencies),
    )
    rows = [(skill.title, *_levels(skill, catalogue)) for skill in catalogue.skills]
    return Table("matrix", "求める水準の早見表", columns, tuple(rows))


def _levels(skill: SkillTarget, catalogue: Catalogue) -> tuple[Cell, ...]:
    levels = dict(skill.levels)
    return tuple(levels.get(c.id, "") for c in catalogue.competencies)
