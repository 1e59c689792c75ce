"""The door for rules/policy/statute.yml."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kanmon.errors import ConfigError
from kanmon.source import SourceRef
from policy.load_rules import read_yaml
from policy.statute import Statute, StatuteItem

_TEXTS = ("title", "source", "grace_text", "exempt_text")


def load_statute(path: Path) -> Statute:
    """Return the ordinance's facts.

    Raises:
        ConfigError: a key is missing, a date is none, or the fields are not numbered 1, 2, 3 ….
    """
    raw = read_yaml(path)
    policy_duty = raw.get("policy_duty")
    if not isinstance(policy_duty, dict):
        raise _error(path, "policy_duty がありません")
    texts = {key: _text(path, raw, key) for key in _TEXTS}
    items = _items(path, raw)
    grace = raw.get("grace_items") or []
    if not isinstance(grace, list) or not all(isinstance(number, int) for number in grace):
        raise _error(path, "grace_items は号の番号の並びです")
    return Statute(
        title=texts["title"],
        source=texts["source"],
        in_force=_day(path, raw, "in_force"),
        policy_title=_text(path, policy_duty, "title"),
        policy_in_force=_day(path, policy_duty, "in_force"),
        grace_items=frozenset(grace),
        grace_text=texts["grace_text"],
        exempt_text=texts["exempt_text"],
        items=items,
    )


def _items(path: Path, raw: Mapping[str, Any]) -> tuple[StatuteItem, ...]:
    listed = raw.get("items")
    if not isinstance(listed, list) or not listed:
        raise _error(path, "items がありません")
    items = []
    for place, entry in enumerate(listed, 1):
        if not isinstance(entry, dict) or entry.get("number") != place:
            raise _error(path, f"items の {place} 番目の number は {place} です")
        chapters = tuple(str(chapter) for chapter in entry.get("chapters") or ())
        items.append(
            StatuteItem(
                place,
                _text(path, entry, "title"),
                _text(path, entry, "asks"),
                chapters,
                bool(entry.get("verify", True)),
            )
        )
    return tuple(items)


def _text(path: Path, raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _error(path, f"{key} がありません")
    return value.strip()


def _day(path: Path, raw: Mapping[str, Any], key: str) -> date:
    value = raw.get(key)
    if not isinstance(value, date):
        raise _error(path, f"{key} は日付（例: 2027-07-01）です")
    return value


def _error(path: Path, message: str) -> ConfigError:
    return ConfigError(message, where=SourceRef(str(path)))
