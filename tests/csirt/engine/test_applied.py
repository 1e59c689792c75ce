"""Rules put aside because they ask for another event id: only those that could never match."""

from typing import Any

import pytest

from csirt.compile.expression import And, Is, Not, Or, Test
from csirt.engine.conditions import required_values

SECURITY = {"product": "windows", "service": "security"}
EVENT_IDS: list[int | str] = [1, 4624, 4625, 4688, "4688"]
CONDITIONS: dict[str, tuple[dict[str, Any], list[int | str]]] = {
    "one id": ({"s": {"EventID": 4688}, "condition": "s"}, [4688, "4688"]),
    "several": ({"s": {"EventID": [4624, "4688"]}, "condition": "s"}, [4624, 4688]),
    "either": (
        {"a": {"EventID": 4624}, "b": {"EventID": 4625}, "condition": "a or b"},
        [4624, 4625],
    ),
    "id or another field": (
        {"a": {"EventID": 4624}, "b": {"X": "y"}, "condition": "a or b"},
        EVENT_IDS,
    ),
    "not": ({"s": {"EventID": 4624}, "condition": "not s"}, [1, 4625, 4688]),
    "not among": (
        {"s": {"X": "y"}, "f": {"EventID": [1, 4625]}, "condition": "s and not f"},
        [4624, 4688],
    ),
    "wildcard": ({"s": {"EventID": "46*"}, "condition": "s"}, [4624, 4625, 4688, "4688"]),
    "number": ({"s": {"EventID|gte": 4688}, "condition": "s"}, [4688, "4688"]),
    "pattern": ({"s": {"EventID|re": "^46[28]"}, "condition": "s"}, [4624, 4625, 4688]),
    "nested": (
        {
            "a": {"EventID": 4624, "X": "y"},
            "b": {"EventID": 4688, "X": "z"},
            "condition": "1 of them",
        },
        [4624],
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_rule_is_asked_wherever_its_event_id_can_match(name: str, load: Any) -> None:
    """イベント ID の書き方がどうであれ、当たるはずの記録でルールが飛ばされない。"""
    detection, ids = CONDITIONS[name]
    ruleset, skips = load(
        {
            "title": name,
            "id": "6f3e2d51-0000-4000-8000-000000000001",
            "logsource": SECURITY,
            "detection": detection,
        }
    )
    assert not skips
    matcher = ruleset.matcher()
    hit = [
        event_id
        for event_id in EVENT_IDS
        if matcher.judge({"Channel": "Security", "EventID": event_id, "X": "y"}).hits
    ]
    assert [str(one) for one in hit] == [
        str(one) for one in EVENT_IDS if str(one) in {str(wanted) for wanted in ids}
    ]


def test_required_values_are_known_where_every_way_leads_through_them() -> None:
    """どの道でも必ず要るイベント ID だけが、前もって除くのに使われる。"""
    one, two = Is("EventID", Test("equals", "1")), Is("EventID", Test("equals", "A"))
    other = Is("X", Test("equals", "1"))
    assert required_values(one, "EventID") == {"1"}
    assert required_values(Or((one, two)), "EventID") == {"1", "a"}
    assert required_values(And((other, Or((one, two)))), "EventID") == {"1", "a"}
    assert required_values(Or((one, other)), "EventID") is None
    assert required_values(Not(one), "EventID") is None
    assert required_values(other, "EventID") is None
