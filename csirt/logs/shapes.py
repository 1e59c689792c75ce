"""The shapes people's records have, made flat with Sigma's field names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Flat = dict[str, Any]

_GUID_LENGTH = 36
_DEEPEST = 32
"""Levels of nesting that become dotted names; deeper values are kept as they are."""


def flatten(record: Mapping[str, Any]) -> Flat:
    """Return one log record as flat fields, in the log's order, spaces taken out of names.

    A dict that is flat already is returned itself.

    Understands evtx_dump's nesting (``Event.System …``), Winlogbeat and ECS, an Elastic export
    (``_source``, or ``fields`` with every value in a list), and anything already flat.
    """
    source = record.get("_source")
    if isinstance(source, dict):
        return flatten(source)
    event = record.get("Event")
    if isinstance(event, dict) and "System" in event:
        return _windows_event(event)
    if "_index" in record and isinstance(record.get("fields"), dict):
        record = {key: _single(value) for key, value in record["fields"].items()}
    if "winlog" in record or "winlog.channel" in record:
        return _winlogbeat(record)
    if _is_flat(record):
        return record if isinstance(record, dict) else dict(record)
    return dict(_dotted(record, "", 0))


def _is_flat(record: Mapping[str, Any]) -> bool:
    if " " in "".join(record):
        return False
    kinds = set(map(type, record.values()))
    if dict in kinds:
        return False
    if list in kinds:
        for value in record.values():
            if value.__class__ is list and dict in map(type, value):
                return False
    return True


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _dotted(value: Mapping[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield nested members under dotted names; a list of objects gives lists per member."""
    for key, member in value.items():
        name = prefix + key.replace(" ", "")
        if isinstance(member, dict) and member and depth < _DEEPEST:
            yield from _dotted(member, name + ".", depth + 1)
        elif isinstance(member, list) and any(isinstance(one, dict) for one in member):
            yield from _columns(member, name, depth)
        else:
            yield name, member


def _columns(members: list[Any], name: str, depth: int) -> Iterator[tuple[str, Any]]:
    columns: dict[str, list[Any]] = {}
    for member in members:
        if isinstance(member, dict) and depth < _DEEPEST:
            for inner, value in _dotted(member, name + ".", depth + 1):
                columns.setdefault(inner, []).extend(value if isinstance(value, list) else [value])
        else:
            columns.setdefault(name, []).append(str(member) if isinstance(member, dict) else member)
    yield from columns.items()


def _windows_event(event: Mapping[str, Any]) -> Flat:
    system = event["System"]
    flat: Flat = dict(system) if system.__class__ is dict else {}
    for key, names in _ATTRIBUTES.items():
        value = flat.get(key)
        if value.__class__ is dict and len(value) == 1:
            attributes = value.get("#attributes")
            if attributes.__class__ is dict:
                del flat[key]
                for attribute, inner in attributes.items():
                    flat[names.get(attribute) or f"{key}_{attribute}"] = inner
    if dict in map(type, flat.values()):
        flat = dict(_headers(flat))
    guid = flat.get("Provider_Guid")
    if guid.__class__ is str:
        flat["Provider_Guid"] = with_braces(guid)
    for block in ("EventData", "UserData"):
        data = event.get(block)
        if data.__class__ is dict:
            _data(flat, data, block == "UserData")
    return flat


_ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "Provider": {"Name": "Provider_Name", "Guid": "Provider_Guid"},
    "TimeCreated": {"SystemTime": "TimeCreated"},
    "Correlation": {"ActivityID": "Correlation_ActivityID"},
    "Execution": {"ProcessID": "Execution_ProcessID", "ThreadID": "Execution_ThreadID"},
    "Security": {"UserID": "Security_UserID"},
}
"""Elements that have attributes in nearly every record; any other is looked into as well."""


def _headers(system: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the header's texts and attributes under names of their own."""
    for key, value in system.items():
        if value.__class__ is not dict:
            yield key, value
            continue
        name, attributes = key, value.get("#attributes")
        if key.endswith("_attributes"):
            name, attributes = key.removesuffix("_attributes"), value
        elif value.get("#text") is not None:
            yield key, value["#text"]
        if attributes.__class__ is dict:
            names = _ATTRIBUTES.get(name, {})
            for attribute, inner in attributes.items():
                yield names.get(attribute) or f"{name}_{attribute}", inner


_is_bare_guid = re.compile("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}").fullmatch
"""A GUID as the evtx library (and evtx_dump) writes it: in upper case, without the braces that
Windows and the rules have. One that a program logged as text, in lower case, is left alone."""


def with_braces(text: str) -> str:
    """Return a bare GUID with the braces that Windows writes; any other text as it is."""
    return f"{{{text}}}" if len(text) == _GUID_LENGTH and _is_bare_guid(text) else text


def _data(flat: Flat, data: Mapping[str, Any], nested: bool) -> None:
    """Add the event's own fields. They never replace a header field of the same name."""
    if " " not in "".join(data) and _HEADERS.isdisjoint(data):
        guids: Flat = {}
        for name, value in data.items():
            if value.__class__ is str:
                if len(value) == _GUID_LENGTH and _is_bare_guid(value):
                    guids[name] = f"{{{value}}}"
            elif value.__class__ is dict:
                break
        else:  # nearly every event: nothing to look into, nothing to rename
            flat.update(data)
            flat.update(guids)
            return
    for key, value in data.items():
        if key == "#attributes":
            continue
        if value.__class__ is dict:
            if key == "Data":
                value = value.get("#text")
            elif nested:
                _data(flat, value, True)
                continue
            else:
                value = value["#text"] if "#text" in value else dict(_dotted(value, "", 0))
                if isinstance(value, dict):
                    flat.update((f"{key}.{inner}", one) for inner, one in value.items())
                    continue
        name = key.replace(" ", "") if " " in key else key
        if name not in flat or name not in _HEADERS:
            flat[name] = with_braces(value) if value.__class__ is str else value


_HEADERS = frozenset(("Channel", "EventID", "Computer", "EventRecordID", "Provider_Name"))


def _winlogbeat(record: Mapping[str, Any]) -> Flat:
    """Lift ``winlog.event_data`` to bare names; everything else keeps its dotted name."""
    flat: Flat = {}
    rest: Flat = {}
    for name, value in _dotted(record, "", 0):
        for prefix in ("winlog.event_data.", "winlog.user_data."):
            if name.startswith(prefix):
                flat[name.removeprefix(prefix)] = value
                break
        else:
            rest[name] = value
    lifted = {sigma: rest.pop(name) for name, sigma in _WINLOG.items() if name in rest}
    return {**lifted, **{k: v for k, v in flat.items() if k not in lifted}, **rest}


_WINLOG = {
    "winlog.channel": "Channel",
    "winlog.event_id": "EventID",
    "winlog.provider_name": "Provider_Name",
    "winlog.computer_name": "Computer",
    "winlog.record_id": "EventRecordID",
}


def flat_name(path: str) -> str:
    """Return the name that a member at a dotted path of a Winlogbeat or ECS record is given."""
    for prefix in ("winlog.event_data.", "winlog.user_data."):
        if path.startswith(prefix):
            return path.removeprefix(prefix).replace(" ", "")
    return _WINLOG.get(path, path).replace(" ", "")
