"""What enters at the host and is passed down: settings, clock, user, store."""

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kanmon.config import Config
from kanmon.dates import JST
from kanmon.errors import ConfigError, InputError
from kanmon.settings import RULES, STORE, USER
from kanmon.source import SourceRef

if TYPE_CHECKING:
    from kanmon.store.schema import Schema
    from kanmon.store.store import Store


@dataclass(frozen=True, slots=True)
class Session:
    """One invocation of the command.

    Attributes:
        config: Settings in force.
        now: Start of the command, aware, UTC. ``SOURCE_DATE_EPOCH`` overrides the clock, so
            that a run can be repeated to the byte (reproducible-builds.org).
        user: Recorded as reviewer, decider, recorder.
    """

    config: Config
    now: datetime
    user: str

    @property
    def today(self) -> date:
        """Return the day in Japan."""
        return self.now.astimezone(JST).date()

    def rules(self, *parts: str) -> Path:
        """Return a path below the rules folder in force (kanmon.toml's, else the shipped one)."""
        chosen = self.config.path_of(RULES)
        if chosen is not None and not chosen.is_dir():
            raise ConfigError(
                "ルールのフォルダーがありません",
                where=SourceRef(str(chosen)),
                hint="kanmon.toml の rules を直すか、空にして付属のルールを使ってください",
            )
        return (chosen or shipped_rules()).joinpath(*parts)

    def open_store(self, *schemas: "Schema") -> "Store":
        """Return the store to write to, with the packages' tables; the file is made if need be.

        Raises:
            StoreError: it cannot be used, or its folder is not there.
        """
        from kanmon.store.store import Store

        return Store.open(self._store_path, schemas)

    def read_store(self, *schemas: "Schema") -> "Store":
        """Return the store for a command about what is already in it; none is made.

        Raises:
            InputError: there is no store yet.
            StoreError: it cannot be used.
        """
        if not self._store_path.exists():
            raise InputError(
                "保存ファイルがまだありません",
                where=SourceRef(str(self._store_path)),
                hint="場所（kanmon.toml の store か環境変数 KANMON_STORE）の綴りを"
                "確かめてください。初めてなら、csirt hunt、regulation scan、policy import、"
                "training load-staff のどれかを実行すると作られます",
            )
        return self.open_store(*schemas)

    def look_up_store(self, *schemas: "Schema") -> "Store":
        """Return the store for a command that can do without: an empty one if there is none yet.

        Raises:
            StoreError: it cannot be used, or its folder is not there.
        """
        from kanmon.store.store import Store

        if self._store_path.exists():
            return self.open_store(*schemas)
        return Store.empty(self._store_path, schemas)

    @property
    def _store_path(self) -> Path:
        path = self.config.path_of(STORE)
        if path is None:
            raise ConfigError("store の設定が空です", where=SourceRef(STORE.variable))
        return path


def shipped_rules() -> Path:
    """Return the rules folder that came with Kanmon: in the wheel, or beside the packages."""
    inside = Path(__file__).parent / "_rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


def start_session(config: Config, environ: Mapping[str, str] = os.environ) -> Session:
    """Return the session of this invocation; raises ``ConfigError`` for a bad clock override."""
    return Session(config, _clock(environ), config.get(USER) or getpass.getuser())


def _clock(environ: Mapping[str, str]) -> datetime:
    epoch = environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        where = SourceRef("環境変数", "SOURCE_DATE_EPOCH")
        raise ConfigError("SOURCE_DATE_EPOCH は整数の秒で書きます", where=where) from error
