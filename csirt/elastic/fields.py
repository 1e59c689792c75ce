"""What an index offers to the rules, read from the server."""

from collections.abc import Iterator, Mapping
from typing import Any

from csirt.elastic.connection import Server, retrying, whole
from csirt.elastic.query import IndexField, IndexFields
from csirt.elastic.template import LOG, META
from csirt.logs.shapes import flat_name
from kanmon.errors import ServiceError

OWN_PREFIX = f"{LOG}."


def read_fields(server: Server, index: str) -> IndexFields:
    """Return the fields of every index behind ``index``, by the names the matcher reads.

    A field with different types in several indices is listed with each of them.

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
    for path, kinds in sorted(capabilities["fields"].items()):
        for kind in sorted(kinds):
            if kind in ("object", "nested", "unmapped"):
                continue
            searchable = all(info.get("searchable", True) for info in kinds.values())
            name = path.removeprefix(OWN_PREFIX) if own else flat_name(path)
            if own and not path.startswith(OWN_PREFIX):
                continue
            item = IndexField(path, kind if searchable else "unsearchable", lowered=own)
            known[name] = (*known.get(name, ()), item)
    complete = all(_is_complete(body["mappings"]) for body in dict(mappings).values())
    return IndexFields(known, complete, OWN_PREFIX if own else "")


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
