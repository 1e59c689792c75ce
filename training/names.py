"""Whether and how people appear in an output: with name and number, or as a mark."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kanmon.report import Cell, Column
from training.model import PersonId
from training.people import Person
from training.status import Standing

NUMBER = Column("number", "職員番号", 10)
NAME = Column("name", "氏名", 16)
MARK = Column("mark", "識別", 8)


@dataclass(frozen=True, slots=True)
class Names:
    """How to show people in one report.

    Attributes:
        marks: Pseudonyms (``A0001``) by person; empty when names are shown.
    """

    people: Mapping[PersonId, Person]
    day: date
    marks: Mapping[PersonId, str]

    @property
    def are_hidden(self) -> bool:
        """Return whether the report holds pseudonyms only."""
        return bool(self.marks)

    def columns(self) -> tuple[Column, ...]:
        """Return the columns that ``cells`` fills."""
        return (MARK,) if self.marks else (NUMBER, NAME)

    def cells(self, person: PersonId) -> tuple[Cell, ...]:
        """Return one person's cells."""
        if self.marks:
            return (self.marks[person],)
        record = self.people[person].latest_record(self.day)
        return (record.number, record.name)


def show_names(people: Mapping[PersonId, Person], day: date) -> Names:
    """Return names as they were on ``day``."""
    return Names(people, day, {})


def hide_names(people: Mapping[PersonId, Person], day: date) -> Names:
    """Return pseudonyms in an order that says nothing of numbers or names.

    They hold inside one report only: without the roster nobody can be found, and the same person
    has another mark on another day.
    """
    shuffled = sorted(
        people, key=lambda p: hashlib.sha256(f"{day.isoformat()}\x1f{p}".encode()).digest()
    )
    return Names(people, day, {p: f"A{n:04d}" for n, p in enumerate(shuffled, start=1)})


def small_sections(items: Iterable[Standing], limit: int) -> frozenset[str]:
    """Return the sections with fewer than ``limit`` people: their figures would point at one."""
    members: dict[str, set[PersonId]] = {}
    for standing in items:
        members.setdefault(standing.section, set()).add(standing.person)
    return frozenset(code for code, people in members.items() if len(people) < limit)
