"""A small invented city, built out of literals."""

from dataclasses import dataclass, replace
from datetime import date

from training.catalogue import Catalogue
from training.catalogue_file import load_catalogue
from training.crediting import by_course
from training.knowledge import Knowledge
from training.model import Assignment, Completion, CourseId, PersonId, Posting, StaffRecord
from training.organisation import Section, build_organisation
from training.people import Person, Version, build_person
from training.plan import Plan, make_plan

BEGINS = date(2026, 4, 1)
SECTIONS = (
    Section("01", "総務部", "", 1),
    Section("0101", "人事課", "01", 2),
    Section("0102", "情報政策課", "01", 3),
    Section("02", "市民部", "", 4),
    Section("0201", "税務課", "02", 5),
    Section("0202", "市民課", "02", 6),
)


def day(text: str) -> date:
    """Return an ISO day."""
    return date.fromisoformat(text)


@dataclass(frozen=True)
class City:
    """Builds knowledge out of literals."""

    catalogue: Catalogue
    people: tuple[Person, ...] = ()
    completions: tuple[Completion, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    others: tuple[tuple[str, object], ...] = ()
    begins: date = BEGINS

    def person(self, number: str, *versions: tuple[str, StaffRecord | None]) -> "City":
        """Add a person from (day, record) pairs; None: no longer on the list."""
        built: list[Version] = []
        for when, record in versions:
            known = record or built[-1].record
            built.append(Version(day(when), replace(known, number=number), record is not None))
        return replace(self, people=(*self.people, build_person(PersonId(number), built)))

    def done(self, number: str, course: str, when: str, passed: bool | None = True) -> "City":
        """Add a completion."""
        item = Completion(PersonId(number), CourseId(course), day(when), True, passed)
        return replace(self, completions=(*self.completions, item))

    def given(self, **others: object) -> "City":
        """Set exemptions, drills, incidents or gaps."""
        return replace(self, others=tuple(others.items()))

    def using(self, catalogue: Catalogue) -> "City":
        """Use another programme from now on."""
        return replace(self, catalogue=catalogue)

    def known(self, when: str) -> Knowledge:
        """Return the knowledge of a day."""
        records: dict[PersonId, list[Completion]] = {}
        for item in self.completions:
            if item.day <= day(when):
                records.setdefault(item.person, []).append(item)
        assigned: dict[PersonId, list[Assignment]] = {}
        for assignment in self.assignments:
            assigned.setdefault(assignment.person, []).append(assignment)
        extra: dict[str, object] = dict(self.others)
        return Knowledge(
            people={p.id: p for p in self.people},
            organisation=build_organisation(SECTIONS, is_table=True),
            catalogue=self.catalogue,
            begins=self.begins,
            completions={p: by_course(items) for p, items in records.items()},
            assignments={p: tuple(items) for p, items in assigned.items()},
            **extra,  # type: ignore[arg-type]
        )

    def plan(self, when: str) -> Plan:
        """Return the plan of a day."""
        return make_plan(self.known(when), day(when))

    def planned(self, when: str) -> "City":
        """Return the city after the day's plan was applied."""
        plan = self.plan(when)
        kept = {a.key: a for a in self.assignments}
        kept |= {a.assignment.key: a.assignment for a in plan.additions}
        kept |= {a.after.key: a.after for a in plan.amendments}
        kept |= {a.key: a for a in plan.closings}
        return replace(self, assignments=tuple(kept.values()))


def staff(section: str = "0101", title: str = "主事", **fields: object) -> StaffRecord:
    """Return a record of one posting."""
    start = fields.pop("start", None)
    postings = (Posting(section, title, start),) if section else ()  # type: ignore[arg-type]
    base = StaffRecord(number="", name="試験 太郎", employment="正規", postings=postings)
    return replace(base, **fields)  # type: ignore[arg-type]


def programme(text: str) -> Catalogue:
    """Return a programme from YAML text."""
    return load_catalogue([("test.yml", text.encode())])
