"""Credentials, least privilege, and exports, on a server with security switched on."""

import json
from typing import Any, cast

import pytest
import yaml

from csirt.elastic.connection import connect
from csirt.elastic.deploy import elastalert_yaml, export_rules, kibana_ndjson
from csirt.elastic.fields import read_fields
from csirt.elastic.hunt import Hunted, hunt_index
from csirt.elastic.ingest import Target, ingest, set_up
from csirt.engine.judge import Window
from csirt.ruleset import RuleSet
from kanmon.config import Config
from kanmon.errors import ServiceError
from kanmon.inputs import find_inputs

PASSWORD = "correct-horse-battery"


RIGHTS = {
    "setup": ("manage_index_templates, monitor", "view_index_metadata"),
    "ingest": (
        "monitor, manage_index_templates",
        "create_doc, create_index, auto_configure, view_index_metadata",
    ),
    "hunt": ("monitor", "read, view_index_metadata"),
}
"""The rights of docs/operations.md, as file roles: this distribution cannot make API keys (its
security index needs an analysis module that is not in it)."""


@pytest.fixture(scope="module")
def secured(distribution: Any) -> Any:
    """Yield a server on which everybody must say who they are."""
    import server as server_module

    roles = "".join(
        f"{name}:\n  cluster: [{cluster}]\n  indices:\n"
        f"    - names: ['kanmon-*']\n      privileges: [{index}]\n"
        for name, (cluster, index) in RIGHTS.items()
    )
    users = {name: (PASSWORD, name) for name in RIGHTS}
    server = server_module.ElasticsearchServer(
        distribution, users={"admin": (PASSWORD, "superuser"), **users}, roles=roles
    )
    try:
        server.start()
        yield server
    finally:
        server.remove()


def test_wrong_credentials_are_told_apart_from_missing_rights(
    secured: Any, settings: Any, prefix: str
) -> None:
    """誤った認証情報（401）と権限の不足（403）は、別の案内になる。"""
    for wrong in ({"username": "admin", "password": "wrong-password"}, {"api_key": "d3Jvbmc6a2V5"}):
        with (
            pytest.raises(ServiceError, match="401") as caught,
            connect(settings(secured.url, **wrong)),
        ):
            pass
        assert not any(value in str(caught.value) for value in wrong.values())
    with (
        connect(settings(secured.url, username="hunt", password=PASSWORD)) as server,
        pytest.raises(ServiceError, match="403") as refused,
    ):
        set_up(server, prefix, shards=1, lifecycle="")
    assert "operations.md" in refused.value.hint


def test_the_documented_rights_are_enough_and_no_more(
    secured: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
) -> None:
    """文書に書いた最小の権限で、登録・取り込み・検知がそれぞれできる。検知用では書けない。"""
    pattern = f"{prefix}-*"
    files, _ = find_inputs([log_file(40)])

    def as_user(name: str) -> Config:
        return cast("Config", settings(secured.url, username=name, password=PASSWORD))

    with connect(as_user("setup")) as server:
        set_up(server, prefix, shards=1, lifecycle="")
    with connect(as_user("ingest")) as server:
        target = Target(server, prefix, clock)
        assert ingest(target, files, our_rules.pipelines, lambda count: None).created == 40
    with connect(as_user("admin")) as server:
        server.client.indices.refresh(index=pattern)
    with connect(as_user("hunt")) as server:
        found, _ = hunt_index(Hunted(server, pattern, Window()), our_rules)
        assert len(found.hits) == 4
        with pytest.raises(ServiceError, match="403"):
            ingest(Target(server, prefix, clock), files, our_rules.pipelines, lambda count: None)


def test_exported_rules_are_exactly_the_rules(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
) -> None:
    """Kibana・ElastAlert に書き出した問い合わせは、それだけで Kanmon と同じ記録を見つける。"""
    files, _ = find_inputs([log_file(200)])
    with connect(settings(elasticsearch.url)) as server:
        set_up(server, prefix, shards=1, lifecycle="")
        ingest(Target(server, prefix, clock), files, our_rules.pipelines, lambda count: None)
        server.client.indices.refresh(index=f"{prefix}-*")
        exported, skips = export_rules(our_rules, read_fields(server, f"{prefix}-*"))
        assert len(exported) + len(skips) == len(our_rules.rules)
        found, _ = hunt_index(Hunted(server, f"{prefix}-*", Window()), our_rules)
        for item in exported:
            answer = server.client.search(index=f"{prefix}-*", query=item.query, size=1000)
            records = {hit["_source"]["kanmon"]["record"] for hit in answer["hits"]["hits"]}
            assert records == {h.record for h in found.hits if h.rule.id == item.rule.id}
    kibana = [json.loads(line) for line in kibana_ndjson(exported, "x-*").splitlines()]
    assert {rule["rule_id"] for rule in kibana} == {item.rule.id for item in exported}
    assert not any(rule["enabled"] for rule in kibana)
    documents = list(yaml.safe_load_all(elastalert_yaml(exported, "x-*")))
    assert [one["filter"][0] for one in documents] == [item.query for item in exported]
    assert all("正確に書き出せません" in skip.reason for skip in skips)
