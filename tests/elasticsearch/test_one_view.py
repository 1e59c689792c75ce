"""Listing, narrowing down and fetching see the same documents, whatever happens in between."""

import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from csirt.elastic import hunt as hunting
from csirt.elastic.connection import Server, connect
from csirt.elastic.hunt import Hunted, find_hits
from csirt.elastic.ingest import Target, ingest, set_up
from csirt.elastic.search import Traffic
from csirt.elastic.watch import WATCH, begin_at, look, remember
from csirt.engine.judge import Window
from csirt.ruleset import RuleSet
from kanmon.inputs import find_inputs
from kanmon.store.store import Store


def add(server: Server, prefix: str, rules: RuleSet, path: Path, clock: Any) -> None:
    files, _ = find_inputs([path])
    set_up(server, prefix, shards=1, lifecycle="")
    ingest(Target(server, prefix, clock), files, rules.pipelines, lambda count: None)
    server.client.indices.refresh(index=f"{prefix}-*")


@pytest.mark.parametrize("moment", ["after listing", "after the first hit"])
def test_a_hunt_survives_a_restart_of_the_server(
    own_server: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
) -> None:
    """検知の途中でサーバーが落ちて再起動しても、一致は一つも失われず、二重にもならない。"""
    server = own_server()
    restarts: list[threading.Thread] = []

    def restart() -> None:
        if not restarts:
            server.kill()
            restarts.append(threading.Thread(target=server.start))
            restarts[0].start()

    listed = hunting.list_values

    def list_and_restart(*asked: Any) -> None:
        listed(*asked)
        restart()

    with connect(settings(server.url)) as connection:
        add(connection, prefix, our_rules, log_file(400), clock)
        if moment == "after listing":
            monkeypatch.setattr(hunting, "list_values", list_and_restart)
        hunted = Hunted(connection, f"{prefix}-*", Window(), None, few=0)
        found = []
        for hit in find_hits(hunted, our_rules, Traffic(), Counter(), lambda count: None):
            found.append((hit.rule, hit.document))
            restart()
    restarts[0].join()
    assert len(found) == len(set(found)) == 40


def test_what_arrives_while_a_watch_looks_is_found_by_the_next_look(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """値を一覧した後に届いた記録は、その回に中途半端に扱われず、次の回に一度だけ見つかる。"""
    listed = hunting.list_values
    late = [log_file(20, "late.ndjson")]

    with connect(settings(elasticsearch.url)) as server:

        def list_and_add(*asked: Any) -> None:
            listed(*asked)
            if late:
                add(server, prefix, our_rules, late.pop(), clock)

        add(server, prefix, our_rules, log_file(30, "early.ndjson"), clock)
        monkeypatch.setattr(hunting, "list_values", list_and_add)
        hunted = Hunted(server, f"{prefix}-*", Window(), None, few=0)
        rounds = []
        with Store.open(tmp_path / "s.db", (WATCH,)) as store:
            begin_at(store, hunted.index, clock() - timedelta(hours=1))
            for _ in range(3):
                done = look(hunted, our_rules, store, clock(), timedelta(minutes=15))
                with store.transaction():
                    remember(store, hunted.index, done)
                rounds.append(Counter(Path(hit.source).name for hit in done.hits))
    assert rounds == [{"early.ndjson": 3}, {"late.ndjson": 2}, {}]
