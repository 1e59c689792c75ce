"""The city's cue files (rules/analog/*.yml), read and checked."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from kanmon.errors import ConfigError
from kanmon.finding import Confidence
from kanmon.run import digest_texts
from kanmon.source import SourceRef
from regulation_scan.model import CATEGORIES, REASONS, Cue, Exclusion, Position
from regulation_scan.normal import core_text
from regulation_scan.patterns import compiled

OTHER_FILES = ("procedures.yml", "technology.yml", "amendments.yml", "alternatives.yml")
"""Files of the same folder that hold no cues."""

_FILE_KEYS = {"category", "categories", "version", "source", "unless", "cues"}
_CUE_KEYS = {
    "id",
    "category",
    "type",
    "words",
    "pattern",
    "predicates",
    "accept",
    "unless",
    "confidence",
    "reason",
    "matches",
    "not_matches",
    "source",
    "version",
    "reads_replacements",
    "in_brackets",
}
_MAX_FILE_BYTES = 2_000_000


def load_cues(folder: Path) -> tuple[Cue, ...]:
    """Return every cue of the folder, by file name and then as written.

    Raises:
        ConfigError: a file or cue is malformed; the message names the file and the cue.
    """
    cues = [cue for path in cue_files(folder) for cue in read_cue_file(path)]
    seen: dict[str, Cue] = {}
    for cue in cues:
        if cue.id in seen:
            hint = "id はファイルをまたいで重ならないようにします"
            where = SourceRef(str(folder), cue.id)
            raise ConfigError("同じ id の手がかりが二つあります", where=where, hint=hint)
        seen[cue.id] = cue
    if not cues:
        hint = "rules/analog に手がかりの YAML を置いてください"
        raise ConfigError("手がかりが一つもありません", where=SourceRef(str(folder)), hint=hint)
    return tuple(cues)


def cue_files(folder: Path) -> tuple[Path, ...]:
    """Return the cue files of a folder in name order; raises ``ConfigError`` without one."""
    if not folder.is_dir():
        raise ConfigError("手がかりのフォルダーがありません", where=SourceRef(str(folder)))
    return tuple(path for path in sorted(folder.glob("*.yml")) if path.name not in OTHER_FILES)


def digest_rules(folder: Path) -> str:
    """Return the SHA-256 over every YAML file of the folder."""
    return digest_texts(
        data
        for path in sorted(folder.glob("*.yml"))
        for data in (path.name.encode(), path.read_bytes())
    )


def read_yaml(path: Path) -> Any:
    """Return the YAML of a rules file; raises ``ConfigError`` naming line and column."""
    where = SourceRef(str(path))
    try:
        data = path.read_bytes()
        if len(data) > _MAX_FILE_BYTES:
            raise ConfigError("手がかりのファイルが大きすぎます", where=where)
        return yaml.safe_load(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        hint = "文字コードを UTF-8 にして保存してください"
        raise ConfigError("UTF-8 ではありません", where=where, hint=hint) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        hint = "字下げと、: の後の空白を確かめてください"
        raise ConfigError("YAML として読めません", where=where.at(place), hint=hint) from error
    except OSError as error:
        raise ConfigError(f"開けません: {error.strerror}", where=where) from error


def read_cue_file(path: Path) -> tuple[Cue, ...]:
    """Return the cues of one file; raises ``ConfigError``."""
    raw = read_yaml(path)
    where = SourceRef(str(path))
    if not isinstance(raw, dict) or not isinstance(raw.get("cues"), list):
        raise ConfigError(
            "cues の一覧がありません", where=where, hint="category と cues を書きます"
        )
    _refuse_unknown(raw, _FILE_KEYS, where)
    shared = _exclusions(raw.get("unless", []), where)
    return tuple(_cue(entry, raw, shared, where) for entry in raw["cues"])


def _cue(raw: Any, head: Mapping[str, Any], shared: tuple[Exclusion, ...], where: SourceRef) -> Cue:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise ConfigError("id のない手がかりがあります", where=where)
    where = where.at(raw["id"])
    _refuse_unknown(raw, _CUE_KEYS, where)
    label = str(raw.get("category", head.get("category")))
    if label not in CATEGORIES:
        known = "、".join(CATEGORIES)
        raise ConfigError(f"区分 {label!r} はありません", where=where, hint=f"区分: {known}")
    cue = Cue(
        id=f"{CATEGORIES[label].slug}/{raw['id']}",
        category=label,
        words=tuple(core_text(word) for word in _texts(raw, "words", where)),
        reason=_text(raw, "reason", where),
        matches=_texts(raw, "matches", where),
        not_matches=_texts(raw, "not_matches", where),
        type_ja=str(raw.get("type", "")),
        pattern=_pattern(raw.get("pattern", ""), where),
        predicates=tuple(raw.get("predicates", ())),
        accept=_positions(raw.get("accept", ["main"]), where),
        unless=(*_exclusions(raw.get("unless", []), where), *shared),
        confidence=_confidence(raw.get("confidence", "medium"), where),
        source=str(raw.get("source", head.get("source", ""))),
        version=str(raw.get("version", head.get("version", ""))),
        reads_replacements=raw.get("reads_replacements", False) is True,
        in_brackets=raw.get("in_brackets", False) is True,
    )
    _check_examples(cue, where)
    return cue


def _check_examples(cue: Cue, where: SourceRef) -> None:
    """Refuse a cue whose own examples it cannot see: a typing error in a word or pattern."""
    for text in cue.matches:
        core = core_text(text)
        if not any(word in core for word in cue.words):
            hint = "matches の文には words のどれかを含めます"
            raise ConfigError(f"matches の文に語がありません: {text}", where=where, hint=hint)
        if not compiled(cue).search(core):
            hint = "pattern か文例のどちらかを直してください"
            raise ConfigError(
                f"pattern が matches の文に合いません: {text}", where=where, hint=hint
            )


def _refuse_unknown(raw: Mapping[str, Any], known: Iterable[str], where: SourceRef) -> None:
    unknown = sorted(str(key) for key in raw if key not in known)
    if unknown:
        hint = "使える項目: " + "、".join(sorted(known))
        raise ConfigError(f"項目 {unknown[0]} はありません", where=where, hint=hint)


def _texts(raw: Mapping[str, Any], key: str, where: SourceRef) -> tuple[str, ...]:
    value = raw.get(key)
    if not isinstance(value, list) or not value or not all(_is_words(item) for item in value):
        hint = f"{key} は一つ以上の文字列の一覧です（matches と not_matches は両方必要です）"
        raise ConfigError(f"{key} がありません", where=where, hint=hint)
    return tuple(value)


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _text(raw: Mapping[str, Any], key: str, where: SourceRef) -> str:
    value = raw.get(key)
    if not _is_words(value):
        raise ConfigError(f"{key} がありません", where=where)
    return str(value)


def _pattern(value: Any, where: SourceRef) -> str:
    try:
        re.compile(str(value))
    except re.error as error:
        hint = "正規表現の括弧の対応などを確かめてください"
        raise ConfigError(f"pattern が正しくありません: {error}", where=where, hint=hint) from error
    return str(value)


def _exclusions(raw: Any, where: SourceRef) -> tuple[Exclusion, ...]:
    if not isinstance(raw, list):
        raise ConfigError("unless は一覧で書きます", where=where)
    found = []
    for entry in raw:
        if not isinstance(entry, dict) or set(entry) != {"pattern", "code", "reason"}:
            hint = "pattern・code・reason の三つを書きます"
            raise ConfigError("unless の書き方が違います", where=where, hint=hint)
        if entry["code"] not in REASONS:
            known = "、".join(REASONS)
            raise ConfigError(f"理由コード {entry['code']!r} はありません", where=where, hint=known)
        found.append(
            Exclusion(_pattern(entry["pattern"], where), entry["code"], str(entry["reason"]))
        )
    return tuple(found)


def _positions(raw: Any, where: SourceRef) -> frozenset[Position]:
    known = {position.slug: position for position in Position}
    if not isinstance(raw, list) or not raw or any(item not in known for item in raw):
        hint = "、".join(known)
        raise ConfigError("accept の値が違います", where=where, hint=hint)
    return frozenset(known[item] for item in raw)


def _confidence(raw: Any, where: SourceRef) -> Confidence:
    try:
        return Confidence.from_slug(str(raw))
    except ValueError as error:
        raise ConfigError("confidence は high・medium・low です", where=where) from error
