"""A staff list's rows as records, with every doubtful row named; pure but for the sheet read."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kanmon.dates import parse_date
from kanmon.source import SourceRef
from kanmon.text import squeeze
from training.columns import Fields, folded, value
from training.model import Absence, Posting, StaffRecord
from training.organisation import Section
from training.sheet import Row, Sheet, day_hint

_LIST = re.compile(r"[、;；|\n]+")
_NOT_ABSENT = ("", "在職", "勤務", "通常", "なし", "-", "―", "0")
# Columns that hold one kind of leave each: 育休開始日, 休職終了, 派遣期間自 …
_LEAVE = re.compile(
    r"(休職|育休|育児休業|産休|産前産後休暇|病休|病気休暇|介護休業|派遣|出向|停職|自己啓発等休業)"
    r"(?:期間)?(開始日?|終了日?|自|至|から|まで)"
)
_STARTS = ("開始", "開始日", "自", "から")


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """A row a person should look at.

    Attributes:
        blocking: True when the list cannot be applied with this row as it is.
    """

    where: SourceRef
    number: str
    reason: str
    hint: str = ""
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class StaffList:
    """A staff list as read: records by number order, sections it names, and doubts.

    Attributes:
        sections: Inferred from the list (code, name, department), for cities without a table.
        places: Where each staff number stands.
    """

    records: tuple[StaffRecord, ...]
    sections: tuple[Section, ...]
    doubts: tuple[Doubt, ...]
    places: Mapping[str, SourceRef]


def read_staff(sheet: Sheet, fields: Fields, *, width: int = 0) -> StaffList:
    """Return the records of a staff list; a row that cannot be read becomes a blocking doubt.

    Several rows of one person (本務 and 兼務) are joined. The order of rows does not matter.
    """
    doubts: list[Doubt] = []
    usual = _usual_length(value(row, fields, "number") for row in sheet.rows)
    grouped: dict[str, list[tuple[Row, StaffRecord, bool]]] = {}
    for row in sheet.rows:
        number = _number(row, fields, width, usual, doubts)
        record = _record(row, fields, number, doubts) if number else None
        if record is not None:
            concurrent = "兼" in value(row, fields, "posting_kind") or "併" in value(
                row, fields, "posting_kind"
            )
            grouped.setdefault(number, []).append((row, record, concurrent))
    records, places = [], {}
    for number, rows in sorted(grouped.items()):
        joined = _join(number, rows, doubts)
        if joined is not None:
            records.append(joined)
        places[number] = rows[0][0].where
    sections = _sections(sheet.rows, fields)
    return StaffList(tuple(records), sections, tuple(sorted(doubts)), places)


def _usual_length(numbers: Iterable[str]) -> int:
    lengths = Counter(len(_plain(number)) for number in numbers if number)
    return max(lengths, key=lambda n: (lengths[n], n)) if lengths else 0


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lstrip("'")


def _number(row: Row, fields: Fields, width: int, usual: int, doubts: list[Doubt]) -> str:
    number = _plain(value(row, fields, "number"))
    if not number:
        doubts.append(Doubt(row.where, "", "職員番号がありません", blocking=True))
        return ""
    expected = width or usual
    if len(number) == expected or not number.isdigit():
        return number
    if width and len(number) < width:
        padded = number.zfill(width)
        reason = f"先頭の 0 が失われた疑い（{width} 桁に補いました）"
        doubts.append(Doubt(row.where, padded, reason, "元の名簿で番号を確かめてください"))
        return padded
    reason = f"職員番号の桁数が他と違います（{len(number)} 桁、他は {expected} 桁）"
    hint = "Excel が先頭の 0 を落としたときは training.number_width に桁数を設定してください"
    doubts.append(Doubt(row.where, number, reason, hint))
    return number


def _record(row: Row, fields: Fields, number: str, doubts: list[Doubt]) -> StaffRecord | None:
    failed = False

    def day(field: str) -> date | None:
        nonlocal failed
        text = value(row, fields, field)
        try:
            return _day(text)
        except ValueError:
            failed = True
            header = fields[field][0]
            hint = day_hint(_plain(text))
            reason = f"{header}が日付として読めません: {_quoted(text)}"
            doubts.append(Doubt(row.where, number, reason, hint, blocking=True))
            return None

    name = value(row, fields, "name")
    if not name:
        doubts.append(Doubt(row.where, number, "氏名がありません", blocking=True))
        return None
    appointed = day("appointed")
    record = StaffRecord(
        number=number,
        name=" ".join(name.split()),
        kana=unicodedata.normalize("NFKC", value(row, fields, "kana")),
        email=_plain(value(row, fields, "email")).lower(),
        occupation=value(row, fields, "occupation"),
        employment=value(row, fields, "employment"),
        hired=day("hired"),
        retired=day("retired"),
        postings=_postings(row, fields, appointed),
        absences=_absences(row, fields, number, day, doubts),
        roles=_words(value(row, fields, "roles")),
        duties=_words(value(row, fields, "duties")),
        systems=_words(value(row, fields, "systems")),
        information=_words(value(row, fields, "information")),
    )
    if record.hired and record.retired and record.retired < record.hired:
        reason = "退職日が採用日より前です"
        doubts.append(Doubt(row.where, number, reason, blocking=True))
        failed = True
    return None if failed or any(d.blocking and d.where == row.where for d in doubts) else record


def _day(text: str) -> date | None:
    """Return the day; ``None`` for an empty cell and for the open ends HR systems write."""
    plain = _plain(text)
    if plain in ("", "-", "0", "00000000", "99999999", "9999/99/99", "9999-99-99"):
        return None
    day = parse_date(plain)
    return None if day.year >= 9999 else day


def _quoted(text: str) -> str:
    """Return a bad date as written; a cell without a digit may be a name that slipped over."""
    return text[:20] if any(char.isdigit() for char in text) else "（値は示しません）"


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted({word.strip() for word in _LIST.split(text) if word.strip()}))


def _postings(row: Row, fields: Fields, appointed: date | None) -> tuple[Posting, ...]:
    postings = []
    section = section_code(row, fields)
    title = value(row, fields, "title")
    if section or title:
        postings.append(Posting(section, title, appointed))
    for header in fields.get("concurrent", ()):
        for word in _LIST.split(row.cells.get(header, "")):
            parts = re.split(r"[:：/／\s]+", word.strip(), maxsplit=1)
            if parts[0] and parts[0] not in ("なし", "-", "無"):
                other = parts[1] if len(parts) > 1 else ""
                postings.append(Posting(parts[0], other, appointed, concurrent=True))
    return tuple(postings)


def section_code(row: Row, fields: Fields) -> str:
    """Return the section's code, its name when the list has no code."""
    return _plain(value(row, fields, "section_code")) or value(row, fields, "section")


def _absences(
    row: Row,
    fields: Fields,
    number: str,
    day: Callable[[str], date | None],
    doubts: list[Doubt],
) -> tuple[Absence, ...]:
    found = []
    kind = value(row, fields, "absence")
    starts, ends = day("absence_from"), day("absence_to")
    if kind not in _NOT_ABSENT or starts:
        found.append((kind if kind not in _NOT_ABSENT else "休職", starts, ends))
    found += _leave_columns(row, number, doubts)
    absences = []
    for name, start, end in found:
        if start is None:
            reason = f"{name}の開始日がありません"
            doubts.append(Doubt(row.where, number, reason, blocking=True))
        elif end is not None and end < start:
            reason = f"{name}の終了日が開始日より前です"
            doubts.append(Doubt(row.where, number, reason, blocking=True))
        else:
            absences.append(Absence(start, name, end))
    return tuple(sorted(absences, key=lambda a: (a.start, a.kind)))


def _leave_columns(
    row: Row, number: str, doubts: list[Doubt]
) -> list[tuple[str, date | None, date | None]]:
    days: dict[str, dict[bool, date | None]] = {}
    for header, text in row.cells.items():
        match = _LEAVE.fullmatch(folded(header))
        if match is None or (match[1] == "休職" and match[2].endswith("日")):
            continue  # 休職開始日 belongs to the general columns
        try:
            day = _day(text)
        except ValueError:
            reason = f"{header}が日付として読めません: {_quoted(text)}"
            doubts.append(Doubt(row.where, number, reason, blocking=True))
            continue
        if day is not None:
            days.setdefault(match[1], {})[match[2] in _STARTS] = day
    return [(kind, pair.get(True), pair.get(False)) for kind, pair in sorted(days.items())]


def _join(
    number: str, rows: list[tuple[Row, StaffRecord, bool]], doubts: list[Doubt]
) -> StaffRecord | None:
    """Return one record of the main row and its concurrent ones; ``None`` when they conflict."""
    rows = sorted(rows, key=lambda item: (item[2], repr(item[1])))
    main = [record for _, record, concurrent in rows if not concurrent]
    names = {squeeze(record.name) for _, record, _ in rows}
    if len(main) > 1 and len(names) == 1 and len(set(main)) == 1:
        reason = "同じ行が 2 回あります（1 件とみなしました）"
        doubts.append(Doubt(rows[1][0].where, number, reason))
        main = main[:1]
    if len(main) > 1 or len(names) > 1:
        places = "、".join(sorted(row.where.place for row, _, _ in rows))
        reason = f"職員番号が重複しています（{places}）"
        hint = "兼務の行なら「本兼区分」の列に 兼務 と書いてください"
        doubts.append(Doubt(rows[0][0].where, number, reason, hint, blocking=True))
        return None
    base = main[0] if main else rows[0][1]
    others = sorted(
        {
            replace(posting, concurrent=True)
            for _, record, concurrent in rows
            if concurrent and record is not base
            for posting in record.postings
        },
        key=lambda posting: (posting.section, posting.title),
    )
    return replace(base, postings=(*base.postings, *others))


def _sections(rows: Iterable[Row], fields: Fields) -> tuple[Section, ...]:
    found: dict[str, tuple[str, str]] = {}
    for row in rows:
        code = section_code(row, fields)
        department = value(row, fields, "department")
        parent = _plain(value(row, fields, "department_code")) or department
        if parent:
            found.setdefault(parent, (department or parent, ""))
        if code and code != parent:
            entry = (value(row, fields, "section") or code, parent)
            found[code] = max(found.get(code, entry), entry)
    # A department known by name only stands where its first section stands.
    first = {code: code for code in found}
    for code, (_, parent) in sorted(found.items(), reverse=True):
        if parent:
            first[parent] = code
    rank = {code: number for number, code in enumerate(sorted(found, key=first.__getitem__))}
    return tuple(Section(code, *found[code], rank[code]) for code in sorted(found))
