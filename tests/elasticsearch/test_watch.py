"""The watch: every hit once, across restarts, crashes and late arrivals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from csirt.elastic.connection import connect
from csirt.elastic.ingest import Target, ingest, set_up
from csirt.elastic_job import Watcher
from csirt.ruleset import RuleSet
from kanmon.config import Config
from kanmon.errors import InputError, ServiceError
from kanmon.inputs import find_inputs
from kanmon.session import Session
from kanmon.settings import STORE
from kanmon.store.records import last_findings
from kanmon.store.store import Store

GRACE = timedelta(minutes=15)


@pytest.fixture
def watching(settings: Any, prefix: str, our_rules: RuleSet, tmp_path: Path) -> Any:
    """Return a function that makes a fresh watcher, as a restarted command would."""

    def make(url: str, **further: object) -> Watcher:
        config = Config({**settings(url, **further).values, STORE.key: str(tmp_path / "s.db")})
        session = Session(config, datetime.now(UTC), "試験")
        return Watcher(session, our_rules, f"{prefix}-*", GRACE, None)

    return make


def add(config: Config, prefix: str, rules: RuleSet, path: Path, clock: Any) -> None:
    files, _ = find_inputs([path])
    with connect(config) as server:
        set_up(server, prefix, shards=1, lifecycle="")
        ingest(Target(server, prefix, clock), files, rules.pipelines, lambda count: None)
        server.client.indices.refresh(index=f"{prefix}-*")


def test_every_hit_is_reported_once_across_restarts(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    watching: Any,
) -> None:
    """何度再開しても、同じ一致は一度だけ報告され、後から届いた分だけが新しく出る。"""
    config = settings(elasticsearch.url)
    add(config, prefix, our_rules, log_file(50, "a.ndjson"), clock)
    records = []
    for _ in range(2):
        records += [(h.source, h.record) for h in watching(elasticsearch.url).turn(clock()).hits]
    add(config, prefix, our_rules, log_file(30, "b.ndjson"), clock)
    for _ in range(2):
        records += [(h.source, h.record) for h in watching(elasticsearch.url).turn(clock()).hits]
    assert len(records) == len(set(records)) == 8


def test_hits_that_could_not_be_written_are_reported_again(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    watching: Any,
) -> None:
    """出力先に書けなかった一致は、報告済みにならず、次の回にすべて出る。"""
    add(settings(elasticsearch.url), prefix, our_rules, log_file(50), clock)

    def full(hits: object) -> None:
        raise InputError("書き込めません")

    with pytest.raises(InputError, match="書き込めません"):
        watching(elasticsearch.url).turn(clock(), full)
    told: list[object] = []
    watching(elasticsearch.url).turn(clock(), told.extend)
    assert len(told) == 5
    assert watching(elasticsearch.url).turn(clock()).hits[:] == ()


def test_a_late_event_within_the_grace_is_found(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    watching: Any,
) -> None:
    """届くのが遅れた（時計の遅れた機械からの）記録も、猶予の間は見つかる。"""
    config = settings(elasticsearch.url)
    add(config, prefix, our_rules, log_file(10, "a.ndjson"), clock)
    assert len(watching(elasticsearch.url).turn(clock()).hits) == 1
    late = lambda: clock() - timedelta(minutes=10)  # noqa: E731
    add(config, prefix, our_rules, log_file(20, "b.ndjson"), late)
    assert len(watching(elasticsearch.url).turn(clock()).hits) == 2


def test_a_server_killed_during_the_watch_costs_no_hit(
    own_server: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    watching: Any,
) -> None:
    """見張りの途中でサーバーが落ちても、戻ってから一致を一度だけ報告する。"""
    server = own_server()
    add(settings(server.url), prefix, our_rules, log_file(30, "a.ndjson"), clock)
    assert len(watching(server.url).turn(clock()).hits) == 3
    add(settings(server.url), prefix, our_rules, log_file(40, "b.ndjson"), clock)
    server.kill()
    with pytest.raises(ServiceError) as caught:
        watching(server.url, give_up_seconds=2).turn(clock())
    assert caught.value.exit_code == 4
    server.start()
    watcher = watching(server.url)
    assert len(watcher.turn(clock()).hits) == 4
    assert watcher.turn(clock()).hits[:] == ()


def test_a_crash_before_the_store_is_written_reports_again(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    watching: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """記録する前に止まったら、次の回でもう一度見つかる（失われない）。"""
    add(settings(elasticsearch.url), prefix, our_rules, log_file(10), clock)
    with monkeypatch.context() as patch:
        patch.setattr("csirt.elastic_job.remember", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            watching(elasticsearch.url).turn(clock())
    watcher = watching(elasticsearch.url)
    assert len(watcher.turn(clock()).hits) == 1
    path = watcher.session.config.path_of(STORE)
    assert path is not None
    with Store.open(path) as store:
        assert len(last_findings(store, "csirt hunt")) == 1


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_winlogbeat_index_is_hunted_as_it_is(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    our_rules: RuleSet,
    tmp_path: Path,
) -> None:
    """市が既に持つ Winlogbeat の索引でも、対応付けなしに同じ一致になる。"""
    from csirt.elastic.fields import read_fields
    from csirt.elastic.hunt import Hunted, hunt_index
    from csirt.elastic.requests import verdicts
    from csirt.engine.judge import Window
    from csirt.hunt import hunt
    from csirt.model import Verdict

    beat = {"type": "keyword", "ignore_above": 1024}
    mappings = {
        "properties": {
            "@timestamp": {"type": "date"},
            "message": {"type": "text"},
            "winlog": {
                "properties": {
                    "channel": beat,
                    "event_id": beat,
                    "record_id": {"type": "long"},
                    "event_data": {"properties": {"Image": beat, "CommandLine": beat}},
                }
            },
        }
    }
    lines = []
    for number in range(20):
        command = "x" * 2000 if number % 3 else ""
        bad = number % 5 == 0
        lines.append(
            {
                "@timestamp": f"2026-11-05T10:00:{number:02}.000Z",
                "message": "Process Create",
                "winlog": {
                    "channel": "Microsoft-Windows-Sysmon/Operational",
                    "event_id": "1",
                    "record_id": number + 1,
                    "event_data": {
                        "Image": r"C:\Windows\System32\VSSADMIN.EXE",
                        "CommandLine": f"{command} Delete Shadows" if bad else "list",
                    },
                },
            }
        )
    path = tmp_path / "beat.ndjson"
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    files, _ = find_inputs([path])
    embedded = hunt(files, our_rules)
    with connect(settings(elasticsearch.url)) as server:
        server.client.indices.create(index=prefix, mappings=mappings)
        for line in lines:
            server.client.index(index=prefix, document=line)
        server.client.indices.refresh(index=prefix)
        for narrow in (2000, 0):
            hunted = Hunted(server, prefix, Window(), None, narrow)
            found, _ = hunt_index(hunted, our_rules)
            assert len(embedded.hits) == 4
            assert [(h.rule.id, h.record) for h in found.hits] == [
                (h.rule.id, h.record) for h in embedded.hits
            ]
        kinds = {one.verdict for one in verdicts(our_rules, read_fields(server, prefix))}
        assert Verdict.PREFILTERED in kinds
