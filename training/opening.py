"""From a session to the store and what it knows: the doors every command goes through."""

from dataclasses import dataclass
from datetime import date

from kanmon.config import Setting
from kanmon.dates import fiscal_year
from kanmon.errors import ConfigError
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.store import Store
from training.catalogue import Catalogue
from training.catalogue_file import find_files, load_catalogue, read_files
from training.chain import Entry, load_log
from training.cycles import year_bounds
from training.identify import Directory, build_directory
from training.knowledge import Knowledge
from training.recall import cutoff
from training.recall_facts import Asked, load_knowledge
from training.schema import TRAINING
from training.settings import COURSE_NAMES, NUMBER_WIDTH, RETURN_GRACE_DAYS
from training.status import Standing, standings


def open_training(session: Session) -> Store:
    """Return the open store with this job's tables."""
    return session.open_store(TRAINING)


def read_training(session: Session) -> Store:
    """Return the same store for commands about what is already in it: none is made."""
    return session.read_store(TRAINING)


def shipped_catalogue(session: Session) -> Catalogue:
    """Return the programme in the rules folder in force."""
    return load_catalogue(read_files(find_files([session.rules("training")])))


def number_of(session: Session, setting: Setting, *, lowest: float = 0) -> float:
    """Return a number from the settings; raises ``ConfigError`` below ``lowest``."""
    value = session.config.get(setting)
    if value < lowest:
        where = SourceRef(str(session.config.path or setting.variable), setting.key)
        raise ConfigError(f"{setting.key} は {lowest:g} 以上です", where=where)
    return float(value)


@dataclass(frozen=True, slots=True)
class Day:
    """The day asked about, and optionally the day of knowledge and the fiscal year."""

    as_of: date
    known_on: date | None = None
    year: int | None = None

    @property
    def fiscal_year(self) -> int:
        """Return the fiscal year asked about."""
        return fiscal_year(self.as_of) if self.year is None else self.year


def known(session: Session, store: Store, day: Day) -> Knowledge:
    """Return what was known for an answer about a past or present day."""
    until = cutoff(store, day.as_of, session.now, day.known_on)
    since = year_bounds(day.fiscal_year)[0]
    asked = Asked(day.as_of, until, min(since, day.as_of))
    return load_knowledge(store, asked, default=shipped_catalogue(session))


def known_now(session: Session, store: Store, day: date) -> Knowledge:
    """Return everything recorded so far that was effective on ``day``: for plans and imports."""
    asked = Asked(day, session.now, day)
    return load_knowledge(store, asked, default=shipped_catalogue(session))


def latest_day(session: Session, store: Store) -> date:
    """Return today, or the day of the newest staff list when that lies ahead (a list for 4/1)."""
    lists = [row.effective for row in load_log(store) if row.kind == "load-staff"]
    return max((session.today, *lists))


def standings_on(session: Session, knowledge: Knowledge, day: Day) -> tuple[Standing, ...]:
    """Return the standings of a day under the settings in force."""
    grace = int(number_of(session, RETURN_GRACE_DAYS))
    return standings(knowledge, day.as_of, year=day.year, grace_days=grace)


def directory_of(session: Session, knowledge: Knowledge) -> Directory:
    """Return who and what imports may name."""
    names = session.config.get(COURSE_NAMES)
    where = SourceRef(str(session.config.path or "kanmon.toml"), COURSE_NAMES.key)
    for name, course in names.items():
        if course not in knowledge.catalogue.courses:
            raise ConfigError(f"科目 {course} はありません（{name}）", where=where)
    width = int(number_of(session, NUMBER_WIDTH))
    return build_directory(knowledge.people, knowledge.catalogue, course_names=names, width=width)


def entry(session: Session, kind: str, effective: date, **facts: object) -> Entry:
    """Return a log entry by this user, now."""
    return Entry(session.now, session.user, kind, effective, facts)
