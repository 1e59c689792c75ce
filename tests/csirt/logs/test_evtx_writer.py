"""The EVTX that benchmarks are measured on is what Windows would have written."""

import re
import struct
from pathlib import Path
from typing import Any

import orjson
import pytest
from evtx import PyEvtxParser

ROOT = Path(__file__).parents[3]
REGRESSION = ROOT.parent / "shared" / "sigma" / "regression_data"
CHUNK = 4096
GUID = re.compile(r"[\dA-F]{8}(-[\dA-F]{4}){3}-[\dA-F]{12}")


def records(path: Path) -> list[dict[str, Any]]:
    """Return the events of a log whose checksums must be right."""
    found = PyEvtxParser(str(path), validate_checksums=True).records_json()
    return [orjson.loads(record["data"])["Event"] for record in found]


def flat(number: int, **data: object) -> dict[str, object]:
    """Return an event as nxlog sends it."""
    return {
        "SourceName": "Microsoft-Windows-Sysmon",
        "ProviderGuid": "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
        "Hostname": "pc1.city.example",
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": 1,
        "TimeCreated": "2026-11-22T01:02:03.456Z",
        "RecordNumber": number,
        **data,
    }


def test_values_come_back_as_windows_types_them(writer: Any, tmp_path: Path) -> None:
    """A GUID, a SID, a number, a truth value and a text each come back as from a real log."""
    sid = "S-1-5-21-1-2-4294967295-500"
    guid = "{01234567-89AB-CDEF-0123-456789ABCDEF}"
    data = {
        "ProcessGuid": guid,
        "TargetSid": sid,
        "ProcessId": "4711",
        "LogonId": "0x3e7",
        "Initiated": "true",
        "CommandLine": 'cmd /c "市役所 😀"',
        "ParentImage": None,
        "LogonGuid": "-",
    }
    out = tmp_path / "one.evtx"
    assert writer.write_evtx([flat(7, **data)], out) == 1
    event = records(out)[0]
    assert event["System"]["EventRecordID"] == 7
    assert event["System"]["TimeCreated"]["#attributes"]["SystemTime"].startswith(
        "2026-11-22T01:02:03.456"
    )
    assert event["EventData"] == data | {
        "ProcessGuid": guid.strip("{}"),
        "ProcessId": 4711,
        "Initiated": True,
        "ParentImage": "",
    }


def test_many_chunks_keep_every_record_in_order(writer: Any, tmp_path: Path) -> None:
    """A log of several chunks has all records in order; only one too long for any is left out."""
    events = [flat(n, **{f"Field{n % 50}": "x" * (n * 37 % 9000)}) for n in range(1, 200)]
    events.insert(100, flat(1000, CommandLine="x" * 40_000))
    out = tmp_path / "many.evtx"
    assert writer.write_evtx(events, out) == 199
    assert [event["System"]["EventRecordID"] for event in records(out)] == list(range(1, 200))
    log = out.read_bytes()
    chunks = [log[begin : begin + 65536] for begin in range(CHUNK, len(log), 65536)]
    assert len(chunks) > 10
    for chunk in chunks:
        (used,) = struct.unpack_from("<I", chunk, 48)
        assert max(struct.unpack_from("<96I", chunk, 128)) < used <= len(chunk)


def test_no_events_make_an_empty_log(writer: Any, tmp_path: Path) -> None:
    """Without events there is a log without records, not a broken file."""
    out = tmp_path / "none.evtx"
    assert writer.write_evtx([], out) == 0
    assert records(out) == []


@pytest.mark.slow
@pytest.mark.skipif(not REGRESSION.is_dir(), reason="../shared is not here")
def test_real_sysmon_records_are_written_again_as_they_were(writer: Any, tmp_path: Path) -> None:
    """A record that Windows wrote, written again, differs in its templates' numbers only."""
    compared = 0
    for path in sorted(REGRESSION.rglob("*.evtx")):
        events = records(path)
        if len(events) > 1 or not events[0]["System"]["Channel"].endswith("Sysmon/Operational"):
            continue
        out = tmp_path / "again.evtx"
        writer.write_evtx([as_shipped(events[0])], out)
        real, ours = (file.read_bytes()[CHUNK : CHUNK + 65536] for file in (path, out))
        assert real[128:384] == ours[128:384], path  # where each name stands
        when = struct.unpack_from("<Q", ours, 512 + 16)[0]
        assert masked(real, when) == masked(ours, when), path
        compared += 1
    assert compared > 150


def masked(chunk: bytes, when: int) -> bytes:
    """Return the first record without what cannot be known.

    That is: template numbers, when Windows wrote the record down, and parts of a microsecond of
    ``when`` the event happened.
    """
    record = bytearray(chunk[512 : 512 + struct.unpack_from("<I", chunk, 516)[0]])
    record[16:24] = bytes(8)
    record[-11:-4] = bytes(7)  # Windows fills up with whatever was in memory
    for found in list(re.finditer(rb"\x0f\x01\x01\0\x0c\x01", record)):
        record[found.end() : found.end() + 4] = bytes(4)
        record[found.end() + 12 : found.end() + 28] = bytes(16)
    for tick in range(10):
        record = record.replace(struct.pack("<Q", when + tick), bytes(8))
    return bytes(record)


def as_shipped(event: dict[str, Any]) -> dict[str, object]:
    """Return a real event as nxlog would have sent it."""
    system = event["System"]
    provider = system["Provider"]["#attributes"]
    data = {name: as_text(value) for name, value in event["EventData"].items()}
    return {
        **data,
        "SourceName": provider["Name"],
        "ProviderGuid": as_text(provider["Guid"]),
        "Hostname": system["Computer"],
        "Channel": system["Channel"],
        "EventID": system["EventID"],
        "Version": system["Version"],
        "Level": system["Level"],
        "Task": system["Task"],
        "OpcodeValue": system["Opcode"],
        "Keywords": system["Keywords"],
        "TimeCreated": system["TimeCreated"]["#attributes"]["SystemTime"],
        "RecordNumber": system["EventRecordID"],
        "ExecutionProcessID": system["Execution"]["#attributes"]["ProcessID"],
        "ThreadID": system["Execution"]["#attributes"]["ThreadID"],
        "UserID": system["Security"]["#attributes"]["UserID"],
        "AccountType": "User",
    }


def as_text(value: object) -> object:
    """Return a value as Windows' XML has it, where the evtx package drops braces and types."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"{{{value}}}" if GUID.fullmatch(value) else value
    return str(value)
