"""One YAML file of Sigma documents as plain records: rules, filters, correlations, skips."""

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

import yaml
from sigma.exceptions import SigmaError
from sigma.filters import SigmaFilter
from sigma.rule import SigmaRule
from sigma.rule.base import SigmaYAMLLoader

from csirt.compile.condition import ConditionError, parse_condition
from csirt.compile.detection import (
    DetectionError,
    Expand,
    UnresolvedPlaceholderError,
    compile_selection,
)
from csirt.compile.expression import Expression, any_of, to_json

Record = dict[str, Any]
"""JSON values only: ``kind`` (rule, filter, correlation, skip), ``line``, ``info``, and
``when`` (the expression) or ``reason``."""

MAX_NODES = 200_000
"""A rule with more values than this is a YAML bomb; SigmaHQ's largest has about 5,000."""

# Beside its own errors: what it raises for an empty regex with contains, for odd YAML types.
_PYSIGMA_ERRORS = (
    SigmaError,
    re.error,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
)

_PLACEHOLDER_DETECTION = {"selection": {"field": "value"}, "condition": "selection"}


def compile_file(text: bytes, expand: Expand) -> list[Record]:
    """Return one record per document of the file, in order; never raises for bad content."""
    try:
        source = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [_skip(1, f"UTF-8 ではありません（{error.start} バイト目）")]
    try:
        loader = SigmaYAMLLoader(source)
        try:
            nodes = []
            while loader.check_node():
                nodes.append(loader.get_node())
            if any(_expanded_size(node, {}) > MAX_NODES for node in nodes):
                return [_skip(1, "YAML の別名（*）を展開すると大きくなりすぎます")]
            documents = [
                (node.start_mark.line + 1, loader.construct_document(node))
                for node in nodes
                if node is not None
            ]
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return [_skip(line, f"YAML の誤り: {error.problem or error.context}")]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return [_skip(_duplicate_line(source, error), f"YAML の誤り: {_first_line(error)}")]
    if not documents:
        return [_skip(1, "空のファイルです")]
    lines = source.splitlines()
    return [_document(content, line, lines, expand) for line, content in documents]


def _expanded_size(node: yaml.Node | None, known: dict[int, float]) -> float:
    """Return how many nodes a document has with every alias written out; endless when cyclic."""
    if node is None:
        return 0
    if id(node) not in known:
        known[id(node)] = math.inf  # what an alias to a node still being counted would mean
        parts = node.value if isinstance(node, yaml.CollectionNode) else ()
        flat = (one for part in parts for one in (part if isinstance(part, tuple) else (part,)))
        known[id(node)] = 1 + sum(_expanded_size(one, known) for one in flat)
    return known[id(node)]


def _document(content: object, line: int, lines: list[str], expand: Expand) -> Record:
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        return _skip(line, "Sigma ルールではありません（キーと値の対応になっていません）")
    if "action" in content:
        return _skip(line, "action による文書の合成は Sigma 2 で廃止されました", content)
    if "correlation" in content:
        return {"kind": "correlation", "line": line, "info": _info(content), "document": content}
    if "detection" not in content and "filter" not in content:
        return _skip(line, "Sigma ルールではありません（detection がありません）", content)
    try:
        return (
            _filter(content, line, expand) if "filter" in content else _rule(content, line, expand)
        )
    except UnresolvedPlaceholderError as error:
        record = _skip(_line_of("expand", line, lines), str(error), content)
        return {**record, "placeholder": True}
    except (ConditionError, DetectionError) as error:
        return _skip(_line_of("detection", line, lines), str(error), content)
    except RecursionError:
        return _skip(_line_of("detection", line, lines), "入れ子が深すぎます", content)
    except _PYSIGMA_ERRORS as error:
        return _skip(_line_of("detection", line, lines), f"pySigma: {_first_line(error)}", content)


def _rule(content: dict[str, Any], line: int, expand: Expand) -> Record:
    _check(SigmaRule.from_dict({**content, "detection": _PLACEHOLDER_DETECTION}, True).errors)
    when = _condition(content["detection"], expand)
    return {"kind": "rule", "line": line, "info": _info(content), "when": to_json(when)}


def _filter(content: dict[str, Any], line: int, expand: Expand) -> Record:
    """Return a Sigma filter; as pySigma, ``(rule) and (filter condition)`` as written."""
    body = content["filter"]
    if not isinstance(body, dict):
        raise DetectionError("filter がキーと値の対応になっていません")
    plain = {"rules": body.get("rules"), **_PLACEHOLDER_DETECTION}
    _check(SigmaFilter.from_dict({**content, "filter": plain}, True).errors)
    rules = body.get("rules")
    names = [rules] if isinstance(rules, str) else [str(name) for name in rules or ()]
    detection = {key: value for key, value in body.items() if key != "rules"}
    when = _condition(detection, expand)
    return {
        "kind": "filter",
        "line": line,
        "info": _info(content),
        "when": to_json(when),
        "rules": [] if [name.lower() for name in names] == ["any"] else names,
        "suppresses": str(detection["condition"]).lstrip("( ").startswith("not"),
    }


def _check(errors: list[SigmaError]) -> None:
    if errors:
        raise errors[0]


def _condition(detection: object, expand: Expand) -> Expression:
    if not isinstance(detection, Mapping):
        raise DetectionError("detection がキーと値の対応になっていません")
    selections = {
        str(name): compile_selection(definition, expand)
        for name, definition in detection.items()
        if name not in ("condition", "timeframe")
    }
    if "timeframe" in detection:
        raise DetectionError("timeframe は廃止されています（correlation に置き換え）")
    conditions = detection.get("condition")
    if not selections or not conditions:
        raise DetectionError("detection に検索条件か condition がありません")
    listed = conditions if isinstance(conditions, list) else [conditions]
    return any_of(parse_condition(str(one), selections) for one in listed)


def _info(content: Mapping[str, Any]) -> Record:
    """Return the rule's words as JSON values, leniently: also of a rule that is skipped."""
    source = content.get("logsource")
    logsource = source if isinstance(source, Mapping) else {}
    identity = str(content.get("id") or "").lower()
    if not identity:
        digest = hashlib.sha256(repr(sorted(content.items(), key=str)).encode()).hexdigest()
        identity = f"sha256:{digest[:16]}"
    alert = content.get("alert")
    return {
        "id": identity,
        **{key: _text(content.get(key)) for key in _TEXTS},
        **{key: _texts(content.get(key)) for key in _LISTS},
        "logsource": [_text(logsource.get(key)) for key in ("category", "product", "service")],
        "alert": _json(alert) if isinstance(alert, Mapping) else {},
    }


_TEXTS = ("title", "name", "level", "status", "description", "author", "date", "modified")
_LISTS = ("tags", "references", "falsepositives", "fields")


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _texts(value: object) -> list[str]:
    return [_text(one) for one in (value if isinstance(value, list) else [value]) if _text(one)]


def _json(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return str(value)  # no JSON integer
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _skip(line: int, reason: str, content: Mapping[str, Any] | None = None) -> Record:
    record: Record = {"kind": "skip", "line": line, "reason": reason}
    return {**record, "info": _info(content)} if content is not None else record


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _line_of(key: str, first: int, lines: list[str]) -> int:
    """Return the line on which ``key`` first stands in the document, else its first line."""
    for number, line in enumerate(lines[first - 1 :], start=first):
        if key in line.split("#")[0]:
            return number
    return first


def _duplicate_line(source: str, error: BaseException) -> int:
    """Return the line of the second occurrence of a duplicate key pySigma's loader reports."""
    found = re.search(r"Duplicate key '(.+)'", str(error))
    if not found:
        return 1
    same = re.compile(rf"\s*-?\s*['\"]?{re.escape(found[1])}['\"]?\s*:")
    hits = [number for number, line in enumerate(source.splitlines(), 1) if same.match(line)]
    return hits[1] if len(hits) > 1 else 1
