"""Open, migrate and use the store file."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from kanmon.errors import StoreError
from kanmon.source import SourceRef
from kanmon.store.finding_body import register
from kanmon.store.schema import CORE, Schema
from kanmon.store.sqlite_file import (
    BUSY_TIMEOUT_SECONDS,
    FileKind,
    create_private,
    require_folder,
    translated,
)

_STORE = FileKind(
    "保存ファイル",
    if_unwritable="置き場所の権限と空き容量を確かめてください",
    if_damaged="Kanmon の保存ファイルか確かめ、壊れていれば控えから戻してください",
)


class Store:
    """An open store file. Use ``with Store.open(path) as store:``."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        register(connection)
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path, schemas: Sequence[Schema] = ()) -> Self:
        """Return the store at ``path``, created owner-only (0600) and migrated.

        Raises:
            StoreError: not a Kanmon store, damaged, locked, unwritable, or from a newer Kanmon.
        """
        create_private(path, _STORE)
        return cls._connect(path, str(path), schemas)

    @classmethod
    def empty(cls, path: Path, schemas: Sequence[Schema] = ()) -> Self:
        """Return an empty store in memory, in the place of one at ``path`` that is not there yet.

        Raises:
            StoreError: the folder is not there either, so that the path must be a slip.
        """
        require_folder(path, _STORE)
        return cls._connect(path, ":memory:", schemas)

    @classmethod
    def _connect(cls, path: Path, database: str, schemas: Sequence[Schema]) -> Self:
        with translated(path, _STORE):
            connection = sqlite3.connect(
                database, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.row_factory = sqlite3.Row
                store = cls(connection, path)
                for schema in (CORE, *schemas):
                    store._migrate(schema)
            except BaseException:
                connection.close()
                raise
        return store

    def _migrate(self, schema: Schema) -> None:
        newest = len(schema.migrations)
        if self._version(schema) == newest:
            return
        with self.transaction() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS kanmon_schema"
                " (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT"
            )
            version = self._version(schema)
            if version > newest:
                raise StoreError(
                    f"保存ファイルは新しい版の Kanmon が書いたものです"
                    f"（{schema.name}: 版 {version}、この Kanmon は {newest} まで）",
                    where=SourceRef(str(self.path)),
                    hint="Kanmon を新しい版にしてください。ファイルは変更していません",
                )
            for script in schema.migrations[version:]:
                for statement in _statements(script):
                    connection.execute(statement)
            connection.execute(
                "INSERT INTO kanmon_schema VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET version = excluded.version",
                (schema.name, newest),
            )

    def _version(self, schema: Schema) -> int:
        tables = self._connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'kanmon_schema'"
        ).fetchone()
        if tables is None:
            return 0
        row = self._connection.execute(
            "SELECT version FROM kanmon_schema WHERE name = ?", (schema.name,)
        ).fetchone()
        return int(row["version"]) if row else 0

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside one write transaction; all of it is kept or none.

        Re-entering joins the transaction already open.

        Raises:
            StoreError: locked by another process for 30 s, damaged, or the disk is full.
        """
        with translated(self.path, _STORE):
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection for queries; raises ``StoreError`` as ``transaction`` does."""
        with translated(self.path, _STORE):
            yield self._connection

    def backup(self, target: Path) -> None:
        """Write a consistent copy to ``target`` (which must not exist), owner-only."""
        if target.exists():
            raise StoreError("控えの行き先が既にあります", where=SourceRef(str(target)))
        create_private(target, _STORE)
        with translated(target, _STORE):
            copy = sqlite3.connect(target)
            try:
                self._connection.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Close the file; the object cannot be used afterwards."""
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


def _statements(script: str) -> Iterator[str]:
    """Yield single statements: ``executescript`` would commit the transaction we are in."""
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
