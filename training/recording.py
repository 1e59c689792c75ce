"""Facts into the store: one batch, one log entry, one transaction."""

import dataclasses
import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from kanmon.store.store import Store
from training.chain import Entry, next_batch, seal
from training.model import (
    Absence,
    Assignment,
    Completion,
    DrillResult,
    Exemption,
    PersonId,
    Posting,
    StaffRecord,
)
from training.organisation import Section
from training.plan import Plan
from training.staff_diff import StaffDiff


def _insert(
    connection: sqlite3.Connection, table: str, batch: int, rows: Iterable[tuple[object, ...]]
) -> None:
    for_table = [(batch, *row) for row in rows]
    if for_table:
        marks = ",".join("?" * (len(for_table[0])))
        connection.executemany(
            f"INSERT INTO {table} VALUES (NULL,{marks})",  # noqa: S608 - our own names
            for_table,
        )


def pack_record(record: StaffRecord) -> str:
    """Return a record as the store keeps it."""
    return json.dumps(dataclasses.asdict(record), ensure_ascii=False, default=date.isoformat)


def unpack_record(body: str) -> StaffRecord:
    """Return the record that ``pack_record`` wrote."""
    raw = json.loads(body)
    raw["hired"] = _day(raw["hired"])
    raw["retired"] = _day(raw["retired"])
    raw["postings"] = tuple(Posting(**{**p, "start": _day(p["start"])}) for p in raw["postings"])
    raw["absences"] = tuple(
        Absence(date.fromisoformat(a["start"]), a["kind"], _day(a["end"])) for a in raw["absences"]
    )
    for field in ("roles", "duties", "systems", "information"):
        raw[field] = tuple(raw[field])
    return StaffRecord(**raw)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def record_staff(
    store: Store, entry: Entry, diff: StaffDiff, sections: tuple[str, Iterable[Section]]
) -> str:
    """Apply a staff list: versions of everybody changed, and the sections of that day."""
    day = diff.day.isoformat()
    origin, items = sections
    with store.transaction() as connection:
        batch = next_batch(connection)
        versions = (
            (c.person, c.version.effective.isoformat(), int(c.version.present), c.version.record)
            for c in diff.changes
        )
        _insert(
            connection,
            "training_staff",
            batch,
            ((person, day, present, pack_record(r)) for person, day, present, r in versions),
        )
        _insert(
            connection,
            "training_section",
            batch,
            ((day, origin, s.code, s.name, s.parent, s.position) for s in items),
        )
        return seal(connection, entry)


def record_catalogue(store: Store, entry: Entry, files: Iterable[tuple[str, bytes]]) -> str:
    """Keep the programme's files as they are, in force from the entry's effective day."""
    day = entry.effective.isoformat()
    with store.transaction() as connection:
        rows = ((day, name, data.decode("utf-8-sig")) for name, data in files)
        _insert(connection, "training_catalogue", next_batch(connection), rows)
        return seal(connection, entry)


def record_completions(store: Store, entry: Entry, completions: Iterable[Completion]) -> str:
    """Add learning records."""
    rows = (
        (
            c.person,
            c.course,
            c.day.isoformat(),
            int(c.completed),
            None if c.passed is None else int(c.passed),
            c.score,
            c.source,
            c.note,
        )
        for c in completions
    )
    with store.transaction() as connection:
        _insert(connection, "training_completion", next_batch(connection), rows)
        return seal(connection, entry)


def record_drill(store: Store, entry: Entry, results: Iterable[DrillResult]) -> str:
    """Add the results of a phishing drill."""
    rows = (
        (
            r.campaign,
            r.day.isoformat(),
            r.person,
            r.section,
            int(r.opened),
            int(r.clicked),
            int(r.submitted),
            int(r.reported),
        )
        for r in results
    )
    with store.transaction() as connection:
        _insert(connection, "training_drill", next_batch(connection), rows)
        return seal(connection, entry)


def record_exemption(
    store: Store, entry: Entry, exemption: Exemption, *, withdrawn: bool = False
) -> str:
    """Add an exemption, or withdraw the one of this person and course."""
    row = (
        exemption.person,
        exemption.course,
        exemption.starts.isoformat(),
        exemption.until.isoformat(),
        exemption.reason,
        exemption.approver,
        int(withdrawn),
    )
    with store.transaction() as connection:
        _insert(connection, "training_exemption", next_batch(connection), [row])
        return seal(connection, entry)


def record_link(store: Store, entry: Entry, person: PersonId, same_as: PersonId) -> str:
    """Record that two timelines are one person."""
    with store.transaction() as connection:
        _insert(connection, "training_link", next_batch(connection), [(person, same_as)])
        return seal(connection, entry)


def record_plan(store: Store, entry: Entry, plan: Plan) -> str:
    """Apply a plan: additions and amendments as assignments, closings beside them."""
    new = [a.assignment for a in plan.additions] + [a.after for a in plan.amendments]
    with store.transaction() as connection:
        batch = next_batch(connection)
        rows = (_assignment_row(a, plan.day) for a in new)
        _insert(connection, "training_assignment", batch, rows)
        day = plan.day.isoformat()
        closings = ((*a.key, day, a.closed_why) for a in plan.closings)
        _insert(connection, "training_closing", batch, closings)
        return seal(connection, entry)


def _assignment_row(assignment: Assignment, day: date) -> tuple[object, ...]:
    return (
        *assignment.key,
        assignment.opens.isoformat(),
        assignment.due.isoformat(),
        assignment.credit_from.isoformat(),
        assignment.ends.isoformat() if assignment.ends else None,
        assignment.strength.slug,
        day.isoformat(),
    )


def plan_facts(plan: Plan, rules_digest: str) -> Mapping[str, object]:
    """Return what the log says of a plan: counts and the rules used."""
    return {
        "added": len(plan.additions),
        "closed": len(plan.closings),
        "amended": len(plan.amendments),
        "kept": plan.kept,
        "rules": rules_digest,
    }
