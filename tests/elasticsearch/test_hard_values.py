"""Values an index cannot hold as they are: no hit is missed, whatever the hunt asks for."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml

from csirt.elastic import listing, narrowing, possible, requests
from csirt.elastic.connection import Server, connect
from csirt.elastic.hunt import Hunted, hunt_index
from csirt.elastic.ingest import Target, ingest, set_up
from csirt.engine.judge import Window
from csirt.hunt import hunt
from csirt.ruleset import RuleSet, load_rules
from kanmon.inputs import find_inputs

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((Path(__file__).parent / "data" / "hard-values.yml").read_text("utf-8"))
CHANNEL = "Microsoft-Windows-Sysmon/Operational"

LIMITS = {
    "as shipped": {},
    "values in parts": {(listing, "FEW"): 2, (listing, "MANY"): 8},
    "values in more parts": {(listing, "FEW"): 2, (listing, "MANY"): 8, (listing, "SPARE"): 3},
    "no field with many values": {(listing, "FEW"): 2, (listing, "MAX_PARTS"): 0},
    "no field at all": {(listing, "FEW"): 1, (listing, "MAX_ANSWER_CHARACTERS"): 1},
    "literals instead of values": {(possible, "MAX_VALUES"): 0},
    "literals, one a pattern": {(possible, "MAX_VALUES"): 0, (narrowing, "MAX_PATTERN"): 1},
    "values in small queries": {(narrowing, "MAX_TERMS"): 1, (requests, "MAX_CONDITIONS"): 2},
    "values too long to send": {(possible, "MAX_CHARACTERS"): 5},
    "too many patterns": {(possible, "MAX_VALUES"): 0, (narrowing, "MAX_PATTERNS"): 0},
    "all conditions": {(narrowing, "SELECTIVE"): 1, (narrowing, "SHORT"): 10**6},
}


@pytest.fixture(autouse=True)
def never_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Narrow down even where fetching the whole kind of record would be cheaper."""
    monkeypatch.setattr(requests, "WORTH_IT", 0)


@pytest.fixture(scope="module")
def hard_rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """Return the rules of the cases, numbered by their order."""
    folder = tmp_path_factory.mktemp("rules")
    for number, case in enumerate(CASES["rules"]):
        rule = {
            "title": f"case {number:03}",
            "id": str(uuid.UUID(int=number + 1)),
            "logsource": {"product": "windows"}
            if "keywords" in case["detection"]
            else {"product": "windows", "category": "process_creation"},
            "detection": case["detection"],
            "level": "high",
        }
        (folder / f"{number:03}.yml").write_text(yaml.safe_dump(rule), encoding="utf-8")
    rules, skips = load_rules(
        [folder], pipelines=ROOT / "rules" / "pipelines", cache=None, expand={}
    )
    assert not skips
    return rules


def flat_events() -> list[dict[str, object]]:
    return [
        {"Channel": CHANNEL, "EventID": 1, "EventRecordID": number, **event}
        for number, event in enumerate(_events(), start=1)
    ]


def beat_events() -> list[dict[str, object]]:
    head = {"channel": CHANNEL, "event_id": "1"}
    return [
        {"winlog": {**head, "record_id": number, "event_data": event}}
        for number, event in enumerate(_events(), start=1)
    ]


def _events() -> list[dict[str, object]]:
    return [
        {
            name: value.replace("LONG", "x" * 9000) if isinstance(value, str) else value
            for name, value in event.items()
        }
        for event in CASES["events"]
    ]


def found_by(server: Server, index: str, rules: RuleSet) -> list[tuple[str, int]]:
    """Return what hunts find that narrow every kind of record down, each for one rule alone.

    Together, the rules that can hardly be narrowed down would bring the candidates of the others.
    """
    found: list[tuple[str, int]] = []
    for number, rule in enumerate(rules.rules):
        alone = replace(rules, rules=(rule,), whens=(rules.whens[number],))
        hunted, _ = hunt_index(Hunted(server, index, Window(), None, few=0), alone)
        found += [(hit.rule.title, hit.record) for hit in hunted.hits]
    return sorted(found)


def expected(path: Path, events: Sequence[Mapping[str, object]], rules: RuleSet) -> Any:
    path.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in events))
    files, _ = find_inputs([path])
    return files, sorted((hit.rule.title, hit.record) for hit in hunt(files, rules).hits)


def test_the_cases_find_what_they_say(hard_rules: RuleSet, tmp_path: Path) -> None:
    """内蔵エンジンでの一致数は、各事例に書いたとおりである。"""
    _, hits = expected(tmp_path / "flat.ndjson", flat_events(), hard_rules)
    titles = [title for title, _ in hits]
    counts = [titles.count(f"case {number:03}") for number in range(len(CASES["rules"]))]
    assert counts == [case["hits"] for case in CASES["rules"]]


def test_our_own_index_misses_none(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    hard_rules: RuleSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """小文字の索引でも、どの絞り込み方でも、大文字小文字・長い値・一覧・数値・否定の一致が同じ。"""
    files, hits = expected(tmp_path / "flat.ndjson", flat_events(), hard_rules)
    with connect(settings(elasticsearch.url)) as server:
        set_up(server, prefix, shards=2, lifecycle="")
        ingest(Target(server, prefix, clock), files, hard_rules.pipelines, lambda count: None)
        server.client.indices.refresh(index=f"{prefix}-*")
        for name, limits in LIMITS.items():
            with monkeypatch.context() as patch:
                for (module, limit), value in limits.items():
                    patch.setattr(module, limit, value)
                assert found_by(server, f"{prefix}-*", hard_rules) == hits, name


KEYWORD = {"type": "keyword", "ignore_above": 1024}
NAMES = ("CommandLine", "Image", "User", "TargetUser", "Odd", "Details", "UtcTime")


def fields_as(mapping: dict[str, object]) -> dict[str, object]:
    """Return the mapping of ``event_data`` with its texts mapped alike."""
    numbers = {"SourceIp": {"type": "ip"}, "Port": {"type": "long"}}
    return {"properties": {**dict.fromkeys(NAMES, mapping), **numbers}}


EVENT_DATA: dict[str, dict[str, object]] = {
    "keywords": fields_as(KEYWORD),
    "texts": fields_as({"type": "text"}),
    "lower": fields_as({"type": "keyword", "normalizer": "lowercase", "ignore_above": 8191}),
    "unlisted": fields_as({"type": "keyword", "doc_values": False, "ignore_above": 1024}),
    "stored only": fields_as({"type": "keyword", "doc_values": False, "index": False}),
    "flattened": {"type": "flattened", "ignore_above": 8191},
    "not mapped": {"type": "object", "dynamic": False},
    "not looked into": {"type": "object", "enabled": False},
    "beyond the limit of fields": {"type": "object", "dynamic": True},
}
LIMIT = {
    "mapping.total_fields.limit": 8,
    "mapping.total_fields.ignore_dynamic_beyond_limit": True,
}


@pytest.mark.parametrize("kind", EVENT_DATA)
def test_a_foreign_index_misses_none(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    hard_rules: RuleSet,
    tmp_path: Path,
    kind: str,
) -> None:
    """大文字小文字を保つ、text、正規化、索引のない、対応付けのない索引でも、一致が同じになる。"""
    _, hits = expected(tmp_path / "beat.ndjson", beat_events(), hard_rules)
    winlog = {
        "channel": KEYWORD,
        "event_id": KEYWORD,
        "record_id": {"type": "long"},
        "event_data": EVENT_DATA[kind],
    }
    with connect(settings(elasticsearch.url)) as server:
        mappings = {"properties": {"winlog": {"properties": winlog}}}
        limit = LIMIT if kind.startswith("beyond") else {}
        server.client.indices.create(index=prefix, mappings=mappings, settings={"index": limit})
        for event in beat_events():
            server.client.index(index=prefix, document=event)
        server.client.indices.refresh(index=prefix)
        assert found_by(server, prefix, hard_rules) == hits


def test_text_that_is_no_text_in_a_foreign_index_stops_nothing(
    elasticsearch: Any, settings: Any, prefix: str, hard_rules: RuleSet
) -> None:
    """対になっていないサロゲートを含む記録が他社の索引にあっても、判定は止まらない。"""
    document = orjson.dumps(beat_events()[9]).replace(b"camelcase", b"xxx\\ud800")
    with connect(settings(elasticsearch.url)) as server:
        server.client.indices.create(index=prefix)
        server.client.perform_request(
            "POST",
            f"/{prefix}/_doc?refresh=true",
            headers={"content-type": "application/json", "accept": "application/json"},
            body=document.decode(),
        )
        hits, _ = hunt_index(Hunted(server, prefix, Window()), hard_rules)
        assert [dict(hit.fields)["CommandLine"] for hit in hits.hits] == ["xxx\ufffd"]
