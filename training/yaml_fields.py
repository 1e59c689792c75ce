"""Typed fields out of YAML, with the file and place of whatever is wrong."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import yaml

from kanmon.dates import parse_date
from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from training.model import Labelled

_Kind = TypeVar("_Kind", bound=Labelled)
MAX_BYTES = 4 * 1024**2


class _Loader(yaml.SafeLoader):
    """The safe loader without aliases, which could unfold without end, and without double keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.YAMLError(f"{event.start_mark.line + 1} 行目: 別名（*）は使えません")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise yaml.YAMLError(f"{line} 行目: 同じ項目が 2 つあります: {key.value}")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def parse_yaml(data: bytes, where: SourceRef) -> Mapping[str, Any]:
    """Return the YAML mapping in ``data``; raises ``ConfigError`` when it is none."""
    if len(data) > MAX_BYTES:
        raise ConfigError("大きすぎます（4 MB まで）", where=where)
    try:
        # The loader is a SafeLoader with less.
        content = yaml.load(data.decode("utf-8-sig"), Loader=_Loader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        hint = "UTF-8 で保存し、字下げと引用符を確かめてください"
        raise ConfigError(f"YAML として読めません: {error}", where=where, hint=hint) from error
    if not isinstance(content, dict):
        raise ConfigError("courses: や rules: の表ではありません", where=where)
    return content


@dataclass(frozen=True, slots=True)
class Fields:
    """One YAML mapping being read; every wrong field is a ``ConfigError`` at ``where``."""

    raw: Mapping[str, Any]
    where: SourceRef

    def error(self, message: str, hint: str = "") -> ConfigError:
        """Return the error to raise about this mapping."""
        return ConfigError(message, where=self.where, hint=hint)

    def only(self, known: Iterable[str]) -> None:
        """Refuse names that mean nothing, with the nearest known one."""
        names = tuple(known)
        for key in self.raw:
            if key not in names:
                near = difflib.get_close_matches(str(key), names, n=1)
                hint = f"もしかして: {near[0]}" if near else "使える項目: " + "、".join(names)
                raise self.error(f"項目 {key} はありません", hint)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; required when there is no default."""
        value = self.raw.get(key, default)
        if value is None:
            raise self.error(f"{key} がありません")
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise self.error(f"{key} は文字列で書きます")
        return str(value)

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number that is not negative."""
        value = self.raw.get(key, default)
        if value is None:
            raise self.error(f"{key} がありません")
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(f"{key} は 0 以上の整数で書きます")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false when absent."""
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            raise self.error(f"{key} は true か false で書きます")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; one string is a list of one; empty when absent."""
        value = self.raw.get(key) or []
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(i, str | int) for i in items):
            raise self.error(f"{key} は文字列の一覧で書きます")
        return tuple(str(item) for item in items)

    def day(self, key: str) -> date | None:
        """Return a day; ``None`` when absent."""
        value = self.raw.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return parse_date(str(value))
        except ValueError as error:
            raise self.error(f"{key} が日付として読めません: {value}") from error

    def choice(self, key: str, kinds: type[_Kind], default: str | None = None) -> _Kind:
        """Return the member whose slug is written."""
        slug = self.one_of(key, tuple(member.slug for member in kinds), default)
        return next(member for member in kinds if member.slug == slug)

    def one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the words known."""
        word = self.text(key, default)
        if word not in known:
            raise self.error(f"{key} は {'、'.join(known)} のどれかです（{word}）")
        return word

    def children(self, key: str) -> tuple["Fields", ...]:
        """Return the mappings in a list; empty when absent."""
        value = self.raw.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(f"{key} は - で始まる項目の一覧で書きます")
        return tuple(
            Fields(item, SourceRef(self.where.path, self._place(key, item, number)))
            for number, item in enumerate(value, start=1)
        )

    def _place(self, key: str, item: Mapping[str, Any], number: int) -> str:
        name = str(item.get("id") or number)
        return f"{self.where.place} {key} {name}".strip()

    def child(self, key: str) -> "Fields":
        """Return a mapping; an empty one when absent."""
        value = self.raw.get(key) or {}
        if not isinstance(value, dict):
            raise self.error(f"{key} は 名前: 値 の表で書きます")
        return Fields(value, SourceRef(self.where.path, f"{self.where.place} {key}".strip()))
