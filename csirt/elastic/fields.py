"""What an index offers to the rules, read from the server."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from csirt.elastic.connection import Server, retrying, whole
from csirt.elastic.query import IndexField, IndexFields
from csirt.elastic.template import LOG, META
from csirt.logs.shapes import flat_name
from kanmon.errors import ServiceError

OWN_PREFIX = f"{LOG}."


def read_fields(server: Server, index: str) -> IndexFields:
    """Return the fields of every index behind ``index``, by the names the matcher reads.

    The type of a field that cannot be asked for its value is told as ``unsearchable`` or
    ``nested`` (inside such an object), which cannot even be asked for presence, ``conflicting``
    (other types in other indices) or ``normalized`` (values changed by the index's own rules).

    Raises:
        ServiceError: no such index, or the server does not answer.
    """
    capabilities = retrying(
        server,
        lambda: whole(
            server, server.client.field_caps(index=index, fields="*", filters="-metadata").body
        ),
    )
    if not capabilities["indices"]:
        hint = "--index の名前を確かめてください。取り込みの前なら kanmon csirt es setup から"
        raise ServiceError(f"索引 {index} がありません", where=server.where, hint=hint)
    mappings = retrying(server, lambda: server.client.indices.get_mapping(index=index))
    known: dict[str, tuple[IndexField, ...]] = {}
    own = is_own(capabilities["fields"])
    normalized = _normalized(dict(mappings).values())
    nested = tuple(
        f"{path}." for path, kinds in capabilities["fields"].items() if "nested" in kinds
    )
    for path, kinds in sorted(capabilities["fields"].items()):
        types = {kind: info for kind, info in kinds.items() if kind not in _NO_VALUES}
        if not types or (own and not path.startswith(OWN_PREFIX)):
            continue
        name = path.removeprefix(OWN_PREFIX) if own else flat_name(path)
        kind = "nested" if path.startswith(nested) else _type_of(types)
        if kind == "keyword" and path in normalized and not own:
            kind = "normalized"
        listed = kind == "keyword" and all(info["aggregatable"] for info in types.values())
        item = IndexField(path, kind, lowered=own, listed=listed)
        known[name] = (*known.get(name, ()), item)
    complete = all(_is_complete(body["mappings"]) for body in dict(mappings).values()) and not any(
        "flattened" in kinds for kinds in capabilities["fields"].values()
    )
    return IndexFields(known, complete, OWN_PREFIX if own else "")


_NO_VALUES = ("object", "nested", "unmapped")


def _type_of(types: Mapping[str, Mapping[str, Any]]) -> str:
    if not all(info.get("searchable", True) for info in types.values()):
        return "unsearchable"
    return next(iter(types)) if len(types) == 1 else "conflicting"


def _normalized(mappings: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the paths of fields whose values the index changes before it keeps them."""
    found: set[str] = set()

    def look(node: Mapping[str, Any], prefix: str) -> None:
        for key in ("properties", "fields"):
            for name, child in node.get(key, {}).items():
                if "normalizer" in child:
                    found.add(prefix + name)
                look(child, f"{prefix}{name}.")

    for body in mappings:
        look(body["mappings"], "")
    return frozenset(found)


def is_own(fields: Mapping[str, Any]) -> bool:
    """Return whether the index was made by ``es setup``."""
    return f"{META}.record" in fields and f"{META}.opaque" in fields


def _is_complete(mappings: Mapping[str, Any]) -> bool:
    """Return whether every field in ``_source`` must be in the mapping too."""
    return all(value not in ("false", False) for value in _limits(mappings))


def _limits(node: Mapping[str, Any]) -> Iterator[object]:
    if "dynamic" in node:
        yield node["dynamic"]
    if node.get("enabled") is False:
        yield False
    for child in node.get("properties", {}).values():
        yield from _limits(child)
