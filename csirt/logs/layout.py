"""What Windows events that begin alike are made of, learnt from them, to read the rest faster."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec import UNSET, Raw, Struct, UnsetType, defstruct
from msgspec.json import Decoder

from csirt.logs.shapes import flatten, with_braces

MAX_NAMES = 500
"""Names in a layout; no Windows event has as many."""
MAX_CHANGES = 50
"""How often a layout may turn out to have been incomplete."""
MAX_DEPTH = 12
"""Elements within elements; Windows events have four."""

Path = tuple[str, ...]
Leaf = Any
"""The type of a value."""
Tree = dict[str, "Element | Leaf"]
"""Names, and what stands under each."""

_BLOCKS = ("System", "EventData", "UserData")
_VALUE: Leaf = str | int | float | bool | list[Any] | UnsetType | None
_STRICT: Mapping[Path, Leaf] = {
    # By these two plans are chosen; 1, 1.0 and True would be one key there.
    ("Event", "System", "Channel"): str | UnsetType,
    ("Event", "System", "EventID"): int | str | UnsetType,
    ("Event", "System", "EventID", "#text"): int | str | UnsetType,
}


@dataclass(slots=True)
class Element:
    """Further names; they may be missing together, when there is null instead."""

    names: Tree = field(default_factory=dict)
    is_nullable: bool = False


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
        if isinstance(value, str):
            return with_braces(value) if self.gets_braces else value
        return None if value is UNSET else value


class Reader(NamedTuple):
    """What reads the JSON of records of one layout.

    Attributes:
        read: Raises ``msgspec.DecodeError`` or ``RecursionError`` for a record that is not of
            the layout.
        where: Each flat field's place, ``Channel`` and ``EventID`` in the header among them. An
            element above a place may be missing or null.
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
        """Take in a record that the evtx package gave; return whether that changed anything."""
        if self._is_odd:
            return False
        try:
            changed = _merge(self._tree, record, ())
        except _OddError:
            changed = self._is_odd = True
        self._changes += changed
        if self._changes > MAX_CHANGES or _size(self._tree) > MAX_NAMES:
            self._is_odd = True
        if self._is_odd:
            self._tree = {}  # a forged log must not fill the memory with names
        return changed

    def reader(self) -> Reader | None:
        """Return what reads such records; None when they have to be made flat one by one.

        So it is where a flat field could come from two places, or not from its place alone.
        """
        where = None if self._is_odd else _places(self._tree)
        if where is None:
            return None
        try:
            return Reader(Decoder(_struct(self._tree)).decode, where)
        except ValueError:  # a name that msgspec does not take
            return None


class _OddError(Exception):
    """A value stood where there are names, or names too deep."""


def _merge(tree: Tree, value: Mapping[str, Any], path: Path) -> bool:
    """Add the value's names to the tree; return whether there were new ones."""
    if len(path) > MAX_DEPTH:
        raise _OddError
    changed = False
    for name, inner in value.items():
        here = (*path, name)
        if _is_ignored(here):
            if inner.__class__ is not dict:
                raise _OddError
            changed |= name not in tree
            tree[name] = Raw
        elif inner.__class__ is dict:
            if not isinstance(tree.get(name), Element):
                # What was null so far may be null again; a value is odd from now on.
                tree[name] = Element(is_nullable=name in tree)
                changed = True
            changed |= _merge(tree[name].names, inner, here)
        elif name in tree:
            if isinstance(tree[name], Element):
                if inner is not None:
                    raise _OddError
                changed |= not tree[name].is_nullable
                tree[name].is_nullable = True
        elif inner is not None or name != "#text":  # ``flatten`` names no text that is null
            tree[name] = _STRICT.get(here, _VALUE)
            changed = True
    return changed


def _is_ignored(path: Path) -> bool:
    """Return whether ``flatten`` passes over an element of this name."""
    if path[0] != "Event" or len(path) < 2:
        return False
    return path[1] not in _BLOCKS or (path[-1] == "#attributes" and path[1] != "System")


def _size(tree: Tree) -> int:
    return sum(1 + _size(one.names) if isinstance(one, Element) else 1 for one in tree.values())


def _places(tree: Tree) -> dict[str, Place] | None:
    """Return each flat field's place; None when one has none of its own.

    The names are those of ``flatten``: it is asked about a record with places for values.
    """
    event = tree.get("Event")
    if len(tree) != 1 or not isinstance(event, Element):
        return None
    named = {
        name: _named(block.names, ("Event", name))
        for name, block in event.names.items()
        if name in _BLOCKS and isinstance(block, Element)
    }
    # What is nested there gets its names by what else there is.
    nested = {name for name, inner in named.get("EventData", {}).items() if isinstance(inner, dict)}
    if "System" not in named or nested - {"Data"}:
        return None
    flat = flatten({"Event": named})
    if {*flat.values()} != {*_leaves(named)}:
        return None
    if flat.get("Channel") not in _STRICT or flat.get("EventID") not in _STRICT:
        return None
    return {
        name: Place(_attribute(tree, path), path[1] != "System" or name == "Provider_Guid")
        for name, path in flat.items()
    }


def _named(tree: Tree, path: Path) -> dict[str, Any]:
    """Return the tree with paths for values, without what ``flatten`` passes over."""
    return {
        name: _named(one.names, (*path, name)) if isinstance(one, Element) else (*path, name)
        for name, one in tree.items()
        if one is not Raw
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
        if isinstance(tree[name], Element):
            tree = tree[name].names
    return ".".join(steps)


def _struct(tree: Tree) -> type[Struct]:
    """Return a type that holds these names and no others."""
    fields = []
    for number, one in enumerate(tree.values()):
        kind = one
        if isinstance(one, Element):
            kind = _struct(one.names) | UnsetType
            kind = kind | None if one.is_nullable else kind
        fields.append((f"f{number}", kind, UNSET))
    return defstruct(
        "Element",
        fields,
        rename={f"f{number}": name for number, name in enumerate(tree)},
        forbid_unknown_fields=True,
        gc=False,  # values of JSON hold no cycles
    )
