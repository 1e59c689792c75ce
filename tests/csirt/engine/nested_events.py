"""Windows events as the evtx package nests them, usual and odd ones, for property tests."""

from typing import Any

from hypothesis import strategies as st

GUID = "0CCE922B-69AE-11D9-BED3-505054503030"
PROVIDER = "54849625-5478-4994-A5BA-3E3B0328C30D"
"""Another one: records that hold the keyword are always judged flat."""
ODD = st.sampled_from([None, 4, 3.0, True, "", "3", ["a", None], [GUID, "bob"], "mimikatz", GUID])


def field(*values: str) -> st.SearchStrategy[Any]:
    """Return one of the values that rules ask for, or something odd."""
    return st.one_of(st.sampled_from(values), st.sampled_from(values), ODD)


IMAGE = field("C:\\a.exe", "c:\\A.EXE", "b")
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "1 Microsoft-Windows-Sysmon/Operational": {
        "Image": IMAGE,
        "ParentImage": IMAGE,
        "User": field("bob", "DOM\\bob"),
        "Message": field("x"),
    },
    "4688 Security": {
        "NewProcessName": IMAGE,
        "ParentProcessName": IMAGE,
        "SubjectUserName": field("bob"),
        "SubjectDomainName": field("DOM"),
    },
    "4719 Security": {"Guid": field(GUID, GUID.lower()), "Count": field("4"), "User": field("a")},
    "4663 Security": {"Object Name": field("a"), "ObjectName": field("b"), "Level": field("x")},
    "12 Microsoft-Windows-Sysmon/Operational": {
        "EventType": field("CreateKey", "DeleteKey"),
        "TargetObject": field("a"),
        "Computer": field("PC9"),
    },
    "400 Windows PowerShell": {
        "Data": field("HostName=a"),
        "EventID": field("1"),
        "LogName": field("Security"),
    },
}


def attributes(**values: Any) -> dict[str, Any]:
    """Return an element as the evtx package gives it when it has attributes only."""
    return {"#attributes": values}


def plain_data_of(kind: str) -> st.SearchStrategy[Any]:
    """Return what stands in the event's own part in nearly every record."""
    fields = FIELDS[kind]
    return st.one_of(
        st.fixed_dictionaries(fields),
        st.fixed_dictionaries(fields),
        st.fixed_dictionaries({}, optional=fields),
        st.none(),
    )


def odd_data_of(kind: str) -> st.SearchStrategy[Any]:
    """Return what may stand there as well."""
    usual = st.fixed_dictionaries({}, optional=FIELDS[kind])
    return st.one_of(
        st.sampled_from(["text", {**attributes(Name="x"), "Image": "C:\\a.exe"}]),
        st.builds(lambda value: {"Data": {"#text": value}, "Binary": None}, field("HostName=a")),
        st.builds(lambda inner: {"Inner": {**attributes(a="b"), **inner}}, usual),
    )


HEADERS: list[dict[str, Any]] = [
    {"Provider": attributes(Name="P", Guid=PROVIDER), "Computer": "PC1", "EventRecordID": 3},
    {"Provider": attributes(Name="P", Guid=PROVIDER), "Computer": None, "EventRecordID": "3"},
    {"Provider": attributes(Name="PowerShell"), "Computer": "pc2"},
    {"Provider": None, "Computer": {"Odd": "x"}},
    {"Provider": attributes(Name="P"), "Correlation": attributes(), "Security": None},
    {"Provider": attributes(Name="P"), "Correlation": None, "Security": attributes()},
    {"Provider": attributes(Name="P"), "Security": {**attributes(UserID="S-1-5-18"), "#text": "x"}},
    {"Provider": attributes(Name="P"), "Level": "4", "Security": attributes(UserID="S-1-5-18")},
]


def events_of(kind: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return what stands below ``Event`` in several records of one kind, alike in their header."""
    event_id, channel = kind.split(" ", 1)
    time = attributes(SystemTime="2026-11-23T00:00:00Z")
    number = st.sampled_from([int(event_id), int(event_id), event_id, None, True])
    with_text = st.builds(lambda n: {**attributes(Qualifiers=0), "#text": n}, number)
    system = st.builds(
        lambda header, number, channel: {
            **header,
            "EventID": number,
            "TimeCreated": time,
            "Channel": channel,
        },
        st.sampled_from(HEADERS),
        st.one_of(st.just(int(event_id)), st.just(int(event_id)), number, with_text),
        st.sampled_from([channel] * 9 + [None]),
    )
    plain, odd = plain_data_of(kind), odd_data_of(kind)
    rest = st.fixed_dictionaries({"EventData": plain})
    odd_rest = st.fixed_dictionaries(
        {"EventData": st.one_of(plain, odd)},
        optional={"UserData": st.one_of(st.none(), plain, odd)},
    )
    return st.builds(
        lambda header, rests: [{"System": header, **one} for one in rests],
        st.one_of(system, system, system, system, st.none()),
        # One odd record can keep those after it from being read by what was learnt.
        st.one_of(
            st.lists(rest, min_size=3, max_size=8),
            st.lists(odd_rest, min_size=1, max_size=8),
            st.lists(odd_data_of(kind).map(lambda data: {"EventData": data}), max_size=8),
        ),
    )


EVENTS = st.lists(st.sampled_from(sorted(FIELDS)).flatmap(events_of), min_size=1, max_size=4)
