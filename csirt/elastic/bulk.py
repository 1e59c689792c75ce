"""Documents to the server: every one stored once, whatever happens on the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from csirt.elastic.connection import Pauses, Server, asking, passes
from kanmon.errors import ServiceError
from kanmon.run import Skip
from kanmon.source import SourceRef

MAX_REQUEST_BYTES = 6 * 1024**2
MAX_REQUEST_DOCUMENTS = 4000
_TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Document:
    """One event on its way.

    Attributes:
        index: Where it belongs: decided by the event's time alone, so a repetition finds it.
        id: Made of its origin and content, so a repetition is recognised.
        body: JSON.
        plain: Returns the JSON without indexed fields, for a server that refuses these fields.
        where: For messages.
    """

    index: str
    id: str
    body: bytes
    plain: Callable[[], bytes]
    where: SourceRef
    is_plain: bool = False


@dataclass(slots=True)
class Delivered:
    """What became of the documents."""

    created: int = 0
    existing: int = 0
    opaque: int = 0
    requests: int = 0
    sent_bytes: int = 0
    skips: list[Skip] = field(default_factory=list)


def deliver(
    server: Server, documents: Iterable[Document], advance: Callable[[int], None]
) -> Delivered:
    """Send all documents and return what became of them.

    A document counts as stored only when the server said so for this very document; all others
    are sent again. Their ids make a second storing of the same event impossible (409).

    Raises:
        ServiceError: no progress for ``give_up_seconds``, or a refusal that cannot pass (rights,
            read-only index, disk full).
    """
    done = Delivered()
    pauses = Pauses(server.give_up_seconds)
    size = MAX_REQUEST_DOCUMENTS
    for batch in _batches(documents):
        waiting = batch
        while waiting:
            part, rest = waiting[:size], waiting[size:]
            left = _send(server, part, done)
            if left == part:
                # Nothing of it got through: ask for less at a time, and wait.
                size = max(1, len(part) // 2)
                if not pauses.wait():
                    raise _stuck(server, part[0])
            else:
                size = min(2 * size, MAX_REQUEST_DOCUMENTS)
                pauses = Pauses(server.give_up_seconds)
            advance(len(part) - len(left))
            waiting = [*left, *rest]
    return done


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    size = 0
    for document in documents:
        if batch and (
            size + len(document.body) > MAX_REQUEST_BYTES or len(batch) >= MAX_REQUEST_DOCUMENTS
        ):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.body)
    if batch:
        yield batch


def _send(server: Server, batch: list[Document], done: Delivered) -> list[Document]:
    """Send once; return what has to be sent again."""
    lines: list[bytes] = []
    for document in batch:
        lines += [_action(document), document.body]
    done.requests += 1
    done.sent_bytes += sum(map(len, lines))
    try:
        with asking(server):
            answer = server.client.bulk(operations=lines)  # type: ignore[arg-type]  # bytes pass
    except ServiceError as error:
        if passes(error) or getattr(error.__cause__, "status_code", 0) == _TOO_LARGE:
            return batch
        raise
    left = []
    for document, item in zip(batch, answer["items"], strict=True):
        again = _judge(server, document, item["create"], done)
        if again is not None:
            left.append(again)
    return left


def _action(document: Document) -> bytes:
    return b'{"create":{"_index":"%s","_id":"%s"}}' % (
        document.index.encode(),
        document.id.encode(),
    )


def _judge(
    server: Server, document: Document, item: dict[str, Any], done: Delivered
) -> Document | None:
    """Return the document to send again, or None when it is settled."""
    status = int(item["status"])
    if status in (200, 201):
        done.created += 1
        done.opaque += document.is_plain
        return None
    if status == 409:
        done.existing += 1
        return None
    error = item.get("error", {})
    kind, why = str(error.get("type", "")), str(error.get("reason", ""))
    if status == 403 or (kind == "cluster_block_exception" and status == 429):
        hint = (
            "ディスクの空き（flood stage）と索引の書き込み禁止を直してから、同じコマンドをもう一度"
            "実行してください。取り込み済みの分は重複しません"
        )
        message = f"索引 {document.index} に書き込めません: {why[:300]}"
        raise ServiceError(message, where=server.where, hint=hint)
    if status == 429 or status >= 500:
        return document
    if status != 400:
        message = f"索引 {document.index} に書き込めません（{status}）: {why[:300]}"
        hint = "kanmon csirt es setup を実行してから、もう一度実行してください"
        raise ServiceError(message, where=server.where, hint=hint)
    if not document.is_plain:
        return replace(document, body=document.plain(), is_plain=True)
    done.skips.append(Skip(document.where, f"サーバーがこの記録を受け付けません: {why[:200]}"))
    return None


def _stuck(server: Server, document: Document) -> ServiceError:
    hint = (
        "サーバーの状態と負荷を確かめ、同じコマンドをもう一度実行してください。"
        "取り込み済みの分は重複しません"
    )
    return ServiceError(
        f"{server.give_up_seconds:g} 秒待っても取り込めません（{document.where} から）",
        where=server.where,
        hint=hint,
    )
