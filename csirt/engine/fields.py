"""Reading a field of a flat event: other names it may bear, and its values as text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from kanmon.text import fold

Event = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FieldNames:
    """Which names a field of a rule may bear in a record.

    Attributes:
        renamed: Names that one kind of record uses instead (Security 4688: ``NewProcessName``).
        aliases: Names to fall back to, in order, when the first is absent.
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        """Return the names to look under, in order; the first that is not null counts."""
        here = self.renamed.get(name, name)
        return (here, *self.aliases.get(here, ()))


def read(event: Event, names: tuple[str, ...]) -> object:
    """Return the value under the first of ``names`` that is there and not null, else None.

    A name ``A\\B`` is the text of two fields joined by a backslash, when both have a value; of
    several values the first counts.
    """
    for name in names:
        value = event.get(name)
        if value is None and "\\" in name:
            left, right = (texts(event.get(part)) for part in name.split("\\", 1))
            value = f"{left[0]}\\{right[0]}" if left and right else None
        if value is not None:
            return value
    return None


def with_parts(names: Iterable[str]) -> Iterable[str]:
    """Return the names themselves and, for ``A\\B``, both parts."""
    return (part for name in names for part in (name, *name.split("\\")))


def texts(value: object) -> list[str]:
    """Return the values of a field as text: none for null, several for a list."""
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [] if value is None else [text_of(value)]


def text_of(value: object) -> str:
    """Return one value as compared: ``true``/``false``, integers without a fraction."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def compares(one: str, two: str, how: str) -> bool:
    """Return whether the first text ``equals``, ``starts``, ``ends`` or ``contains`` the second.

    Case makes no difference.
    """
    if len(one) < len(two) or (how == "equals" and len(one) > len(two)):
        return False  # folding keeps the length
    return one == two or _COMPARE[how](fold(one), fold(two))


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda one, two: one == two,
    "starts": lambda one, two: one.startswith(two),
    "ends": lambda one, two: one.endswith(two),
    "contains": lambda one, two: two in one,
}
