"""A staff list against the timeline: what is new, left, moved, changed, and doubtful. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from kanmon.source import SourceRef
from kanmon.text import squeeze
from training.model import PersonId, StaffRecord
from training.organisation import Organisation
from training.people import Person, Version
from training.staff_file import Doubt, StaffList
from training.staff_words import differences_of


class ChangeKind(Enum):
    """What a list changes for one person."""

    NEW = "new", "新規"
    RETURNED = "returned", "再登場"
    MOVED = "moved", "異動"
    CHANGED = "changed", "変更"
    LEFT = "left", "名簿から消滅"

    def __init__(self, slug: str, label_ja: str) -> None:
        self.slug = slug
        self.label_ja = label_ja


@dataclass(frozen=True, slots=True)
class Change:
    """One person's change: the version to add, and what is different in words of the columns."""

    kind: ChangeKind
    person: PersonId
    version: Version
    before: StaffRecord | None
    differences: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class StaffDiff:
    """What applying a list would do. Changes by kind, then number; nothing is applied by this."""

    day: date
    changes: tuple[Change, ...]
    unchanged: int
    doubts: tuple[Doubt, ...]

    @property
    def is_blocked(self) -> bool:
        """Return whether a doubt forbids applying."""
        return any(doubt.blocking for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows before the list: people, sections, and the newest list's day.

    Attributes:
        organisation: Judges whether a section is known.
        named: Gives names, also to the sections that come with the list.
    """

    people: Mapping[PersonId, Person]
    organisation: Organisation
    named: Organisation
    last_list: date | None


def compare_staff(
    staff: StaffList, known: Known, day: date, *, departure_limit: float
) -> StaffDiff:
    """Return what a list of ``day`` changes.

    A person keeps being one person under one number; a number that comes back with another name
    and another date of hire is another person (a reused number).
    """
    holders = _current_holders(known.people)
    doubts = list(staff.doubts)
    changes: list[Change] = []
    seen: set[PersonId] = set()
    unchanged = 0
    for record in staff.records:
        person = holders.get(record.number)
        if person is not None and _is_other_person(person, record, day):
            where = staff.places[record.number]
            reason = "番号の使い回しの疑い（前の人と氏名も採用日も違うため、別人とします）"
            doubts.append(Doubt(where, record.number, reason, "同じ人なら採用日を直してください"))
            person = None
        change = _change(record, person, known, day)
        if person is not None:
            seen.add(person.id)
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    unreadable = {doubt.number for doubt in doubts if doubt.blocking}
    left = [
        _departure(person, day)
        for person in known.people.values()
        if person.id not in seen
        and _is_listed(person, day)
        and person.versions[-1].record.number not in unreadable
    ]
    doubts += _unknown_sections(staff, known.organisation)
    doubts += _namesakes(changes, known.people, staff, (day, seen))
    doubts += _mass_departure(left, known.people, staff, (day, departure_limit))
    kinds = list(ChangeKind)
    ordered = sorted(
        (*changes, *left), key=lambda c: (kinds.index(c.kind), c.version.record.number)
    )
    return StaffDiff(day, tuple(ordered), unchanged, tuple(sorted(set(doubts))))


def _current_holders(people: Mapping[PersonId, Person]) -> dict[str, Person]:
    holders: dict[str, Person] = {}
    for person in people.values():
        number = person.versions[-1].record.number
        other = holders.get(number)
        if other is None or other.versions[-1].effective < person.versions[-1].effective:
            holders[number] = person
    return holders


def _is_listed(person: Person, day: date) -> bool:
    """Return whether the newest version expects the person on a list of ``day``."""
    last = person.versions[-1]
    retired = last.record.retired
    return last.present and (retired is None or retired >= day)


def _is_other_person(person: Person, record: StaffRecord, day: date) -> bool:
    before = person.versions[-1].record
    if squeeze(before.name) == squeeze(record.name):
        return False
    if before.kana and squeeze(before.kana) == squeeze(record.kana):
        return False
    if record.hired is None or record.hired == before.hired:
        return not _is_listed(person, day)
    return True


def _change(record: StaffRecord, person: Person | None, known: Known, day: date) -> Change | None:
    if person is None:
        taken = PersonId(record.number) in known.people
        name = f"{record.number}@{day.isoformat()}" if taken else record.number
        effective = _start(record, known.last_list, day)
        version = Version(effective, record)
        return Change(ChangeKind.NEW, PersonId(name), version, None, ())
    last = person.versions[-1]
    before = last.record
    if last.present and before == record:
        return None
    differences = differences_of(before, record, known.named)
    if not _is_listed(person, day):
        version = Version(_start(record, known.last_list, day), record)
        return Change(ChangeKind.RETURNED, person.id, version, before, differences)
    moved = _places(before) != _places(record)
    effective = day
    start = record.postings[0].start if record.postings else None
    if moved and start is not None and start > last.effective:
        effective = start
    kind = ChangeKind.MOVED if moved else ChangeKind.CHANGED
    return Change(kind, person.id, Version(effective, record), before, differences)


def _start(record: StaffRecord, last_list: date | None, day: date) -> date:
    """Return the day a newcomer counts from: 発令日 when it lies after the previous list."""
    start = record.postings[0].start if record.postings else None
    start = max(filter(None, (start, record.hired)), default=None)
    if start is not None and (start > day or (last_list is not None and start > last_list)):
        return start
    return day


def _places(record: StaffRecord) -> set[tuple[str, str, bool]]:
    return {(p.section, p.title, p.concurrent) for p in record.postings}


def _departure(person: Person, day: date) -> Change:
    record = person.versions[-1].record
    return Change(ChangeKind.LEFT, person.id, Version(day, record, present=False), record, ())


def _unknown_sections(staff: StaffList, organisation: Organisation) -> list[Doubt]:
    doubts = []
    known_before = bool(organisation.sections)
    for record in staff.records:
        where = staff.places[record.number]
        if not record.postings:
            doubts.append(Doubt(where, record.number, "所属がありません"))
        for posting in record.postings:
            if posting.section and known_before and organisation.find(posting.section) is None:
                near = organisation.nearest(posting.section)
                hint = f"もしかして: {'、'.join(near)}" if near else ""
                reason = f"知らない所属です: {posting.section}"
                doubts.append(Doubt(where, record.number, reason, hint))
    return doubts


def _namesakes(
    changes: list[Change],
    people: Mapping[PersonId, Person],
    staff: StaffList,
    listed: tuple[date, set[PersonId]],
) -> list[Doubt]:
    """Return a doubt for each newcomer who looks like somebody who left (re-hire)."""
    day, seen = listed
    gone: dict[tuple[str, str], str] = {}
    for person in people.values():
        record = person.versions[-1].record
        if person.id not in seen or not _is_listed(person, day):
            gone[squeeze(record.name), squeeze(record.kana)] = record.number
    doubts = []
    for change in changes:
        record = change.version.record
        old = gone.get((squeeze(record.name), squeeze(record.kana)))
        if change.kind is ChangeKind.NEW and old is not None and old != record.number:
            reason = (
                f"以前の職員番号 {old} の人と氏名・カナが同じです（再任用・再度の任用の可能性）"
            )
            hint = f"同じ人なら: kanmon training link {record.number} {old}"
            doubts.append(Doubt(staff.places[record.number], record.number, reason, hint))
    return doubts


def _mass_departure(
    left: list[Change],
    people: Mapping[PersonId, Person],
    staff: StaffList,
    limit: tuple[date, float],
) -> list[Doubt]:
    day, share = limit
    listed = sum(1 for person in people.values() if _is_listed(person, day))
    if not left or len(left) <= max(listed * share, 5):
        return []
    where = min(staff.places.values(), default=SourceRef("名簿"))
    reason = f"在籍 {listed} 人のうち {len(left)} 人が名簿にありません（一部だけの名簿の疑い）"
    hint = "全員の名簿か確かめ、正しければ --accept-departures を付けてください"
    return [Doubt(SourceRef(where.path), "", reason, hint, blocking=True)]


def without_mass_departure(diff: StaffDiff) -> StaffDiff:
    """Return the diff with the doubt about a partial list no longer blocking."""
    doubts = tuple(replace(d, blocking=d.blocking and bool(d.where.place)) for d in diff.doubts)
    return replace(diff, doubts=doubts)
