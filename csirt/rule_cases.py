"""A rule's own examples: events it must hit and events it must miss, as data beside the rule.

``shadow_copy_deletion.yml`` has ``shadow_copy_deletion.events.json``::

    {"hit": [{"why": "…", "event": {…}}], "miss": [{"why": "…", "event": {…}}]}

``why`` says in one Japanese sentence what the event is; ``event`` is a record as a log holds it,
in any shape the readers understand. The name does not end in ``.yml``, so no Sigma tool takes it
for a rule.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from csirt.model import JSONValue, RuleInfo
from kanmon.run import Skip
from kanmon.source import SourceRef

SUFFIX = ".events.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCase:
    """One example event of one rule.

    Attributes:
        expected: True when the rule must hit it.
        where: The events file and the example's place in it: ``hit[1]``.
    """

    rule: RuleInfo
    expected: bool
    why: str
    event: dict[str, JSONValue]
    where: SourceRef


@dataclass(frozen=True, slots=True)
class CaseResult:
    """An example and whether the engine agreed with it."""

    case: RuleCase
    hit: bool

    @property
    def passed(self) -> bool:
        """Return whether the rule did what its author said it would."""
        return self.hit is self.case.expected


def cases_path(rule: RuleInfo) -> Path:
    """Return where the rule's examples stand, whether or not the file exists."""
    return Path(rule.path).with_suffix(SUFFIX)


def load_cases(rules: Iterable[RuleInfo]) -> tuple[tuple[RuleCase, ...], tuple[Skip, ...]]:
    """Return the examples of all rules, and a skip for each rule that lacks a kind of them."""
    cases: list[RuleCase] = []
    skips: list[Skip] = []
    for rule in rules:
        path = cases_path(rule)
        where = SourceRef(str(path))
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            skips.append(Skip(SourceRef(rule.path), "例のイベントがありません", _hint(path)))
            continue
        except (OSError, ValueError) as error:
            skips.append(Skip(where, f"例のイベントを読めません: {error}", _hint(path)))
            continue
        try:
            cases += _cases(rule, document, where)
        except (KeyError, TypeError, ValueError) as error:
            skips.append(Skip(where, f"例のイベントの書き方が違います: {error}", _hint(path)))
    return tuple(cases), tuple(sorted(skips))


def judge_cases(
    cases: Sequence[RuleCase], hits: Iterable[tuple[str, int]]
) -> tuple[CaseResult, ...]:
    """Return each case with its outcome; ``hits`` are (rule id, 1-based number of the case)."""
    found = frozenset(hits)
    return tuple(
        CaseResult(case, (case.rule.id, number) in found) for number, case in enumerate(cases, 1)
    )


def _hint(path: Path) -> str:
    return f"{path.name} に hit と miss を 1 件以上ずつ書いてください"


def _cases(rule: RuleInfo, document: object, where: SourceRef) -> list[RuleCase]:
    if not isinstance(document, Mapping) or set(document) != {"hit", "miss"}:
        raise ValueError("最上位は hit と miss の 2 つです")
    return [
        RuleCase(
            rule=rule,
            expected=kind == "hit",
            why=str(example["why"]),
            event=dict(example["event"]),
            where=where.at(f"{kind}[{number}]"),
        )
        for kind in ("hit", "miss")
        for number, example in enumerate(_listed(document, kind))
    ]


def _listed(
    document: Mapping[str, object], kind: str
) -> list[Mapping[str, Mapping[str, JSONValue]]]:
    examples = document[kind]
    if not isinstance(examples, list) or not examples:
        raise ValueError(f"{kind} が空です")
    return examples
