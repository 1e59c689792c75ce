"""The layout of a nested Windows event: equal only where every field stands in the same place."""

from typing import Any

import pytest

from csirt.logs.layout import layout_of

ALONE: dict[str, Any] = {"#attributes": {}}
HEADER = {"Channel": "Security", "EventID": 1, "A": None, "B": None}
BASE: dict[str, Any] = {"System": HEADER, "EventData": {"X": 1}}


def with_header(**members: Any) -> dict[str, Any]:
    """Return the event with other members in its header."""
    return {**BASE, "System": {**HEADER, **members}}


DIFFERENT = {
    "another channel": with_header(Channel="System"),
    "another event id": with_header(EventID=2),
    "an event id as text": with_header(EventID="1"),
    "one header member more": with_header(C=None),
    "attributes on the one": with_header(A=ALONE),
    "attributes on the other": with_header(B=ALONE),
    "an attribute": with_header(A={"#attributes": {"Name": "x"}}),
    "an attribute on each": with_header(A={"#attributes": {"N": "x"}}, B={"#attributes": {"M": 1}}),
    "both on the first": with_header(A={"#attributes": {"N": "x", "M": 1}}, B=ALONE),
    "nested data beside attributes": {
        **with_header(B={"#attributes": {"M": 1}}),
        "EventData": {"Data": {"#text": "x"}},
    },
    "text, and data as plain as that": {
        **with_header(B={"#attributes": {"M": 1}, "#text": "y"}),
        "EventData": {"Data": "x"},
    },
    "text beside attributes": with_header(A={"#attributes": {"Name": "x"}, "#text": "y"}),
    "another field": {**BASE, "EventData": {"Y": 1}},
    "no field": {**BASE, "EventData": None},
    "nested data": {**BASE, "EventData": {"Data": {"#text": "x"}}},
    "plain data": {**BASE, "EventData": {"Data": "x"}},
}
LEFT_ALONE: dict[str, dict[str, Any]] = {
    "no header": {"EventData": {"X": 1}},
    "an empty header": {"System": {}, "EventData": {"Channel": "Security", "EventID": 1}},
    "no channel": with_header(Channel=None),
    "no event id": with_header(EventID=None),
    "an event id that is a truth value": with_header(EventID=True),
    "a channel that is a list": with_header(Channel=["Security"]),
    "a header that is text": {"System": "x"},
    "data that is text": {**BASE, "EventData": "x"},
    "user data": {**BASE, "UserData": {"Y": {"Z": 1}}},
    "elements in the header": with_header(A={"Inner": "x"}),
    "a text that is null": with_header(A={"#attributes": {}, "#text": None}),
    "attributes that are no object": with_header(A={"#attributes": 5}),
    "elements in the data": {**BASE, "EventData": {"X": {"Inner": "x"}}},
    "attributes of the data": {**BASE, "EventData": {"#attributes": {"Name": "x"}, "X": 1}},
}


def test_events_whose_fields_stand_elsewhere_have_different_layouts() -> None:
    """項目の並びや置き場所が違う記録どうしを、同じ形と取り違えない。"""
    layouts = [layout_of(event) for event in (BASE, *DIFFERENT.values())]
    assert None not in layouts
    assert len(set(layouts)) == len(layouts)


def test_events_that_differ_in_values_only_have_one_layout() -> None:
    """値だけが違う記録は、同じ形として扱う。"""
    other = with_header(A=None) | {"EventData": {"X": ["many", "values"]}}
    assert layout_of(other) == layout_of(BASE)


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_is_nested_otherwise_is_left_to_be_made_flat(name: str) -> None:
    """見慣れない入れ子の記録は近道を使わず、平らにしてから判定する。"""
    assert layout_of(LEFT_ALONE[name]) is None
