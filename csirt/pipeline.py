"""Which records a Sigma log source means, and what its fields are called there: editable data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from csirt.engine.fields import FieldNames
from csirt.model import LogSource
from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from kanmon.text import fold

ANY_VALUE = "*"
"""In ``where``: the field is there, whatever it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """One kind of record that a log source means.

    Attributes:
        where: (field, folded values of which one must be there; empty for any value).
        renamed: Sigma's field name to the name in these records.
        values: Sigma's field name to {Sigma's value, folded: value in these records}.
        lacks: Fields these records never bear. A rule that excludes by such a field is not
            applied to them: its exclusion could not work and it would accuse the innocent.
    """

    where: tuple[tuple[str, frozenset[str]], ...]
    renamed: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    lacks: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipelines:
    """The files of rules/pipelines, read.

    Attributes:
        sources: Log source to the numbers of its records in ``records``.
        aliases: Field to further names it bears, in order.
        time, host, user: Names to look under, in order; ``A\\B`` joins two.
        text: The files' bytes, for the digest of a run.
    """

    sources: tuple[tuple[LogSource, tuple[int, ...]], ...]
    records: tuple[Records, ...]
    aliases: Mapping[str, tuple[str, ...]]
    time: tuple[str, ...]
    host: tuple[str, ...]
    user: tuple[str, ...]
    text: tuple[bytes, ...] = ()

    def records_of(self, source: LogSource) -> tuple[int, ...]:
        """Return the records a rule's log source means; empty when there is no mapping.

        An entry counts when it says what the rule says. It may leave out the product or, beside a
        category or service that agrees, the other of the two; of those the most exact count. A
        rule that says less than every entry means all entries that agree with it.
        """
        asked = _given(source)
        narrow = asked - {("product", fold(source.product))}
        within = [
            (len(_given(entry)), numbers)
            for entry, numbers in self.sources
            if _given(entry) <= asked and (not narrow or _given(entry) & narrow)
        ]
        if within:
            most = max(size for size, _ in within)
            found = [numbers for size, numbers in within if size == most]
        else:
            found = [numbers for entry, numbers in self.sources if asked and asked <= _given(entry)]
        return tuple(sorted({number for numbers in found for number in numbers}))

    def names(self, records: Records) -> FieldNames:
        """Return how a rule's fields are called in ``records``."""
        return FieldNames(records.renamed, self.aliases)


def _given(source: LogSource) -> frozenset[tuple[str, str]]:
    named = (
        ("category", source.category),
        ("product", source.product),
        ("service", source.service),
    )
    return frozenset((key, fold(value)) for key, value in named if value)


def load_pipelines(folder: Path) -> Pipelines:
    """Return the log source map of every ``*.yml`` below ``folder``.

    Raises:
        ConfigError: no such folder, or a file that is not as documented in docs/detection.md.
    """
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        hint = "rules/pipelines に YAML ファイルがあるか確かめてください"
        raise ConfigError("ログの対応表がありません", where=SourceRef(str(folder)), hint=hint)
    sources: list[tuple[LogSource, tuple[int, ...]]] = []
    records: list[Records] = []
    aliases: dict[str, tuple[str, ...]] = {}
    lists: dict[str, tuple[str, ...]] = {}
    contents = []
    for path in paths:
        contents.append(path.read_bytes())
        data = _read(path, contents[-1])
        for entry in data.get("log_sources", ()):
            with _Explained(path, entry):
                words = (str(entry.get(k, "")) for k in ("category", "product", "service"))
                source = LogSource(*words)
                first = len(records)
                records += [_records(one) for one in entry["records"]]
                sources.append((source, tuple(range(first, len(records)))))
        with _Explained(path, "aliases"):
            aliases |= {str(k): _strings(v) for k, v in data.get("aliases", {}).items()}
            lists |= {key: _strings(data[key]) for key in ("time", "host", "user") if key in data}
    return Pipelines(
        sources=tuple(sources),
        records=tuple(records),
        aliases=aliases,
        time=lists.get("time", ()),
        host=lists.get("host", ()),
        user=lists.get("user", ()),
        text=tuple(contents),
    )


def _read(path: Path, content: bytes) -> dict[str, Any]:
    try:
        data = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        raise ConfigError("YAML の誤りです", where=SourceRef(str(path), place)) from error
    if not isinstance(data, dict):
        raise ConfigError("キーと値の対応になっていません", where=SourceRef(str(path)))
    return data


class _Explained:
    """Translate what a malformed entry raises into a ConfigError that shows the entry."""

    def __init__(self, path: Path, entry: object) -> None:
        self._path = path
        self._entry = entry

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
            hint = "書き方は docs/detection.md の「ログの対応表」を見てください"
            message = f"対応表の項目を読めません: {self._entry!r:.120}"
            raise ConfigError(message, where=SourceRef(str(self._path)), hint=hint) from error


def _records(entry: Mapping[str, Any]) -> Records:
    where = []
    for field, wanted in entry["where"].items():
        asked = frozenset(fold(text) for text in _strings(wanted))
        where.append((str(field), frozenset() if ANY_VALUE in asked else asked))
    values = {
        str(field): {fold(str(k)): str(v) for k, v in pairs.items()}
        for field, pairs in entry.get("values", {}).items()
    }
    return Records(
        where=tuple(sorted(where)),
        renamed={str(k): str(v) for k, v in entry.get("fields", {}).items()},
        values=values,
        lacks=frozenset(_strings(entry.get("lacks", ()))),
    )


def _strings(value: object) -> tuple[str, ...]:
    many: Iterable[object] = value if isinstance(value, list | tuple) else (value,)
    return tuple(str(one) for one in many)
