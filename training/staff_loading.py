"""A staff file to a diff, and a diff into the store."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kanmon.errors import InputError
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.store import Store
from training.columns import (
    SECTION,
    SECTION_REQUIRED,
    STAFF,
    STAFF_REQUIRED,
    field_headers,
    map_columns,
    value,
)
from training.opening import entry, number_of, open_training
from training.organisation import Organisation, Section, build_organisation
from training.recall import load_links, load_organisation, load_people, see_until
from training.recording import record_staff
from training.settings import COLUMNS, DEPARTURE_LIMIT, NUMBER_WIDTH
from training.sheet import Sheet, read_sheet
from training.staff_diff import Known, StaffDiff, compare_staff, without_mass_departure
from training.staff_file import read_staff


@dataclass(frozen=True, slots=True)
class Prepared:
    """A staff list compared with the store, ready to be shown and applied."""

    sheet: Sheet
    diff: StaffDiff
    sections: tuple[str, tuple[Section, ...]]
    organisation: Organisation
    is_first: bool


def prepare_staff(
    session: Session, file: Path, day: date, *, sections: Path | None, accept_departures: bool
) -> Prepared:
    """Return the diff of a staff file; nothing is written.

    Raises:
        InputError: the file cannot be read, lacks a column, or is older than the newest list.
    """
    sheet = read_sheet(file)
    fields = map_columns(sheet, field_headers(session.config, COLUMNS, STAFF), STAFF_REQUIRED)
    staff = read_staff(sheet, fields, width=int(number_of(session, NUMBER_WIDTH)))
    if not sheet.rows:
        hint = "見出しだけの名簿です。書き出しの条件（基準日・所属）を確かめてください"
        raise InputError("職員が 1 人もいません", where=sheet.where, hint=hint)
    table = read_sections(sections) if sections else ()
    with open_training(session) as store:
        known = _known(store, session, day)
    if known.last_list is not None and day < known.last_list:
        raise InputError(
            f"より新しい名簿（{known.last_list.isoformat()} 現在）が既にあります",
            where=SourceRef(str(file)),
            hint="名簿は古い順に取り込みます。基準日は --date で指定します",
        )
    # An earlier list may know sections that this one announces to be empty from 4/1 on.
    merged = {s.code: s for s in (*known.organisation.sections, *staff.sections)}
    inferred = build_organisation(merged.values(), is_table=False)
    if table:
        organisation = build_organisation(table, is_table=True)
    elif known.organisation.is_table:
        organisation = known.organisation
    else:
        organisation = inferred
    compared = known.organisation if known.organisation.sections and not table else organisation
    both = {s.code: s for s in (*known.organisation.sections, *organisation.sections)}
    named = build_organisation(both.values(), is_table=False)
    diff = compare_staff(
        staff,
        replace(known, organisation=compared, named=named),
        day,
        departure_limit=number_of(session, DEPARTURE_LIMIT),
    )
    if accept_departures:
        diff = without_mass_departure(diff)
    kept = ("table", table) if table else ("staff", inferred.sections)
    return Prepared(sheet, diff, kept, organisation, is_first=known.last_list is None)


def _known(store: Store, session: Session, day: date) -> Known:
    with store.reading() as connection:
        see_until(connection, session.now)
        row = connection.execute(
            "SELECT max(effective) FROM training_log WHERE kind = 'load-staff'"
        ).fetchone()
        organisation = load_organisation(connection, day)
        return Known(
            people=load_people(connection, load_links(connection)),
            organisation=organisation,
            named=organisation,
            last_list=date.fromisoformat(row[0]) if row[0] else None,
        )


def read_sections(path: Path) -> tuple[Section, ...]:
    """Return the city's sections; raises ``InputError`` for double codes, circles, lost parents."""
    sheet = read_sheet(path)
    fields = map_columns(sheet, SECTION, SECTION_REQUIRED)
    found: dict[str, Section] = {}
    for number, row in enumerate(sheet.rows):
        code, name = value(row, fields, "code"), value(row, fields, "name")
        position = value(row, fields, "position")
        if not code or not name:
            raise InputError("所属コードか所属名がありません", where=row.where)
        if code in found:
            raise InputError(f"所属コードが重複しています: {code}", where=row.where)
        if position and not position.isdecimal():
            raise InputError(f"並び順が数ではありません: {position}", where=row.where)
        place = int(position) if position else number
        found[code] = Section(code, name, value(row, fields, "parent"), place)
    for section in found.values():
        if section.parent and section.parent not in found:
            message = f"上位所属 {section.parent} が組織表にありません（{section.name}）"
            raise InputError(message, where=sheet.where)
    if len(build_organisation(found.values(), is_table=True).sections) != len(found):
        raise InputError("上位所属の指定が輪になっています", where=sheet.where)
    return tuple(found[code] for code in sorted(found))


def apply_staff(session: Session, prepared: Prepared) -> int:
    """Write the diff in one transaction; return the number of people changed."""
    diff = prepared.diff
    counts: dict[str, int] = {}
    for change in diff.changes:
        counts[change.kind.slug] = counts.get(change.kind.slug, 0) + 1
    record = entry(
        session,
        "load-staff",
        diff.day,
        file=prepared.sheet.digest.sha256,
        rows=len(prepared.sheet.rows),
        unchanged=diff.unchanged,
        doubts=len(diff.doubts),
        **counts,
    )
    with open_training(session) as store:
        record_staff(store, record, diff, prepared.sections)
    return len(diff.changes)
