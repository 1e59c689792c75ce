"""Facts as they are typed: checked against the runbooks and the city's scale."""

from collections.abc import Iterable
from datetime import datetime

from csirt.incident import FACTS, TIMES, Origin
from csirt.runbook import Library
from kanmon.dates import parse_instant
from kanmon.errors import InputError
from kanmon.source import SourceRef


def check_fact(library: Library, name: str, value: str) -> str:
    """Return the value as it is kept: categories, severities and origins by their slug.

    Raises:
        InputError: no such fact, or a value it cannot have.
    """
    where = SourceRef("事案の項目", name)
    if name not in FACTS:
        known = "、".join(f"{key}（{label}）" for key, label in FACTS.items())
        raise InputError(f"{name} という項目はありません", where=where, hint=known)
    allowed: dict[str, str] = {}
    if name == "category":
        allowed = {slug: book.title for slug, book in library.runbooks.items()}
    elif name == "severity":
        allowed = {level.id: level.label for level in library.severities}
    elif name == "origin":
        allowed = {origin.slug: origin.label_ja for origin in Origin}
    if not allowed or not value:
        return value
    for slug, label in allowed.items():
        if value.lower() == slug or value == label:
            return slug
    hint = "選べるもの: " + "、".join(f"{slug}（{label}）" for slug, label in allowed.items())
    raise InputError(f"{FACTS[name]} に {value} は使えません", where=where, hint=hint)


def fact_labels(library: Library) -> dict[str, str]:
    """Return the words for coded facts by ``name:value``."""
    labels = {f"category:{slug}": book.title for slug, book in library.runbooks.items()}
    labels |= {f"severity:{level.id}": level.label for level in library.severities}
    return labels | {f"origin:{origin.slug}": origin.label_ja for origin in Origin}


def parse_facts(library: Library, texts: Iterable[str]) -> dict[str, str]:
    """Return facts from ``name=value`` texts; raises ``InputError`` as ``check_fact`` does."""
    pairs = dict(_pair(text) for text in texts)
    return {name: check_fact(library, name, value) for name, value in pairs.items()}


def parse_times(texts: Iterable[str]) -> dict[str, datetime]:
    """Return times from ``name=time`` texts, Japan time without an offset.

    Raises:
        InputError: no such time, or not readable.
    """
    times = {}
    for name, value in (_pair(text) for text in texts):
        where = SourceRef("時刻", name)
        if name not in TIMES:
            known = "、".join(f"{key}（{label}）" for key, label in TIMES.items())
            raise InputError(f"{name} という時刻はありません", where=where, hint=known)
        try:
            times[name] = parse_instant(value)
        except ValueError as error:
            hint = "2026-04-01 09:30 のように、日本時間で書いてください"
            raise InputError(f"時刻として読めません: {value}", where=where, hint=hint) from error
    return times


def parse_step(library: Library, texts: Iterable[str]) -> dict[str, str]:
    """Return what a transition is given: facts checked, other words as they are."""
    pairs = dict(_pair(text) for text in texts)
    return {
        name: check_fact(library, name, value) if name in FACTS else value
        for name, value in pairs.items()
    }


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InputError(
            f"「項目=値」の形で書きます: {text}",
            where=SourceRef("入力"),
            hint="例: severity=s2　assignee=山田",
        )
    return name.strip(), value.strip()
