"""Every shape of record people have gives the same flat fields."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csirt.logs.clock import names_offset, parse_time
from csirt.logs.shapes import flatten
from kanmon.dates import JST

WANTED = {
    "Channel": "Security",
    "EventID": 4688,
    "Provider_Name": "Microsoft-Windows-Security-Auditing",
    "Computer": "PC1",
    "NewProcessName": "C:\\a.exe",
    "CommandLine": "a -x",
}

SHAPES: dict[str, dict[str, Any]] = {
    "evtx_dump": {
        "Event": {
            "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
                "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 4688},
                "Channel": "Security",
                "Computer": "PC1",
            },
            "EventData": {"NewProcessName": "C:\\a.exe", "CommandLine": "a -x"},
        }
    },
    "attributes apart": {
        "Event": {
            "System": {
                "Provider_attributes": {"Name": "Microsoft-Windows-Security-Auditing"},
                "EventID": 4688,
                "Channel": "Security",
                "Computer": "PC1",
            },
            "EventData": {"NewProcessName": "C:\\a.exe", "CommandLine": "a -x"},
        }
    },
    "UserData": {
        "Event": {
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
                "EventID": 4688,
                "Channel": "Security",
                "Computer": "PC1",
            },
            "UserData": {
                "Inner": {
                    "#attributes": {"xmlns": "x"},
                    "NewProcessName": "C:\\a.exe",
                    "CommandLine": "a -x",
                }
            },
        }
    },
    "winlogbeat": {
        "@timestamp": "2026-04-01T00:00:00Z",
        "winlog": {
            "channel": "Security",
            "event_id": 4688,
            "provider_name": "Microsoft-Windows-Security-Auditing",
            "computer_name": "PC1",
            "event_data": {"NewProcessName": "C:\\a.exe", "CommandLine": "a -x"},
        },
    },
    "winlogbeat, dotted": {
        "winlog.channel": "Security",
        "winlog.event_id": 4688,
        "winlog.provider_name": "Microsoft-Windows-Security-Auditing",
        "winlog.computer_name": "PC1",
        "winlog.event_data.NewProcessName": "C:\\a.exe",
        "winlog.event_data.CommandLine": "a -x",
    },
    "flat": dict(WANTED),
}
SHAPES["Elastic export"] = {"_index": "w", "_id": "1", "_source": SHAPES["winlogbeat"]}
SHAPES["Elastic fields"] = {
    "_index": "w",
    "fields": {name: [value] for name, value in SHAPES["winlogbeat, dotted"].items()},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_fields(shape: str) -> None:
    """どの形で書き出されたログでも、同じ項目名と値になる。"""
    flat = flatten(SHAPES[shape])
    assert {name: flat.get(name) for name in WANTED} == WANTED


def test_nested_members_get_dotted_names_and_lists_become_several_values() -> None:
    """クラウドの監査ログの入れ子は「.」でつないだ名前に、配列は複数の値になる。"""
    record = {"a": {"b": {"c d": 1}}, "list": [{"x": 1}, {"x": [2, 3]}, "plain"], "empty": {}}
    assert flatten(record) == {
        "a.b.cd": 1,
        "list.x": [1, 2, 3],
        "list": ["plain"],
        "empty": {},
    }


def test_unnamed_data_keeps_all_its_values() -> None:
    """名前のない Data は、すべての値を持つ 1 つの項目になる。"""
    event = {
        "System": {"EventID": 400},
        "EventData": {"Data": {"#text": ["a", "b"]}, "Binary": None},
    }
    assert flatten({"Event": event}) == {"EventID": 400, "Data": ["a", "b"], "Binary": None}


def test_event_data_cannot_pose_as_the_header() -> None:
    """記録の中身が、チャネルやイベント ID を騙ることはできない。"""
    event = {
        "System": {"Channel": "Security", "EventID": 1},
        "EventData": {"Channel": "x", "EventID": 2},
    }
    assert flatten({"Event": event}) == {"Channel": "Security", "EventID": 1}


def test_very_deep_nesting_ends() -> None:
    """入れ子が深すぎる記録でも止まらない。"""
    record: dict[str, Any] = {}
    for _ in range(500):
        record = {"a": record}
    assert len(flatten(record)) == 1


MOMENT = datetime(2026, 4, 1, 0, 30, 15, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01T00:30:15.123456Z",
        "2026-04-01T00:30:15.1234567Z",
        "2026-04-01 00:30:15.123456",
        "2026-04-01T09:30:15.123456+09:00",
        "2026-04-01 00:30:15.123456789 UTC",
        "1775003415.123456",
        "1775003415123456",
        "1775003415123456000",
        "134194770151234560",
    ],
)
def test_times_are_read_as_logs_write_them(text: str) -> None:
    """ログに現れる時刻の書き方を、同じ瞬間として読む。"""
    moment = parse_time(text)
    assert moment is not None
    assert abs((moment - MOMENT).total_seconds()) < 1e-5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "12",
        "2026-13-01 00:00:00",
        "9" * 30,
        "99999999999999999999",
        "0001-12-31T23:59:59Z",
        "9999-01-01 00:00:00",
        "9999-12-31T23:59:59-05:00",
        "0001-01-01T00:00:00+09:00",
        "１７７５００３４１５",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    """時刻でない文字列は、時刻なしとして扱う。"""
    assert parse_time(text) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("116444736000000000", 1970),
        ("157469183999999999", 2099),
        ("157469184000000000", 1974),
        ("946684800000000000", 2000),
    ],
)
def test_a_filetime_is_told_from_nanoseconds_by_its_year(text: str, year: int) -> None:
    """18 桁の数は、1970～2099 年になるなら Windows の FILETIME、それ以外はナノ秒として読む。"""
    moment = parse_time(text)
    assert moment is not None
    assert moment.year == year


@given(st.datetimes(timezones=st.timezones()))
def test_every_time_read_has_a_day_before_and_after(moment: datetime) -> None:
    """読めた時刻はどれも、前後 1 日と日本時間を持つ。暦の端の時刻で処理が止まらない。"""
    read = parse_time(moment.isoformat())
    if read is not None:
        for days in (-1, 1):
            assert (read + timedelta(days=days)).astimezone(JST)


def test_a_time_with_an_offset_is_known_to_have_one() -> None:
    """時差の書かれた時刻とそうでない時刻を見分ける。"""
    with_offset = ("2026-04-01T00:00:00Z", "2026-04-01T00:00:00+09:00", "2026-04-01T00:00:00-0400")
    without = ("2026-04-01 00:00:00", "1775003415")
    told = [names_offset(text) for text in itertools.chain(with_offset, without)]
    assert told == [True] * 3 + [False] * 2


GUID = "0CCE922B-69AE-11D9-BED3-505054503030"


@pytest.mark.parametrize("block", ["EventData", "UserData"])
def test_a_guid_gets_back_the_braces_that_windows_writes(block: str) -> None:
    """EVTX を読むライブラリが落とす GUID の波括弧を戻す（監査の無効化などのルールが当たる）。"""
    inner = {"SubcategoryGuid": GUID, "Text": GUID.lower(), "Longer": f"{GUID}-1", "Braced": "{x}"}
    data = inner if block == "EventData" else {"Inner": {"#attributes": {"xmlns": "x"}, **inner}}
    provider = {"#attributes": {"Name": "P", "Guid": GUID}}
    flat = flatten({"Event": {"System": {"Provider": provider}, block: data}})
    assert flat == {
        "Provider_Name": "P",
        "Provider_Guid": f"{{{GUID}}}",
        **inner,
        "SubcategoryGuid": f"{{{GUID}}}",
    }


def test_attributes_that_are_none_do_no_harm() -> None:
    """属性のはずの所に数や文字列がある細工された記録でも、止まらない。"""
    system = {"Provider": {"#attributes": 5}, "Channel": {"#attributes": "x", "#text": "Security"}}
    assert flatten({"Event": {"System": system}}) == {"Channel": "Security"}
