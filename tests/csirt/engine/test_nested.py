"""Records of EVTX judged as they were read: never otherwise than the same records made flat."""

import itertools
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from csirt.engine import nested as nested_module
from csirt.engine.matcher import Matcher
from csirt.engine.nested import NestedMatcher
from csirt.engine.plan import NOTHING
from csirt.logs import layout as layout_module
from csirt.logs.blocks import read_blocks
from csirt.logs.records import number_of, raw_records
from csirt.logs.shapes import flatten
from csirt.ruleset import RuleSet
from kanmon.inputs import find_inputs
from tests.csirt.engine.nested_events import EVENTS, FIELDS, GUID, PROVIDER, attributes

CREATION = {"product": "windows", "category": "process_creation"}
SECURITY = {"product": "windows", "service": "security"}
RULES = {
    "image": (CREATION, {"s": {"Image|endswith": "\\a.exe"}, "condition": "s"}),
    "same image": (CREATION, {"s": {"Image|fieldref": "ParentImage"}, "condition": "s"}),
    "joined user": (CREATION, {"s": {"User": "DOM\\bob"}, "condition": "s"}),
    "no parent": (CREATION, {"s": {"ParentImage": None, "Image|contains": "a"}, "condition": "s"}),
    "not": (
        CREATION,
        {"s": {"Image|contains": "\\"}, "f": {"User": "bob"}, "condition": "s and not f"},
    ),
    "guid": (SECURITY, {"s": {"EventID": 4719, "Guid": f"{{{GUID}}}"}, "condition": "s"}),
    "header guid": (SECURITY, {"s": {"Provider_Guid": f"{{{PROVIDER}}}"}, "condition": "s"}),
    "number": (SECURITY, {"s": {"Count|gt": 3}, "condition": "s"}),
    "computer": (SECURITY, {"s": {"Computer": "PC1", "Provider_Name": "P"}, "condition": "s"}),
    "other id": (SECURITY, {"s": {"EventID": [1, "4688"]}, "condition": "not s"}),
    "spaced": (SECURITY, {"s": {"ObjectName|contains": "a"}, "condition": "s"}),
    "event type": (
        {"product": "windows", "category": "registry_add"},
        {"s": {"TargetObject|contains": "a"}, "condition": "s"},
    ),
    "classic": (
        {"product": "windows", "category": "ps_classic_start"},
        {"s": {"Data|contains": "HostName=a"}, "condition": "s"},
    ),
    "word": ({"product": "windows"}, {"k": ["mimikatz"], "condition": "k"}),
    "word in braces": ({"product": "windows"}, {"k": [f"{{{GUID}}}"], "condition": "k"}),
}
CERTAIN = [
    (1, {"Image": "C:\\A.exe", "ParentImage": "c:\\a.exe", "User": "x"}),
    (4688, {"NewProcessName": "a", "SubjectUserName": "bob", "SubjectDomainName": "dom"}),
    (4719, {"Guid": GUID, "Count": "4", "Text": GUID}),
    (4663, {"Object Name": "a", "Text": "Mimikatz"}),
    (12, {"EventType": "CreateKey", "TargetObject": "a"}),
    (400, {"Data": {"#text": ["x", "HostName=a"]}}),
]
"""Events of which each rule matches one."""
HEADER_NUMBER = 7


@pytest.fixture
def ruleset(load: Any) -> RuleSet:
    """Return the rules above."""
    rules, skips = load(
        *(
            {
                "title": title,
                "id": f"6f3e2d51-0000-4000-8000-{number:012d}",
                "logsource": source,
                "detection": detection,
            }
            for number, (title, (source, detection)) in enumerate(RULES.items())
        )
    )
    assert not skips
    return rules  # type: ignore[no-any-return]


def same(flat: Matcher, nested: NestedMatcher, record: Any) -> tuple[int, ...]:
    """Assert that both ways say the same of a record; return the rules that match."""
    event = flatten(record)
    expected = flat.judge(event)
    outcome, number, made_flat = nested.judge(orjson.dumps(record), HEADER_NUMBER)
    assert outcome == expected
    if outcome.hits:
        assert (number, made_flat) == (number_of(record, HEADER_NUMBER), event)
        for rule in outcome.hits:
            assert nested.matcher.explain(rule, made_flat) == flat.explain(rule, event)
    return outcome.hits


@pytest.mark.parametrize("limit", [0, 24_000_000])
@pytest.mark.parametrize("learn_after", [0, 2])
def test_a_nested_record_is_judged_like_the_flat_one(
    ruleset: RuleSet, limit: int, learn_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EVTX の記録は、平らにせずに判定しても、平らにした時と同じ結果・根拠・集計になる。"""
    monkeypatch.setattr(nested_module, "LEARN_AFTER", learn_after)

    @settings(
        max_examples=300,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(groups=EVENTS)
    def check(groups: list[list[dict[str, Any]]]) -> None:
        flat, nested = ruleset.matcher(), NestedMatcher(ruleset.matcher())
        flat._budget.limit = nested.matcher._budget.limit = limit
        for event in itertools.chain.from_iterable(groups):
            same(flat, nested, {"Event": event})
            flat.trim()
            nested.matcher.trim()
        assert sorted(nested.matcher.take_seen()) == sorted(flat.take_seen())

    check()


def test_every_rule_matches_a_nested_record(
    ruleset: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """平らにせずに判定しても、どの書き方のルールも当たる（比べる相手が空ではない）。"""
    monkeypatch.setattr(nested_module, "LEARN_AFTER", 0)
    flat, nested = ruleset.matcher(), NestedMatcher(ruleset.matcher())
    channels = {int(kind.split(" ", 1)[0]): kind.split(" ", 1)[1] for kind in FIELDS}
    hit: set[str] = set()
    for event_id, data in CERTAIN:
        system = {
            "Provider": attributes(Name="P", Guid=PROVIDER),
            "EventID": {**attributes(Qualifiers=0), "#text": event_id},
            "TimeCreated": attributes(SystemTime="2026-11-23T00:00:00Z"),
            "Channel": channels[event_id],
            "Computer": "pc1",
        }
        for _ in range(2):  # once to learn the layout, once by what was learnt
            rules = same(flat, nested, {"Event": {"System": system, "EventData": data}})
            hit |= {ruleset.rules[rule].title for rule in rules}
    assert hit == set(RULES)


@pytest.mark.parametrize(
    "record", [{"Evil": {"System": {}}}, {"Event": None}, {"Event": "text"}, {"Event": [1]}, {}]
)
def test_a_record_that_is_no_event_stops_nothing(ruleset: RuleSet, record: Any) -> None:
    """根の要素が Event でないなど、細工された記録があっても、調査は最後まで進む。"""
    flat, nested = ruleset.matcher(), NestedMatcher(ruleset.matcher())
    for _ in range(2 * nested_module.LEARN_AFTER):
        assert same(flat, nested, record) == ()


SYSTEM = {
    "Provider": attributes(Name="P"),
    "EventID": 4688,
    "TimeCreated": attributes(SystemTime="2026-11-23T00:00:00Z"),
    "Channel": "Security",
    "Computer": "PC2",
}


def creation(image: Any, **others: Any) -> bytes:
    """Return the JSON of a record of a process."""
    data = {"NewProcessName": image, **others}
    return orjson.dumps({"Event": {"System": SYSTEM, "EventData": data}})


@pytest.fixture
def made_flat(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the records that are made flat from now on."""
    records: list[Any] = []

    def counted(record: Any) -> Any:
        records.append(record)
        return flatten(record)

    monkeypatch.setattr(nested_module, "flatten", counted)
    return records


def test_records_that_no_rule_matches_are_not_made_flat(
    ruleset: RuleSet, made_flat: list[Any]
) -> None:
    """当たらない記録は平らにしない（速さのための近道が、実際に使われている）。"""
    nested = NestedMatcher(ruleset.matcher())
    for number in range(nested_module.LEARN_AFTER + 1):
        nested.judge(creation(f"first{number}"))
    made_flat.clear()
    for number in range(50):
        assert nested.judge(creation(f"none{number}")) == (NOTHING, 0, {})
    assert made_flat == []
    outcome, _, event = nested.judge(creation("C:\\a.exe"))
    assert outcome.hits
    assert event["NewProcessName"] == "C:\\a.exe"
    assert len(made_flat) == 1


def test_a_new_field_is_learnt_from_one_record(ruleset: RuleSet, made_flat: list[Any]) -> None:
    """見慣れた種類の記録に新しい項目が現れたら、その 1 件だけを平らにして覚える。"""
    nested = NestedMatcher(ruleset.matcher())
    for number in range(nested_module.LEARN_AFTER + 1):
        nested.judge(creation(f"first{number}"))
    made_flat.clear()
    for number in range(20):
        nested.judge(creation(f"none{number}", Further=number, Other=None))
    assert len(made_flat) == 1


def test_records_that_are_never_alike_are_judged_flat(
    ruleset: RuleSet, made_flat: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """毎回違う項目名を並べた細工の記録でも、覚え直しには限りがあり、判定は変わらない。"""
    monkeypatch.setattr(nested_module, "LEARN_AFTER", 0)
    nested = NestedMatcher(ruleset.matcher())
    for number in range(2 * layout_module.MAX_CHANGES):
        outcome, _, _ = nested.judge(creation("C:\\a.exe", **{f"Odd{number}": 1}))
        assert outcome.hits
    made_flat.clear()
    assert nested.judge(creation("none"))[0] is NOTHING
    assert len(made_flat) == 1, "no longer tried"


@pytest.mark.parametrize("odd", [True, 1.0, "1", [1], None])
def test_an_event_id_of_another_type_is_not_taken_for_the_same(
    load: Any, odd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """イベント ID の 1 と true などは、同じ種類として扱わない。"""
    ruleset, _ = load(
        {
            "title": "one",
            "id": "6f3e2d51-0000-4000-8000-000000000001",
            "logsource": {"product": "windows", "service": "security"},
            "detection": {"s": {"EventID": 1, "EventType": 1}, "condition": "s"},
        }
    )
    monkeypatch.setattr(nested_module, "LEARN_AFTER", 0)
    flat, nested = ruleset.matcher(), NestedMatcher(ruleset.matcher())
    header = {"TimeCreated": attributes(SystemTime="x"), "Channel": "Security"}
    # The event id behind the time: where records may begin alike and yet be of another kind.
    for event_id, further in ((1, "A"), (1, "A"), (odd, "B"), (1, "B"), (odd, "A")):
        for value in (1, True, odd):
            event = {
                "System": {**header, "EventID": event_id},
                "EventData": {"EventType": value, further: 1},
            }
            same(flat, nested, {"Event": event})
    assert sorted(nested.matcher.take_seen()) == sorted(flat.take_seen())


def registry(**members: Any) -> dict[str, Any]:
    """Return a record of the registry: its plan depends on ``EventType``."""
    system = {
        "Provider": attributes(Name="P"),
        "EventID": 12,
        "TimeCreated": attributes(SystemTime="2026-11-23T00:00:00Z"),
        "Correlation": attributes(ActivityID=GUID),
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        **members.pop("System", {}),
    }
    return {"Event": {"System": system, "EventData": {"TargetObject": "a", **members}}}


ODD_AMONG_ALIKE = {
    "a list by which a plan is chosen": registry(EventType=["CreateKey", "x"]),
    "a truth value there": registry(EventType=True),
    "nothing there": registry(),
    "null for an element": registry(EventType="CreateKey", System={"Correlation": None}),
    "no data": {"Event": {**registry()["Event"], "EventData": None}},
}


@pytest.mark.parametrize("name", ODD_AMONG_ALIKE)
def test_an_odd_record_among_alike_ones_is_judged_like_the_flat_one(
    ruleset: RuleSet, name: str
) -> None:
    """同じ種類の記録が続くなかに変わった記録が混じっても、結果も集計も平らにした時と同じ。"""
    flat, nested = ruleset.matcher(), NestedMatcher(ruleset.matcher())
    usual = registry(EventType="CreateKey")
    for record in [usual] * (nested_module.LEARN_AFTER + 2) + [ODD_AMONG_ALIKE[name], usual] * 2:
        same(flat, nested, record)
    assert sorted(nested.matcher.take_seen()) == sorted(flat.take_seen())


@pytest.mark.slow
def test_real_records_are_judged_alike(sigmahq: RuleSet, shared: Path) -> None:
    """実物の EVTX の全記録 × SigmaHQ の全ルールで、両方のやり方の結果が一致する。"""
    flat, nested = sigmahq.matcher(), NestedMatcher(sigmahq.matcher())
    records = hits = 0
    for item in find_inputs([shared / "sigma" / "regression_data"])[0]:
        for block in read_blocks(item, []):
            if block.kind == "evtx":
                for _, record, _ in raw_records(block, []):
                    records += 1
                    hits += len(same(flat, nested, record))
    assert records == 238
    assert hits > 300
