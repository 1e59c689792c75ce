"""Values of Windows events as BinXML has them: each field of the type that Windows gives it."""

import re
import struct
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

from csirt.logs.clock import parse_time

Value = tuple[int, bytes]
"""Type of a BinXML value, and its bytes."""
NULL, STRING, UINT8, UINT16, UINT32, UINT64 = 0x00, 0x01, 0x04, 0x06, 0x08, 0x0A
BOOLEAN, GUID, FILETIME, SID, HEX32, HEX64, BINXML = 0x0D, 0x0F, 0x11, 0x13, 0x14, 0x15, 0x21
_FORMATS = {
    UINT8: "<B", UINT16: "<H", UINT32: "<I", UINT64: "<Q", BOOLEAN: "<I", HEX32: "<I", HEX64: "<Q"
}  # fmt: skip
NOTHING: Value = (NULL, b"")

_BEGIN = datetime(1601, 1, 1, tzinfo=UTC)

_GUIDS = re.compile(r"guid$|^(?:Layer|Callout|Filter|Provider)Key$|^TransactionId$", re.I)
_SIDS = re.compile(r"(?:Sid|SID)$|^MandatoryLabel$|^Remote(?:User|Machine)ID$")
_TIMES = frozenset(["ProcessCreationTime", "ClientCreationTime", "NewTime", "PreviousTime"])
_TEXTS = frozenset(
    ["NewValue", "OldValue", "Details", "StartAddress", "CommandLine", "QueryStatus"]
)
_BOOLEANS = frozenset(["Initiated", "SourceIsIpv6", "DestinationIsIpv6", "IsExecutable"])
_NUMBERS = {
    UINT64: "ClientProcessStartKey FilterId FilterRTID LayerRTID ProcessID Weight",
    UINT32: "ClientProcessId CountOfCredentialsReturned EventCountTotal EventIdx KeyLength LayerId"
    " LogonType MessageNumber MessageTotal NewThreadId ParentProcessId ProcessId Protocol"
    " RestrictedSidCount ReturnCode RpcCallClientLocality Session SourceProcessId SourceThreadId"
    " TargetProcessId TerminalSessionId Type",
    UINT16: "HiveNameLength MiniportNameLen VolumeNameLength",
}
_NUMBER = {name: kind for kind, names in _NUMBERS.items() for name in names.split()}
_WIDE = re.compile(r"(?:LogonId|ProcessId|HandleId|SourceId)$", re.I)


def text_value(text: str) -> Value:
    """Return the text as UTF-16."""
    return STRING, text.encode("utf-16-le", "replace")


def number_value(kind: int, number: int) -> Value:
    """Return the number in as many bytes as its type has."""
    return kind, struct.pack(_FORMATS[kind], number)


def time_value(moment: datetime) -> Value:
    """Return the instant as FILETIME, to the microsecond."""
    return FILETIME, struct.pack("<Q", (moment - _BEGIN) // timedelta(microseconds=1) * 10)


def guid_value(text: str) -> Value:
    """Return a GUID in braces as its 16 bytes, anything else as text."""
    if re.fullmatch(r"\{[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}\}", text):
        return GUID, uuid.UUID(text).bytes_le
    return text_value(text)


def sid_value(text: str) -> Value:
    """Return a SID in bytes, anything else as text."""
    if not re.fullmatch(r"S-1-\d{1,10}(?:-\d{1,10}){1,15}", text):
        return text_value(text)
    authority, *parts = (int(part) for part in text.split("-")[2:])
    if max(parts) >= 2**32:
        return text_value(text)
    head = struct.pack(">BBHI", 1, len(parts), 0, authority)
    return SID, head + struct.pack(f"<{len(parts)}I", *parts)


@cache
def encoder(provider: str, name: str) -> Callable[[str], Value]:
    """Return how an event's field of that name is written; what does not fit is written as text."""
    if _GUIDS.search(name):
        return guid_value
    if _SIDS.search(name):
        return sid_value
    if name in _TEXTS:
        return text_value
    if name in _BOOLEANS:
        return lambda text: (
            number_value(BOOLEAN, text == "true") if text in ("true", "false") else text_value(text)
        )
    if name in _TIMES:
        return _instant
    number = _NUMBER.get(name)
    if provider == "Microsoft-Windows-Sysmon" and name in ("SourcePort", "DestinationPort"):
        number = UINT16
    wide = _WIDE.search(name) is not None
    return lambda text: _numeric(text, number, wide)


def _instant(text: str) -> Value:
    moment = parse_time(text) if text.endswith("Z") else None
    return text_value(text) if moment is None else time_value(moment)


def _numeric(text: str, kind: int | None, wide: bool) -> Value:
    if re.fullmatch(r"0x(?:0|[1-9a-f][\da-f]{0,15})", text):
        number = int(text, 16)
        return number_value(HEX64 if wide or number >= 2**32 else HEX32, number)
    if kind is not None and re.fullmatch(r"0|[1-9]\d{0,18}", text):
        number = int(text)
        if number < 256 ** struct.calcsize(_FORMATS[kind]):
            return number_value(kind, number)
    return text_value(text)
