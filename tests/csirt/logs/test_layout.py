"""What records that begin alike are made of: only what fits is read, every field in its place."""

from functools import reduce
from operator import attrgetter
from typing import Any

import msgspec
import orjson
import pytest

from csirt.logs import layout as layout_module
from csirt.logs.layout import Layout, Reader
from csirt.logs.shapes import flatten

GUID = "0CCE922B-69AE-11D9-BED3-505054503030"
HEADER: dict[str, Any] = {
    "Provider": {"#attributes": {"Name": "P", "Guid": GUID}},
    "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 1},
    "Correlation": None,
    "Channel": "Security",
}


def record(header: Any = HEADER, **blocks: Any) -> dict[str, Any]:
    """Return a record as the evtx package gives it."""
    return {"Event": {"#attributes": {"xmlns": "x"}, "System": header, **blocks}}


BASE = record(EventData={"X": 1, "Object Name": "a", "Y": GUID})
USER_DATA = record(UserData={"Info": {"#attributes": {"xmlns": "y"}, "X": "a"}})


def reader_of(*records: dict[str, Any]) -> Reader:
    """Return what reads records that were all learnt from."""
    layout = Layout()
    for one in records:
        layout.learn(one)
    reader = layout.reader()
    assert reader is not None
    return reader


def fields(reader: Reader, one: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a record that have a value, as the reader finds them."""
    read = reader.read(orjson.dumps(one))
    found = {}
    for name, place in reader.where.items():
        try:
            found[name] = place.shown(attrgetter(place.attribute)(read))
        except AttributeError:
            continue
    return {name: value for name, value in found.items() if value is not None}


FITTING = {
    "the same": BASE,
    "other values": record({**HEADER, "Channel": "x"}, EventData={"X": [1, "b"], "Y": 2.5}),
    "another order": record(dict(reversed(HEADER.items())), EventData={"Y": True, "X": None}),
    "no field": record(EventData={}),
    "no block": record(),
}


@pytest.mark.parametrize("name", FITTING)
def test_a_record_that_fits_has_the_fields_of_the_flat_one(name: str) -> None:
    """覚えた形で読んだ項目と値は、平らにした時の項目と値に一致する。"""
    flat = flatten(FITTING[name])
    expected = {field: value for field, value in flat.items() if value is not None}
    assert fields(reader_of(BASE), FITTING[name]) == expected


def test_nested_data_and_user_data_have_places() -> None:
    """名前のない Data や、UserData の中の項目も、平らにした時と同じ名前で読める。"""
    classic = record(EventData={"Data": {"#text": ["a", "b"]}, "Binary": None})
    for one in (classic, USER_DATA):
        expected = {field: value for field, value in flatten(one).items() if value is not None}
        assert fields(reader_of(one), one) == expected
    assert "X" in reader_of(USER_DATA).where


def test_what_was_null_may_have_names_and_be_null_again() -> None:
    """空だった要素に中身のある記録が来ても、両方を読める。"""
    related = record({**HEADER, "Correlation": {"#attributes": {"ActivityID": GUID}}})
    reader = reader_of(record(), related)
    assert fields(reader, related)["Correlation_ActivityID"] == GUID
    assert "Correlation_ActivityID" not in fields(reader, record())


NOT_FITTING = {
    "another field": record(EventData={"Z": 1}),
    "another header": record({**HEADER, "Level": 1}),
    "another attribute": record({**HEADER, "Provider": {"#attributes": {"EventSourceName": "E"}}}),
    "a value for an element": record({**HEADER, "Provider": "P"}),
    "null for an element": record({**HEADER, "Provider": None}),
    "an element for a value": record(EventData={"X": {"#text": "a"}}),
    "another block": record(UserData={"X": 1}),
    "an event id that is a truth value": record({**HEADER, "EventID": {"#text": True}}),
    "an event id that is a fraction": record({**HEADER, "EventID": {"#text": 1.0}}),
    "an event id that is null": record({**HEADER, "EventID": {"#text": None}}),
    "a channel that is a number": record({**HEADER, "Channel": 1}),
    "a channel that is null": record({**HEADER, "Channel": None}),
    "a list for the event": {"Event": [1]},
    "something beside the event": {**BASE, "_source": {"Event": {}}},
}


@pytest.mark.parametrize("name", NOT_FITTING)
def test_a_record_with_anything_else_is_refused(name: str) -> None:
    """覚えた形に少しでも合わない記録は、その形では読まない。"""
    with pytest.raises(msgspec.DecodeError):
        reader_of(BASE).read(orjson.dumps(NOT_FITTING[name]))


MADE_FLAT = {
    "no header": [{"Event": {"EventData": {"X": 1}}}],
    "a header that is text": [{"Event": {"System": "x", "EventData": {"X": 1}}}],
    "channel and event id elsewhere": [record({"A": 1}, EventData={"Channel": "S", "EventID": 1})],
    "elements in the header": [record({**HEADER, "A": {"Inner": "x"}})],
    "elements in the data": [record(EventData={"X": {"Inner": "x"}})],
    "a field of the header's name": [record({**HEADER, "Level": 1}, EventData={"Level": 2})],
    "two fields of one name": [record(EventData={"Object Name": 1, "ObjectName": 2})],
    "a field in both blocks": [record(EventData={"X": 1}, UserData={"I": {"X": 2}})],
    "a value, later an element": [BASE, record(EventData={"X": {"#text": "a"}}), BASE],
    "an element, later a value": [BASE, record({**HEADER, "Provider": "P"})],
    "attributes that are a value": [record(EventData={"#attributes": 1})],
    "something beside the event": [BASE, {**BASE, "_source": {"Event": {}}}],
    "no event": [{"Events": {}}],
    "a name that cannot be looked for": [record(EventData={'a"b': 1})],
    "too many names": [record(EventData={f"N{n}": n for n in range(layout_module.MAX_NAMES)})],
    "elements without end": [record(UserData=reduce(lambda x, _: {"I": x}, range(900), {}))],
    "ever new names": [record(EventData={f"N{n}": n}) for n in range(layout_module.MAX_CHANGES)]
    + [BASE],
}


@pytest.mark.parametrize("name", MADE_FLAT)
def test_what_has_no_place_of_its_own_is_left_to_be_made_flat(name: str) -> None:
    """置き場所が 1 つに決まらない項目がある記録には近道を使わず、平らにしてから判定する。"""
    layout = Layout()
    for one in MADE_FLAT[name]:
        layout.learn(one)
    assert layout.reader() is None


@pytest.mark.parametrize("name", ["too many names", "ever new names", "elements without end"])
def test_a_forged_log_does_not_fill_the_memory_with_names(name: str) -> None:
    """項目名を際限なく並べた細工のログでは、覚えるのをやめて、覚えたものも手放す。"""
    layout = Layout()
    for one in MADE_FLAT[name]:
        layout.learn(one)
    assert layout._tree == {}
    assert not layout.learn(record(EventData={"Another": 1}))
    assert layout.reader() is None


def test_only_what_is_new_changes_a_layout() -> None:
    """値だけが違う記録からは、覚え直さない。"""
    layout = Layout()
    assert layout.learn(BASE)
    assert not layout.learn(FITTING["other values"])
    assert not layout.learn(NOT_FITTING["an event id that is a truth value"])
    assert layout.learn(NOT_FITTING["null for an element"])
    assert layout.learn(NOT_FITTING["another field"])
