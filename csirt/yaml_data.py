"""YAML data that the city edits: read with its place, so that an error says where."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kanmon.errors import InputError
from kanmon.source import SourceRef

T = TypeVar("T")

MAX_BYTES = 4 * 1024**2
"""A data file people edit by hand; a larger one is not what it says it is."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value inside a data file, with the place it stands at.

    Every accessor raises ``InputError`` naming file and place when the value is not of the kind
    asked for.
    """

    value: Any
    where: SourceRef

    def fail(self, message: str, hint: str = "") -> InputError:
        """Return the error to raise about this value."""
        return InputError(message, where=self.where, hint=hint)

    def mapping(self) -> Mapping[str, Any]:
        """Return the value as a mapping with text keys."""
        if not isinstance(self.value, dict) or not all(isinstance(k, str) for k in self.value):
            raise self.fail("「名前: 値」の並びが必要です")
        return self.value

    def only(self, *names: str) -> None:
        """Refuse names that do not belong here: a misspelt name would silently do nothing."""
        for name in self.mapping():
            if name not in names:
                raise self.fail(f"{name} という項目はありません", f"使える項目: {'、'.join(names)}")

    def get(self, name: str) -> "Node | None":
        """Return the member, or None when it is absent or empty."""
        value = self.mapping().get(name)
        return None if value is None else Node(value, self._at(name))

    def need(self, name: str) -> "Node":
        """Return the member; an error when it is absent."""
        found = self.get(name)
        if found is None:
            raise self.fail(f"{name} がありません")
        return found

    def items(self) -> tuple["Node", ...]:
        """Return the members of a list, in order."""
        if not isinstance(self.value, list):
            raise self.fail("並び（- で始まる行）が必要です")
        return tuple(Node(value, self._at(str(n))) for n, value in enumerate(self.value, start=1))

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """Yield the members of a mapping, in file order."""
        for name, value in self.mapping().items():
            yield name, Node(value, self._at(name))

    def text(self, name: str, default: str | None = None) -> str:
        """Return a member that is text (numbers are taken as written); needed if no default."""
        found = self.get(name)
        if found is None:
            if default is None:
                raise self.fail(f"{name} がありません")
            return default
        return found.string()

    def string(self) -> str:
        """Return the value as text."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | float):
            raise self.fail("文字が必要です")
        return str(self.value).strip()

    def integer(self, name: str, default: int = 0) -> int:
        """Return a member that is a whole number, not negative."""
        found = self.get(name)
        if found is None:
            return default
        if not isinstance(found.value, int) or isinstance(found.value, bool) or found.value < 0:
            raise found.fail("0 以上の整数が必要です")
        return found.value

    def number(self, name: str) -> float:
        """Return a member that is a number above 0."""
        found = self.need(name)
        if isinstance(found.value, bool) or not isinstance(found.value, int | float):
            raise found.fail("数が必要です")
        if found.value <= 0:
            raise found.fail("0 より大きい数が必要です")
        return float(found.value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a member that is true or false."""
        found = self.get(name)
        if found is None:
            return default
        if not isinstance(found.value, bool):
            raise found.fail("true か false が必要です")
        return found.value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a member that is a list of texts; empty when absent."""
        found = self.get(name)
        return () if found is None else tuple(item.string() for item in found.items())

    def each(self, name: str, read: Callable[["Node"], T]) -> tuple[T, ...]:
        """Return what ``read`` makes of each member of a list; empty when absent."""
        found = self.get(name)
        return () if found is None else tuple(read(item) for item in found.items())

    def _at(self, name: str) -> SourceRef:
        return self.where.at(f"{self.where.place}.{name}" if self.where.place else name)


def read_yaml(path: Path) -> Node:
    """Return the file's one document.

    Raises:
        InputError: missing, too large, not UTF-8, not YAML, or several documents.
    """
    import yaml

    where = SourceRef(str(path))
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError("大きすぎます（4 MiB まで）", where=where)
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return Node(yaml.load(path.read_text(encoding="utf-8-sig"), Loader=loader), where)  # noqa: S506
    except OSError as error:
        hint = "ファイルの場所と権限、設定 rules のフォルダーを確かめてください"
        raise InputError(f"開けません: {error.strerror}", where=where, hint=hint) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "UTF-8 ではありません", where=where, hint="UTF-8 で保存してください"
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = where.at(f"line {mark.line + 1}") if mark else where
        problem = getattr(error, "problem", None) or "書き方が違います"
        raise InputError(f"YAML として読めません: {problem}", where=place) from error


def unique(nodes: Sequence[Node], name: str) -> None:
    """Refuse two members with the same ``name``."""
    seen: set[str] = set()
    for node in nodes:
        value = node.text(name)
        if value in seen:
            raise node.fail(f"{name} {value} が二つあります")
        seen.add(value)
