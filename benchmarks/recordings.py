"""The recorded Windows events in ../shared, and the records that Windows had written for them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from csirt.logs.blocks import read_blocks
from csirt.logs.clock import parse_time
from csirt.logs.records import read_records
from kanmon.inputs import InputFile, find_inputs

SHARED = Path(__file__).parents[2] / "shared"

_SHIPPING = frozenset((
    "@timestamp", "@version", "host", "port", "tags", "type", "Message", "Hostname", "SourceName",
    "ProviderGuid", "Channel", "EventID", "Version", "Level", "Task", "Opcode", "OpcodeValue",
    "Keywords", "TimeCreated", "EventTime", "EventReceivedTime", "Severity", "SeverityValue",
    "EventTypeOrignal", "RecordNumber", "ExecutionProcessID", "ThreadID", "ActivityID",
    "RelatedActivityID", "Category", "SourceModuleName", "SourceModuleType",
    "ERROR_EVT_UNRESOLVED",
))  # fmt: skip
"""Never event data: what nxlog and Logstash add, and what belongs into System."""
_ACCOUNT = frozenset(("UserID", "AccountName", "AccountType", "Domain"))
"""nxlog's reading of the account in System/Security, where AccountType is among them."""
_LEVELS = {"CRITICAL": 1, "ERROR": 2, "WARNING": 3, "INFO": 4, "VERBOSE": 5}
_AUDITS = ("AUDIT_SUCCESS", "AUDIT_FAILURE")
_SEVERITIES = {1: 5, 2: 4, 3: 3, 4: 2, 5: 1}
"""nxlog's SeverityValue: Windows level."""
_UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WindowsEvent:
    """One event as its record in a Windows log has it.

    Attributes:
        guid: Of the provider, and of the activity: as logged, empty when unknown.
        keywords: Unsigned 64 bits.
        time: Aware.
        record: EventRecordID on the computer that wrote it; 0 when unknown.
        user: SID of System/Security; empty when unknown.
        data: Event data by name, in the recording's order; the name is empty where there is only
            the text of the message.
    """

    provider: str
    guid: str
    event_id: int
    version: int
    level: int
    task: int
    opcode: int
    keywords: int
    time: datetime
    record: int
    activity: str
    process: int
    thread: int
    channel: str
    computer: str
    user: str
    data: tuple[tuple[str, object], ...]


def recordings() -> list[InputFile]:
    """Return the JSON logs among the Security-Datasets."""
    files, _ = find_inputs([SHARED / "security-datasets"])
    return [item for item in files if item.name.endswith(".json") and "__MACOSX" not in item.name]


def recorded_events(files: Iterable[InputFile]) -> Iterator[dict[str, object]]:
    """Yield the flat events of the files in order."""
    for item in files:
        for block in read_blocks(item, []):
            for _, event in read_records(block, []):
                yield event


def windows_event(flat: Mapping[str, object]) -> WindowsEvent:
    """Return what the log had of an event that nxlog or a PowerShell export has made flat."""
    inside = "ExecutionProcessID" not in flat and isinstance(flat.get("ProcessID"), int)
    return WindowsEvent(
        provider=_text(flat, "SourceName"),
        guid=_text(flat, "ProviderGuid"),
        event_id=_number(flat, "EventID"),
        version=_number(flat, "Version"),
        level=_level(flat),
        task=_number(flat, "Task"),
        opcode=_number(flat, "OpcodeValue"),
        keywords=_number(flat, "Keywords") % 2**64,
        time=_time(flat),
        record=_number(flat, "RecordNumber"),
        activity=_text(flat, "ActivityID"),
        process=_number(flat, "ProcessID" if inside else "ExecutionProcessID"),
        thread=_number(flat, "ThreadID"),
        channel=_text(flat, "Channel"),
        computer=_text(flat, "Hostname"),
        user=_text(flat, "UserID") if "AccountType" in flat else "",
        data=tuple(_data(flat, inside)),
    )


def _data(flat: Mapping[str, object], process_in_header: bool) -> Iterator[tuple[str, object]]:
    left_out = _SHIPPING | _ACCOUNT if "AccountType" in flat else _SHIPPING
    if process_in_header:
        left_out |= {"ProcessID"}
    kind = flat.get("EventType")
    if kind in _LEVELS or kind in _AUDITS:
        left_out |= {"EventType"}
    names = [name for name in flat if name not in left_out]
    yield from ((name, flat[name]) for name in names)
    if not names and flat.get("Message"):
        # Classic events have unnamed data, which nxlog keeps in the text of the message only.
        yield "", flat["Message"]


def _level(flat: Mapping[str, object]) -> int:
    kind = str(flat.get("EventType"))
    if "Level" in flat:
        return _number(flat, "Level")
    if kind in _AUDITS or _text(flat, "Channel").lower() == "security":
        return 0
    return _LEVELS.get(kind) or _SEVERITIES.get(_number(flat, "SeverityValue"), 4)


def _time(flat: Mapping[str, object]) -> datetime:
    for name in ("TimeCreated", "@timestamp", "EventTime"):
        moment = parse_time(_text(flat, name))
        if moment is not None:
            return moment
    return _UNKNOWN_TIME


def _number(flat: Mapping[str, object], name: str) -> int:
    value = str(flat.get(name, ""))
    return int(value, 0) if re.fullmatch(r"-?\d+|0[xX][\da-fA-F]+", value) else 0


def _text(flat: Mapping[str, object], name: str) -> str:
    value = flat.get(name)
    return "" if value is None else str(value)
