"""Sigma rules from folders: read once, cached by content, never silently dropped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from csirt.compile.cache import compile_files
from csirt.compile.expression import Expression, from_json, tests_of
from csirt.engine.matcher import Matcher
from csirt.model import LogSource, RuleInfo
from csirt.pipeline import Pipelines, load_pipelines
from csirt.rule_files import read_rule_files
from kanmon.collector import collector_paused
from kanmon.finding import Severity
from kanmon.run import Skip, digest_texts
from kanmon.source import SourceRef

Expand = Mapping[str, tuple[str, ...]]
Record = dict[str, object]

EXPAND_HINT = "kanmon.toml の [csirt.expand] に値を書けば判定します"
CORRELATION_LATER = "相関ルール（correlation）は、まだ判定できません"


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Rules ready to be matched; can be sent to another process.

    Attributes:
        rules: In path order.
        whens: For each rule its expression, as ``csirt.compile.expression.to_json`` writes it.
        pipelines: Where each log source is found.
        skipped: For each skip that is a rule of its own: what is known of it (may be partial).
        digest: SHA-256 over every rule file and pipeline file.
    """

    rules: tuple[RuleInfo, ...]
    whens: tuple[list[object], ...]
    pipelines: Pipelines
    skipped: tuple[tuple[RuleInfo | None, Skip], ...] = ()
    correlations: tuple[tuple[RuleInfo, Mapping[str, object]], ...] = ()
    digest: str = ""

    def expression(self, rule: int) -> Expression:
        """Return what a rule asks: the seam from which a superset query can be derived."""
        return from_json(self.whens[rule])

    def fields(self, rule: int) -> tuple[str, ...]:
        """Return the fields a rule speaks of, sorted; ``""`` for keywords."""
        return tuple(sorted({test.field for test, _ in tests_of(self.expression(rule))}))

    def at_least(self, level: Severity) -> "RuleSet":
        """Return the rules of this level and above."""
        kept = [place for place, rule in enumerate(self.rules) if rule.level >= level]
        return replace(
            self,
            rules=tuple(self.rules[place] for place in kept),
            whens=tuple(self.whens[place] for place in kept),
        )

    def matcher(self) -> Matcher:
        """Return a fresh matcher."""
        return Matcher([rule.logsource for rule in self.rules], self.whens, self.pipelines)

    def match(self, events: Iterable[Mapping[str, object]]) -> tuple[tuple[RuleInfo, int], ...]:
        """Return (rule, place of the event) for each hit in flat events, by event, then rule."""
        matcher = self.matcher()
        return tuple(
            (self.rules[rule], place)
            for place, event in enumerate(events)
            for rule in matcher.judge(event).hits
        )


def load_rules(
    paths: Sequence[Path], *, pipelines: Path, cache: Path | None, expand: Expand
) -> tuple[RuleSet, tuple[Skip, ...]]:
    """Return the rules below ``paths`` and what of them could not be used.

    Args:
        pipelines: Folder of the log source map.
        cache: Folder for compiled rules; None compiles every time.
        expand: Values of placeholders under ``|expand``.

    Raises:
        InputError: a path does not exist.
        ConfigError: the log source map cannot be read.
    """
    mapped = load_pipelines(pipelines)
    loading = _Loading()
    files, unread = read_rule_files(paths)
    loading.skipped += [(None, skip) for skip in unread]
    contents = [content for _, content in files]
    with collector_paused():
        compiled = compile_files(contents, expand, cache)
        for (path, _), records in zip(files, compiled, strict=True):
            for record in records:
                loading.add(str(path), record)
        rules = loading.finish()
    ruleset = RuleSet(
        rules=tuple(info for info, _ in rules),
        whens=tuple(when for _, when in rules),
        pipelines=mapped,
        skipped=tuple(loading.skipped),
        correlations=tuple(loading.correlations),
        digest=digest_texts([*contents, *mapped.text]),
    )
    return ruleset, tuple(sorted({skip for _, skip in loading.skipped}))


@dataclass(slots=True)
class _Loading:
    """Documents as they come, by file and line."""

    rules: list[tuple[RuleInfo, list[object]]] = field(default_factory=list)
    filters: list[tuple[Record, RuleInfo]] = field(default_factory=list)
    correlations: list[tuple[RuleInfo, Mapping[str, object]]] = field(default_factory=list)
    skipped: list[tuple[RuleInfo | None, Skip]] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, record: Record) -> None:
        line = f"line {record['line']}"
        where = SourceRef(path, line)
        info = _info(record["info"], path) if "info" in record else None
        kind = record["kind"]
        if kind == "skip" or info is None:
            hint = EXPAND_HINT if record.get("placeholder") else ""
            self.skipped.append((info, Skip(where, str(record["reason"]), hint)))
        elif info.id in self.seen:
            reason = f"ID {info.id} が重複しています（{self.seen[info.id]}）"
            self.skipped.append((info, Skip(where, reason, "どちらかの id を変えてください")))
        else:
            self.seen[info.id] = str(where)
            self._keep(kind, record, info, where)

    def _keep(self, kind: object, record: Record, info: RuleInfo, where: SourceRef) -> None:
        if kind == "rule":
            self.rules.append((info, record["when"]))  # type: ignore[arg-type]
        elif kind == "filter":
            self.filters.append((record, info))
            if not record["suppresses"]:
                reason = "フィルターの condition が not で始まらず、合う記録だけが残ります"
                hint = "除外するつもりなら condition: not … と書いてください（適用はしました）"
                self.skipped.append((info, Skip(where, reason, hint)))
        else:
            self.correlations.append((info, record["document"]))  # type: ignore[arg-type]
            self.skipped.append((info, Skip(where, CORRELATION_LATER)))

    def finish(self) -> list[tuple[RuleInfo, list[object]]]:
        """Return the rules with every filter that speaks of them and-ed on."""
        done = []
        for info, when in self.rules:
            limits = [record["when"] for record, of in self.filters if _filters(record, of, info)]
            done.append((info, ["and", when, *limits] if limits else when))
        return done


def _filters(record: Record, filter_info: RuleInfo, rule: RuleInfo) -> bool:
    """Return whether a filter speaks of a rule: same log source, and named (or any)."""
    asked, given = filter_info.logsource, rule.logsource
    if any(
        getattr(asked, key) and getattr(asked, key) != getattr(given, key)
        for key in ("category", "product", "service")
    ):
        return False
    names = record["rules"]
    assert isinstance(names, list)
    return (
        not names
        or rule.id in [str(name).lower() for name in names]
        or (bool(rule.name) and rule.name in names)
    )


def _info(data: object, path: str) -> RuleInfo:
    assert isinstance(data, dict)
    try:
        level = Severity.from_slug(data["level"].lower())
    except ValueError:
        level = Severity.INFORMATIONAL
    texts = ("id", "title", "name", "status", "description", "author", "date", "modified")
    lists = ("tags", "references", "falsepositives", "fields")
    values: dict[str, Any] = {key: data[key] for key in texts}
    values |= {key: tuple(data[key]) for key in lists}
    logsource = LogSource(*data["logsource"])
    alert = tuple(data["alert"].items())
    return RuleInfo(level=level, logsource=logsource, path=path, alert=alert, **values)
