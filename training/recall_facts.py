"""One moment's knowledge out of the store: people, programme, records, assignments, events."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from kanmon.dates import JST
from kanmon.errors import InputError
from kanmon.review import Disposition
from kanmon.source import SourceRef
from kanmon.store.records import last_reviews, load_findings, load_notices, load_runs
from kanmon.store.store import Store
from training.catalogue import Catalogue
from training.crediting import Records, in_day_order
from training.knowledge import Knowledge
from training.model import (
    Assignment,
    Completion,
    CourseId,
    DrillResult,
    Exemption,
    PersonId,
    PolicyGap,
    Strength,
)
from training.people import DAY
from training.recall import (
    Days,
    load_links,
    load_organisation,
    load_people,
    load_stored_catalogue,
    see_until,
)

_STRENGTHS = {member.slug: member for member in Strength}
_DISMISSED = (Disposition.FALSE_POSITIVE, Disposition.ACCEPTED, Disposition.RESOLVED)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which knowledge is asked for.

    Attributes:
        day: Facts effective on or before it.
        until: Facts recorded up to it (see ``recall.cutoff``).
        since: Assignments whose cycle ended before it are left out.
    """

    day: date
    until: datetime
    since: date


def load_knowledge(store: Store, asked: Asked, *, default: Catalogue | None = None) -> Knowledge:
    """Return what was known; ``default`` is the programme while none is stored.

    Raises:
        InputError: no staff list yet, or none that reaches back to the day; no programme.
    """
    with store.reading() as connection:
        see_until(connection, asked.until)
        links = load_links(connection)
        people = load_people(connection, links)
        begins = _begins(connection, store, asked.day)
        catalogue = load_stored_catalogue(connection, asked.day) or default
        if catalogue is None:
            raise InputError(
                "研修プログラムがまだ取り込まれていません",
                where=SourceRef(str(store.path)),
                hint="kanmon training load-courses を実行してください",
            )
        return Knowledge(
            people=people,
            organisation=load_organisation(connection, asked.day),
            catalogue=catalogue,
            begins=begins,
            completions=load_completions(connection, links, asked.day),
            assignments=load_assignments(connection, links, (asked.since, asked.day)),
            exemptions=load_exemptions(connection, links, asked.day),
            drills=load_drills(connection, links, asked.day),
            incidents=load_notices(store),
            gaps=load_gaps(store),
        )


def _begins(connection: sqlite3.Connection, store: Store, day: date) -> date:
    row = connection.execute(
        "SELECT min(effective) FROM training_log WHERE kind = 'load-staff'"
        " AND seq IN (SELECT seq FROM training_known)"
    ).fetchone()
    if row[0] is None:
        raise InputError(
            "職員名簿がまだ取り込まれていません",
            where=SourceRef(str(store.path)),
            hint="kanmon training load-staff 名簿.csv --date 基準日 --apply を実行してください",
        )
    begins = date.fromisoformat(row[0])
    if day < begins:
        raise InputError(
            f"{day.isoformat()} の名簿はありません（最初の名簿は {begins.isoformat()} 現在）",
            where=SourceRef(str(store.path)),
            hint="--as-of をその日以降にしてください",
        )
    return begins


def load_exemptions(
    connection: sqlite3.Connection, links: Mapping[PersonId, PersonId], day: date
) -> dict[PersonId, tuple[Exemption, ...]]:
    """Return the exemptions that began by ``day``; a withdrawal removes the earlier ones."""
    found: dict[PersonId, list[Exemption]] = {}
    rows = connection.execute(
        "SELECT person, course, starts, until, reason, approver, withdrawn FROM training_exemption"
        " WHERE starts <= ? AND batch IN (SELECT seq FROM training_known) ORDER BY id",
        (day.isoformat(),),
    )
    for person, course, starts, until, reason, approver, withdrawn in rows:
        items = found.setdefault(links.get(person, person), [])
        if withdrawn:
            # The time before the withdrawal stays exempted.
            end = date.fromisoformat(starts)
            items[:] = [_until(e, end) if e.course == course else e for e in items]
        else:
            first, last = date.fromisoformat(starts), date.fromisoformat(until)
            owner = links.get(person, person)
            items.append(Exemption(owner, course, first, last, reason, approver))
    return {
        person: tuple(e for e in items if e.starts <= e.until) for person, items in found.items()
    }


def _until(exemption: Exemption, withdrawn: date) -> Exemption:
    last = min(exemption.until, withdrawn - DAY)
    return replace(exemption, until=last)


def load_drills(
    connection: sqlite3.Connection, links: Mapping[PersonId, PersonId], day: date
) -> tuple[DrillResult, ...]:
    """Return the drill results up to ``day``, by day, campaign and person; the last load rules."""
    rows = connection.execute(
        "SELECT campaign, day, person, section, opened, clicked, submitted, reported"
        " FROM training_drill WHERE day <= ? AND batch IN (SELECT seq FROM training_known)"
        " ORDER BY id",
        (day.isoformat(),),
    )
    found = {}
    for campaign, on, person, section, *flags in rows:
        owner = links.get(person, person)
        opened, clicked, submitted, reported = (bool(flag) for flag in flags)
        result = DrillResult(
            campaign, date.fromisoformat(on), owner, section, opened, clicked, submitted, reported
        )
        found[campaign, owner] = result
    return tuple(sorted(found.values(), key=lambda r: (r.day, r.campaign, r.person)))


def load_gaps(store: Store) -> tuple[PolicyGap, ...]:
    """Return the policy findings nobody dismissed, by check; the day is that of the first run."""
    reviews = last_reviews(store)
    found: dict[str, PolicyGap] = {}
    present: set[str] = set()
    runs = load_runs(store, "policy diff")
    for run in runs:
        present = set()
        for finding in load_findings(store, run.id):
            review = reviews.get(finding.fingerprint)
            if review is not None and review.disposition in _DISMISSED:
                continue
            present.add(finding.check)
            seen = run.at.astimezone(JST).date()
            found.setdefault(finding.check, PolicyGap(finding.check, finding.title, seen))
    return tuple(found[check] for check in sorted(found) if check in present)


def load_completions(
    connection: sqlite3.Connection, links: Mapping[PersonId, PersonId], day: date
) -> dict[PersonId, Records]:
    """Return each person's learning records up to ``day``."""
    rows = connection.execute(
        "SELECT person, course, day, completed, passed, score, source, note"
        " FROM training_completion WHERE day <= ? AND batch IN (SELECT seq FROM training_known)",
        (day.isoformat(),),
    )
    days = Days()
    same: dict[str, str] = {}
    people: dict[PersonId, PersonId] = {}
    found: dict[PersonId, dict[str, list[Completion]]] = {}
    for person, course, on, completed, passed, score, source, note in rows:
        owner = people.setdefault(person, links.get(person, person))
        completion = Completion(
            owner,
            CourseId(same.setdefault(course, course)),
            days[on],
            completed == 1,
            None if passed is None else passed == 1,
            score and same.setdefault(score, score),
            source and same.setdefault(source, source),
            note,
        )
        records = found.get(owner)
        if records is None:
            records = found[owner] = {}
        if course in records:
            records[course].append(completion)
        else:
            records[completion.course] = [completion]
    return {
        person: {course: in_day_order(items) for course, items in records.items()}
        for person, records in found.items()
    }


def _last_closings(
    connection: sqlite3.Connection, day: str
) -> dict[tuple[str, ...], tuple[int, str, str]]:
    """Return (batch, day, reason) of the last closing of each key."""
    rows = connection.execute(
        "SELECT batch, person, course, cycle, reason, effective, why FROM training_closing"
        " WHERE effective <= ? AND batch IN (SELECT seq FROM training_known) ORDER BY batch, id",
        (day,),
    )
    return {tuple(key): (batch, effective, why) for batch, *key, effective, why in rows}


def load_assignments(
    connection: sqlite3.Connection,
    links: Mapping[PersonId, PersonId],
    span: tuple[date, date],
) -> dict[PersonId, tuple[Assignment, ...]]:
    """Return assignments planned up to ``span[1]`` whose cycle had not ended before ``span[0]``."""
    first, day = span[0].isoformat(), span[1].isoformat()
    closed_last = _last_closings(connection, day)
    rows = connection.execute(
        "SELECT batch, person, course, cycle, reason, opens, due, credit_from, ends, strength,"
        " effective FROM training_assignment"
        " WHERE effective <= ? AND (ends IS NULL OR ends >= ?)"
        " AND batch IN (SELECT seq FROM training_known) ORDER BY id",
        (day, first),
    )
    days = Days()
    same: dict[str, str] = {}
    found: dict[tuple[str, ...], Assignment] = {}
    for batch, *key, opens, due, credit_from, ends, strength, effective in rows:
        closed = closed_last.get(tuple(key))
        if closed is not None and closed[0] < batch:
            closed = None  # opened again after it was closed
        person, course, cycle, reason = (same.setdefault(text, text) for text in key)
        owner = links.get(PersonId(person), PersonId(person))
        found[(owner, course, cycle, reason)] = Assignment(
            person=owner,
            course=CourseId(course),
            cycle=cycle,
            reason=reason,
            opens=days[opens],
            due=days[due],
            credit_from=days[credit_from],
            ends=days[ends] if ends else None,
            strength=_STRENGTHS[strength],
            planned=days[effective],
            closed=days[closed[1]] if closed else None,
            closed_why=closed[2] if closed else "",
        )
    grouped: dict[PersonId, list[Assignment]] = {}
    for assignment in found.values():
        grouped.setdefault(assignment.person, []).append(assignment)
    return {person: tuple(items) for person, items in grouped.items()}
