"""Learning records out of xAPI statements (and cmi5): completed and passed stay apart.

Source: ADL xAPI 1.0.3, Data §2.4; cmi5 (moveOn = CompletedOrPassed can satisfy a learner who
failed, so ``satisfied`` is taken as completed and never as passed).
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from kanmon.dates import JST, parse_instant
from kanmon.errors import InputError
from kanmon.run import Skip
from kanmon.source import SourceRef
from training.identify import Directory
from training.model import Completion

# verb -> (completed, passed)
_VERBS: dict[str, tuple[bool, bool | None]] = {
    "completed": (True, None),
    "passed": (False, True),
    "failed": (False, False),
    "satisfied": (True, None),
}


def looks_like_json(data: bytes) -> bool:
    """Return whether the bytes begin like JSON."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def load_json(data: bytes, where: SourceRef) -> list[Any]:
    """Return the objects of a JSON array, a ``statements`` or ``results`` object, or NDJSON.

    Raises:
        InputError: no JSON.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("UTF-8 の JSON ではありません", where=where) from error
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return list(_lines(text, where))
    if isinstance(content, dict):
        inner = content.get("statements", content.get("results"))
        return inner if isinstance(inner, list) else [content]
    return content if isinstance(content, list) else [content]


def _lines(text: str, where: SourceRef) -> Iterator[Any]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                raise InputError(
                    "JSON として読めません", where=where.at(f"{number} 行目")
                ) from error


def read_statements(
    data: bytes, where: SourceRef, directory: Directory, *, today: date
) -> tuple[tuple[Completion, ...], tuple[Skip, ...]]:
    """Return the records in xAPI statements; other verbs are no records and no skips."""
    found: list[Completion] = []
    skips: list[Skip] = []
    for number, statement in enumerate(load_json(data, where), start=1):
        place = where.at(f"statement {number}")
        verb = _word(statement, "verb", "id").rstrip("/").rpartition("/")[2]
        if verb not in _VERBS:
            if not verb:
                skips.append(Skip(place, "verb のない文です（xAPI ではありません）"))
            continue
        try:
            day = parse_instant(_word(statement, "timestamp")).astimezone(JST).date()
        except ValueError:
            skips.append(Skip(place, "timestamp が日時として読めません"))
            continue
        if day > today:
            skips.append(Skip(place, "受講日が未来です"))
            continue
        activity = _word(statement, "object", "id")
        course = directory.course(activity) or directory.course(
            activity.rstrip("/").rpartition("/")[2]
        )
        if course is None:
            hint = "kanmon.toml の training.course_names に活動 ID と科目 ID の対応を書けます"
            skips.append(Skip(place, f"知らない活動です: {activity[:80]}", hint))
            continue
        email = _word(statement, "actor", "mbox").removeprefix("mailto:")
        person = directory.person(_word(statement, "actor", "account", "name"), email, day)
        if person is None:
            skips.append(Skip(place, "名簿にない職員番号・メールアドレスです"))
            continue
        completed, passed = _VERBS[verb]
        score = _word(statement, "result", "score", "raw")
        found.append(Completion(person, course, day, completed, passed, score, f"xapi:{verb}"))
    return tuple(found), tuple(sorted(skips))


def _word(value: Any, *path: str) -> str:
    """Return the text at a path of members; empty when it is not there."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
