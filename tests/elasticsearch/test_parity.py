"""The promise: the same rule over the same events gives the identical hits on both engines."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from csirt.elastic.connection import connect
from csirt.elastic.hunt import Hunted, hunt_index
from csirt.elastic.ingest import Target, ingest, set_up
from csirt.elastic.settings import INDEX
from csirt.engine.judge import Window
from csirt.hunt import hunt
from csirt.model import Hit
from csirt.ruleset import RuleSet, load_rules
from kanmon.inputs import InputFile, find_inputs

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
TREES = ("rules", "rules-emerging-threats", "rules-threat-hunting")
ENOUGH_EVENTS = 100_000


@pytest.fixture(scope="module")
def all_rules() -> RuleSet:
    """Return every SigmaHQ rule and our own."""
    if not SHARED.is_dir():
        pytest.skip("../shared がない")
    folders = [SHARED / "sigma" / tree for tree in TREES]
    return load_rules(
        [*folders, ROOT / "rules" / "sigma"],
        pipelines=ROOT / "rules" / "pipelines",
        cache=None,
        expand={},
    )[0]


def keys(hits: Sequence[Hit]) -> set[tuple[str, str, int]]:
    return {(hit.rule.id, hit.source, hit.record) for hit in hits}


def assert_equal_hits(
    config: Any, rules: RuleSet, files: Sequence[InputFile], clock: Any, narrow: Sequence[int]
) -> int:
    """Ingest the files, hunt with both engines, compare hit by hit; return the number of hits."""
    embedded = hunt(files, rules)
    prefix = config.get(INDEX)
    with connect(config) as server:
        set_up(server, prefix, shards=1, lifecycle="")
        done = ingest(Target(server, prefix, clock), files, rules.pipelines, lambda count: None)
        assert done.created == embedded.judged
        server.client.indices.refresh(index=f"{prefix}-*")
        for few in narrow:
            hunted = Hunted(server, f"{prefix}-*", Window(), None, few)
            found, _ = hunt_index(hunted, rules)
            assert found.judged == embedded.judged
            assert keys(found.hits) == keys(embedded.hits)
            for ours, theirs in zip(embedded.hits, found.hits, strict=True):
                assert (ours.fields, ours.matched, ours.time) == (
                    theirs.fields,
                    theirs.matched,
                    theirs.time,
                )
    return len(embedded.hits)


@pytest.mark.slow
def test_regression_logs_give_the_same_hits(
    elasticsearch: Any, settings: Any, all_rules: RuleSet, clock: Any
) -> None:
    """SigmaHQ の回帰ログでは、全ルールの一致が内蔵エンジンと Elasticsearch で完全に同じである。"""
    files, _ = find_inputs([SHARED / "sigma" / "regression_data"])
    config = settings(elasticsearch.url)
    # 0 narrows every kind of record down, 2000 fetches small kinds whole.
    assert assert_equal_hits(config, all_rules, files, clock, (2000, 0)) > 500


@pytest.mark.slow
def test_a_hundred_thousand_events_give_the_same_hits(
    elasticsearch: Any, settings: Any, all_rules: RuleSet, clock: Any
) -> None:
    """実際の攻撃記録 10 万件以上でも、全ルールの一致が両エンジンで完全に同じである。"""
    folder = SHARED / "security-datasets"
    archives = sorted(folder.glob("*.zip"), key=lambda path: path.name[::-1])
    chosen: list[InputFile] = []
    events = 0
    for archive in archives:
        files, _ = find_inputs([archive])
        chosen += files
        for item in files:
            with item.open() as stream:
                events += sum(
                    chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b"")
                )
        if events > ENOUGH_EVENTS:
            break
    assert events > ENOUGH_EVENTS
    assert assert_equal_hits(settings(elasticsearch.url), all_rules, chosen, clock, (0,)) > 1000


def test_our_sample_logs_give_the_same_hits(
    elasticsearch: Any, settings: Any, our_rules: RuleSet, clock: Any
) -> None:
    """見本のログ（6 種類の形）でも、付属ルールの一致が両エンジンで同じである。"""
    files, _ = find_inputs([ROOT / "samples" / "logs"])
    assert assert_equal_hits(settings(elasticsearch.url), our_rules, files, clock, (2000, 0)) > 50


def test_awkward_events_are_neither_lost_nor_missed(
    elasticsearch: Any, settings: Any, our_rules: RuleSet, clock: Any, tmp_path: Path
) -> None:
    """全角・長すぎる値・壊れた文字・入れ子・奇妙な名前・ありえない日時の記録も同じ結果になる。"""
    path = tmp_path / "hard.ndjson"
    events = (Path(__file__).parent / "data" / "awkward.ndjson").read_text("utf-8")
    path.write_text(events.replace("PADDING", "x" * 40_000), encoding="utf-8")
    files, _ = find_inputs([path])
    assert assert_equal_hits(settings(elasticsearch.url), our_rules, files, clock, (2000, 0)) >= 7


def test_a_period_holds_the_same_events(
    elasticsearch: Any, settings: Any, our_rules: RuleSet, clock: Any, log_file: Any, prefix: str
) -> None:
    """期間を絞っても、境目の記録まで両エンジンで同じになる。"""
    files, _ = find_inputs([log_file(600)])
    window = Window(
        datetime(2026, 11, 5, 10, 2, 30, tzinfo=UTC), datetime(2026, 11, 5, 10, 5, tzinfo=UTC)
    )
    embedded = hunt(files, our_rules, window=window)
    with connect(settings(elasticsearch.url)) as server:
        set_up(server, prefix, shards=1, lifecycle="")
        ingest(Target(server, prefix, clock), files, our_rules.pipelines, lambda count: None)
        server.client.indices.refresh(index=f"{prefix}-*")
        found, _ = hunt_index(Hunted(server, f"{prefix}-*", window), our_rules)
    assert keys(found.hits) == keys(embedded.hits)
    assert len(embedded.hits) == 15
