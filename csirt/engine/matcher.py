"""Rules and log source map in; for each event the rules that match it, and why."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from csirt.compile.expression import (
    PRESENT,
    Expression,
    Is,
    Not,
    Or,
    Test,
)
from csirt.engine.applied import AppliedRules
from csirt.engine.fields import FieldNames, read, texts
from csirt.engine.kinds import MAX_KINDS, Kind, comparable, holds, is_there, presence_fields
from csirt.engine.known import Budget
from csirt.engine.plan import (
    NOTHING,
    Event,
    Outcome,
    Plan,
    Reason,
    Signature,
    Truth,
)
from csirt.engine.single import all_shown, passes, reasons, shown
from csirt.model import LogSource
from csirt.pipeline import Pipelines, Records
from kanmon.collector import collector_paused
from kanmon.text import fold

_ALWAYS = Or((Is("EventID", PRESENT), Not(Is("EventID", PRESENT))))
"""What is left of a rule that the kind of record alone decides."""

_MAX_REMEMBERED = 1_000
"""Events that can be explained without another look; they are kept alive until then."""

Matched = tuple[tuple[str, str], ...]


class Placed(NamedTuple):
    """The kind of an event, the plan for it, and the numbers of the records it is one of."""

    kind: Kind
    plan: Plan | None
    numbers: tuple[int, ...]


class _Judged(NamedTuple):
    event: Event
    placed: Placed
    signature: Signature


class Matcher:
    """The rules of a run in one process. Plans are built when their kind of record first comes.

    Attributes:
        generation: Changes when kinds and plans given out are no longer in use.
    """

    def __init__(
        self, sources: Sequence[LogSource], whens: Sequence[list[object]], pipelines: Pipelines
    ) -> None:
        self._pipelines = pipelines
        self._applied = AppliedRules(whens, pipelines.records)
        self._judged: dict[int, _Judged] = {}
        self._rules_of: dict[int, list[int]] = {}
        known = {source: pipelines.records_of(source) for source in set(sources)}
        for rule, source in enumerate(sources):
            for number in known[source]:
                self._rules_of.setdefault(number, []).append(rule)
        self._plain = FieldNames(aliases=pipelines.aliases)
        self._channel, *self._channel_others = self._plain.of("Channel")
        self._event_id, *self._event_id_others = self._plain.of("EventID")
        self._kind_fields = ((self._channel,), (self._event_id,))
        self._kinds: dict[tuple[object, object], Kind] = {}
        self._counted: list[Kind] = []
        self._interned: dict[object, Plan] = {}
        self._budget = Budget()
        self.generation = 0
        self._presence = presence_fields(pipelines.records)

    def judge(self, event: Event, raw: bytes | None = None) -> Outcome:
        """Return the rules that match the event; also counts it among what was seen.

        ``raw`` is the JSON (UTF-8) it was read from, if there is one: only to save time.
        """
        placed = self.place(event)
        self.count(placed.kind)
        if not placed.kind.fields.issuperset(event):
            placed.kind.note(event)
        if placed.plan is None:
            return NOTHING
        signature = placed.plan.signature(event, raw)
        outcome = placed.plan.judge(signature)
        if outcome.hits:
            self.remember(event, placed, signature)
        return outcome

    def count(self, kind: Kind) -> None:
        """Count an event among what was seen."""
        if not kind.count:
            self._counted.append(kind)
        kind.count += 1

    def remember(self, event: Event, placed: Placed, signature: Signature) -> None:
        """Take note of an event that ``explain`` will soon be asked about."""
        if len(self._judged) >= _MAX_REMEMBERED:
            self._judged.clear()
        self._judged[id(event)] = _Judged(event, placed, signature)

    def take_seen(self) -> list[tuple[tuple[str, str], int, frozenset[str]]]:
        """Return ((channel, event id), events, fields) of what was judged since the last call.

        Fields are those that no call has returned for this kind yet.
        """
        seen = []
        for kind in self._counted:
            seen.append((kind.label, kind.count, frozenset(kind.new_fields)))
            kind.count = 0
            kind.new_fields.clear()
        self._counted = []
        return seen

    def applications(self, rule: int) -> Iterator[tuple[int, Expression]]:
        """Yield the number of each kind of record the rule means, and what it asks there.

        Fields bear the names of these records. The seam for an engine that narrows down first.
        """
        for number in sorted(self._rules_of):
            if rule in self._rules_of[number]:
                asked = self._applied.asked(rule, number)
                if asked is not None:
                    yield number, asked

    def trim(self) -> None:
        """Keep memory within bounds; call after every few thousand events."""
        self._budget.trim()
        self._judged.clear()  # signatures may have been forgotten

    def explain(self, rule: int, event: Event) -> Matched:
        """Return the (field, value) pairs that made ``rule`` match ``event``, in rule order."""
        judged = self._judged.get(id(event)) or self._look(event)
        kind, plan, numbers = judged.placed
        if plan is None:
            return ()
        key = (rule, kind.label, numbers, judged.signature)
        try:
            known = plan.reasons[key]
        except KeyError:
            steady, found = self._reasons(rule, judged, plan.truth(judged.signature))
            known = plan.reasons[key] = tuple(found) if steady else None
        pairs = None if known is None else all_shown(known, event)
        if pairs is None:  # rare: an answer that this event's own values must give
            truth = plan.truth(judged.signature)
            _, found = self._reasons(rule, judged, truth)
            shows = [shown(one, event, _known(truth, one)) for one in found]
            pairs = tuple(dict.fromkeys(pair for one in shows for pair in one or ()))
        return pairs

    def _reasons(self, rule: int, judged: "_Judged", truth: Truth) -> tuple[bool, list[Reason]]:
        """Return why the rule matches, and whether that holds for all events of the signature."""
        steady = True

        def holds(reason: Reason) -> bool:
            nonlocal steady
            true = _known(truth, reason)
            pairs = shown(reason, judged.event, true)
            if true is None:
                # Not asked by the plan: known beforehand, from what makes the kind of record.
                steady &= reason.names[:1] in self._kind_fields and not reason.other
            elif true and pairs is None:
                steady = False
            return pairs is not None

        for number in judged.placed.numbers:
            if rule in self._rules_of.get(number, ()):
                applied = self._applied.applied(rule, number)
                if applied is not None:
                    names = self._pipelines.names(self._pipelines.records[number])
                    found = reasons(applied, holds, names)
                    if found is not None:
                        return steady, found
        return False, []

    def _look(self, event: Event) -> "_Judged":
        placed = self.place(event)
        return _Judged(event, placed, placed.plan.signature(event) if placed.plan else ())

    def place(self, event: Event) -> Placed:
        """Return the event's kind, and what judges it."""
        channel = event.get(self._channel)
        if channel is None:
            channel = read(event, tuple(self._channel_others))
        event_id = event.get(self._event_id)
        if event_id is None:
            event_id = read(event, tuple(self._event_id_others))
        if channel.__class__ is not str or event_id.__class__ is not int:
            channel, event_id = _as_key(channel), _as_key(event_id)
        kind = self._kinds.get((channel, event_id))
        if kind is None:
            kind = self._learn_kind(channel, event_id)
        key: tuple[object, ...] = ()
        present = tuple([name for name in kind.askable if name in event])
        if present:
            key = (
                present,
                *[compared(read(event, names)) for names, compared in kind.further_among(present)],
            )
        known = kind.plans.get(key)
        if known is None:
            if len(kind.plans) > MAX_KINDS:
                kind.plans.clear()
            with collector_paused():
                known = kind.plans[key] = self._build(kind, event, channel, event_id)
        return Placed(kind, *known)

    def _learn_kind(self, channel: object, event_id: object) -> Kind:
        if len(self._kinds) > MAX_KINDS:
            self._kinds.clear()
            self._interned.clear()
            self._budget.forgets.clear()
            self.generation += 1
        given = {"Channel": channel, "EventID": event_id}
        records = []
        further: set[str] = set()
        for number in sorted(self._rules_of):
            where = self._pipelines.records[number].where
            if all(holds(given[name], wanted) for name, wanted in where if name in given):
                records.append(number)
                further.update(name for name, _ in where if name not in given)
        label = ("/".join(texts(channel)), "/".join(texts(event_id)))
        kind = Kind(
            label,
            tuple(records),
            [
                (self._plain.of(name), is_there if name in self._presence else comparable)
                for name in sorted(further)
            ],
        )
        self._kinds[(channel, event_id)] = kind
        return kind

    def _build(
        self, kind: Kind, event: Event, channel: object, event_id: object
    ) -> tuple[Plan | None, tuple[int, ...]]:
        numbers = tuple(n for n in kind.records if self._fits(self._pipelines.records[n], event))
        known = {
            name: _answers(texts(value))
            for name, value in (("Channel", channel), ("EventID", event_id))
        }
        event_ids = frozenset(map(fold, texts(event_id)))
        chosen: list[tuple[int, Expression]] = []
        for number in numbers:
            for rule in self._rules_of[number]:
                left = self._applied.left(rule, number, known, event_ids)
                if left is True:
                    chosen.append((rule, _ALWAYS))
                elif left is not False:
                    chosen.append((rule, left))
        if not chosen:
            return None, numbers
        key = tuple(chosen)
        plan = self._interned.get(key)
        if plan is None:
            plan = self._interned[key] = Plan(chosen, self._plain, self._budget)
        return plan, numbers

    def _fits(self, records: Records, event: Event) -> bool:
        return all(
            holds(read(event, self._plain.of(name)), wanted) for name, wanted in records.where
        )


def _as_key(value: object) -> object:
    """Return a channel or event id by which kinds are told apart: 1 and True are equal otherwise.

    A list comes from an export that wraps every value in one.
    """
    if value is None or value.__class__ is str or value.__class__ is int:
        return value
    return "\n".join(texts(value))


def _known(truth: Truth, reason: Reason) -> bool | None:
    return truth(reason.names, reason.test)


def _answers(values: list[str]) -> Callable[[Test], bool]:
    return lambda test: any(passes(test, value) for value in values)
