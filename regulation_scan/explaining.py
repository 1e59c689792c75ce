"""Doors of explain and amend: one file in, a report or a drawn 新旧対照表 out."""

from dataclasses import replace
from pathlib import Path

from kanmon.comparison import Comparison
from kanmon.config import Config
from kanmon.documents.load import load_document
from kanmon.errors import InputError
from kanmon.inputs import InputFile, find_inputs
from kanmon.load_comparison import load_style
from kanmon.provision import parse_provision
from kanmon.report import Report
from kanmon.session import Session
from kanmon.source import SourceRef
from regulation_scan.amend import draft_sentences
from regulation_scan.amend_rules import load_amendments
from regulation_scan.amend_table import comparison_of
from regulation_scan.clauses import clauses_of
from regulation_scan.explain import explain_report
from regulation_scan.load import load_rules
from regulation_scan.model import Article
from regulation_scan.nlp import parse_texts
from regulation_scan.normal import core_text
from regulation_scan.scan import judge_instrument, prepare
from regulation_scan.settings import AMENDMENT_STYLE


def explain_file(folder: Path, config: Config, path: Path, provision: str) -> Report:
    """Return the explanation of one clause (or of the whole file) with its full parse.

    Raises:
        InputError: the file is several, or has no such clause.
    """
    rules = load_rules(folder, config)
    item = _single(path)
    articles = clauses_of(load_document(item))
    prepared = prepare(articles, rules.prefilter)
    chosen = _chosen(articles, provision, SourceRef(str(path)))
    whole = [core_text(s.text) for article in chosen for s in article.sentences]
    texts = sorted({*prepared.windows, *(text for text in whole if text)})
    parses = dict(parse_texts(texts)) if texts else {}
    judgements = judge_instrument(prepared, parses, rules)
    return explain_report(chosen, judgements, parses, SourceRef(str(path), provision))


def amend_file(
    session: Session, path: Path, fmt: str, style_name: str | None
) -> tuple[bytes, int, int]:
    """Return (drawn table, sentences drafted, findings without a draft) of one file.

    Raises:
        InputError: the file is several, or nothing in it can be drafted.
        ConfigError: there is no such style.
    """
    folder = session.rules("analog")
    rules = load_rules(folder, session.config)
    style = load_style(
        session.rules("comparison"), style_name or session.config.get(AMENDMENT_STYLE)
    )
    document = load_document(_single(path))
    prepared = prepare(clauses_of(document), rules.prefilter)
    windows = sorted(prepared.windows)
    parses = dict(parse_texts(windows)) if windows else {}
    judgements = judge_instrument(prepared, parses, rules)
    drafts, left = draft_sentences(judgements, load_amendments(folder / "amendments.yml"))
    if not drafts:
        hint = "言い換えは rules/analog/amendments.yml に足せます" + (
            f"。{left[0]}" if left else ""
        )
        raise InputError("改正案を作れる条項がありません", where=SourceRef(str(path)), hint=hint)
    comparison = comparison_of(drafts, left, document.title, style)
    return _drawn(comparison, fmt), len(drafts), len(left)


def _drawn(comparison: Comparison, fmt: str) -> bytes:
    if fmt == "docx":
        from kanmon.render.comparison_docx import render_comparison_docx

        return render_comparison_docx(comparison)
    if fmt == "xlsx":
        from kanmon.render.comparison_xlsx import render_comparison_xlsx

        return render_comparison_xlsx(comparison)
    new, old = comparison.style.new_label, comparison.style.old_label
    lines = [comparison.title, ""]
    for row in comparison.rows:
        lines += [f"【{new}】{row.new}", f"【{old}】{row.old}", ""]
    lines += comparison.remarks
    return "\n".join(lines).encode()


def _single(path: Path) -> InputFile:
    inputs, skips = find_inputs([path])
    if len(inputs) != 1:
        hint = str(skips[0]) if skips else "ファイルを一つだけ指定してください"
        raise InputError(
            "一つの例規のファイルではありません", where=SourceRef(str(path)), hint=hint
        )
    return inputs[0]


def _chosen(articles: tuple[Article, ...], provision: str, where: SourceRef) -> tuple[Article, ...]:
    if not provision:
        return articles
    try:
        wanted = str(parse_provision(provision))
    except ValueError as error:
        hint = "第5条、第5条第2項、様式第1号 のように書いてください"
        raise InputError(
            f"{provision!r} は条項の番号ではありません", where=where, hint=hint
        ) from error
    found = []
    for article in articles:
        kept = tuple(s for s in article.sentences if s.provision.startswith(wanted))
        if article.address == wanted:
            kept = article.sentences
        if kept and (article.address == wanted or wanted.startswith(article.address)):
            found.append(replace(article, sentences=kept))
    if not found:
        known = "、".join(article.address for article in articles[:12])
        raise InputError(f"{wanted} がありません", where=where, hint=f"あるもの: {known} …")
    return tuple(found)
