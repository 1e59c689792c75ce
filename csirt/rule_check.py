"""What can be said of each rule before it fires: exact, skipped, or never on these logs."""

from collections.abc import Callable, Iterator

from csirt.compile.expression import KEYWORDS, Expression, Test, tests_of
from csirt.engine.conditions import simplify
from csirt.engine.fields import FieldNames
from csirt.engine.single import passes
from csirt.model import RuleVerdict, Seen, Verdict
from csirt.pipeline import Records
from csirt.ruleset import RuleSet
from kanmon.run import Skip
from kanmon.text import fold

_Kind = tuple[str, str, frozenset[str]]


def check_rules(ruleset: RuleSet, seen: Seen | None = None) -> tuple[RuleVerdict, ...]:
    """Return a verdict for every rule and every skip, by path; the reason is Japanese.

    Without ``seen`` a rule is exact when its log source is in the log source map. With it, a rule
    that cannot fire on such logs is NEVER: its log source does not occur, or fields it cannot do
    without do not.
    """
    kinds = None if seen is None else _kinds(seen)
    verdicts = [_verdict(ruleset, rule, kinds) for rule in range(len(ruleset.rules))]
    verdicts += [
        RuleVerdict(rule=info, path=str(skip.where), verdict=Verdict.SKIPPED, reason=_reason(skip))
        for info, skip in ruleset.skipped
    ]
    return tuple(sorted(verdicts, key=lambda one: (one.path, one.rule.id if one.rule else "")))


def _reason(skip: Skip) -> str:
    return f"{skip.reason}。{skip.hint}" if skip.hint else skip.reason


def _kinds(seen: Seen) -> list[_Kind]:
    fields: dict[tuple[str, str], set[str]] = {}
    for channel, event_id, name in seen.fields:
        fields.setdefault((channel, event_id), set()).add(name)
    return [
        (channel, event_id, frozenset(fields.get((channel, event_id), ())))
        for channel, event_id, _ in seen.kinds
    ]


def _verdict(ruleset: RuleSet, rule: int, kinds: list[_Kind] | None) -> RuleVerdict:
    info = ruleset.rules[rule]
    reason = _why_never(ruleset, rule, kinds)
    verdict = Verdict.NEVER if reason else Verdict.EXACT
    return RuleVerdict(rule=info, path=info.path, verdict=verdict, reason=reason)


def _why_never(ruleset: RuleSet, rule: int, kinds: list[_Kind] | None) -> str:
    source = ruleset.rules[rule].logsource
    numbers = ruleset.pipelines.records_of(source)
    if not numbers:
        return f"no log source mapping: {source} の記録の見分け方が rules/pipelines にありません"
    if kinds is None:
        return ""
    occurring = False
    missing: set[str] = set()
    expression = ruleset.expression(rule)
    for number in numbers:
        records = ruleset.pipelines.records[number]
        names = ruleset.pipelines.names(records)
        for kind in _occurring(records, names, kinds):
            occurring = True
            if simplify(expression, _Known(kind, names)) is not False:
                return ""
            missing.update(_absent(expression, kind, names))
    if not occurring:
        return f"このログに {source} の記録がありません"
    if missing:
        return f"このログに必要なフィールドがありません: {', '.join(sorted(missing))}"
    return "このログに、ルールが求めるイベント ID やチャネルの記録がありません"


def _occurring(records: Records, names: FieldNames, kinds: list[_Kind]) -> Iterator[_Kind]:
    plain = FieldNames(aliases=names.aliases)
    for kind in kinds:
        given = {"Channel": kind[0], "EventID": kind[1]}
        if all(
            (bool(given[field]) if not wanted else fold(given[field]) in wanted)
            if field in given
            else _has(plain, field, kind[2])
            for field, wanted in records.where
        ):
            yield kind


def _has(names: FieldNames, field: str, present: frozenset[str]) -> bool:
    return any(name in present or set(name.split("\\")) <= present for name in names.of(field))


class _Known(dict[str, Callable[[Test], bool]]):
    """What a kind of record tells beforehand: absent fields fail every test."""

    def __init__(self, kind: _Kind, names: FieldNames) -> None:
        super().__init__()
        self._kind = kind
        self._names = names

    def __contains__(self, field: object) -> bool:
        if field == KEYWORDS:
            return False
        return field in ("Channel", "EventID") or not _has(self._names, str(field), self._kind[2])

    def __getitem__(self, field: str) -> Callable[[Test], bool]:
        value = {"Channel": self._kind[0], "EventID": self._kind[1]}.get(field, "")
        return lambda test: bool(value) and passes(test, value)


def _absent(expression: Expression, kind: _Kind, names: FieldNames) -> Iterator[str]:
    for test, positive in tests_of(expression):
        if (
            positive
            and test.field not in (KEYWORDS, "Channel", "EventID")
            and not _has(names, test.field, kind[2])
        ):
            yield test.field
