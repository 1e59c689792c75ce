"""Events in the shapes logs really come in."""

import io
import json
import zipfile
from datetime import timedelta

PACKING_DATE = (2026, 11, 6, 8, 0, 0)


def iso(moment):
    """Return ISO 8601 in UTC with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def nested(number, item):
    """Return the shape evtx_dump writes."""
    channel, provider = item["log"]
    return {"Event": {
        "System": {
            "Provider": {"#attributes": {"Name": provider}}, "EventID": item["id"],
            "TimeCreated": {"#attributes": {"SystemTime": iso(item["at"])}},
            "EventRecordID": 30000 + number, "Channel": channel, "Computer": item["host"],
        },
        "EventData": item["data"],
    }}


def flat(_number, item):
    """Return the shape nxlog writes; its times are local, with the offset."""
    channel, provider = item["log"]
    local = (item["at"] + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%S.000+09:00")
    head = {"EventTime": local, "Hostname": item["host"], "EventID": item["id"]}
    return {**head, "SourceName": provider, "Channel": channel, **item["data"]}


def winlogbeat(number, item):
    """Return the shape Winlogbeat ships."""
    channel, provider = item["log"]
    return {
        "@timestamp": iso(item["at"]), "host": {"name": item["host"].split(".")[0].lower()},
        "event": {"code": str(item["id"]), "kind": "event", "provider": provider},
        "winlog": {
            "channel": channel, "provider_name": provider, "event_id": str(item["id"]),
            "computer_name": item["host"], "record_id": 70000 + number, "event_data": item["data"],
        },
    }


def exported(number, item):
    """Return the shape of a search result exported from Elastic."""
    index = ".ds-winlogbeat-2026.11.05-000001"
    return {"_index": index, "_id": f"k{number:06}", "_source": winlogbeat(number, item)}


def lines(events, shape=None):
    """Return NDJSON, in order of time."""
    items = list(events)
    if shape:
        ordered = sorted(items, key=lambda item: item["at"])
        items = [shape(number, item) for number, item in enumerate(ordered, 1)]
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode()


def packed(name, data):
    """Return a zip with one member, with a fixed date."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, PACKING_DATE), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()
