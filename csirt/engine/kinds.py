"""Kinds of record: which rules apply to a channel and event id, and by what further fields."""

from collections.abc import Iterable

from csirt.engine.plan import Names, Plan

MAX_KINDS = 5_000
"""Kinds of record remembered; a log whose event ids are all different must not fill memory."""


class Kind:
    """Records of one channel and event id: which rules apply, by what further fields decide."""

    def __init__(
        self, label: tuple[str, str], records: tuple[int, ...], further: dict[str, Names]
    ) -> None:
        self.label = label
        self.records = records
        self.further = tuple(further.items())
        self.askable = tuple(sorted({p for _, names in self.further for p in _parts(names)}))
        self.count = 0
        self.fields: set[str] = set()
        self.new_fields: set[str] = set()
        self.plans: dict[tuple[object, ...], tuple[Plan | None, tuple[int, ...]]] = {}
        self._among: dict[tuple[str, ...], tuple[tuple[str, Names], ...]] = {}

    def further_among(self, present: tuple[str, ...]) -> tuple[tuple[str, Names], ...]:
        """Return the further fields that an event with only these names can have, with names."""
        among = self._among.get(present)
        if among is None:
            if len(self._among) > MAX_KINDS:
                self._among.clear()
            among = self._among[present] = tuple(
                (name, names)
                for name, names in self.further
                if any(part in present for part in _parts(names))
            )
        return among


def _parts(names: Names) -> Iterable[str]:
    """Return the names themselves and, for ``A\\B``, both parts."""
    return (part for name in names for part in (name, *name.split("\\")))
