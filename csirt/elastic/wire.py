"""JSON on its way to the server and back: read fast, and counted."""

import json
from dataclasses import dataclass, field
from typing import Any

import orjson
from elasticsearch.serializer import (
    CompatibilityModeJsonSerializer,
    JsonSerializer,
    Serializer,
)

from csirt.logs.records import well_formed


@dataclass(slots=True)
class Bytes:
    """What went over the wire, before any compression."""

    sent: int = 0
    received: int = 0


@dataclass(slots=True)
class CountingJson(JsonSerializer):
    """The client's JSON serialiser with a faster reader."""

    counted: Bytes = field(default_factory=Bytes)

    def for_all_types(self) -> dict[str, Serializer]:
        """Return the serialisers of a client that uses this one for all its JSON."""
        types = (JsonSerializer.mimetype, CompatibilityModeJsonSerializer.mimetype)
        return dict.fromkeys(types, self)

    def json_dumps(self, data: Any) -> bytes:
        """Return the body of a request."""
        body: bytes = orjson.dumps(data, default=self.default)
        self.counted.sent += len(body)
        return body

    def json_loads(self, data: bytes) -> Any:
        """Return what the server answered; what orjson refuses is read as from a log file."""
        self.counted.received += len(data)
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            return well_formed(json.loads(data))
