"""Keywords are looked for in the JSON as it was read first: that must never lose a hit."""

import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csirt.engine import plan as plan_module

SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}
KEYWORDS: dict[str, dict[str, Any]] = {
    "plain": {"k": ["sekurlsa::"], "condition": "k"},
    "path": {"k": ["\\mimilib.dll", "a/mask"], "condition": "k"},
    "quoted": {"k": ['say "mask" twice'], "condition": "k"},
    "glob": {"k": ["ma*sk\\*"], "condition": "k"},
    "regex": {"k": {"|re": "kernel[0-9]+"}, "condition": "k"},
    "cased": {"k": {"|cased": "Mask"}, "condition": "k"},
    "japanese": {"k": ["関門"], "condition": "k"},
    "number": {"k": ["100"], "condition": "k"},
    "short": {"k": ["ok"], "condition": "k"},
}
PIECES = [
    "sekurlsa::",
    "SEKURLSA::",
    "\\mimilib.dll",
    "a/mask",
    'say "mask" twice',
    "max sk\\z",
    "Mask",
    "kernel32",
    "\u212aernel7",
    "関門",
    "o\u212a",
    "100",
    *" \n\0éx",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
VALUE = st.one_of(
    TEXT,
    st.lists(TEXT, max_size=2),
    st.sampled_from([None, True, 100, 1e22, 1.5e-7, {"in": "Mask"}]),
)
WRITERS: dict[str, Callable[[Any], bytes]] = {
    "compact": orjson.dumps,
    "Python's, ASCII only": lambda event: json.dumps(event).encode(),
    "Python's": lambda event: json.dumps(event, ensure_ascii=False).encode(),
    "PHP's": lambda event: json.dumps(event).replace("/", "\\/").encode(),
    "everything escaped": lambda event: _escaped(event).encode(),
}


def _escaped(value: Any) -> str:
    """Return JSON in which every character of every text is an escape."""
    if isinstance(value, str):
        units = value.encode("utf-16-be").hex()
        return '"' + "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4)) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(_escaped, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_escaped(k)}:{_escaped(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


def rules() -> list[dict[str, Any]]:
    """Return one rule for each set of keywords, for any Windows record."""
    return [
        {
            "title": name,
            "id": f"6f3e2d51-0000-4000-8000-{number:012d}",
            "logsource": {"product": "windows"},
            "detection": detection,
        }
        for number, (name, detection) in enumerate(KEYWORDS.items())
    ]


@pytest.mark.parametrize("name", [*KEYWORDS, "all but the short"])
def test_keywords_are_found_however_the_json_is_written(name: str, load: Any) -> None:
    """キーワードは、JSON の書き方（エスケープの流儀）が違っても、必ず見つかる。"""
    chosen = [rule for rule in rules() if rule["title"] == name or name.startswith("all")]
    chosen = [rule for rule in chosen if rule["title"] != "short" or name == "short"]
    ruleset, skips = load(*chosen)
    assert not skips
    matcher = ruleset.matcher()

    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(fields=st.dictionaries(st.sampled_from("ABCD"), VALUE, max_size=3))
    def check(fields: dict[str, Any]) -> None:
        event = {**SYSMON, **fields}
        expected = matcher.judge(event).hits
        for how, write in WRITERS.items():
            raw = write(event)
            assert orjson.loads(raw) == event, how
            assert matcher.judge(event, raw).hits == expected, how

    check()


def test_the_look_is_really_taken(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """先に元の JSON を見る近道は、実際に使われている（結果だけ合っていても意味がない）。"""
    ruleset, _ = load(rules()[0])
    event = {**SYSMON, "A": "sekurlsa::"}
    assert ruleset.matcher().judge(event, b'{"other": "text"}').hits == ()
    monkeypatch.setattr(plan_module, "may_hold", lambda tests: lambda raw: True)
    assert ruleset.matcher().judge(event, b'{"other": "text"}').hits == (0,)
