"""Single conditions of rules as Elasticsearch queries that never miss.

Every query built here matches at least the documents of which one of the conditions is true; the
matcher decides them afterwards. What the server cannot be asked exactly is asked more widely. What
is lost is speed, never a hit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import category

from csirt.compile.expression import KEYWORDS, MANY, Is, Test
from csirt.engine.fields import FieldNames
from csirt.engine.patterns import required_literal
from kanmon.text import fold

Query = dict[str, object]

UNSEEN = frozenset({"nested", "unsearchable"})
"""Kinds of field that a query cannot even ask for presence."""

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
        lowered: True when the index keeps it in lower case, so that a query need not ignore case
            (which makes a wildcard several times dearer).
        listed: True when the server can list the field's distinct values, each as it stands in the
            event (in lower case when ``lowered``).
    """

    name: str
    kind: str
    lowered: bool = False
    listed: bool = False


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
        exact: True when the query asks just what the condition asks.
        why: Why the query is wider than the condition; sorted, empty when exact.
    """

    query: Query | None
    exact: bool
    why: tuple[str, ...] = ()


def any_condition(leaves: Iterable[Is], fields: IndexFields, names: FieldNames) -> Prefilter:
    """Return a query for the documents of which at least one condition is true.

    ``names`` gives the names a rule's field may bear in an event, as the matcher resolves them.
    A value that the index does not hold (too long, malformed, beyond the limit of fields) is named
    in the document's ``_ignored``; such documents stay candidates.
    """
    queries: list[Query] = []
    ignored: set[str] = set()
    why: set[str] = set()
    exact = True
    for leaf in leaves:
        found = index_fields(leaf, fields, names)
        if isinstance(found, str):
            return Prefilter(None, False, (found,))
        ignored.update(item.name for item in found)
        ignored.update(fields.prefix + name for name in names.of(leaf.field) if not found)
        for item in found:
            part = on_field(item, leaf.test)
            if part.query is not None and part.query not in queries[-1:]:
                queries.append(part.query)
            exact = exact and part.exact and len(found) == 1
            why.update(part.why)
    queries.append({"terms": {"_ignored": sorted(ignored)}})
    query: Query = {"bool": {"should": queries, "minimum_should_match": 1}}
    return Prefilter(query, exact, tuple(sorted(why)))


def index_fields(leaf: Is, fields: IndexFields, names: FieldNames) -> list[IndexField] | str:
    """Return the index fields a condition reads, or why it cannot narrow anything down."""
    if leaf.field == KEYWORDS:
        return "キーワード: 全フィールドが対象"
    found: dict[str, IndexField] = {}
    for name in names.of(leaf.field):
        if "\\" in name:
            return f"{name}: 二つのフィールドをつないだ値"
        if any(item.kind in UNSEEN for item in fields.known.get(name, ())):
            return f"{name}: 問い合わせから見えない（nested の中か、index: false）"
        if name not in fields.known and not fields.complete:
            return f"{name}: 索引にあるとは限らない"
        found |= {item.name: item for item in fields.known.get(name, ())}
    return list(found.values())


def on_field(item: IndexField, test: Test) -> Prefilter:
    """Return the query of one test on one index field; ``exact`` when it is the test itself."""
    if item.kind in ("keyword", "wildcard", "constant_keyword"):
        return _on_keyword(item, test)
    reason = f"{item.name}: 型 {item.kind} は有無だけを調べる"
    exact = test.kind == "present" and item.kind not in UNSEEN
    return Prefilter(_exists(item.name), exact, (reason,))


def _on_keyword(item: IndexField, test: Test) -> Prefilter:
    name = item.name
    match test.kind:
        case "present":
            return Prefilter(_exists(name), True)
        case "equals" if is_plain(test.text) and len(test.text) <= MAX_TERM:
            value = _value(fold(test.text), item)
            return Prefilter({"term": {name: value}}, test.option != "cased")
        case "equals" | "starts" | "ends" | "contains":
            parts: list[str | int] = [test.text]
            if test.kind in ("ends", "contains"):
                parts.insert(0, MANY)
            if test.kind in ("starts", "contains"):
                parts.append(MANY)
            return _wildcard(item, parts, test.option != "cased")
        case "glob":
            return _wildcard(item, list(test.parts), test.option != "cased")
        case "regex":
            literal = required_literal(test.text, test.option)
            if literal:
                found = _wildcard(item, [MANY, literal, MANY], False)
                reason = f"{name}: 正規表現は必須の文字列「{literal}」で絞る"
                return Prefilter(found.query, False, (reason,))
    reason = f"{name}: {_LABELS[test.kind]}は有無だけを調べる"
    return Prefilter(_exists(name), False, (reason,))


_LABELS = {
    "regex": "正規表現",
    "cidr": "アドレス範囲",
    "compare": "大小・時刻の比較",
    "field": "フィールドどうしの比較",
}


def _wildcard(item: IndexField, parts: list[str | int], exact: bool) -> Prefilter:
    name = item.name
    parts = _within_limit(parts)
    pattern = "".join(_pattern(part) for part in parts)
    plain = all(isinstance(part, int) or is_plain(part) for part in parts)
    if not pattern.strip("*"):
        return Prefilter(_exists(name), False, (f"{name}: 文字列を索引で探せない",))
    why = () if plain else (f"{name}: 大文字小文字のある非ASCII文字は候補を広げる",)
    return Prefilter({"wildcard": {name: _value(pattern, item)}}, exact and plain, why)


def _value(text: str, item: IndexField) -> Query:
    return {"value": text} if item.lowered else {"value": text, "case_insensitive": True}


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
    if not is_plain(char):
        return "*"
    return f"\\{char}" if char in "*?\\" else char


def is_plain(text: str) -> bool:
    """Return whether Python and the server certainly agree on the case of every character.

    The server compares ASCII without case (``case_insensitive``) and lowers the rest by Java's
    tables, whose Unicode version may differ from Python's: what Python does not know yet may have
    case there.
    """
    return text.isascii() or all(
        char.isascii() or (char.lower() == char == char.upper() and category(char) not in _OPEN)
        for char in text
    )


_OPEN = ("Cn", "Cs")
"""Unassigned, and halves of a pair, which are no character."""


def _exists(name: str) -> Query:
    return {"exists": {"field": name}}
