"""Learning records and drill results from files into the store, nothing twice."""

from dataclasses import dataclass
from pathlib import Path

from kanmon.report import Cell, Column, Report, Table
from kanmon.run import Skip, digest_texts
from kanmon.session import Session
from kanmon.source import SourceRef
from training.columns import COMPLETION, COMPLETION_REQUIRED, field_headers, map_columns
from training.completions_file import is_moodle, read_completions, read_moodle
from training.drill_file import Drill, match_mails, read_mails
from training.identify import Directory
from training.knowledge import Knowledge
from training.model import Completion, DrillResult
from training.opening import directory_of, entry, known_now, latest_day, open_training
from training.recording import record_completions, record_drill
from training.settings import COMPLETION_COLUMNS
from training.sheet import read_bytes, read_sheet
from training.xapi_file import looks_like_json, read_statements


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an import read: new records, how many were there already, and what was left out."""

    knowledge: Knowledge
    completions: tuple[Completion, ...]
    results: tuple[DrillResult, ...]
    known_before: int
    skips: tuple[Skip, ...]


def load_completions(
    session: Session, files: tuple[Path, ...], *, course: str, is_kept: bool
) -> Loaded:
    """Read learning records and add the new ones in one batch.

    Raises:
        InputError: a file cannot be read; then nothing at all is added.
    """
    with open_training(session) as store:
        knowledge = known_now(session, store, latest_day(session, store))
        directory = directory_of(session, knowledge)
        found: list[Completion] = []
        skips: list[Skip] = []
        digests = []
        for file in files:
            data = read_bytes(file)
            digests.append(digest_texts([data]))
            items, left_out = _read(session, file, data, directory, course)
            found += items
            skips += left_out
        there = {
            _key(c)
            for records in knowledge.completions.values()
            for items in records.values()
            for c in items
        }
        new = list({_key(c): c for c in found if _key(c) not in there}.values())
        new.sort(key=_key)
        if is_kept and new:
            record = entry(
                session,
                "load-completions",
                session.today,
                files=sorted(digests),
                added=len(new),
                skipped=len(skips),
            )
            record_completions(store, record, new)
    return Loaded(knowledge, tuple(new), (), len(found) - len(new), tuple(sorted(skips)))


def _key(c: Completion) -> tuple[str, str, str, bool, str]:
    return (c.person, c.course, c.day.isoformat(), c.completed, str(c.passed))


def _read(
    session: Session, file: Path, data: bytes, directory: Directory, course: str
) -> tuple[tuple[Completion, ...], tuple[Skip, ...]]:
    if looks_like_json(data):
        return read_statements(data, SourceRef(str(file)), directory, today=session.today)
    sheet = read_sheet(file)
    headers = field_headers(session.config, COMPLETION_COLUMNS, COMPLETION)
    if is_moodle(sheet):
        fields = map_columns(sheet, headers, ())
        return read_moodle(sheet, fields, directory, today=session.today, course=course)
    fields = map_columns(sheet, headers, COMPLETION_REQUIRED)
    return read_completions(sheet, fields, directory, today=session.today, course=course)


def load_drill(session: Session, file: Path, drill: Drill, *, is_kept: bool) -> Loaded:
    """Read one drill's results and add them; results of the same campaign are replaced."""
    mails = read_mails(file)
    with open_training(session) as store:
        knowledge = known_now(session, store, latest_day(session, store))
        directory = directory_of(session, knowledge)
        found, skips = match_mails(mails, drill, directory, today=session.today)
        there = set(knowledge.drills)
        new = tuple(result for result in found if result not in there)
        if is_kept and new:
            record = entry(
                session,
                "load-phishing",
                max(result.day for result in new),
                file=digest_texts([read_bytes(file)]),
                campaigns=sorted({result.campaign for result in new}),
                added=len(new),
                skipped=len(skips),
            )
            record_drill(store, record, new)
    return Loaded(knowledge, (), new, len(found) - len(new), skips)


def completions_report(loaded: Loaded, *, is_kept: bool) -> Report:
    """Return what was read, by course; no names."""
    counts: dict[str, list[int]] = {}
    for c in loaded.completions:
        row = counts.setdefault(c.course, [0, 0, 0, 0])
        row[0] += 1
        row[1] += c.completed
        row[2] += c.passed is True
        row[3] += c.passed is False
    rows: list[tuple[Cell, ...]] = [
        (loaded.knowledge.catalogue.title(course), *counts[course]) for course in sorted(counts)
    ]
    columns = (
        Column("course", "科目", 40),
        Column("added", "新しい記録", 10),
        Column("completed", "受講", 8),
        Column("passed", "合格", 8),
        Column("failed", "不合格", 8),
    )
    done = "取り込んだ" if is_kept else "取り込んでいない（--dry-run）"
    total = len(loaded.completions)
    return Report(
        title="受講記録の取込み",
        summary=(f"新しい記録 {total:,} 件（{done}）。既にある記録 {loaded.known_before:,} 件。",),
        blocks=(Table("courses", "科目別", columns, tuple(rows)),),
        judged=f"{total + loaded.known_before:,} 件の受講記録を照合",
        skips=loaded.skips,
    )
