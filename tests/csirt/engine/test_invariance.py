"""What must not change a result: order, splitting, processes, memory, case, other fields."""

import gc
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csirt.compile.expression import from_json, to_json
from csirt.engine.nested import LEARN_AFTER, NestedMatcher
from csirt.hunt import hunt
from csirt.logs import blocks as blocks_module
from kanmon.inputs import find_inputs

SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1, "Computer": "PC1"}
RULES = [
    {
        "title": name,
        "id": f"6f3e2d51-0000-4000-8000-{number:012d}",
        "level": "high",
        "logsource": {"product": "windows", "category": "process_creation"},
        "detection": detection,
    }
    for number, (name, detection) in enumerate(
        {
            "tool": {"s": {"Image|endswith": "\\tool.exe"}, "condition": "s"},
            "both": {
                "s": {
                    "Image|endswith": ["\\tool.exe", "\\cmd.exe"],
                    "CommandLine|contains": " -enc ",
                },
                "f": {"User": "SYSTEM"},
                "condition": "s and not f",
            },
            "word": {"k": ["secret"], "condition": "k"},
            "number": {"s": {"CommandLine|re": "x[0-9]{2}"}, "condition": "s"},
            "none": {"s": {"User": None, "Image|contains": "cmd"}, "condition": "s"},
        }.items()
    )
]

EVENTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "Image": st.sampled_from(["C:\\tool.exe", "C:\\cmd.exe", "C:\\x.exe", "c:\\CMD.exe"]),
            "CommandLine": st.sampled_from(
                ["a -enc b", "x12", "X12 secret", "x1", "", "機密 -ENC "]
            ),
            "User": st.sampled_from(["SYSTEM", "bob", "Secret", None]),
            "UtcTime": st.sampled_from(["2026-04-01 00:00:00", "2026-04-01 00:00:01.5", "never"]),
        },
    ),
    min_size=1,
    max_size=12,
)
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def found(result: Any) -> list[tuple[str, bytes]]:
    """Return the hits without their place: rule and event, sorted."""
    return sorted((hit.rule.title, orjson.dumps(dict(hit.fields))) for hit in result.hits)


def full(events: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the events as records of process creation."""
    return [{**SYSMON, **event} for event in events]


@quick
@given(events=EVENTS, seed=st.randoms(use_true_random=False))
def test_order_of_events_does_not_change_the_hits(
    events: Any, seed: Any, load: Any, judge: Any
) -> None:
    """記録の並び順を変えても、同じ記録に同じルールが当たる。"""
    ruleset, _ = load(*RULES)
    shuffled = full(events)
    seed.shuffle(shuffled)
    assert found(judge(ruleset, full(events))) == found(judge(ruleset, shuffled))


@quick
@given(events=EVENTS, cut=st.integers(0, 12))
def test_splitting_a_file_does_not_change_the_hits(
    events: Any, cut: int, load: Any, judge: Any
) -> None:
    """1 つのファイルを 2 つに分けても、当たる記録は変わらない。"""
    ruleset, _ = load(*RULES)
    whole = found(judge(ruleset, full(events)))
    parts = found(judge(ruleset, full(events[:cut]))) + found(judge(ruleset, full(events[cut:])))
    assert whole == sorted(parts)


@quick
@given(events=EVENTS)
def test_an_unrelated_field_changes_nothing_and_a_dropped_one_only_removes(
    events: Any, load: Any, judge: Any
) -> None:
    """無関係なフィールドを足しても変わらず、必要なフィールドを消せば当たらなくなる。"""
    ruleset, _ = load(*RULES)
    titles = [(hit.rule.title, hit.record) for hit in judge(ruleset, full(events)).hits]
    more = [{**event, "Unrelated": "none of it"} for event in full(events)]
    assert [(hit.rule.title, hit.record) for hit in judge(ruleset, more).hits] == titles
    for field, rule in (("Image", "tool"), ("CommandLine", "both"), ("CommandLine", "number")):
        less = [{k: v for k, v in event.items() if k != field} for event in full(events)]
        assert rule not in {hit.rule.title for hit in judge(ruleset, less).hits}


@quick
@given(events=EVENTS)
def test_case_changes_only_what_a_regular_expression_finds(
    events: Any, load: Any, judge: Any
) -> None:
    """大文字・小文字を入れ替えても、正規表現以外の判定は変わらない。"""
    ruleset, _ = load(*RULES)
    swapped = [
        {k: v.swapcase() if isinstance(v, str) and k != "Channel" else v for k, v in event.items()}
        for event in full(events)
    ]
    one = [(h.rule.title, h.record) for h in judge(ruleset, full(events)).hits]
    two = [(h.rule.title, h.record) for h in judge(ruleset, swapped).hits]
    assert sorted(p for p in one if p[0] != "number") == sorted(p for p in two if p[0] != "number")


@quick
@given(events=EVENTS)
def test_forgetting_everything_after_each_event_changes_nothing(events: Any, load: Any) -> None:
    """覚えておく量を 0 にしても（メモリーが足りなくても）、結果は同じ。"""
    ruleset, _ = load(*RULES)
    usual, forgetful = ruleset.matcher(), ruleset.matcher()
    forgetful._budget.limit = 0
    for event in full(events):
        hits = usual.judge(event).hits
        assert forgetful.judge(event).hits == hits
        forgetful.trim()
        for rule in hits:  # even now the reasons are the right ones
            assert forgetful.explain(rule, event) == usual.explain(rule, event)


@pytest.mark.parametrize("odd", [True, 1.0, "1", [1], {"#text": 1}])
def test_an_odd_record_does_not_blind_the_rules_for_the_next(
    odd: Any, load: Any, judge: Any
) -> None:
    """イベント ID が true などの細工された記録を先に置かれても、次の記録を見落とさない。"""
    ruleset, _ = load(*RULES)
    good = {**SYSMON, "Image": "C:\\tool.exe"}
    for strange in ({**good, "EventID": odd}, {**good, "Channel": odd}):
        assert 2 in {hit.record for hit in judge(ruleset, [strange, good]).hits}


def test_the_tables_of_a_hunt_are_freed_with_it(load: Any) -> None:
    """1 つの調査が終われば、そのための表はすぐに手放される（続けて何度調べても増えない）。"""
    ruleset, _ = load(*RULES)
    system = {"EventID": 1, "TimeCreated": None, "Channel": SYSMON["Channel"]}
    record = {"Event": {"System": system, "EventData": {"Image": "C:\\tool.exe"}}}
    gc.collect()
    gc.disable()
    try:
        nested = NestedMatcher(ruleset.matcher())
        for _ in range(2 * LEARN_AFTER):  # what is learnt of alike records goes, too
            outcome, _, event = nested.judge(orjson.dumps(record))
        assert nested._alike
        assert nested.matcher.explain(outcome.hits[0], event)
        plan = weakref.ref(nested.matcher.place(event).plan)
        assert plan() is not None
        del nested
        assert plan() is None
    finally:
        gc.enable()


def test_block_size_and_processes_do_not_change_a_byte(
    load: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """読み込みの単位やプロセス数を変えても、結果は順番まで同じ。"""
    ruleset, _ = load(*RULES)
    lines = [
        orjson.dumps(
            {
                **SYSMON,
                "Image": "C:\\tool.exe",
                "CommandLine": f"x{n}",
                "UtcTime": f"2026-04-01 00:00:{n % 60:02}",
            }
        )
        for n in range(500)
    ]
    path = tmp_path / "many.json"
    path.write_bytes(b"\n".join(lines))
    items, _ = find_inputs([path])
    once = hunt(items, ruleset)
    assert len(once.hits) > 500
    for size, jobs in ((1_000, 1), (1_000, 2), (64, 1)):
        monkeypatch.setattr(blocks_module, "BLOCK_BYTES", size)
        again = hunt(items, ruleset, jobs=jobs)
        assert list(again.hits) == list(once.hits)
        assert (again.judged, again.skips, again.seen) == (once.judged, once.skips, once.seen)


def test_hits_are_ordered_by_time_file_record_and_rule(load: Any, tmp_path: Any) -> None:
    """一致は、時刻・ファイル・レコード・ルールの順に並ぶ。時刻の分からないものは最後。"""
    ruleset, _ = load(*RULES)
    for name, times in {
        "b.json": ["2026-04-01 00:00:02", "no"],
        "a.json": ["2026-04-01 00:00:02"] * 2,
    }.items():
        events = [
            {**SYSMON, "Image": "C:\\tool.exe", "CommandLine": "x12", "UtcTime": t} for t in times
        ]
        (tmp_path / name).write_bytes(b"\n".join(orjson.dumps(event) for event in events))
    items, _ = find_inputs([tmp_path / "b.json", tmp_path / "a.json"])
    hits = hunt(items[::-1], ruleset).hits
    assert [(Path(h.source).name, h.record, h.rule.title) for h in hits] == [
        ("a.json", 1, "tool"),
        ("a.json", 1, "number"),
        ("a.json", 2, "tool"),
        ("a.json", 2, "number"),
        ("b.json", 1, "tool"),
        ("b.json", 1, "number"),
        ("b.json", 2, "tool"),
        ("b.json", 2, "number"),
    ]
    assert hits[0].order == min(hit.order for hit in hits)


def test_expressions_survive_the_rule_cache(load: Any) -> None:
    """キャッシュに書いて読み戻した条件は、元と同じ。"""
    ruleset, _ = load(*RULES)
    for rule in range(len(ruleset.rules)):
        expression = ruleset.expression(rule)
        assert from_json(orjson.loads(orjson.dumps(to_json(expression)))) == expression
