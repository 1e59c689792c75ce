"""A rule over the values that an index holds: what is left of it, as queries that never miss."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from csirt.compile.expression import And, Expression, Is, Not, Or
from csirt.elastic.possible import Among, Asked, Has, Like
from csirt.elastic.query import IndexField, Query

SELECTIVE = 20
"""Values that so small a part (1/n) of the documents holds need no literal asked beside them."""
RARE = 100
"""A literal whose values are not listed is taken to be in one of so many documents."""
CHARACTERS_PER_DOCUMENT = 50
"""Characters of values that cost about as much to send as a document to fetch."""
SHORT = 5_000
"""Characters of values that are sent along although a rarer part is asked for."""
MAX_TERMS = 20_000
"""Values in one query of values; the server allows 65,536 (index.max_terms_count)."""
MAX_CHARACTERS = 1_000_000
"""Characters in one query of values."""
MAX_PATTERN = 900
"""Characters of a regular expression; the server allows 1,000 (index.max_regex_length)."""
MAX_PATTERNS = 12
"""Regular expressions on one field: each makes the server read all of its values."""


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple["Narrow", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part holds at least."""

    parts: tuple["Narrow", ...]


Narrow = Asked | Every | Some
"""A condition that holds wherever the rule does; False when the rule cannot match at all."""


def narrow(expression: Expression, asked: Callable[[Is], Narrow], count: int) -> Narrow:
    """Return what to ask of ``count`` documents instead of the rule.

    A negation asks for nothing. A conjunction asks for its parts with values, if they are rare;
    otherwise for the rarest part, for each literal costs the server a look at all values.
    """
    match expression:
        case Is():
            return asked(expression)
        case Not():
            return True
        case And(parts):
            return every([narrow(part, asked, count) for part in parts], count)
        case Or(parts):
            return some([narrow(part, asked, count) for part in parts])


def every(parts: Sequence[Narrow], count: int) -> Narrow:
    """Return the conjunction, without the parts that are not worth asking."""
    if False in parts:
        return False
    left = list(dict.fromkeys(part for part in parts if part is not True))
    if not left:
        return True
    valued = [part for part in left if _characters(part) is not None]
    rarest = min(valued or left, key=lambda part: _cost(part, count))
    if not valued or estimate(rarest, count) * SELECTIVE > count:
        return min(left, key=lambda part: _cost(part, count))
    kept = [one for one in valued if one is rarest or (_characters(one) or 0) <= SHORT]
    return rarest if len(kept) == 1 else Every(tuple(kept))


def some(parts: Iterable[Narrow]) -> Narrow:
    """Return the disjunction."""
    left: dict[Narrow, None] = {}
    for part in parts:
        if part is True:
            return True
        if isinstance(part, Some):
            left.update(dict.fromkeys(part.parts))
        elif part is not False:
            left[part] = None
    if not left:
        return False
    return next(iter(left)) if len(left) == 1 else Some(tuple(left))


def estimate(part: Narrow, count: int) -> int:
    """Return about how many of ``count`` documents are asked for."""
    match part:
        case Among():
            return min(part.documents, count)
        case Like():
            return count // RARE
        case Every(parts):
            return min(estimate(one, count) for one in parts)
        case Some(parts):
            return min(count, _sum(parts, count))
        case _:
            return 0 if part is False else count


def _sum(parts: Iterable[Narrow], count: int) -> int:
    """Return the sum; the literals of one field count once, for together they are one question."""
    fields = {part.field for part in parts if isinstance(part, Like)}
    others = sum(estimate(part, count) for part in parts if not isinstance(part, Like))
    return others + len(fields) * (count // RARE)


def _cost(part: Narrow, count: int) -> int:
    return estimate(part, count) + (_characters(part) or 0) // CHARACTERS_PER_DOCUMENT


def _characters(part: Narrow) -> int | None:
    """Return how long the values asked for are; None when not only values are asked for."""
    if isinstance(part, Among):
        return sum(map(len, part.values))
    if isinstance(part, Every | Some):
        sizes = [_characters(one) for one in part.parts]
        return None if None in sizes else sum(size or 0 for size in sizes)
    return None


def queries(whole: Narrow) -> list[Query] | None:
    """Return queries, one of which at least finds each document; None when all must be looked at.

    What many rules ask of one field becomes one query of values and few regular expressions.
    """
    if whole is True:
        return None
    values: dict[str, set[str]] = {}
    literals: dict[IndexField, set[str]] = {}
    further: list[Query] = []
    for part in _parts(whole):
        match part:
            case Among():
                values.setdefault(part.path, set()).update(part.values)
            case Like():
                literals.setdefault(part.field, set()).add(part.literal)
            case _:
                further.append(_query(part))
    patterns: list[Query] = []
    for field, asked in sorted(literals.items(), key=lambda pair: pair[0].name):
        together = list(_patterns(asked, field))
        if len(together) > MAX_PATTERNS:
            return None
        patterns += [{"regexp": {field.name: _insensitive(one, field)}} for one in together]
    terms: list[Query] = [
        {"terms": {path: together}}
        for path, found in sorted(values.items())
        for together in _in_parts(sorted(found))
    ]
    return [*terms, *patterns, *further]


def _in_parts(values: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    characters = 0
    for value in values:
        if part and (len(part) >= MAX_TERMS or characters + len(value) > MAX_CHARACTERS):
            yield part
            part, characters = [], 0
        part.append(value)
        characters += len(value)
    if part:
        yield part


def _parts(whole: Narrow) -> tuple[Narrow, ...]:
    if isinstance(whole, Some):
        return whole.parts
    return () if whole is False else (whole,)


def _query(part: Narrow) -> Query:
    match part:
        case Among(path, values):
            return {"terms": {path: list(values)}}
        case Has(path):
            return {"exists": {"field": path}}
        case Like(field, literal):
            (pattern,) = _patterns({literal}, field)
            return {"regexp": {field.name: _insensitive(pattern, field)}}
        case Every(parts):
            return {"bool": {"filter": [_query(one) for one in parts]}}
        case Some(parts):
            return {"bool": {"should": [_query(one) for one in parts], "minimum_should_match": 1}}
    raise AssertionError(part)


def _insensitive(pattern: str, field: IndexField) -> Query:
    found: Query = {"value": pattern, "max_determinized_states": 100_000}
    return found if field.lowered else {**found, "case_insensitive": True}


def _patterns(literals: set[str], field: IndexField) -> Iterator[str]:
    """Yield patterns that together find every value with one of the literals in it."""
    kept = sorted(one for one in literals if not any(o != one and o in one for o in literals))
    chosen: list[str] = []
    for literal in kept:
        escaped = "".join(_escaped(char, field) for char in literal)
        if chosen and sum(map(len, chosen)) + len(chosen) + len(escaped) > MAX_PATTERN:
            yield f".*({'|'.join(chosen)}).*"
            chosen = []
        chosen.append(escaped)
    yield f".*({'|'.join(chosen)}).*"


def _escaped(char: str, field: IndexField) -> str:
    if char == "k" and not field.lowered:
        return "[k\u212a]"  # the Kelvin sign folds to k, which case_insensitive does not know
    return f"\\{char}" if char in '.?+*|{}[]()"\\#@&<>~^$' else char
