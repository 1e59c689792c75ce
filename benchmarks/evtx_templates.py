"""Templates of Windows events, as Windows 10 has them, and records as instances of them."""

import struct
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from evtx_values import (
    BINXML,
    FILETIME,
    GUID,
    HEX64,
    NOTHING,
    SID,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Value,
    encoder,
    guid_value,
    number_value,
    sid_value,
    text_value,
    time_value,
)
from recordings import WindowsEvent

_NAMESPACE = "http://schemas.microsoft.com/win/2004/08/events/event"


@dataclass(frozen=True, slots=True)
class Element:
    """An XML element of a template.

    Attributes:
        attributes: Names, and values as BinXML tokens.
        content: Elements, and BinXML tokens.
        depends: The substitution without which the element is left out; 0xFFFF for none.
    """

    name: str
    attributes: tuple[tuple[str, bytes], ...] = ()
    content: "tuple[Element | bytes, ...]" = ()
    depends: int = 0xFFFF


@dataclass(frozen=True, slots=True)
class Instance:
    """A template with the values put into it; the same key stands for the same root.

    Attributes:
        inner: Takes the place of the last value.
    """

    key: tuple[object, ...]
    root: Element
    values: Sequence[Value]
    inner: "Instance | None" = None

    @property
    def guid(self) -> bytes:
        """Return the template's GUID in bytes; its first four are the number Windows calls it."""
        return _guid(self.key)


def _constant(text: str) -> bytes:
    _, data = text_value(text)
    return b"\x05\x01" + struct.pack("<H", len(data) // 2) + data


def _optional(number: int, kind: int) -> bytes:
    return struct.pack("<BHB", 0x0E, number, kind)


@cache
def system_template(computer: str) -> Element:
    """Return the template around all events of a computer, its values numbered as by Windows."""

    def leaf(name: str, number: int, kind: int) -> Element:
        return Element(name, (), (_optional(number, kind),), number)

    def bearing(name: str, *wanted: tuple[str, int, int]) -> Element:
        return Element(name, tuple((one, _optional(n, kind)) for one, n, kind in wanted))

    qualifiers = (("Qualifiers", _optional(4, UINT16)),)
    system = (
        bearing("Provider", ("Name", 14, STRING), ("Guid", 15, GUID)),
        Element("EventID", qualifiers, (_optional(3, UINT16),), 3),
        leaf("Version", 11, UINT8),
        leaf("Level", 0, UINT8),
        leaf("Task", 2, UINT16),
        leaf("Opcode", 1, UINT8),
        leaf("Keywords", 5, HEX64),
        bearing("TimeCreated", ("SystemTime", 6, FILETIME)),
        leaf("EventRecordID", 10, UINT64),
        bearing("Correlation", ("ActivityID", 7, GUID), ("RelatedActivityID", 13, GUID)),
        bearing("Execution", ("ProcessID", 8, UINT32), ("ThreadID", 9, UINT32)),
        leaf("Channel", 16, STRING),
        Element("Computer", (), (_constant(computer),)),
        bearing("Security", ("UserID", 12, SID)),
    )
    inside = (Element("System", (), system), _optional(17, BINXML))
    return Element("Event", (("xmlns", _constant(_NAMESPACE)),), inside, 17)


def system_instance(event: WindowsEvent, record: int) -> Instance:
    """Return what one record holds; ``record`` is used where the event brings no number."""
    values = [NOTHING] * 18
    values[0] = number_value(UINT8, event.level)
    values[1] = number_value(UINT8, event.opcode)
    values[2] = number_value(UINT16, event.task)
    values[3] = number_value(UINT16, event.event_id)
    values[5] = number_value(HEX64, event.keywords)
    values[6] = time_value(event.time)
    values[7] = guid_value(event.activity) if event.activity else NOTHING
    values[8] = number_value(UINT32, event.process)
    values[9] = number_value(UINT32, event.thread)
    values[10] = number_value(UINT64, event.record or record)
    values[11] = number_value(UINT8, event.version)
    values[12] = sid_value(event.user) if event.user else NOTHING
    values[14] = text_value(event.provider)
    values[15] = guid_value(event.guid) if event.guid else NOTHING
    values[16] = text_value(event.channel)
    root = system_template(event.computer)
    return Instance(("System", event.computer), root, values, _data_instance(event))


def _data_instance(event: WindowsEvent) -> Instance:
    names = tuple(name for name, _ in event.data)
    values = [
        NOTHING if value is None else encoder(event.provider, name)(str(value))
        for name, value in event.data
    ]
    kinds = tuple(kind for kind, _ in values)
    key = (event.provider, event.event_id, event.version, names)
    return Instance(key, _data_template(names, kinds), values)


@cache
def _data_template(names: tuple[str, ...], kinds: tuple[int, ...]) -> Element:
    fields = tuple(
        Element(
            "Data",
            (("Name", _constant(name)),) if name else (),
            (struct.pack("<BHB", 0x0D, number, kind or STRING),),
        )
        for number, (name, kind) in enumerate(zip(names, kinds, strict=True))
    )
    return Element("EventData", (), fields)


@cache
def _guid(key: tuple[object, ...]) -> bytes:
    return uuid.uuid5(uuid.NAMESPACE_URL, repr(key)).bytes_le
