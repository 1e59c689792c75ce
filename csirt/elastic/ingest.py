"""Log files into the index, with the same readers as the embedded engine."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from csirt.elastic.bulk import Delivered, Document, deliver
from csirt.elastic.connection import Server, retrying
from csirt.elastic.documents import Origin, document_of
from csirt.elastic.template import index_template
from csirt.logs.blocks import read_blocks
from csirt.logs.records import Broken, read_records
from csirt.pipeline import Pipelines
from kanmon.errors import ConfigError, InputError
from kanmon.inputs import InputFile
from kanmon.run import Skip


@dataclass(frozen=True, slots=True)
class Target:
    """Where events go: server, index prefix, and the clock that stamps them."""

    server: Server
    prefix: str
    clock: Callable[[], datetime]


def set_up(server: Server, prefix: str, *, shards: int, lifecycle: str) -> None:
    """Put the index template; doing it again replaces it and touches no index.

    Raises:
        ServiceError: the key may not manage templates, or the server does not answer.
    """
    body = index_template(prefix, shards=shards, lifecycle=lifecycle)
    retrying(server, lambda: server.client.indices.put_index_template(name=prefix, **body))  # type: ignore[arg-type]


def ingest(
    target: Target,
    inputs: Sequence[InputFile],
    pipelines: Pipelines,
    advance: Callable[[int], None],
) -> Delivered:
    """Store every readable event of the inputs once; return what became of them, with skips.

    Raises:
        ConfigError: ``es setup`` has not been run for this prefix.
        ServiceError: the server refuses or does not answer; running again stores the rest.
    """
    _require_template(target)
    skips: list[Skip] = []
    done = deliver(target.server, _documents(target, inputs, pipelines, skips), advance)
    done.skips += skips
    return done


def _require_template(target: Target) -> None:
    client = target.server.client
    exists = retrying(
        target.server, lambda: bool(client.indices.exists_index_template(name=target.prefix))
    )
    if not exists:
        hint = "先に kanmon csirt es setup を実行してください"
        message = f"索引テンプレート {target.prefix} がありません"
        raise ConfigError(message, where=target.server.where, hint=hint)


def _documents(
    target: Target, inputs: Sequence[InputFile], pipelines: Pipelines, skips: list[Skip]
) -> Iterator[Document]:
    for item in inputs:
        try:
            for block in read_blocks(item, skips):
                broken: list[Broken] = []
                ingested = target.clock()
                for record, event in read_records(block, broken):
                    origin = Origin(item.name, record)
                    yield document_of(origin, event, pipelines, target.prefix, ingested)
                skips += [Skip(item.ref.at(place), reason) for place, reason in broken]
        except InputError as error:
            where = error.where or item.ref
            skips.append(
                Skip(where, f"{error.args[0]}。ここまでの記録は取り込みました", error.hint)
            )
