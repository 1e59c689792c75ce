"""Facts out of the store, as known at one instant and effective on one day.

"As of D" means: facts effective on or before D, recorded before the end of D in Japan. A store
that was begun after D answers with what it knew at the end of its first day, so that history
loaded on that day counts. What arrives later never changes the answer; ``known_on`` asks for it.
"""

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from kanmon.dates import JST, from_utc_text, utc_text
from kanmon.store.store import Store
from training.catalogue import Catalogue
from training.catalogue_file import load_catalogue
from training.model import PersonId
from training.organisation import Organisation, Section, build_organisation
from training.people import Person, Version, build_person
from training.recording import unpack_record


def cutoff(store: Store, day: date, now: datetime, known_on: date | None = None) -> datetime:
    """Return the instant up to which records count for an answer about ``day``."""
    with store.reading() as connection:
        row = connection.execute("SELECT min(at) FROM training_log").fetchone()
    begun = from_utc_text(row[0]).astimezone(JST).date() if row[0] else day
    limit = known_on or max(day, begun)
    if limit >= now.astimezone(JST).date():
        return now
    return datetime.combine(limit + timedelta(days=1), time(), JST) - timedelta(microseconds=1)


def see_until(connection: sqlite3.Connection, until: datetime) -> None:
    """Let every other function here see only what was recorded up to ``until``."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS training_known (seq INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM training_known")
    connection.execute(
        "INSERT INTO training_known SELECT seq FROM training_log WHERE at <= ?",
        (utc_text(until),),
    )


def load_links(connection: sqlite3.Connection) -> Mapping[PersonId, PersonId]:
    """Return the oldest identity of each linked person."""
    pairs = connection.execute(
        "SELECT person, same_as FROM training_link"
        " WHERE batch IN (SELECT seq FROM training_known) ORDER BY id"
    )
    root: dict[PersonId, PersonId] = {}
    for person, same_as in pairs:
        target = root.get(same_as, same_as)
        root[person] = target
        for other, current in list(root.items()):
            if current == person:
                root[other] = target
    return root


def load_people(
    connection: sqlite3.Connection, links: Mapping[PersonId, PersonId]
) -> dict[PersonId, Person]:
    """Return every timeline; linked numbers are one person.

    Of linked numbers on one list the one still there comes last and rules.
    """
    rows = connection.execute(
        "SELECT person, effective, present, body FROM training_staff"
        " WHERE batch IN (SELECT seq FROM training_known) ORDER BY batch, present, id"
    )
    versions: dict[PersonId, list[Version]] = {}
    days = Days()
    for person, effective, present, body in rows:
        version = Version(days[effective], unpack_record(body), bool(present))
        versions.setdefault(links.get(person, person), []).append(version)
    return {person: build_person(person, found) for person, found in versions.items()}


class Days(dict[str, date]):
    """ISO texts to dates; each distinct day is one object."""

    def __missing__(self, text: str) -> date:
        self[text] = date.fromisoformat(text)
        return self[text]


def load_organisation(connection: sqlite3.Connection, day: date) -> Organisation:
    """Return the sections of ``day``: the city's table when there is one, else the staff list's."""
    versions = connection.execute(
        "SELECT DISTINCT batch, effective, origin FROM training_section"
        " WHERE batch IN (SELECT seq FROM training_known)"
    ).fetchall()
    if not versions:
        return build_organisation((), is_table=False)

    def rank(version: sqlite3.Row) -> tuple[bool, bool, str, int]:
        started = version["effective"] <= day.isoformat()
        effective = version["effective"] if started else _reversed(version["effective"])
        return (started, version["origin"] == "table", effective, version["batch"])

    best = max(versions, key=rank)
    rows = connection.execute(
        "SELECT code, name, parent, position FROM training_section WHERE batch = ?",
        (best["batch"],),
    )
    sections = [Section(*row) for row in rows]
    return build_organisation(sections, is_table=best["origin"] == "table")


def _reversed(day: str) -> str:
    """Return a text that sorts the other way: of sections that start later the first is taken."""
    return (date.max - (date.fromisoformat(day) - date.min)).isoformat()


def load_stored_catalogue(connection: sqlite3.Connection, day: date) -> Catalogue | None:
    """Return the programme in force on ``day``; the newest when none had begun by then."""
    rows = connection.execute(
        "SELECT batch, effective FROM training_catalogue"
        " WHERE batch IN (SELECT seq FROM training_known) GROUP BY batch"
    ).fetchall()
    started = [row for row in rows if row["effective"] <= day.isoformat()]
    if started:
        batch = max(started, key=lambda row: (row["effective"], row["batch"]))["batch"]
    elif rows:
        batch = max(row["batch"] for row in rows)
    else:
        return None
    files = connection.execute(
        "SELECT path, content FROM training_catalogue WHERE batch = ? ORDER BY id", (batch,)
    )
    return load_catalogue((row["path"], row["content"].encode()) for row in files)
