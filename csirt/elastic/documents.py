"""An event as a document, and a document as the very event again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from csirt.elastic.bulk import Document
from csirt.elastic.template import LOG, META
from csirt.engine.judge import event_time
from csirt.logs.shapes import Flat, flatten
from csirt.pipeline import Pipelines
from kanmon.source import SourceRef
from kanmon.text import is_well_formed

UNDATED = "undated"
"""Suffix of the index for events without a readable time."""
_PLAIN = (str, int, bool, type(None))
_MAX_NAME = 512


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event was read: file and record number."""

    source: str
    record: int


def document_of(
    origin: Origin, event: Flat, pipelines: Pipelines, prefix: str, ingested: datetime
) -> Document:
    """Return the document of an event, in the index of the event's month.

    Its id is made of file name, record number and content. What an index cannot hold exactly
    (nested objects, fractions, broken text, strange names) makes the document opaque: kept as
    text, and a candidate of every rule.
    """
    text = _dump(event)
    moment = event_time(event, pipelines)
    head: dict[str, object] = {} if moment is None else {"@timestamp": _iso(moment)}
    meta = {
        "source": _encodable(origin.source),
        "record": origin.record,
        "ingested": _iso(ingested),
    }
    key = b"\0".join(
        (origin.source.encode("utf-8", "surrogateescape"), b"%d" % origin.record, text)
    )

    def plain() -> bytes:
        raw = {**meta, "opaque": True, "raw": text.decode()}
        return orjson.dumps({**head, META: raw})

    indexable = all(_fits(name, value) for name, value in event.items())
    body = orjson.dumps({**head, META: meta, LOG: event}) if indexable else plain()
    month = UNDATED if moment is None else moment.strftime("%Y.%m")
    return Document(
        index=f"{prefix}-{month}",
        id=hashlib.sha256(key).hexdigest()[:40],
        body=body,
        plain=plain,
        where=SourceRef(origin.source, f"record {origin.record}"),
        is_plain=not indexable,
    )


def event_of(source: Mapping[str, Any]) -> Flat:
    """Return the event of a document's ``_source``: our own format or anything the readers know."""
    meta = source.get(META)
    if isinstance(meta, dict) and "record" in meta:
        if meta.get("opaque"):
            raw: Flat = json.loads(meta["raw"])
            return raw
        own: Flat = source.get(LOG, {})
        return own
    return flatten(source)


def origin_of(hit: Mapping[str, Any], event: Flat) -> Origin:
    """Return where the event was read first; for a foreign index, index and record id."""
    meta = hit["_source"].get(META)
    if isinstance(meta, dict) and "record" in meta:
        return Origin(str(meta["source"]), int(meta["record"]))
    record = str(event.get("EventRecordID", ""))
    number = int(record) if record.isascii() and record.isdigit() else 0
    return Origin(f"{hit['_index']}/{hit['_id']}", number)


def _fits(name: str, value: object) -> bool:
    """Return whether the index gives exactly this field back to a query."""
    if not name or len(name) > _MAX_NAME or name.startswith(".") or name.endswith("."):
        return False
    if ".." in name or not name.isprintable():
        return False
    if isinstance(value, list):
        return all(_is_plain(one) for one in value)
    return _is_plain(value)


def _is_plain(value: object) -> bool:
    if not isinstance(value, _PLAIN):
        return False
    if isinstance(value, int):
        return -(1 << 63) <= value < 1 << 63
    return not isinstance(value, str) or value.isascii() or is_well_formed(value)


def _encodable(text: str) -> str:
    """Return a file name that JSON can carry; bytes that are no UTF-8 become ``\\udcxx``."""
    return text if is_well_formed(text) else text.encode("utf-8", "backslashreplace").decode()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _dump(event: Flat) -> bytes:
    try:
        return orjson.dumps(event)
    except (TypeError, orjson.JSONEncodeError):  # lone surrogates, integers beyond 64 bits
        return json.dumps(event).encode()
