"""A plan put to nested Windows events of one layout: judged as they were read, not made flat."""

from collections.abc import Mapping
from typing import Any

from csirt.engine.known import Known
from csirt.engine.plan import Event, Outcome, Plan, Signature
from csirt.logs.layout import DATA, Path, Read, reader, sole_place


class View:
    """Where the fields that a plan asks stand in events of one layout; the others are absent."""

    def __init__(self, plan: Plan, where: Mapping[str, Path]) -> None:
        self.plan = plan
        self._data: list[tuple[str, Known]] = []
        self._others: list[tuple[Read, Known]] = []
        data, others = [], []
        for position, names in enumerate(plan.asked):
            sole = sole_place(names, where)
            if sole is not None and sole[1][:-1] == DATA:  # nearly always
                data.append(position)
                self._data.append((sole[1][-1], plan.known(position, as_read=True)))
            elif (reads := reader(names, where)) is not None:
                others.append(position)
                self._others.append((reads, plan.known(position, as_read=False)))
        self._positions = [*data, *others]
        self._compared = [
            (atom, one, reader(others, where) or _nothing, how)
            for atom, names, others, how in plan.references
            if (one := reader(names, where)) is not None
        ]
        # Fewer fields make a shorter signature: a table of its own for it.
        self._outcomes: dict[Signature, Outcome] = {}
        self._generation = plan.generation

    def key(self, event: Event) -> Signature:
        """Return what stands below ``Event`` is to the plan's tests, but for keywords."""
        data: Any = event.get("EventData")
        try:
            key = [known[data[name]] for name, known in self._data]
        except TypeError:  # a list, from a field with several values
            key = [known.of(data[name]) for name, known in self._data]
        if self._others:
            key += [known.of(reads(event)) for reads, known in self._others]
        if self._compared:
            pairs = [
                (atom, left, two(event), how)
                for atom, one, two, how in self._compared
                if (left := one(event)) is not None
            ]
            key.append(self.plan.number_of_references(pairs))
        return tuple(key)

    def outcome(self, key: Signature) -> Outcome:
        """Return which rules match an event with this key and no keyword."""
        if self._generation != self.plan.generation:
            self._outcomes.clear()
            self._generation = self.plan.generation
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self.plan.judge(self.signature(key))
            self.plan.spend(8 * len(key))
        return outcome

    def signature(self, key: Signature) -> Signature:
        """Return what ``Plan.signature`` does of the same event made flat."""
        whole = [0] * self.plan.signature_length
        for position, number in zip(self._positions, key, strict=False):
            whole[position] = number
        if self._compared:
            whole[-1] = key[-1]
        return tuple(whole)


def _nothing(event: Event) -> None:
    """Read a field that is not there."""
