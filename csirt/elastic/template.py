"""The index Kanmon brings: one document an event, its fields as in the log, found without case."""

from collections.abc import Mapping

from csirt.elastic.query import MAX_TERM

LOG = "log"
"""Object that holds the event's fields, flat, by their names in the log."""
META = "kanmon"
"""Object that says where the event came from."""
NORMALIZER = "kanmon_lowercase"

Body = dict[str, object]


def index_template(prefix: str, *, shards: int = 1, lifecycle: str = "") -> Body:
    """Return the body of ``PUT _index_template``.

    - ``subobjects: false``: a field name with dots is one name, so ``a`` and ``a.b`` cannot clash.
    - every field of the log is a keyword in lower case, whatever JSON type it came with, so two
      documents cannot disagree about a type;
    - ``ignore_above`` is as long as a Lucene term can certainly be; a longer value is kept in
      ``_source`` and the field's name put into ``_ignored``, which every query asks for;
    - more fields than the limit are not refused but put into ``_ignored`` as well.

    An index a month instead of a data stream: a document's id is unique within one index, so a
    repeated ingest finds its own documents again; after a data stream's rollover it would not.

    ``lifecycle`` names an ILM policy of the cluster; empty sets none.
    """
    settings: Body = {
        "number_of_shards": shards,
        "analysis": {
            "normalizer": {NORMALIZER: {"type": "custom", "filter": ["lowercase"]}},
        },
        "mapping.total_fields.limit": 5000,
        "mapping.total_fields.ignore_dynamic_beyond_limit": True,
        "mapping.field_name_length.limit": 1024,
        "refresh_interval": "5s",
        "codec": "best_compression",
    }
    if lifecycle:
        settings["lifecycle.name"] = lifecycle
    return {
        "index_patterns": [f"{prefix}-*"],
        "priority": 500,
        "template": {"settings": {"index": settings}, "mappings": _mappings()},
        "_meta": {"made_by": "kanmon", "format": 1},
    }


def _mappings() -> Body:
    keyword: Mapping[str, object] = {
        "type": "keyword",
        "normalizer": NORMALIZER,
        "ignore_above": MAX_TERM,
    }
    return {
        "dynamic": "strict",
        "properties": {
            # date and not date_nanos, which refuses years before 1970 and after 2262.
            "@timestamp": {"type": "date"},
            META: {
                "properties": {
                    "source": {"type": "keyword", "ignore_above": MAX_TERM},
                    "record": {"type": "long"},
                    "ingested": {"type": "date"},
                    # True for an event whose fields could not be indexed: always a candidate.
                    "opaque": {"type": "boolean"},
                    "raw": {"type": "keyword", "index": False, "doc_values": False},
                }
            },
            LOG: {"type": "object", "subobjects": False, "dynamic": True},
        },
        "dynamic_templates": [
            {
                "log_fields": {
                    "path_match": f"{LOG}.*",
                    "match_mapping_type": "*",
                    "mapping": {**keyword},
                }
            }
        ],
        "date_detection": False,
        "numeric_detection": False,
    }
