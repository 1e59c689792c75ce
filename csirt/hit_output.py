"""Hits for machines: the documented line of jsonl, and one json object of everything.

Both are written hit by hit, so that millions of hits need no memory. docs/detection.md holds the
contract.
"""

from collections.abc import Iterable
from typing import IO

import orjson

from csirt.alert import Alert
from csirt.model import Hit, JSONValue
from csirt.report import HuntSummary
from kanmon.dates import utc_text
from kanmon.render.data import json_line
from kanmon.run import Skip


def hit_record(hit: Hit) -> dict[str, object]:
    """Return the nine members of one hit, in the documented order.

    ``time`` is ISO 8601 in UTC with ``Z``, or None. ``matched`` maps each field to the value that
    matched, or to a list when one field matched with several; keywords stand under ``""``.
    """
    return {
        "rule_id": hit.rule.id,
        "rule_title": hit.rule.title,
        "level": hit.rule.level.slug,
        "time": utc_text(hit.time) if hit.time else None,
        "source": hit.source,
        "record": hit.record,
        "host": hit.host,
        "fields": dict(hit.fields),
        "matched": _matched(hit.matched),
    }


def write_jsonl(hits: Iterable[Hit], stream: IO[bytes]) -> None:
    """Write one line per hit, in the order given."""
    for hit in hits:
        stream.write(_line(hit_record(hit)))


def jsonl(hits: Iterable[Hit]) -> bytes:
    """Return one line per hit, in the order given."""
    return b"".join(_line(hit_record(hit)) for hit in hits)


def write_json(summary: HuntSummary, hits: Iterable[Hit], stream: IO[bytes]) -> None:
    """Write one object: judged, files, rules, skips, alerts, then every hit, one a line."""
    head = {
        "judged": summary.judged,
        "skipped": len(summary.skips),
        "files": summary.files,
        "rules": len(summary.rules),
        "hit_count": summary.hits,
        "skips": [_skip(skip) for skip in summary.skips],
    }
    for key, value in head.items():
        prefix = b"{" if key == "judged" else b""
        stream.write(prefix + orjson.dumps(key) + b":" + _line(value).rstrip(b"\n") + b",\n")
    stream.write(b'"alerts":[')
    for number, alert in enumerate(summary.alerts):
        stream.write((b",\n" if number else b"\n") + _alert_line(summary, alert))
    stream.write(b'\n],\n"hits":[')
    for number, hit in enumerate(hits):
        stream.write((b",\n" if number else b"\n") + _line(hit_record(hit)).rstrip(b"\n"))
    stream.write(b"\n]}\n")


def _alert_line(summary: HuntSummary, alert: Alert) -> bytes:
    return _line(
        {
            "fingerprint": alert.fingerprint,
            "rule_id": alert.rule.id,
            "rule_title": alert.rule.title,
            "level": alert.rule.level.slug,
            "disposition": summary.disposition(alert).slug,
            "first": utc_text(alert.first) if alert.first else None,
            "last": utc_text(alert.last) if alert.last else None,
            "count": alert.count,
            "host": alert.host,
            "user": alert.user,
            "command": alert.command,
            "matched": {item.field: list(item.values) for item in alert.matched},
            "tags": list(alert.rule.tags),
            "references": list(alert.rule.references),
            "falsepositives": list(alert.rule.falsepositives),
            "source": alert.hits[0].source,
            "record": alert.hits[0].record,
        }
    ).rstrip(b"\n")


def _matched(pairs: Iterable[tuple[str, str]]) -> dict[str, JSONValue]:
    values: dict[str, list[JSONValue]] = {}
    for name, value in pairs:
        held = values.setdefault(name, [])
        if value not in held:
            held.append(value)
    return {name: held[0] if len(held) == 1 else held for name, held in values.items()}


def _skip(skip: Skip) -> dict[str, str]:
    return {
        "path": skip.where.path,
        "place": skip.where.place,
        "reason": skip.reason,
        "hint": skip.hint,
    }


def _line(value: object) -> bytes:
    """Return ``value`` as JSON and a line feed.

    orjson is ten times faster but refuses lone surrogates and integers beyond 64 bits.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        return json_line({"": value})[4:-2].encode() + b"\n"
