"""From what other systems call people and courses to ours. Pure."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kanmon.text import squeeze
from training.catalogue import Catalogue
from training.model import CourseId, PersonId
from training.people import Person, number_index


@dataclass(frozen=True, slots=True)
class Directory:
    """Who and what is known. Build with ``build_directory``."""

    people: Mapping[PersonId, Person]
    by_number: Mapping[str, PersonId]
    by_email: Mapping[str, PersonId]
    courses: Mapping[str, CourseId]
    titles: tuple[str, ...]
    width: int

    def person(self, number: str, email: str, day: date) -> PersonId | None:
        """Return whom a staff number (else an e-mail address) meant on ``day``."""
        plain = "".join(number.split()).lstrip("'")
        for candidate in (plain, plain.zfill(self.width) if plain.isdigit() else plain):
            found = self.by_number.get(candidate)
            if candidate and found is not None:
                return self._holder(candidate, day) or found
        return self.by_email.get(email.strip().lower()) if email else None

    def _holder(self, number: str, day: date) -> PersonId | None:
        """Return who had a reused number on ``day``."""
        for person in self.people.values():
            if person.id == number or person.id.startswith(f"{number}@"):
                record = person.record_on(day)
                if record is not None and record.number == number:
                    return person.id
        return None

    def course(self, name: str) -> CourseId | None:
        """Return the course of this id, title or mapped name."""
        return self.courses.get(squeeze(name))

    def nearest_course(self, name: str) -> str:
        """Return a course title that looks like ``name``; empty when none does."""
        near = difflib.get_close_matches(name, self.titles, n=1, cutoff=0.4)
        return near[0] if near else ""


def build_directory(
    people: Mapping[PersonId, Person],
    catalogue: Catalogue,
    *,
    course_names: Mapping[str, str],
    width: int = 0,
) -> Directory:
    """Return the directory; an address that several people have means nobody."""
    owners: dict[str, set[PersonId]] = {}
    for person in people.values():
        email = person.versions[-1].record.email
        if email:
            owners.setdefault(email, set()).add(person.id)
    courses = {squeeze(course.title): course.id for course in catalogue.courses.values()}
    courses |= {squeeze(course): course for course in catalogue.courses}
    courses |= {squeeze(name): CourseId(course) for name, course in course_names.items()}
    return Directory(
        people=people,
        by_number=number_index(people),
        by_email={email: min(ids) for email, ids in owners.items() if len(ids) == 1},
        courses=courses,
        titles=tuple(course.title for course in catalogue.courses.values()),
        width=width,
    )
