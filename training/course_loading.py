"""Programme files checked, compared with what is in force, and kept."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from kanmon.report import Cell, Column, Facts, Report, Table
from kanmon.session import Session
from kanmon.store.store import Store
from training.catalogue import Catalogue, check_sections
from training.catalogue_file import find_files, load_catalogue, read_files
from training.matching import Matcher
from training.model import StaffRecord
from training.opening import entry, open_training
from training.organisation import Organisation
from training.recall import (
    load_links,
    load_organisation,
    load_people,
    load_stored_catalogue,
    see_until,
)
from training.recording import record_catalogue
from training.report_why import when_words


def load_programme(session: Session, paths: Iterable[Path], day: date, *, is_kept: bool) -> Report:
    """Return what the files change; keep them in the store when ``is_kept``.

    Raises:
        ConfigError: the programme contradicts itself or names a section the city does not have.
    """
    files = read_files(find_files(paths))
    catalogue = load_catalogue(files)
    with open_training(session) as store:
        before, organisation, staff = _state(session, store, day)
        check_sections(catalogue, organisation)
        if is_kept and (before is None or before.digest != catalogue.digest):
            record = entry(
                session,
                "load-courses",
                day,
                digest=catalogue.digest,
                courses=len(catalogue.courses),
                rules=len(catalogue.rules),
            )
            record_catalogue(store, record, files)
    return _report(catalogue, before, Matcher(catalogue, organisation), staff)


def _state(
    session: Session, store: Store, day: date
) -> tuple[Catalogue | None, Organisation, tuple[StaffRecord, ...]]:
    with store.reading() as connection:
        see_until(connection, session.now)
        people = load_people(connection, load_links(connection))
        records = (person.record_on(day) for person in people.values())
        return (
            load_stored_catalogue(connection, day),
            load_organisation(connection, day),
            tuple(record for record in records if record is not None),
        )


def _report(
    catalogue: Catalogue,
    before: Catalogue | None,
    matcher: Matcher,
    staff: tuple[StaffRecord, ...],
) -> Report:
    reached: dict[str, int] = {}
    for record in staff:
        for rule in matcher.fitting_rules(record):
            reached[rule.id] = reached.get(rule.id, 0) + 1
    bases = [basis for course in catalogue.courses.values() for basis in course.basis]
    bases += [basis for rule in catalogue.rules for basis in rule.basis]
    unverified = sum(1 for basis in bases if basis.verify)
    facts = Facts(
        (
            ("科目", len(catalogue.courses)),
            ("規則", len(catalogue.rules)),
            ("原文の確認がまだの根拠", unverified),
            ("プログラムの要約（SHA-256）", catalogue.digest),
        )
    )
    return Report(
        title="研修プログラム",
        summary=(f"科目 {len(catalogue.courses)} 件、規則 {len(catalogue.rules)} 件。",),
        blocks=(facts, _course_table(catalogue, before), _rule_table(catalogue, before, reached)),
        judged=f"職員 {len(staff):,} 人に当てはめて確認",
    )


def _change(old: object, new: object, before: Catalogue | None) -> str:
    if before is None:
        return "初回"
    if old is None:
        return "追加"
    return "" if old == new else "変更"


def _course_table(catalogue: Catalogue, before: Catalogue | None) -> Table:
    old = dict(before.courses) if before else {}
    rows: list[tuple[Cell, ...]] = [
        (c.id, c.title, c.kind.label_ja, c.minutes, _change(old.get(c.id), c, before))
        for c in catalogue.courses.values()
    ]
    rows += [
        (c.id, c.title, c.kind.label_ja, c.minutes, "廃止")
        for c in old.values()
        if c.id not in catalogue.courses
    ]
    columns = (
        Column("id", "科目ID", 24),
        Column("title", "科目", 40),
        Column("kind", "形", 12),
        Column("minutes", "分", 6),
        Column("change", "前回との差", 10),
    )
    return Table("courses", "科目", columns, tuple(rows))


def _rule_table(
    catalogue: Catalogue, before: Catalogue | None, reached: Mapping[str, int]
) -> Table:
    old = {rule.id: rule for rule in before.rules} if before else {}
    rows: list[tuple[Cell, ...]] = [
        (
            rule.id,
            rule.title,
            "、".join(catalogue.title(course) for course in rule.courses),
            when_words(rule.when),
            rule.strength.label_ja,
            "／".join(str(basis) for basis in rule.basis),
            reached.get(rule.id, 0),
            _change(old.get(rule.id), rule, before),
        )
        for rule in catalogue.rules
    ]
    kept = {rule.id for rule in catalogue.rules}
    rows += [
        (rule.id, rule.title, "", "", "", "", 0, "廃止")
        for rule in old.values()
        if rule.id not in kept
    ]
    columns = (
        Column("id", "規則ID", 24),
        Column("title", "規則", 36),
        Column("courses", "科目", 36),
        Column("when", "いつまでに", 30),
        Column("strength", "必須・推奨", 10),
        Column("basis", "根拠", 50),
        Column("people", "当たる人数", 10),
        Column("change", "前回との差", 10),
    )
    return Table("rules", "割当の規則", columns, tuple(rows))
