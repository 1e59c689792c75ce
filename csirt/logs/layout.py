"""Where the fields of a nested Windows event stand, so that it need not be made flat."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from csirt.engine.fields import read, with_parts
from csirt.logs.shapes import flatten, with_braces

Path = tuple[str, ...]
"""The way from ``Event`` to a value: ``("EventData", "Image")``."""
Layout = tuple[object, ...]
"""Equal for two events only if channel, event id and the names of fields are."""
Read = Callable[[Mapping[str, Any]], object]
"""From what stands below ``Event`` to the value of one field."""
DATA: Path = ("EventData",)

_NO_DATA: Mapping[str, Any] = {}


def layout_of(event: Mapping[str, Any]) -> Layout | None:
    """Return the layout of what stands below ``Event``; None when it has to be made flat.

    ``event`` is what the evtx package gives: in it attributes are never nested, and no name in
    it is None, True or a type.
    """
    system, data = event.get("System"), event.get("EventData") or _NO_DATA
    if system.__class__ is not dict or data.__class__ is not dict or event.get("UserData"):
        return None
    channel, event_id = system.get("Channel"), system.get("EventID")
    values = system.values()
    # One flat list of names, parted by None: this is done for every record.
    layout = [*system, None, *data, None, *map(type, values)]
    for value in [value for value in values if value.__class__ is dict]:
        attributes = value.get("#attributes")
        if attributes.__class__ is not dict:
            return None
        layout += attributes
        layout.append(None)
        if len(value) > 1:
            if len(value) > 2 or value.get("#text") is None:
                return None
            layout.append(True)
            if value is event_id:
                event_id = value["#text"]
    # Elsewhere they may stand under other names, and 1 would be equal to True.
    if channel.__class__ is not str or event_id.__class__ not in (int, str):
        return None
    has_nested_data = dict in map(type, data.values())
    if has_nested_data:
        nested = [name for name, value in data.items() if value.__class__ is dict]
        if nested != ["Data"] or "#text" not in data["Data"]:
            return None
    return channel, event_id, has_nested_data, *layout


def places(event: Mapping[str, Any]) -> dict[str, Path] | None:
    """Return each flat field's name and its place in an event that has a layout; None if a field
    has none of its own.

    The names are those of ``flatten``: it is asked about the same event with places for values.
    """
    blocks = {name: _named(event[name], (name,)) for name in _BLOCKS if event.get(name) is not None}
    flat = flatten({"Event": blocks})
    return flat if set(map(type, flat.values())) <= {tuple} else None


_BLOCKS = ("System", "EventData")


def _named(value: object, path: Path) -> Any:
    if isinstance(value, dict):
        return {name: _named(inner, (*path, name)) for name, inner in value.items()}
    return path


def gets_braces(name: str, path: Path) -> bool:
    """Return whether ``flatten`` gives a bare GUID there its braces."""
    return path[:1] == DATA or name == "Provider_Guid"


def sole_place(names: tuple[str, ...], where: Mapping[str, Path]) -> tuple[str, Path] | None:
    """Return the name and place of a field that can stand in one place only."""
    present = _present(names, where)
    if len(present) != 1 or present[0] not in names:
        return None
    return present[0], where[present[0]]


def reader(names: tuple[str, ...], where: Mapping[str, Path]) -> Read | None:
    """Return what reads a field that may bear these names; None when the layout has none."""
    sole = sole_place(names, where)
    if sole is not None:
        return partial(_read_one, name=sole[0], path=sole[1])
    if _present(names, where):
        return lambda event: read(AsFlat(event, where), names)
    return None


def _present(names: tuple[str, ...], where: Mapping[str, Path]) -> list[str]:
    """Return the names that are there, and the parts that are of names that join two."""
    parts = set(with_parts(names))
    return [name for name in where if name in parts]


def _read_one(event: Mapping[str, Any], name: str, path: Path) -> object:
    value: Any = event
    for step in path:
        value = value[step]
    return with_braces(value) if value.__class__ is str and gets_braces(name, path) else value


class AsFlat(Mapping[str, object]):
    """A nested event read by the names of its flat fields, each looked up when asked for."""

    def __init__(self, event: Mapping[str, Any], where: Mapping[str, Path]) -> None:
        self._event = event
        self._where = where

    def __getitem__(self, name: str) -> object:
        return _read_one(self._event, name, self._where[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)
