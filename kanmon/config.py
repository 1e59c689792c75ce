"""Settings: declared once, read from kanmon.toml and the environment, checked by name and kind."""

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kanmon.errors import ConfigError
from kanmon.source import SourceRef

FILE_NAME = "kanmon.toml"


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing a city can set.

    Attributes:
        key: ``section.name``; the environment variable is ``KANMON_SECTION_NAME``.
        kind: ``text``, ``integer``, ``number``, ``flag``, ``path``, ``texts`` (list of strings)
            or ``table`` (free-form; not from the environment).
        default: Value when it is set nowhere.
        help_ja: What it does, for the commented file that ``kanmon init`` writes.
        example: TOML text shown commented out; ``""`` shows the default.
        secret: Never printed, and better given by the environment.
    """

    key: str
    kind: str
    default: Any
    help_ja: str
    example: str = ""
    secret: bool = False

    @property
    def variable(self) -> str:
        """Return the environment variable's name."""
        return "KANMON_" + self.key.replace(".", "_").upper()


_KINDS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "flag": (bool,),
    "path": (str,),
    "texts": (list,),
    "table": (dict, list),
}


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force. Paths are relative to the file they stand in.

    Attributes:
        path: The kanmon.toml read; ``None`` when there is none.
    """

    values: Mapping[str, Any]
    path: Path | None = None

    def get(self, setting: Setting) -> Any:
        """Return the setting's value, its default when nobody set it."""
        return self.values.get(setting.key, setting.default)

    def path_of(self, setting: Setting) -> Path | None:
        """Return a ``path`` setting, resolved against the folder of kanmon.toml; None if empty."""
        value = self.get(setting)
        if not value:
            return None
        base = self.path.parent if self.path else Path()
        return base / Path(str(value)).expanduser()


def load_config(
    settings: Iterable[Setting],
    *,
    path: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Config:
    """Return the configuration from ``path`` and the environment; the environment wins.

    Raises:
        ConfigError: the file is unreadable or no TOML, a name is unknown, a value of a wrong kind.
    """
    known = {setting.key: setting for setting in settings}
    raw = _read(path) if path else {}
    values: dict[str, Any] = {}
    for key, value in _flatten(raw, known):
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"もしかして: {near[0]}" if near else "kanmon init が書く雛形に一覧があります"
            raise ConfigError(f"設定 {key} はありません", where=SourceRef(str(path)), hint=hint)
        values[key] = _checked(known[key], value, SourceRef(str(path), key))
    for setting in known.values():
        if setting.variable in environ and setting.kind != "table":
            ref = SourceRef("環境変数", setting.variable)
            values[setting.key] = _from_text(setting, environ[setting.variable], ref)
    return Config(values, path)


_OTHER_VARIABLES = ("KANMON_CONFIG",)
_TEST_PREFIX = "KANMON_TEST_"


def unused_variables(
    settings: Iterable[Setting], environ: Mapping[str, str] = os.environ
) -> tuple[tuple[str, str], ...]:
    """Return (name, advice) of each ``KANMON_…`` variable that nothing reads, sorted by name."""
    tables = {setting.variable: setting.key for setting in settings if setting.kind == "table"}
    known = {setting.variable for setting in settings if setting.kind != "table"}
    known |= set(_OTHER_VARIABLES)
    found = []
    for name in sorted(environ):
        if not name.startswith("KANMON_") or name in known or name.startswith(_TEST_PREFIX):
            continue
        near = difflib.get_close_matches(name, sorted(known), n=1)
        advice = f"もしかして: {near[0]}" if near else "使える名前は docs/settings.md にあります"
        if name in tables:
            advice = f"{tables[name]} は kanmon.toml に書いてください"
        found.append((name, advice))
    return tuple(found)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"設定ファイルを開けません: {error.strerror}", where=SourceRef(str(path))
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"TOML として読めません: {error}",
            where=SourceRef(str(path)),
            hint="UTF-8 で保存し、その行の書き方を確かめてください",
        ) from error


def _flatten(
    raw: Mapping[str, Any], known: Mapping[str, Setting], prefix: str = ""
) -> Iterable[tuple[str, Any]]:
    for name, value in raw.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and (key not in known or known[key].kind != "table"):
            yield from _flatten(value, known, f"{key}.")
        else:
            yield key, value


def _checked(setting: Setting, value: Any, where: SourceRef) -> Any:
    fits = isinstance(value, _KINDS[setting.kind])
    if isinstance(value, bool) and setting.kind in ("integer", "number"):
        fits = False
    if setting.kind == "texts" and fits:
        fits = all(isinstance(item, str) for item in value)
    if not fits:
        raise ConfigError(
            f"{setting.key} の値の種類が違います（{setting.kind} が必要です）",
            where=where,
            hint=f"例: {setting.example or setting.default!r}",
        )
    return tuple(value) if setting.kind == "texts" else value


def _from_text(setting: Setting, text: str, where: SourceRef) -> Any:
    if setting.kind == "path":
        # A path from the environment is the caller's, not relative to kanmon.toml.
        return str(Path(text).expanduser().absolute()) if text else ""
    if setting.kind == "texts":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if setting.kind == "flag":
        flags = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if text.lower() not in flags:
            raise ConfigError("true か false を書いてください", where=where)
        return flags[text.lower()]
    if setting.kind in ("integer", "number"):
        try:
            return int(text) if setting.kind == "integer" else float(text)
        except ValueError as error:
            raise ConfigError(f"数ではありません: {text!r}", where=where) from error
    return text


def template(settings: Iterable[Setting]) -> str:
    """Return a commented kanmon.toml that sets nothing: every setting, explained, in order."""
    lines = ["# Kanmon の設定。行頭の # を外した行だけが有効になります。"]
    lines += ["# どの設定も環境変数（KANMON_…）でも与えられ、そちらが優先します。", ""]
    # A table's own header would swallow the plain settings after it: tables come last.
    ordered = sorted(settings, key=lambda s: (s.key.rpartition(".")[0], s.kind == "table"))
    section = None
    for setting in ordered:
        head, _, name = setting.key.rpartition(".")
        if head != section:
            section = head
            lines += ["", f"[{head}]"] if head else []
        lines += [f"# {line}" for line in setting.help_ja.splitlines()]
        if setting.kind != "table":
            lines.append(f"# 環境変数: {setting.variable}")
        shown = setting.example or f"{name} = {_toml(setting.default)}"
        lines += [f"# {line}" for line in shown.splitlines()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
