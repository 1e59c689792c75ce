"""Each person's timeline, from dated versions of what staff lists said."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from training.model import Absence, PersonId, StaffRecord

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Version:
    """What was true of a person from ``effective`` on; ``present`` False: no longer on the list."""

    effective: date
    record: StaffRecord
    present: bool = True


@dataclass(frozen=True, slots=True)
class Person:
    """One person. ``versions`` ascend by effective day and never share one."""

    id: PersonId
    versions: tuple[Version, ...]
    days: tuple[date, ...]
    absences: tuple[Absence, ...]

    def version_index(self, day: date) -> int:
        """Return the index of the version in force on ``day``; -1 before the first."""
        return bisect_right(self.days, day) - 1

    def record_on(self, day: date) -> StaffRecord | None:
        """Return what was true on ``day``; ``None`` when not in office."""
        index = self.version_index(day)
        return in_office(self.versions[index], day) if index >= 0 else None

    def latest_record(self, day: date) -> StaffRecord:
        """Return the newest record known on ``day``, in office or not (the first one before)."""
        return self.versions[max(self.version_index(day), 0)].record

    def left_on(self, day: date) -> date | None:
        """Return the first day out of office, at or before ``day``; ``None`` while in office."""
        index = self.version_index(day)
        if index < 0 or in_office(self.versions[index], day):
            return None
        version = self.versions[index]
        retired = version.record.retired
        if retired is not None and retired < day:
            return retired + DAY
        return version.effective


def in_office(version: Version, day: date) -> StaffRecord | None:
    """Return the version's record when its person is in office on ``day``."""
    record = version.record
    if not version.present:
        return None
    if record.hired is not None and day < record.hired:
        return None
    if record.retired is not None and day > record.retired:
        return None
    return record


def build_person(person: PersonId, recorded: Iterable[Version]) -> Person:
    """Return the timeline from versions in the order they were recorded.

    A version recorded later rules from its effective day on: it removes what earlier lists had
    announced for that day and after (an appointment called off before 4/1).
    """
    kept: list[Version] = []
    for version in recorded:
        while kept and kept[-1].effective >= version.effective:
            kept.pop()
        kept.append(version)
    return Person(person, tuple(kept), tuple(v.effective for v in kept), _absences(kept))


def _absences(versions: list[Version]) -> tuple[Absence, ...]:
    """Return the absences, each once; one that a later version no longer lists ended before it."""
    found: dict[tuple[date, str], Absence] = {}
    for index, version in enumerate(versions):
        listed = {(a.start, a.kind): a for a in version.record.absences}
        found.update(listed)
        if index + 1 < len(versions):
            following = versions[index + 1]
            later = {(a.start, a.kind) for a in following.record.absences}
            for key, absence in listed.items():
                if key not in later:
                    last = following.effective - DAY
                    end = last if absence.end is None else min(absence.end, last)
                    found[key] = Absence(absence.start, absence.kind, end)
    return tuple(sorted(a for a in found.values() if a.end is None or a.end >= a.start))


def number_index(people: Mapping[PersonId, Person]) -> dict[str, PersonId]:
    """Return the person behind each staff number; the most recent holder when reused."""
    holders: dict[str, tuple[date, PersonId]] = {}
    for person in people.values():
        for version in person.versions:
            entry = (version.effective, person.id)
            number = version.record.number
            holders[number] = max(holders.get(number, entry), entry)
    return {number: person for number, (_, person) in holders.items()}
