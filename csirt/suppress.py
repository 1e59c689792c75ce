"""Lasting exceptions: Sigma filters with a reason and an end, and which of them still hold."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from csirt.model import LogSource
from csirt.yaml_data import Node, read_yaml
from kanmon.errors import InputError
from kanmon.run import Skip
from kanmon.source import SourceRef

_NAMESPACE = uuid.UUID("9f1f7c52-3f0e-5b64-9a0a-6b1d3a3c6e11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """What never to report again, by which rule, why, by whom, until when.

    Attributes:
        rule: The Sigma rule's id.
        values: Exact field values that must all be there.
        expires: Last day on which it holds.
    """

    rule: str
    rule_title: str
    logsource: LogSource
    values: Mapping[str, str]
    reason: str
    author: str
    made_on: date
    expires: date

    @property
    def id(self) -> str:
        """Return a UUID that is the same for the same rule and values."""
        parts = [self.rule, *(f"{name}\x1e{value}" for name, value in sorted(self.values.items()))]
        return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))

    @property
    def file_name(self) -> str:
        """Return the file it is written to."""
        digest = hashlib.sha256(self.id.encode()).hexdigest()[:8]
        return f"{self.rule[:40]}-{digest}.yml"


def filter_text(suppression: Suppression) -> str:
    """Return the Sigma filter document.

    Values are exact: wildcards and backslashes are escaped, so that what was decided about one
    command never silences another.
    """
    import yaml

    logsource = {
        name: value
        for name, value in (
            ("category", suppression.logsource.category),
            ("product", suppression.logsource.product),
            ("service", suppression.logsource.service),
        )
        if value
    }
    document: dict[str, Any] = {
        "title": f"抑止: {suppression.rule_title}",
        "id": suppression.id,
        "description": suppression.reason,
        "author": suppression.author,
        "date": suppression.made_on.isoformat(),
        "expires": suppression.expires.isoformat(),
        "logsource": logsource,
        "filter": {
            "rules": [suppression.rule],
            "selection": {name: sigma_plain(v) for name, v in sorted(suppression.values.items())},
            "condition": "not selection",
        },
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)


def sigma_plain(text: str) -> str:
    """Return ``text`` as a Sigma value that matches exactly it.

    Source: Sigma specification 2.1, "Wildcards": a backslash escapes itself, ``*`` and ``?``.
    """
    return "".join(f"\\{char}" if char in "\\*?" else char for char in text)


def active_filters(folder: Path | None, today: date) -> tuple[tuple[Path, ...], tuple[Skip, ...]]:
    """Return the filter files of ``folder`` that hold on ``today``, and why others do not.

    In name order. A filter without ``expires`` holds for ever. A missing folder holds none.
    """
    if folder is None or not folder.is_dir():
        return (), ()
    active: list[Path] = []
    skips: list[Skip] = []
    for path in sorted(folder.rglob("*.yml")):
        try:
            end = _expiry(read_yaml(path))
        except InputError as error:
            where = error.where or SourceRef(str(path))
            skips.append(Skip(where, f"抑止として読めません: {error.args[0]}", error.hint))
            continue
        if end is not None and end < today:
            reason = f"抑止の期限（{end.isoformat()}）が切れたため、使いません"
            skips.append(Skip(SourceRef(str(path)), reason, "延ばすなら expires を書き直します"))
        else:
            active.append(path)
    return tuple(active), tuple(skips)


def _expiry(root: Node) -> date | None:
    value = root.mapping().get("expires")
    if value is None:
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise root.fail("expires は 2026-12-31 の形で書きます") from error
