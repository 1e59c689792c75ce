"""Whom a staff number on the command line means."""

from datetime import date

from kanmon.errors import InputError
from training.knowledge import Knowledge
from training.model import PersonId
from training.people import Person


def find_person(knowledge: Knowledge, number: str, day: date) -> PersonId | None:
    """Return whom a staff number means on ``day``; its newest holder when nobody has it then."""
    holders = [
        person
        for person in knowledge.people.values()
        if any(version.record.number == number for version in person.versions)
    ]
    for person in holders:
        record = person.record_on(day)
        if record is not None and record.number == number:
            return person.id
    return max((p.id for p in holders), default=None)


def require_person(knowledge: Knowledge, number: str, day: date) -> Person:
    """Return the person of a staff number; raises ``InputError`` when nobody has it."""
    found = find_person(knowledge, number, day)
    if found is None:
        raise InputError(
            f"職員番号 {number} の人は名簿にいません",
            hint="番号の桁数（先頭の 0）を確かめてください",
        )
    return knowledge.people[found]
