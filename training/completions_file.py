"""Learning records out of an LMS: generic CSV and xlsx, Moodle's completion report."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from kanmon.dates import JST, parse_date, parse_instant
from kanmon.errors import InputError
from kanmon.run import Skip
from kanmon.source import SourceRef
from training.columns import Fields, value
from training.identify import Directory
from training.model import Completion, CourseId, PersonId
from training.sheet import NEXT_COLUMN, Row, Sheet, day_hint

_YES = (
    "修了",
    "完了",
    "受講済",
    "済",
    "合格",
    "○",
    "◯",
    "〇",
    "1",
    "yes",
    "true",
    "y",
    "completed",
)
_YES_PASS = ("合格", "合", "○", "◯", "〇", "1", "yes", "true", "y", "pass", "passed", "p")
_NO_PASS = ("不合格", "否", "×", "✕", "0", "no", "false", "n", "fail", "failed", "f")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ENGLISH_DAY = re.compile(r"(\d{1,2}) ([A-Za-z]+),? (\d{4})")
_JAPANESE_DAY = re.compile(r"(\d{4})年\s*(\d{1,2})月\s*(\d{1,2})日")
_TIME_OF_DAY = re.compile(r"\s+\d{1,2}:\d{2}(:\d{2})?$")
_MOODLE_STATES = ("completed", "not completed", "完了", "未完了")

Read = tuple[tuple[Completion, ...], tuple[Skip, ...]]
"""Records in file order, and the rows that could not be taken."""


def read_day(text: str) -> date:
    """Return the day in a cell: any Japanese or ISO form, with a time, or Moodle's long form.

    Raises ``ValueError`` for anything else.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _JAPANESE_DAY.search(plain):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _ENGLISH_DAY.search(plain):
        month = [m for m in _MONTHS if m.startswith(match[2].lower()) and len(match[2]) >= 3]
        if month:
            return date(int(match[3]), _MONTHS.index(month[0]) + 1, int(match[1]))
    try:
        return parse_date(_TIME_OF_DAY.sub("", plain))
    except ValueError:
        return parse_instant(plain).astimezone(JST).date()


def read_completions(
    sheet: Sheet, fields: Fields, directory: Directory, *, today: date, course: str = ""
) -> Read:
    """Return the learning records of a list with one row per person and course.

    ``course`` is the course of the whole file when it has no such column. Rows that say "not
    completed" are no records and no skips.
    """
    found: list[Completion] = []
    skips: list[Skip] = []
    if "course" not in fields and not course:
        raise InputError(
            "「科目」の列がありません",
            where=sheet.where,
            hint="--course 科目ID で指定するか、kanmon.toml で見出しの対応を書きます",
        )
    for row in sheet.rows:
        completed = _completed(row, fields)
        passed = _passed(value(row, fields, "passed"))
        if not completed and passed is None:
            continue
        text = value(row, fields, "day")
        try:
            day = read_day(text)
        except ValueError:
            skips.append(Skip(row.where, "受講日が日付として読めません", day_hint(text)))
            continue
        name = course or value(row, fields, "course")
        who = (value(row, fields, "number"), value(row, fields, "email"))
        known = _identify(directory, (who, name), (day, today), row.where, skips)
        if known is not None:
            person, course_id = known
            score = value(row, fields, "score")
            note = value(row, fields, "note")
            found.append(Completion(person, course_id, day, completed, passed, score, "csv", note))
    return tuple(found), tuple(sorted(skips))


def _identify(
    directory: Directory,
    names: tuple[tuple[str, str], str],
    days: tuple[date, date],
    where: SourceRef,
    skips: list[Skip],
) -> tuple[PersonId, CourseId] | None:
    """Return person and course; otherwise add the skip that says why not, without any name."""
    (number, email), name = names
    day, today = days
    if day > today:
        skips.append(Skip(where, "受講日が未来です"))
        return None
    course = directory.course(name)
    if course is None:
        near = directory.nearest_course(name)
        hint = f"もしかして: {near}。" if near else ""
        hint += "kanmon.toml の training.course_names に対応を書けます"
        skips.append(Skip(where, f"知らない科目です: {name[:60]}", hint))
        return None
    person = directory.person(number, email, day)
    if person is None:
        reason = "名簿にない職員番号・メールアドレスです"
        skips.append(Skip(where, reason, "名簿を取り込んでから、もう一度取り込んでください"))
        return None
    return person, course


def _completed(row: Row, fields: Fields) -> bool:
    if "completed" not in fields:
        return True
    text = unicodedata.normalize("NFKC", value(row, fields, "completed")).strip().casefold()
    return text in _YES or text.startswith(("修了", "完了", "受講済", "completed"))


def _passed(text: str) -> bool | None:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain in _NO_PASS or plain.startswith("不合格"):
        return False
    return True if plain in _YES_PASS or plain.startswith("合格") else None


def is_moodle(sheet: Sheet) -> bool:
    """Return whether the sheet is Moodle's completion report: a state and then its date."""
    return any(True for _ in _moodle_activities(sheet))


def _moodle_activities(sheet: Sheet) -> Iterator[str]:
    headers = set(sheet.headers)
    for header in sheet.headers:
        dated = f"{header}{NEXT_COLUMN}"
        if header and dated in headers:
            states = {_state(row.cells.get(header, "")) for row in sheet.rows} - {""}
            if states and all(state.startswith(_MOODLE_STATES) for state in states):
                yield header


def _state(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def read_moodle(
    sheet: Sheet, fields: Fields, directory: Directory, *, today: date, course: str = ""
) -> Read:
    """Return the records of Moodle's activity completion report.

    "Completed (achieved pass grade)" is completed and passed; "did not achieve" is completed and
    failed; plain "Completed" says nothing about a pass.
    """
    found: list[Completion] = []
    skips: list[Skip] = []
    for activity in _moodle_activities(sheet):
        if directory.course(course or activity) is None:
            near = directory.nearest_course(activity)
            hint = f"もしかして: {near}。" if near else ""
            hint += "kanmon.toml の training.course_names に対応を書けます"
            skips.append(Skip(sheet.where.at(f"列 {activity[:60]}"), "知らない科目です", hint))
            continue
        for row in sheet.rows:
            state = _state(row.cells.get(activity, ""))
            if not state.startswith(("completed", "完了")):
                continue
            try:
                day = read_day(row.cells.get(f"{activity}{NEXT_COLUMN}", ""))
            except ValueError:
                skips.append(Skip(row.where, "完了日が日付として読めません"))
                continue
            who = (value(row, fields, "number"), value(row, fields, "email"))
            names = (who, course or activity)
            known = _identify(directory, names, (day, today), row.where, skips)
            if known is not None:
                found.append(Completion(*known, day, True, _moodle_pass(state), "", "moodle", ""))
    return tuple(found), tuple(sorted(skips))


def _moodle_pass(state: str) -> bool | None:
    if "did not" in state or "いません" in state or "不合格" in state:
        return False
    return True if "pass" in state or "合格" in state else None
