"""What Windows events that begin alike are made of, learnt from them, to read the rest faster."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import UNSET, Raw, Struct, UnsetType, defstruct
from msgspec.json import Decoder

from csirt.logs.shapes import flatten, with_braces

MAX_NAMES = 500
"""Names in a layout; no Windows event has as many."""
MAX_CHANGES = 50
"""How often a layout may turn out to have been incomplete."""

Path = tuple[str, ...]
Leaf = Any
"""The type of a value."""
Tree = dict[str, "Tree | Leaf"]
"""Names, and what stands under each: further names or a value."""

_BLOCKS = ("System", "EventData", "UserData")
_VALUE: Leaf = str | int | float | bool | list[Any] | UnsetType | None
_STRICT: Mapping[Path, Leaf] = {
    # By these two plans are chosen; 1, 1.0 and True would be one key there.
    ("Event", "System", "Channel"): str | UnsetType,
    ("Event", "System", "EventID"): int | str | UnsetType,
    ("Event", "System", "EventID", "#text"): int | str | UnsetType,
}


class Place(NamedTuple):
    """Where a flat field stands in a record that was read by a layout.

    Attributes:
        attribute: Dotted: what ``operator.attrgetter`` takes.
        gets_braces: Whether ``flatten`` gives a bare GUID there its braces.
    """

    attribute: str
    gets_braces: bool

    def shown(self, value: object) -> object:
        """Return the value as ``flatten`` gives it; None when there is none."""
        if value is UNSET:
            return None
        return with_braces(value) if self.gets_braces and isinstance(value, str) else value


class Reader(NamedTuple):
    """What reads the JSON of records of one layout.

    Attributes:
        read: Raises ``msgspec.DecodeError`` or ``RecursionError`` for a record that is not of
            the layout.
        where: Each flat field's place. An element above it may be missing or null.
    """

    read: Callable[[bytes], Struct]
    where: Mapping[str, Place]


class Layout:
    """The names found so far in records that begin alike, nested as they stand there."""

    def __init__(self) -> None:
        self._tree: Tree = {}
        self._changes = 0
        self._is_odd = False

    def learn(self, record: Mapping[str, Any]) -> bool:
        """Take in a record that the evtx package gave; return whether it had something new."""
        try:
            changed = _merge(self._tree, record, ())
        except _OddError:
            self._is_odd = changed = True
        self._changes += changed
        return changed

    def reader(self) -> Reader | None:
        """Return what reads such records; None when they have to be made flat one by one.

        So it is where a flat field could come from two places, or not from its place alone.
        """
        if self._is_odd or self._changes > MAX_CHANGES or _size(self._tree) > MAX_NAMES:
            return None
        where = _places(self._tree)
        if where is None:
            return None
        try:
            return Reader(Decoder(_struct(self._tree)).decode, where)
        except ValueError:  # a name that msgspec does not take
            return None


class _OddError(Exception):
    """A value stood where there are names, or where ``flatten`` looks for names only."""


def _merge(tree: Tree, value: Mapping[str, Any], path: Path) -> bool:
    """Add the value's names to the tree; return whether there were new ones."""
    changed = False
    for name, inner in value.items():
        here = (*path, name)
        known = tree.get(name)
        is_names = inner.__class__ is dict
        if _is_ignored(here):
            if not is_names:
                raise _OddError
            changed |= known is None
            tree[name] = Raw
        elif is_names:
            if known.__class__ is not dict:  # it may have been null so far
                known = tree[name] = {}
                changed = True
            changed |= _merge(known, inner, here)
        elif known is None:
            tree[name] = _STRICT.get(here, _VALUE)
            changed = True
        elif known.__class__ is dict and inner is not None:
            raise _OddError
    return changed


def _is_ignored(path: Path) -> bool:
    """Return whether ``flatten`` passes over an element of this name."""
    if path[0] != "Event" or len(path) < 2:
        return False
    return path[1] not in _BLOCKS or (path[-1] == "#attributes" and path[1] != "System")


def _size(tree: Tree) -> int:
    return sum(1 + _size(inner) if isinstance(inner, dict) else 1 for inner in tree.values())


def _places(tree: Tree) -> dict[str, Place] | None:
    """Return each flat field's place; None when one has none of its own.

    The names are those of ``flatten``: it is asked about a record with places for values.
    """
    if tree.keys() != {"Event"} or not isinstance(tree["Event"], dict):
        return None
    blocks = {name: tree["Event"].get(name) for name in _BLOCKS}
    named = {
        name: _named(block, ("Event", name))
        for name, block in blocks.items()
        if isinstance(block, dict)
    }
    # What is nested there gets its names by what else there is.
    nested = {name for name, inner in named.get("EventData", {}).items() if isinstance(inner, dict)}
    if "System" not in named or nested - {"Data"}:
        return None
    flat = flatten({"Event": named})
    if {*flat.values()} != {*_leaves(named)}:
        return None
    return {
        name: Place(_attribute(tree, path), path[1] != "System" or name == "Provider_Guid")
        for name, path in flat.items()
    }


def _named(tree: Tree, path: Path) -> dict[str, Any]:
    """Return the tree with paths for values, without what ``flatten`` passes over."""
    return {
        name: _named(inner, (*path, name)) if isinstance(inner, dict) else (*path, name)
        for name, inner in tree.items()
        if inner is not Raw
    }


def _leaves(named: Mapping[str, Any]) -> Iterator[Path]:
    for inner in named.values():
        if isinstance(inner, dict):
            yield from _leaves(inner)
        else:
            yield inner


def _attribute(tree: Tree, path: Path) -> str:
    steps = []
    for name in path:
        steps.append(f"f{list(tree).index(name)}")
        tree = tree[name]
    return ".".join(steps)


def _struct(tree: Tree) -> type[Struct]:
    """Return a type that holds these names and no others."""
    types = [
        _struct(inner) | UnsetType | None if isinstance(inner, dict) else inner
        for inner in tree.values()
    ]
    return defstruct(
        "Element",
        [(f"f{number}", one, UNSET) for number, one in enumerate(types)],
        rename={f"f{number}": name for number, name in enumerate(tree)},
        forbid_unknown_fields=True,
        gc=False,  # values of JSON hold no cycles
    )
