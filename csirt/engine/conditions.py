"""A rule's expression over numbered atoms: simplified, indexed by a trigger, decided by sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from csirt.compile.expression import And, Expression, Is, Not, Or, Test
from kanmon.text import fold

Atom = int
Decide = Callable[[frozenset[Atom]], bool]
Known = Mapping[str, Callable[[Test], bool]]
"""Fields whose value is known before any event is read, with how they answer a test."""


def simplify(expression: Expression, known: Known) -> Expression | bool:
    """Return the expression without what is already known; True or False when all of it is."""
    match expression:
        case Is(field, test):
            return known[field](test) if field in known and test.kind != "field" else expression
        case Not(part):
            inner = simplify(part, known)
            return not inner if isinstance(inner, bool) else Not(inner)
        case And(parts):
            return _simplify_all(parts, known, And)
        case Or(parts):
            return _simplify_all(parts, known, Or)


def _simplify_all(
    parts: tuple[Expression, ...], known: Known, kind: type[And] | type[Or]
) -> Expression | bool:
    decisive = kind is Or
    left = []
    for part in parts:
        simple = simplify(part, known)
        if isinstance(simple, bool):
            if simple is decisive:
                return decisive
        else:
            left.append(simple)
    if not left:
        return not decisive
    return left[0] if len(left) == 1 else kind(tuple(left))


def required_values(expression: Expression, field: str) -> frozenset[str] | None:
    """Return folded values of which the field must have one to match; None when unknown."""
    match expression:
        case Is(name, test) if name == field and test.kind == "equals":
            return frozenset((fold(test.text),))
        case And(parts):
            found = [required_values(part, field) for part in parts]
            return min((one for one in found if one is not None), key=len, default=None)
        case Or(parts):
            found = [required_values(part, field) for part in parts]
            given = [one for one in found if one is not None]
            return frozenset().union(*given) if len(given) == len(found) else None
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule ready to be decided.

    Attributes:
        decide: True when the rule matches an event of which exactly these atoms are true.
        trigger: Atoms of which one at least must be true for the rule to match; None when the
            rule can match without any.
        atoms: Every atom the rule speaks of.
    """

    decide: Decide
    trigger: frozenset[Atom] | None
    atoms: frozenset[Atom]


def compile_condition(expression: Expression, number: Callable[[Is], Atom]) -> Condition:
    """Return the condition; ``number`` gives each test its atom."""
    decide, trigger, atoms, _ = _compile(expression, number)
    return Condition(decide, trigger, atoms)


_Compiled = tuple[Decide, frozenset[Atom] | None, frozenset[Atom], float]


def _compile(expression: Expression, number: Callable[[Is], Atom]) -> _Compiled:
    """Return also how common the trigger probably is: lower is rarer, so better."""
    match expression:
        case Is(_, test):
            atom = number(expression)
            only = frozenset((atom,))
            return (lambda true: atom in true), only, only, _commonness(test)
        case Not(part):
            inner, _, atoms, _ = _compile(part, number)
            return (lambda true: not inner(true)), None, atoms, 0.0
        case And(parts) | Or(parts):
            return _compile_group(isinstance(expression, And), parts, number)


def _compile_group(
    conjunction: bool, parts: tuple[Expression, ...], number: Callable[[Is], Atom]
) -> _Compiled:
    # Most parts are plain tests: they become one set, without a function for each.
    plain = [(number(part), _commonness(part.test)) for part in parts if isinstance(part, Is)]
    nested = [_compile(part, number) for part in parts if not isinstance(part, Is)]
    direct = frozenset(atom for atom, _ in plain)
    rest = tuple(decide for decide, *_ in nested)
    atoms = direct.union(*(part[2] for part in nested))
    if conjunction:
        triggers = [(cost, frozenset((atom,))) for atom, cost in plain]
        triggers += [(cost, trigger) for _, trigger, _, cost in nested if trigger is not None]
        if not triggers:
            return _all(direct, rest), None, atoms, 0.0
        cost, rarest = min(triggers, key=lambda pair: pair[0])
        return _all(direct, rest), rarest, atoms, cost
    if any(trigger is None for _, trigger, _, _ in nested):
        return _any(direct, rest), None, atoms, 0.0
    union = direct.union(*(trigger or () for _, trigger, _, _ in nested))
    total = sum(cost for _, cost in plain) + sum(part[3] for part in nested)
    return _any(direct, rest), union, atoms, total


def _all(direct: frozenset[Atom], rest: tuple[Decide, ...]) -> Decide:
    if not rest:
        return direct.issubset
    return lambda true: direct <= true and all(part(true) for part in rest)


def _any(direct: frozenset[Atom], rest: tuple[Decide, ...]) -> Decide:
    if not rest:
        return lambda true: not direct.isdisjoint(true)
    return lambda true: not direct.isdisjoint(true) or any(part(true) for part in rest)


def _commonness(test: Test) -> float:
    """Return a guess at how often a test is true: long literals are rare, ``present`` is not."""
    if test.kind == "equals":
        return 1.0 / (2 + len(test.text))
    if test.kind in ("starts", "ends", "contains"):
        return 3.0 / (1 + len(test.text))
    if test.kind == "glob":
        longest = max((len(part) for part in test.parts if isinstance(part, str)), default=0)
        return 3.0 / (1 + longest)
    return {"regex": 0.3, "cidr": 0.5, "field": 2.0, "compare": 3.0}.get(test.kind, 20.0)
