"""What goes wrong with servers and networks: no event lost, none doubled, and a clear message."""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from csirt.elastic.bulk import Delivered
from csirt.elastic.connection import Server, connect
from csirt.elastic.ingest import Target, ingest, set_up
from csirt.ruleset import RuleSet
from kanmon.config import Config
from kanmon.errors import ConfigError, ServiceError
from kanmon.inputs import find_inputs


def store_events(
    config: Config, prefix: str, clock: Any, rules: RuleSet, path: Path, advance: Any = None
) -> Delivered:
    files, _ = find_inputs([path])
    with connect(config) as server:
        set_up(server, prefix, shards=1, lifecycle="")
        target = Target(server, prefix, clock)
        return ingest(target, files, rules.pipelines, advance or (lambda count: None))


def stored(config: Config, prefix: str) -> int:
    with connect(config) as server:
        server.client.indices.refresh(index=f"{prefix}-*")
        return int(server.client.count(index=f"{prefix}-*")["count"])


def test_a_server_killed_during_ingest_loses_and_doubles_nothing(
    own_server: Any, settings: Any, prefix: str, clock: Any, our_rules: RuleSet, log_file: Any
) -> None:
    """取り込みの途中でサーバーが落ちて再起動しても、全件が一度だけ入る。"""
    server = own_server()
    config = settings(server.url)
    seen = 0

    def advance(count: int) -> None:
        nonlocal seen
        if seen < 9000 <= seen + count:
            server.kill()
            threading.Thread(target=server.start).start()
        seen += count

    done = store_events(config, prefix, clock, our_rules, log_file(20_000), advance)
    assert done.created + done.existing == 20_000
    assert seen == 20_000
    assert stored(config, prefix) == 20_000
    again = store_events(config, prefix, clock, our_rules, log_file(20_000))
    assert (again.created, again.existing) == (0, 20_000)


@contextmanager
def proxy(target_port: int, cut_after: int) -> Iterator[int]:
    """Yield the port of a proxy that drops each connection after so many bytes, for a while."""
    listener = socket.create_server(("127.0.0.1", 0))
    cuts = 12
    stop = threading.Event()

    def pump(source: socket.socket, sink: socket.socket, limit: int) -> None:
        passed = 0
        try:
            while data := source.recv(65536):
                passed += len(data)
                if limit and passed > limit:
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def serve() -> None:
        nonlocal cuts
        while not stop.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            upstream = socket.create_connection(("127.0.0.1", target_port))
            limit = cut_after if cuts > 0 else 0
            cuts -= 1
            # Requests are cut every other time, answers the other: both ways must be survived.
            limits = (limit, 0) if cuts % 2 else (0, min(limit, 2000))
            for source, sink, allowed in (
                (client, upstream, limits[0]),
                (upstream, client, limits[1]),
            ):
                threading.Thread(target=pump, args=(source, sink, allowed), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_a_network_that_drops_connections_loses_and_doubles_nothing(
    elasticsearch: Any, settings: Any, prefix: str, clock: Any, our_rules: RuleSet, log_file: Any
) -> None:
    """通信が何度切れても（要求の途中でも応答の途中でも）、全件が一度だけ入る。"""
    with proxy(elasticsearch.port, 300_000) as port:
        config = settings(f"http://127.0.0.1:{port}")
        done = store_events(config, prefix, clock, our_rules, log_file(12_000))
    assert done.created + done.existing == 12_000
    assert done.existing > 0, "an answer must have been lost after the server had stored a batch"
    assert stored(settings(elasticsearch.url), prefix) == 12_000


def test_rejections_are_waited_for_with_smaller_requests(
    own_server: Any, settings: Any, prefix: str, clock: Any, our_rules: RuleSet, log_file: Any
) -> None:
    """混雑（429）で断られたら、要求を小さくして間をあけ、最後まで入れる。"""
    server = own_server(settings={"indexing_pressure.memory.limit": "400kb"})
    config = settings(server.url)
    done = store_events(config, prefix, clock, our_rules, log_file(3000))
    assert done.created == 3000
    assert stored(config, prefix) == 3000


def test_endless_rejection_ends_with_exit_code_4(
    own_server: Any, settings: Any, prefix: str, clock: Any, our_rules: RuleSet, log_file: Any
) -> None:
    """断られ続けたら、何も失わず、どうすればよいかを示して終わる。"""
    server = own_server(settings={"indexing_pressure.memory.limit": "100b"})
    config = settings(server.url, give_up_seconds=3)
    with pytest.raises(ServiceError, match="取り込めません") as caught:
        store_events(config, prefix, clock, our_rules, log_file(10))
    assert caught.value.exit_code == 4
    assert "もう一度実行" in caught.value.hint


def test_a_mapping_conflict_does_not_lose_events(
    elasticsearch: Any, settings: Any, prefix: str, clock: Any, our_rules: RuleSet, log_file: Any
) -> None:
    """索引の型が合わない記録も、索引せずに保存し、検知の候補から外さない。"""
    from csirt.elastic.hunt import Hunted, hunt_index
    from csirt.engine.judge import Window

    config = settings(elasticsearch.url)
    with connect(config) as server:
        set_up(server, prefix, shards=1, lifecycle="")
        mapping = {"properties": {"log": {"subobjects": False, "properties": {}}}}
        mapping["properties"]["log"]["properties"] = {"CommandLine": {"type": "long"}}  # type: ignore[index]
        server.client.indices.create(index=f"{prefix}-2026.11", mappings=mapping)
    done = store_events(config, prefix, clock, our_rules, log_file(50))
    assert (done.created, done.opaque) == (50, 50)
    with connect(config) as server:
        server.client.indices.refresh(index=f"{prefix}-*")
        found, _ = hunt_index(Hunted(server, f"{prefix}-*", Window()), our_rules)
    assert len(found.hits) == 5


@pytest.mark.parametrize("block", ["read_only_allow_delete", "write"])
def test_a_full_disk_or_read_only_index_stops_with_advice(
    elasticsearch: Any,
    settings: Any,
    prefix: str,
    clock: Any,
    our_rules: RuleSet,
    log_file: Any,
    block: str,
) -> None:
    """ディスクがいっぱい（書き込み禁止）なら、理由を示して止まり、直せば続きから入る。"""
    config = settings(elasticsearch.url, give_up_seconds=3)
    store_events(config, prefix, clock, our_rules, log_file(10))
    with connect(config) as server:
        server.client.indices.put_settings(
            index=f"{prefix}-2026.11", settings={f"index.blocks.{block}": True}
        )
    with pytest.raises(ServiceError, match="書き込めません") as caught:
        store_events(config, prefix, clock, our_rules, log_file(30))
    assert caught.value.exit_code == 4
    with connect(config) as server:
        server.client.indices.put_settings(
            index=f"{prefix}-2026.11", settings={f"index.blocks.{block}": None}
        )
    assert store_events(config, prefix, clock, our_rules, log_file(30)).created == 20
    assert stored(config, prefix) == 30


def test_nobody_listening_is_told_within_the_time_allowed(settings: Any) -> None:
    """サーバーが動いていなければ、そう告げて終了コード 4 で終わる。"""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (
        pytest.raises(ServiceError, match="応答しません") as caught,
        connect(settings(f"http://user:secret@127.0.0.1:{port}")),
    ):
        pass
    assert caught.value.exit_code == 4
    assert "secret" not in str(caught.value)


def test_another_product_is_refused(settings: Any) -> None:
    """Elasticsearch でないものが応答したら、互換品ではないかと告げて断る。"""

    class Other(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"version":{"distribution":"other"}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{other.server_address[1]}"
        with pytest.raises(ServiceError, match="ではありません") as caught, connect(settings(url)):
            pass
        other.shutdown()
    assert "OpenSearch" in caught.value.hint


def test_ingest_before_setup_is_refused(
    elasticsearch: Any, settings: Any, prefix: str, clock: Any, our_rules: RuleSet, log_file: Any
) -> None:
    """テンプレートを登録する前の取り込みは、索引の型が狂うので断る。"""
    files, _ = find_inputs([log_file(1)])
    with (
        connect(settings(elasticsearch.url)) as server,
        pytest.raises(ConfigError, match="テンプレート") as caught,
    ):
        ingest(Target(server, prefix, clock), files, our_rules.pipelines, lambda count: None)
    assert "es setup" in caught.value.hint


def test_contradicting_credentials_are_refused(settings: Any) -> None:
    """API キーと利用者名の両方があれば、どちらか一方にするよう求める。"""
    config = settings("http://127.0.0.1:1", api_key="a", username="b")
    with pytest.raises(ConfigError, match="両方"), connect(config):
        pass


def test_pauses_grow_and_end() -> None:
    """再試行の間隔は広がり、決められた時間で終わる。"""
    from csirt.elastic.connection import Pauses

    pauses = Pauses(1.5)
    start = time.monotonic()
    count = 0
    while pauses.wait():
        count += 1
    assert 1 <= count <= 4
    assert time.monotonic() - start < 1.6


def test_server_object_hides_credentials(elasticsearch: Any, settings: Any) -> None:
    """表示に使う URL には利用者名もパスワードも含まれない。"""
    url = elasticsearch.url.replace("http://", "http://someone:secret@")
    with connect(settings(url)) as server:
        assert isinstance(server, Server)
        assert "secret" not in str(server.where)
