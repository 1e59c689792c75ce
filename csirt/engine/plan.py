"""All rules that speak of one kind of record, evaluated together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakMethod

from csirt.compile.expression import KEYWORDS, Expression, Is, Test
from csirt.engine.conditions import Condition, compile_condition
from csirt.engine.fields import FieldNames, compares, read, texts
from csirt.engine.glance import may_hold
from csirt.engine.known import AtomSets, Budget, Known, KnownAsRead
from csirt.engine.literals import UNDECIDED, Atom
from csirt.engine.values import Column

Event = Mapping[str, object]
Names = tuple[str, ...]
Signature = tuple[int, ...]

Compared = tuple[Atom, object, object, str]
"""A test that compares two fields, their values, and how."""
Truth = Callable[[Names, Test], bool | None]
"""Whether a test of a field is true of one event; None when the plan does not ask it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A test that a matching event passes.

    Attributes:
        names: Names of the field asked, in order; none for a keyword.
        other: Names of the field it is compared with, when it is.
    """

    test: Test
    names: Names
    other: Names


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules of a plan say of one event.

    Attributes:
        hits: Numbers of the rules that match, ascending.
        undecided: Numbers of the rules of which a pattern ran out of time.
    """

    hits: tuple[int, ...]
    undecided: tuple[int, ...]


NOTHING = Outcome((), ())


class Plan:
    """Rules with their fields resolved to the names of one kind of record.

    An event is reduced to its signature: for every field the number of the set of tests that its
    value passes. Values repeat, so most are looked up, not matched; signatures repeat too, so
    most events are decided without evaluating a single rule.

    Attributes:
        asked: The names of each field asked, in the order of the signature.
        references: Tests that compare two fields: atom, names of the one and the other, how.
        generation: Changes when numbers of sets lose their meaning.
        may_hold_keyword: False of an event's JSON (UTF-8) when no value in it passes a test of
            keywords.
    """

    def __init__(
        self,
        rules: Sequence[tuple[int, Expression]],
        names: FieldNames,
        budget: Budget,
    ) -> None:
        self._budget = budget
        self._sets = AtomSets()
        self._known: list[Known] = []
        self._atoms: dict[tuple[Names, Test], Atom] = {}
        self.references: list[tuple[Atom, Names, Names, str]] = []
        self.generation = 0
        self._names = names
        compiled = [
            (rule, compile_condition(expression, self._number)) for rule, expression in rules
        ]
        self._index(compiled)
        self._build_columns()
        self.forget()
        budget.forgets.append(WeakMethod(self.forget))

    def forget(self) -> None:
        """Drop what was remembered; results do not change."""
        self._sets.clear()
        self._outcomes: dict[Signature, Outcome] = {}
        self.reasons: dict[tuple[object, ...], tuple[Reason, ...] | None] = {}
        for known in self._known:
            known.clear()
        self.generation += 1

    def judge(self, key: Signature) -> Outcome:
        """Return the rules that match an event of this signature."""
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self._decide(key)
            self.spend(8 * len(key))
        return outcome

    def spend(self, characters: int) -> None:
        """Count what was remembered of this plan."""
        self._budget.spend(characters)

    @property
    def signature_length(self) -> int:
        """Return how many numbers a signature has."""
        return len(self._fields) + (self._keywords is not None) + bool(self.references)

    def known(self, position: int, *, as_read: bool) -> Known:
        """Return the table of one field's values: flat ones, or as the evtx package gives them."""
        known = self._fields[position][1]
        if not as_read:
            return known
        if position not in self._as_read:
            self._as_read[position] = KnownAsRead(known)
            self._known.append(self._as_read[position])
        return self._as_read[position]

    def signature(self, event: Event, raw: bytes | None = None) -> Signature:
        """Return what the event is to the plan's tests; it holds until ``forget``.

        ``raw`` is the event's JSON, when it was read from any.
        """
        get = event.get
        try:
            signature = [known[get(name)] for name, known in self._fields]
        except TypeError:  # a list, from a field with several values
            signature = [known.of(get(name)) for name, known in self._fields]
        if not event.keys().isdisjoint(self._other_names):
            for place, names, known in self._others:
                if get(names[0]) is None:
                    signature[place] = known.of(read(event, names))
        if self._keywords is not None:
            if raw is not None and not self.may_hold_keyword(raw):  # nearly always
                signature.append(0)
            else:
                signature.append(self._keyword_number(event, *self._keywords))
        if self.references:
            pairs = [
                (atom, one, read(event, others), how)
                for atom, names, others, how in self.references
                if (one := read(event, names)) is not None  # nearly never
            ]
            signature.append(self.number_of_references(pairs))
        return tuple(signature)

    def truth(self, key: Signature) -> Truth:
        """Return which of the plan's tests are true of such an event, for explaining a hit."""
        true = self._true(key)
        atoms = self._atoms
        # Asked once per new signature; what is learnt of it is remembered in ``reasons``.
        self.spend(8 * len(key))

        def ask(names: Names, test: Test) -> bool | None:
            atom = atoms.get((names, test))
            return None if atom is None else atom in true

        return ask

    def _number(self, test: Is) -> Atom:
        names = () if test.field == KEYWORDS else self._names.of(test.field)
        key = (names, test.test)
        if key not in self._atoms:
            self._atoms[key] = len(self._atoms)
            if test.test.kind == "field":
                other = self._names.of(test.test.text)
                self.references.append((self._atoms[key], names, other, test.test.option))
        return self._atoms[key]

    def _index(self, compiled: Iterable[tuple[int, Condition]]) -> None:
        self._rules = [(rule, condition.decide) for rule, condition in compiled]
        self._untriggered: list[int] = []
        self._triggered: dict[Atom, list[int]] = {}
        self._speaking: dict[Atom, list[int]] = {}
        for place, (_, condition) in enumerate(compiled):
            if condition.trigger is None:
                self._untriggered.append(place)
            for atom in condition.trigger or ():
                self._triggered.setdefault(atom, []).append(place)
            for atom in condition.atoms:
                self._speaking.setdefault(atom, []).append(place)

    def _build_columns(self) -> None:
        tests: dict[Names, list[tuple[Atom, Test]]] = {}
        for (names, test), atom in self._atoms.items():
            if test.kind != "field":
                tests.setdefault(names, []).append((atom, test))
        keywords = tests.pop((), None)
        self._keywords: tuple[Column, Known] | None = None
        if keywords:
            column = Column(keywords, glance=True)
            self._keywords = (column, self._remember(column))
        self.may_hold_keyword = may_hold(test for _, test in keywords or ())
        fields = [(names, self._remember(Column(tests[names]))) for names in sorted(tests)]
        self.asked = [names for names, _ in fields]
        self._fields = [(names[0], known) for names, known in fields]
        self._as_read: dict[int, KnownAsRead] = {}
        self._others = [
            (place, names, known)
            for place, (names, known) in enumerate(fields)
            if len(names) > 1 or "\\" in names[0]
        ]
        self._other_names = frozenset(
            part for _, names, _ in self._others for part in _further(names)
        )

    def _remember(self, column: Column) -> Known:
        known = Known(column, self._sets, self._budget.spend)
        self._known.append(known)
        return known

    def _keyword_number(self, event: Event, column: Column, known: Known) -> int:
        everything = "\0".join(
            [
                v if v.__class__ is str else str(v) if v.__class__ is int else "\0".join(texts(v))
                for v in event.values()
            ]
        )
        if not column.may_hold(everything):  # nearly always, and far cheaper than each value
            return 0
        return self._sets.number_of_union({known.of(value) for value in event.values()})

    def number_of_references(self, compared: Iterable[Compared]) -> int:
        """Return the number of the set of those tests that compare two fields and are true.

        Fields without a value may be left out; they compare with nothing.
        """
        true = []
        for atom, one, two, how in compared:
            if isinstance(one, str) and isinstance(two, str):
                holds = compares(one, two, how)
            else:
                lefts, rights = texts(one), texts(two)
                holds = any(compares(left, right, how) for left in lefts for right in rights)
            if holds:
                true.append(atom)
        return self._sets.number(frozenset(true)) if true else 0

    def _decide(self, key: Signature) -> Outcome:
        true = self._true(key)
        candidates = set(self._untriggered)
        for atom in true:
            candidates.update(self._triggered.get(atom, ()))
        hits = {self._rules[place][0] for place in candidates if self._rules[place][1](true)}
        open_atoms = frozenset(atom - UNDECIDED for atom in true if atom >= UNDECIDED)
        undecided = self._undecided(true, open_atoms) if open_atoms else set()
        if not hits and not undecided:
            return NOTHING
        return Outcome(tuple(sorted(hits - undecided)), tuple(sorted(undecided)))

    def _true(self, key: Signature) -> frozenset[Atom]:
        return self._sets.union(key)

    def _undecided(self, true: frozenset[Atom], open_atoms: frozenset[Atom]) -> set[int]:
        """Return the rules whose outcome depends on a test that ran out of time."""
        places = {place for atom in open_atoms for place in self._speaking.get(atom, ())}
        rules = set()
        for place in places:
            rule, decide = self._rules[place]
            without = decide(true)
            if decide(true | open_atoms) != without or any(
                decide(true | {atom}) != without for atom in open_atoms
            ):
                rules.add(rule)
        return rules


def _further(names: Names) -> Iterator[str]:
    """Yield the names that matter when the first is not there: others, or the parts of ``A\\B``."""
    for name in names:
        parts = name.split("\\")
        if len(parts) > 1 or name != names[0]:
            yield from (name, *parts)
