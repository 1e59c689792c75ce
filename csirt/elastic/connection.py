"""The connection: TLS verified, and every failure told as where, what and what next."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from elastic_transport import ConnectionError as TransportConnectionError
from elastic_transport import (
    ConnectionTimeout,
    TlsError,
    TransportError,
)
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
    NotFoundError,
    UnsupportedProductError,
)

from csirt.elastic.address import read_address
from csirt.elastic.wire import Bytes, CountingJson
from kanmon.config import Config
from kanmon.errors import ServiceError
from kanmon.source import SourceRef

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
"""HTTP codes that can pass: overload, a node that restarts, a proxy that lost its peer."""
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0

_AGAIN = "サーバーのログを確かめ、直ってから同じコマンドをもう一度実行してください"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Server:
    """A reachable Elasticsearch.

    Attributes:
        client: The official client; use it through ``asking`` or ``retrying`` only.
        where: The URL without credentials, for messages.
        give_up_seconds: How long ``retrying`` tries.
        counted: What went over the wire as JSON so far.
    """

    client: Elasticsearch
    where: SourceRef
    give_up_seconds: float
    counted: Bytes = field(default_factory=Bytes)


@contextmanager
def connect(config: Config) -> Iterator[Server]:
    """Yield the server of the settings, checked to be an Elasticsearch this client speaks to.

    Raises:
        ConfigError: as ``read_address``.
        ServiceError: nothing answers, the credentials are refused, another product answers.
    """
    address = read_address(config)
    json = CountingJson()
    server = Server(
        Elasticsearch(list(address.urls), **address.options, serializers=json.for_all_types()),
        SourceRef(address.shown),
        address.give_up_seconds,
        json.counted,
    )
    try:
        with asking(server), _expecting_elasticsearch(server):
            # GET / would do, but a least-privileged key may not be allowed to ask for more.
            server.client.perform_request("GET", "/_cluster/health", headers=_JSON)
        yield server
    finally:
        server.client.close()


@contextmanager
def _expecting_elasticsearch(server: Server) -> Iterator[None]:
    """Tell a web server or proxy, which knows no cluster, from an Elasticsearch without index."""
    try:
        yield
    except (NotFoundError, UnsupportedProductError) as error:
        hint = "OpenSearch などの互換品ではなく、Elasticsearch 8 か 9 の URL を指定してください"
        raise ServiceError(
            "応答したのは Elasticsearch ではありません", where=server.where, hint=hint
        ) from error


_JSON = {"accept": "application/vnd.elasticsearch+json; compatible-with=8"}


@contextmanager
def asking(server: Server) -> Iterator[None]:
    """Translate what the client raises into ``ServiceError``, with a hint for each cause."""
    try:
        yield
    except AuthenticationException as error:
        hint = "API キー（または利用者名とパスワード）と、その有効期限を確かめてください"
        raise ServiceError("認証に失敗しました（401）", where=server.where, hint=hint) from error
    except AuthorizationException as error:
        hint = "API キーの権限を確かめてください（docs/operations.md の権限の表）"
        message = f"権限がありません（403）: {reason(error)}"
        raise ServiceError(message, where=server.where, hint=hint) from error
    except NotFoundError as error:
        if _is_recovering(error):
            message = f"索引の復旧中です: {reason(error)}"
            raise ServiceError(message, where=server.where, hint=_AGAIN) from error
        hint = "--index の名前を確かめてください。取り込みの前なら kanmon csirt es setup から"
        raise ServiceError(
            f"索引がありません: {reason(error)}", where=server.where, hint=hint
        ) from error
    except ApiError as error:
        hint = _AGAIN
        message = f"サーバーが断りました（{error.status_code}）: {reason(error)}"
        raise ServiceError(message, where=server.where, hint=hint) from error
    except TlsError as error:
        hint = "証明書の期限と、[elasticsearch] ca の認証局を確かめてください"
        raise ServiceError(
            f"TLS の検証に失敗しました: {error.message}", where=server.where, hint=hint
        ) from error
    except TransportError as error:
        hint = "サーバーが動いているか、URL と通信経路を確かめ、同じコマンドを再実行してください"
        raise ServiceError(
            f"サーバーが応答しません: {error.message}", where=server.where, hint=hint
        ) from error


def _is_recovering(error: ApiError) -> bool:
    """Return whether a restarted server has not yet opened the index (it then answers 404)."""
    return "illegal_index_shard_state" in reason(error)


def reason(error: ApiError) -> str:
    """Return the server's own reason in one line."""
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        root = (body["error"].get("root_cause") or [body["error"]])[0]
        return f"{root.get('type', '')}: {root.get('reason', '')}"[:500]
    return " ".join(str(body if body else error.message).split())[:300]


def can_pass(error: Exception) -> bool:
    """Return whether trying again can help."""
    if isinstance(error, ApiError):
        return error.status_code in RETRIED or _is_recovering(error)
    passing = (ConnectionTimeout, TransportConnectionError, IncompleteAnswerError)
    return isinstance(error, passing) and not isinstance(error, TlsError)


def passes(error: ServiceError) -> bool:
    """Return whether what ``asking`` raised can pass."""
    return isinstance(error.__cause__, Exception) and can_pass(error.__cause__)


def retrying(server: Server, request: Callable[[], T]) -> T:
    """Return the request's answer, tried again while the failure can pass.

    The pauses grow and carry jitter, so that many clients do not come back at once. The request
    must be one that may be repeated.

    Raises:
        ServiceError: it failed for good, or ``give_up_seconds`` have passed.
    """
    pauses = Pauses(server.give_up_seconds)
    while True:
        try:
            with asking(server):
                return request()
        except ServiceError as error:
            if not (passes(error) and pauses.wait()):
                raise


class IncompleteAnswerError(Exception):
    """Not every shard answered; a restarted server brings them back one by one."""


def whole(server: Server, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answer if every shard gave it.

    Raises:
        ServiceError: some shards did not answer: what they hold would be missed silently.
    """
    shards = answer.get("_shards", {})
    failed = int(shards.get("failed", 0)) + (shards.get("total", 0) > shards.get("successful", 0))
    if failed or answer.get("failures"):
        error = ServiceError("一部のシャードが応答しません", where=server.where, hint=_AGAIN)
        raise error from IncompleteAnswerError()
    return answer


class Pauses:
    """Growing pauses with jitter until a time has passed."""

    def __init__(self, give_up_seconds: float) -> None:
        self._end = time.monotonic() + give_up_seconds
        self._pause = _FIRST_PAUSE_SECONDS

    def wait(self) -> bool:
        """Wait a little longer than last time; False, at once, when the time is up."""
        pause = self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, no secret
        if time.monotonic() + pause > self._end:
            return False
        time.sleep(pause)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
        return True

    def reset(self) -> None:
        """Begin with short pauses again: something was achieved."""
        self._pause = _FIRST_PAUSE_SECONDS
