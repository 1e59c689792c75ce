"""What need not be computed twice: parses by sentence window, results by file. JSON in SQLite.

Deleting the file only costs time. Keys hold the versions of model, code and rules, so that a
stale entry is never read; there is no pickle in it.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kanmon.store.sqlite_file import BUSY_TIMEOUT_SECONDS, FileKind, create_private, translated
from regulation_scan.parse import Parse, Token

_CACHE = FileKind(
    "解析の控え",
    if_unwritable="設定 regulation.cache の置き場所の権限と空き容量を確かめてください",
    if_damaged="このファイルは控えなので、消してからもう一度実行してください",
    makes_folder=True,
)
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS parse (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS result (key TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT",
)
_AT_ONCE = 500


class Cache:
    """An open cache file. Use ``with Cache.open(path) as cache:``; ``None`` keeps nothing."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """Return the cache at ``path``, created owner-only (0600).

        Raises:
            StoreError: the file is no cache, is damaged or cannot be written.
        """
        if path is not None:
            create_private(path, _CACHE)
        with translated(path, _CACHE):
            connection = sqlite3.connect(path or ":memory:", timeout=BUSY_TIMEOUT_SECONDS)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                for statement in _SCHEMA:
                    connection.execute(statement)
            except BaseException:
                connection.close()
                raise
        return cls(connection, path)

    def parses(self, keys: Mapping[str, str]) -> dict[str, Parse]:
        """Return the parses kept, by text; ``keys`` maps text to key."""
        texts = {key: text for text, key in keys.items()}
        found = self._values("parse", tuple(texts))
        return {texts[key]: tuple(Token(*row) for row in rows) for key, rows in found}

    def add_parses(self, parses: Iterable[tuple[str, Parse]]) -> None:
        """Keep (key, parse) pairs at once, so that an interrupted scan goes on where it was."""
        rows = [(key, _packed(_pack(parse))) for key, parse in parses]
        self._insert("parse", rows)

    def results(self, keys: Sequence[str]) -> dict[str, Any]:
        """Return the results kept, by key."""
        return dict(self._values("result", keys))

    def add_results(self, results: Iterable[tuple[str, Any]]) -> None:
        """Keep (key, JSON value) pairs."""
        self._insert("result", [(key, _packed(value)) for key, value in results])

    def _values(self, table: str, keys: Sequence[str]) -> Iterator[tuple[str, Any]]:
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, body FROM {table} WHERE key IN ({marks})"  # noqa: S608 two fixed names
            with translated(self._path, _CACHE):
                rows = self._connection.execute(query, part).fetchall()
            for key, body in rows:
                yield key, self._unpacked(body)

    def _unpacked(self, body: bytes) -> Any:
        try:
            return json.loads(zlib.decompress(body))
        except (zlib.error, ValueError) as error:
            raise _CACHE.damaged(self._path, error) from error

    def _insert(self, table: str, rows: Sequence[tuple[str, bytes]]) -> None:
        query = f"INSERT OR REPLACE INTO {table} VALUES (?, ?)"  # noqa: S608 two fixed names
        with translated(self._path, _CACHE), self._connection:
            self._connection.executemany(query, rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _packed(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 1)


def _pack(parse: Parse) -> list[list[str | int]]:
    return [[t.text, t.lemma, t.tag, t.relation, t.head, t.start] for t in parse]
