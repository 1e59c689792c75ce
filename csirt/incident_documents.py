"""Documents made from an incident or a runbook: the runbook itself, lists, letters."""

from pathlib import Path

from csirt.hunt_job import rules_in_force
from csirt.incident_office import (
    alert_records,
    letter_facts,
    network_model,
    read_duties,
    read_library,
    read_mapping,
    view_incident,
)
from csirt.letters import TITLES, UNKNOWN, LetterFacts, fill_letter, letter_path
from csirt.runbook import Library, Runbook
from csirt.runbook_mapping import choose_runbook
from csirt.runbook_report import runbook_report
from csirt.runbook_view import RunbookView
from csirt.triage import Ranked
from kanmon.errors import InputError
from kanmon.finding import Severity
from kanmon.report import Cell, Column, Report, Table, Text
from kanmon.session import Session
from kanmon.source import SourceRef


def find_runbook(library: Library, category: str) -> Runbook:
    """Return a category's runbook.

    Raises:
        InputError: there is none.
    """
    runbook = library.runbooks.get(category)
    if runbook is None:
        known = "、".join(f"{slug}（{book.title}）" for slug, book in library.runbooks.items())
        raise InputError(f"{category} という手順書はありません", where=SourceRef("手順書"),
                         hint=f"ある手順書: {known}")  # fmt: skip
    return runbook


def runbook_document(session: Session, incident: str, category: str, *, letters: bool) -> Report:
    """Return a runbook; filled when ``incident`` names one. ``category`` overrides its own."""
    library = read_library(session)
    if not incident:
        facts = letter_facts(session, library, read_duties(session), None)
        alerts: tuple[Ranked, ...] = ()
        runbook = find_runbook(library, category)
    else:
        with alert_records(session) as store:
            view = view_incident(session, store, incident)
        facts, alerts = view.facts, view.alerts
        runbook = find_runbook(facts.library, category or view.incident.category)
    texts = _letters(session, facts, runbook) if letters else ()
    model = network_model(session, facts.library)
    return runbook_report(
        RunbookView(runbook=runbook, alerts=alerts, facts=facts, model=model, letters=texts)
    )


def letter_document(session: Session, incident: str, name: str) -> Report:
    """Return one letter, unknown values marked."""
    with alert_records(session) as store:
        view = view_incident(session, store, incident)
    path = letter_path(session.rules("runbooks", "letters"), name)
    text = fill_letter(path, view.facts)
    count = text.count(UNKNOWN)
    warning = f"{UNKNOWN} が {count} か所あります。送る前に埋めるか消してください"
    return Report(
        title=f"文面の案（{TITLES.get(name, name)}）: {view.incident.id}",
        summary=(warning if count else "未確認の箇所はありません",),
        blocks=(Text(text, "quote"),),
        made_on=session.today,
    )


def shelf_document(session: Session) -> Report:
    """Return the runbooks there are."""
    columns = (
        Column("id", "区分"),
        Column("title", "手順書", 30),
        Column("version", "版"),
        Column("questions", "問い"),
        Column("containment", "封じ込め"),
        Column("summary", "どんなとき", 60),
    )
    library = read_library(session)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (b.id, b.title, b.version, len(b.questions), len(b.containment), b.summary)
        for b in library.runbooks.values()
    )
    table = Table("runbooks", "手順書", columns, rows)
    return Report(
        title="手順書の一覧",
        summary=(f"{len(rows)} 冊。読むには kanmon csirt incident runbook --category 区分",),
        blocks=(table,),
        made_on=session.today,
    )


def mapping_document(session: Session, rules: tuple[Path, ...]) -> Report:
    """Return, for every rule below ``rules``, its runbook and why; fallbacks first."""
    mapping, library = read_mapping(session), read_library(session)
    ruleset, skips = rules_in_force(session, rules, Severity.INFORMATIONAL)
    chosen = [(rule, choose_runbook(mapping, rule.tags, rule.logsource)) for rule in ruleset.rules]
    chosen.sort(key=lambda pair: (not pair[1].is_fallback, pair[0].path, pair[0].id))
    fallbacks = sum(found.is_fallback for _, found in chosen)
    columns = (
        Column("rule", "ルールID", 36),
        Column("title", "ルール", 40),
        Column("level", "重大度"),
        Column("runbook", "手順書", 24),
        Column("on", "当てはまったもの", 24),
        Column("because", "理由", 40),
        Column("fallback", "一般の手順書"),
        Column("path", "ファイル", 40),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            rule.id,
            rule.title,
            rule.level.label_ja,
            library.runbooks[found.category].title,
            found.on,
            found.because,
            "○" if found.is_fallback else "",
            rule.path,
        )
        for rule, found in chosen
    )
    table = Table("mapping", "ルールと手順書", columns, rows, severity_column="level")
    return Report(
        title="ルールと手順書の対応",
        summary=(f"専用の手順書がないルール {fallbacks:,} 本（全 {len(rows):,} 本）",),
        blocks=(table,),
        judged=f"{len(rows):,} 本のルールを判定",
        skips=skips,
        made_on=session.today,
    )


def _letters(session: Session, facts: LetterFacts, runbook: Runbook) -> tuple[tuple[str, str], ...]:
    folder = session.rules("runbooks", "letters")
    return tuple((name, fill_letter(letter_path(folder, name), facts)) for name in runbook.letters)
