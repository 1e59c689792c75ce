"""Whom to write to about what, rung by rung. Pure: words come later."""

from collections.abc import Mapping
from dataclasses import dataclass

from kanmon.text import squeeze
from training.duties import Question
from training.model import PersonId, Strength
from training.programme import Rung
from training.status import Standing, State

Holders = Mapping[tuple[str, str], tuple[tuple[PersonId, ...], int]]


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter to write.

    Attributes:
        unit: Code of the section or department concerned; empty for a person or the city.
        recipients: Who gets it; empty when nobody holds the role.
        duties: What it is about, by person, then deadline.
    """

    rung: Rung
    unit: str
    recipients: tuple[PersonId, ...]
    duties: tuple[Standing, ...]


def climb(
    question: Question, items: tuple[Standing, ...], rungs: tuple[Rung, ...]
) -> tuple[Notice, ...]:
    """Return the letters due on a day: to each person the highest rung reached, and up the line.

    A person gets one letter about everything open; sections, departments and the city get one
    each about mandatory duties that are late enough. Ordered by rung, organisation, person.
    """
    pending = [s for s in items if s.state in (State.OPEN, State.OVERDUE)]
    binding = [s for s in pending if s.strength is Strength.MANDATORY]
    organisation = question.knowledge.organisation
    holders = _holders(question, {rung.role for rung in rungs if rung.role})
    notices: list[Notice] = []
    own = [rung for rung in rungs if rung.to == "person"]
    notices += _to_people(question, pending, own)
    for rung in rungs:
        late = [s for s in binding if _days_late(question, s) >= rung.days]
        if rung.to == "person" or not late:
            continue
        groups: dict[str, list[Standing]] = {}
        for standing in late:
            groups.setdefault(_unit(question, rung, standing), []).append(standing)
        for unit in sorted(groups, key=organisation.order):
            recipients = _recipients(question, holders, (rung, unit))
            notices.append(Notice(rung, unit, recipients, tuple(groups[unit])))
    return tuple(notices)


def _days_late(question: Question, standing: Standing) -> int:
    return (question.day - standing.due).days


def _to_people(question: Question, pending: list[Standing], rungs: list[Rung]) -> list[Notice]:
    groups: dict[PersonId, list[Standing]] = {}
    for standing in pending:
        groups.setdefault(standing.person, []).append(standing)
    notices = []
    for person, duties in groups.items():
        latest = max(_days_late(question, s) for s in duties)
        reached = [rung for rung in rungs if rung.days <= latest]
        if reached:
            lowest = min(rung.days for rung in rungs)
            due = [s for s in duties if _days_late(question, s) >= lowest]
            notices.append(Notice(reached[-1], "", (person,), tuple(due)))
    return notices


def _unit(question: Question, rung: Rung, standing: Standing) -> str:
    if rung.to == "section":
        return standing.section
    if rung.to == "department":
        return question.knowledge.organisation.department(standing.section)
    return ""


def _recipients(
    question: Question, holders: Holders, where: tuple[Rung, str]
) -> tuple[PersonId, ...]:
    """Return who gets a unit's letter.

    A section's goes to the head of the section itself, else of what it belongs to: never to
    somebody below, who would be told of their superior. A department's or the city's goes to the
    holders nearest to the top.
    """
    rung, unit = where
    if rung.to != "section":
        return holders.get((rung.role, unit), ((), 0))[0]
    for section in reversed(question.knowledge.organisation.path(unit)):
        people, distance = holders.get((rung.role, section.code), ((), 0))
        if people and distance == 0:
            return people
    return ()


def _holders(question: Question, roles: set[str]) -> Holders:
    """Return the holders of each role nearest to each unit's top, and how far below it they are."""
    organisation = question.knowledge.organisation
    wanted = {squeeze(role): role for role in roles}
    found: dict[tuple[str, str], dict[PersonId, int]] = {}
    for person in question.knowledge.people.values():
        record = person.record_on(question.day)
        if record is None or any(
            a.start <= question.day and (a.end is None or question.day <= a.end)
            for a in person.absences
        ):
            continue
        for view in question.matcher.views(record):
            for word in view.values["roles"] & set(wanted):
                role = wanted[word]
                path = organisation.path(view.section)
                for depth, unit in enumerate(["", *(s.code for s in path)]):
                    ranks = found.setdefault((role, unit), {})
                    distance = len(path) - depth
                    ranks[person.id] = min(distance, ranks.get(person.id, distance))
    nearest = {key: min(ranks.values()) for key, ranks in found.items()}
    return {
        key: (tuple(sorted(p for p, rank in ranks.items() if rank == nearest[key])), nearest[key])
        for key, ranks in found.items()
    }
