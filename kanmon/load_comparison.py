"""Loads the 新旧対照表 styles of rules/comparison/*.yml."""

from dataclasses import fields
from pathlib import Path

import yaml

from kanmon.comparison import ComparisonStyle
from kanmon.errors import ConfigError
from kanmon.source import SourceRef

_UNDERLINES = ("single", "double", "none")


def load_styles(folder: Path) -> dict[str, ComparisonStyle]:
    """Return the styles by id (file name without ``.yml``), in name order.

    Raises:
        ConfigError: a file is no YAML mapping, or holds an unknown key or a value of a wrong kind.
    """
    return {path.stem: _load(path) for path in sorted(folder.glob("*.yml"))}


def load_style(folder: Path, name: str) -> ComparisonStyle:
    """Return one style.

    Raises:
        ConfigError: there is no such style, or its file is wrong.
    """
    path = folder / f"{name}.yml"
    known = sorted(found.stem for found in folder.glob("*.yml"))
    if name not in known:
        raise ConfigError(
            f"新旧対照表の様式「{name}」はありません",
            where=SourceRef(str(folder)),
            hint=f"次から選んでください: {'、'.join(known)}",
        )
    return _load(path)


def _load(path: Path) -> ComparisonStyle:
    where = SourceRef(str(path))
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"YAML として読めません: {error}", where=where) from error
    if not isinstance(raw, dict):
        raise ConfigError("「項目: 値」の形ではありません", where=where)
    kinds = {field.name: field.type for field in fields(ComparisonStyle) if field.name != "id"}
    for key, value in raw.items():
        kind = kinds.get(key)
        if kind is None:
            hint = f"使える項目: {'、'.join(kinds)}"
            raise ConfigError(f"知らない項目です: {key}", where=where, hint=hint)
        if type(value) is not kind:
            raise ConfigError(f"{key} の値の種類が違います: {value!r}", where=where.at(str(key)))
    style = ComparisonStyle(**{"id": path.stem, "title": path.stem, **raw})
    if style.underline not in _UNDERLINES:
        hint = f"次から選んでください: {'、'.join(_UNDERLINES)}"
        raise ConfigError(f"underline は {style.underline!r} にできません", where=where, hint=hint)
    if not 0 <= style.note_share <= 50:
        raise ConfigError("note_share は 0 から 50 までです", where=where)
    return style
