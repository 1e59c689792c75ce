"""A rule's expression as an Elasticsearch query that never misses: the superset prefilter.

Every query built here matches at least the documents for which the expression is true. Only what
is asked positively narrows down; everything under a ``not`` and everything the server cannot be
asked exactly is left to the matcher. What is lost is speed, never a hit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from csirt.compile.expression import KEYWORDS, MANY, And, Expression, Is, Not, Or, Test
from csirt.engine.fields import FieldNames
from csirt.engine.patterns import required_literal
from kanmon.text import fold

Query = dict[str, object]

MAX_TERM = 8191
"""Characters of a value that a keyword field can hold for sure: Lucene's 32,766 bytes / 4."""
MAX_PATTERN = 400
"""Characters of a wildcard pattern; longer ones make large automata (measured: a few ms each)."""


@dataclass(frozen=True, slots=True)
class IndexField:
    """How a field of the rules is found in an index.

    Attributes:
        name: Field name in the index.
        kind: Elasticsearch's type: ``keyword``, ``wildcard``, ``text``, ``long``, ``ip`` …
    """

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class IndexFields:
    """What an index offers to the rules.

    Attributes:
        known: Name in the event (as the matcher reads it) to the index fields holding it.
        complete: False when the index may hold fields in ``_source`` that are not indexed
            (``dynamic: false``): absence in ``known`` then proves nothing.
        prefix: What stands before an event's field name in the index; ``log.`` in our own.
    """

    known: Mapping[str, tuple[IndexField, ...]]
    complete: bool = True
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Prefilter:
    """A superset query.

    Attributes:
        query: None: every document is a candidate.
        exact: True when the query alone gives the very hits of the matcher.
        leaves: Number of single conditions, which the server limits.
        why: Fields, each with the reason why the query is wider than the rule; sorted.
    """

    query: Query | None
    exact: bool
    leaves: int
    why: tuple[str, ...] = field(default=())


def prefilter(expression: Expression, fields: IndexFields, names: FieldNames) -> Prefilter:
    """Return the superset query of an expression over an index's fields.

    ``names`` gives the names a rule's field may bear in an event, as the matcher resolves them.
    """
    match expression:
        case Is():
            return _leaf(expression, fields, names)
        case Not(part):
            spoken = sorted({test.field for test in _leaves_of(part)})
            return Prefilter(None, False, 0, tuple(f"{name}: 否定" for name in spoken))
        case And(parts):
            return _conjunction([prefilter(part, fields, names) for part in parts])
        case Or(parts):
            return _disjunction([prefilter(part, fields, names) for part in parts])


def _conjunction(parts: list[Prefilter]) -> Prefilter:
    useful = [part for part in parts if part.query is not None]
    why = _merged(parts)
    if not useful:
        return Prefilter(None, False, 0, why)
    exact = all(part.exact for part in parts)
    leaves = sum(part.leaves for part in useful)
    if len(useful) == 1:
        return Prefilter(useful[0].query, exact, leaves, why)
    return Prefilter({"bool": {"filter": [part.query for part in useful]}}, exact, leaves, why)


def _disjunction(parts: list[Prefilter]) -> Prefilter:
    why = _merged(parts)
    if any(part.query is None for part in parts):
        return Prefilter(None, False, 0, why)
    exact = all(part.exact for part in parts)
    queries = [part.query for part in parts]
    leaves = sum(part.leaves for part in parts)
    if len(queries) == 1:
        return Prefilter(queries[0], exact, leaves, why)
    return Prefilter({"bool": {"should": queries}}, exact, leaves, why)


def _merged(parts: list[Prefilter]) -> tuple[str, ...]:
    return tuple(sorted({reason for part in parts for reason in part.why}))


def _leaf(leaf: Is, fields: IndexFields, names: FieldNames) -> Prefilter:
    if leaf.field == KEYWORDS:
        return Prefilter(None, False, 0, ("キーワード: 全フィールドが対象",))
    found: dict[str, IndexField] = {}
    for name in names.of(leaf.field):
        if "\\" in name:
            return Prefilter(None, False, 0, (f"{name}: 二つのフィールドをつないだ値",))
        if name not in fields.known and not fields.complete:
            return Prefilter(None, False, 0, (f"{name}: 索引にあるとは限らない",))
        found |= {item.name: item for item in fields.known.get(name, ())}
    if not found:
        # A field beyond the index's limit is not mapped, but named in _ignored.
        beyond = [fields.prefix + name for name in names.of(leaf.field)]
        return Prefilter({"terms": {"_ignored": sorted(beyond)}}, True, 1)
    parts = [on_field(item, leaf.test) for item in found.values()]
    exact = all(part.exact for part in parts) and len(parts) == 1
    merged = _disjunction(parts)
    # A value too long or malformed is not indexed but named in _ignored: always a candidate.
    ignored = {"terms": {"_ignored": sorted(found)}}
    query: Query = {"bool": {"should": [merged.query, ignored]}}
    return Prefilter(query, exact and merged.exact, merged.leaves + 1, merged.why)


def on_field(item: IndexField, test: Test) -> Prefilter:
    """Return the query of one test on one index field; ``exact`` when it is the test itself."""
    if item.kind in ("keyword", "wildcard", "constant_keyword"):
        return _on_keyword(item.name, test)
    reason = f"{item.name}: 型 {item.kind} は有無だけを調べる"
    return Prefilter(_exists(item.name), test.kind == "present", 1, (reason,))


def _on_keyword(name: str, test: Test) -> Prefilter:
    match test.kind:
        case "present":
            return Prefilter(_exists(name), True, 1)
        case "equals" if _is_plain(test.text) and len(test.text) <= MAX_TERM:
            value = {"value": fold(test.text), "case_insensitive": True}
            return Prefilter({"term": {name: value}}, test.option != "cased", 1)
        case "equals" | "starts" | "ends" | "contains":
            parts: list[str | int] = [test.text]
            if test.kind in ("ends", "contains"):
                parts.insert(0, MANY)
            if test.kind in ("starts", "contains"):
                parts.append(MANY)
            return _wildcard(name, parts, test.option != "cased")
        case "glob":
            return _wildcard(name, list(test.parts), test.option != "cased")
        case "regex":
            literal = required_literal(test.text, test.option)
            if literal:
                found = _wildcard(name, [MANY, literal, MANY], False)
                reason = f"{name}: 正規表現は必須の文字列「{literal}」で絞る"
                return Prefilter(found.query, False, 1, (reason,))
    reason = f"{name}: {_LABELS[test.kind]}は有無だけを調べる"
    return Prefilter(_exists(name), False, 1, (reason,))


_LABELS = {
    "regex": "正規表現",
    "cidr": "アドレス範囲",
    "compare": "大小・時刻の比較",
    "field": "フィールドどうしの比較",
}


def _wildcard(name: str, parts: list[str | int], exact: bool) -> Prefilter:
    parts = _within_limit(parts)
    pattern = "".join(_pattern(part) for part in parts)
    plain = all(isinstance(part, int) or _is_plain(part) for part in parts)
    if not pattern.strip("*"):
        return Prefilter(_exists(name), False, 1, (f"{name}: 文字列を索引で探せない",))
    value = {"value": pattern, "case_insensitive": True}
    why = () if plain else (f"{name}: 大文字小文字のある非ASCII文字は候補を広げる",)
    return Prefilter({"wildcard": {name: value}}, exact and plain, 1, why)


def _within_limit(parts: list[str | int]) -> list[str | int]:
    """Return a wider pattern when this one is too long for an automaton on the server."""
    kept: list[str | int] = []
    room = MAX_PATTERN
    for part in parts:
        if isinstance(part, str) and len(part) > room:
            return [*kept, part[:room], MANY]
        room -= len(part) if isinstance(part, str) else 1
        kept.append(part)
        if room <= 0:
            return [*kept, MANY]
    return kept


def _pattern(part: str | int) -> str:
    if isinstance(part, int):
        return "*" if part == MANY else "?"
    return "".join(_escaped(char) for char in fold(part))


def _escaped(char: str) -> str:
    if not _is_plain(char):
        return "*"
    return f"\\{char}" if char in "*?\\" else char


def _is_plain(text: str) -> bool:
    """Return whether Python and the server certainly agree on the case of every character.

    The server compares ASCII without case (``case_insensitive``) and lowers the rest by Java's
    tables, whose Unicode version may differ from Python's.
    """
    return text.isascii() or all(
        char.isascii() or (char.lower() == char == char.upper() and not _is_surrogate(char))
        for char in text
    )


def _is_surrogate(char: str) -> bool:
    return "\ud800" <= char <= "\udfff"


def _exists(name: str) -> Query:
    return {"exists": {"field": name}}


def _leaves_of(expression: Expression) -> list[Is]:
    match expression:
        case Is():
            return [expression]
        case Not(part):
            return _leaves_of(part)
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in _leaves_of(part)]
