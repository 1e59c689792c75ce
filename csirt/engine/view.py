"""A plan put to nested Windows events of one layout: judged as they were read, not made flat."""

from collections.abc import Mapping
from typing import Any

from csirt.engine.known import Known
from csirt.engine.plan import Event, Outcome, Plan, Signature
from csirt.logs.layout import DATA, AsFlat, Path, Read, reader, sole_place


class View:
    """Where the fields that a plan asks stand in events of one layout; the others are absent."""

    def __init__(self, plan: Plan, where: Mapping[str, Path]) -> None:
        self._plan = plan
        self._where = where
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
        self._compares = any(name in where for _, names, *_ in plan.references for name in names)
        # Fewer fields make a shorter signature: a table of its own for it.
        self._outcomes: dict[Signature, Outcome] = {}
        self._generation = plan.generation

    def judge(self, event: Event, raw: bytes) -> Outcome | None:
        """Return which rules match what stands below ``Event``; None when it must be made flat.

        ``raw`` is the JSON (UTF-8) it was read from.
        """
        if not self._plan.has_no_keyword_in(raw):
            return None
        if self._generation != self._plan.generation:
            self._outcomes.clear()
            self._generation = self._plan.generation
        key = self._key(event)
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self._plan.judge(self._whole(key))
            self._plan.spend(8 * len(key))
        return outcome

    def signature(self, event: Event) -> Signature:
        """Return what ``Plan.signature`` does of the same event made flat, without keywords."""
        return self._whole(self._key(event))

    def _key(self, event: Event) -> Signature:
        data: Any = event.get("EventData")
        try:
            key = [known[data[name]] for name, known in self._data]
        except TypeError:  # a list, from a field with several values
            key = [known.of(data[name]) for name, known in self._data]
        if self._others:
            key += [known.of(reads(event)) for reads, known in self._others]
        if self._compares:
            key.append(self._plan.number_of_references(AsFlat(event, self._where)))
        return tuple(key)

    def _whole(self, key: Signature) -> Signature:
        whole = [0] * self._plan.signature_length
        for position, number in zip(self._positions, key, strict=False):
            whole[position] = number
        if self._compares:
            whole[-1] = key[-1]
        return tuple(whole)
