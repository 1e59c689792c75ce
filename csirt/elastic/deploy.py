"""Rules for machines that run without Kanmon: Kibana's detection engine and ElastAlert 2."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from csirt.elastic.exact import exact_query
from csirt.elastic.query import MAX_TERM, IndexFields, Query
from csirt.elastic.requests import where_query
from csirt.engine.fields import FieldNames
from csirt.model import RuleInfo
from csirt.ruleset import RuleSet
from kanmon.finding import Severity
from kanmon.run import Skip
from kanmon.source import SourceRef

# Kibana's own defaults for each severity. Source: Elastic Security documentation,
# "Create a detection rule", Default risk score.
_RISK = {
    Severity.INFORMATIONAL: ("low", 21),
    Severity.LOW: ("low", 21),
    Severity.MEDIUM: ("medium", 47),
    Severity.HIGH: ("high", 73),
    Severity.CRITICAL: ("critical", 99),
}
_RESERVATION = f"{MAX_TERM:,} 文字を超える値は索引にないため、このルールだけでは見つかりません。"


@dataclass(frozen=True, slots=True)
class Exported:
    """A rule and the query that is exactly this rule."""

    rule: RuleInfo
    query: Query


def export_rules(
    rules: RuleSet, index: IndexFields
) -> tuple[tuple[Exported, ...], tuple[Skip, ...]]:
    """Return the rules a query can say exactly, in rule order, and the others with the reason."""
    names = FieldNames(aliases=rules.pipelines.aliases)
    matcher = rules.matcher()
    exported, skips = [], []
    for number, rule in enumerate(rules.rules):
        queries: list[Query] = []
        reasons: set[str] = set()
        for kind, expression in matcher.applications(number):
            found = exact_query(expression, index, names)
            reasons.update(found.refusals)
            where = where_query(rules.pipelines.records[kind].where, index, names)
            queries += [{"bool": {"filter": [where, found.query]}}] if found.query else []
        if not queries and not reasons:
            reasons.add("このルールのログの種類に対応する記録がありません")
        if reasons:
            reason = f"正確に書き出せません: {'、'.join(sorted(reasons))}"
            hint = "このルールは kanmon csirt es watch で実行してください（一致は同じです）"
            skips.append(Skip(SourceRef(rule.path), reason, hint))
        else:
            query: Query = {"bool": {"should": queries, "minimum_should_match": 1}}
            exported.append(Exported(rule, queries[0] if len(queries) == 1 else query))
    return tuple(exported), tuple(skips)


def kibana_ndjson(exported: Iterable[Exported], index: str) -> bytes:
    """Return the file that Kibana's "Import rules" takes; the rules come in disabled.

    The query travels as a filter in query DSL, so that nothing is lost in a query language.
    """
    lines = [json.dumps(_kibana(item, index), ensure_ascii=False) for item in exported]
    return "".join(line + "\n" for line in lines).encode("utf-8", "replace")


def _kibana(item: Exported, index: str) -> Mapping[str, Any]:
    rule = item.rule
    severity, risk = _RISK[rule.level]
    label = {"alias": rule.title, "disabled": False, "negate": False, "type": "custom"}
    return {
        "rule_id": rule.id,
        "name": rule.title,
        "description": rule.description or rule.title,
        "note": _RESERVATION,
        "type": "query",
        "language": "lucene",
        "query": "*:*",
        "filters": [{"meta": {**label, "key": "query"}, "query": item.query}],
        "index": [index],
        "severity": severity,
        "risk_score": risk,
        "tags": ["Kanmon", "Sigma", *rule.tags],
        "references": list(rule.references),
        "false_positives": list(rule.falsepositives),
        "author": [rule.author] if rule.author else [],
        "enabled": False,
        "interval": "5m",
        "from": "now-10m",
        "to": "now",
        "max_signals": 1000,
        "risk_score_mapping": [],
        "severity_mapping": [],
        "threat": [],
        "version": 1,
    }


def elastalert_yaml(exported: Iterable[Exported], index: str) -> bytes:
    """Return ElastAlert 2 rules as YAML documents; split them with ``---``, one per file."""
    documents = []
    for item in exported:
        rule = item.rule
        documents.append(
            {
                "name": f"{rule.title} ({rule.id})",
                "description": f"{rule.description}\n{_RESERVATION}",
                "index": index,
                "type": "any",
                "timestamp_field": "@timestamp",
                "filter": [item.query],
                "priority": 5 - rule.level.grade,
                "alert": ["debug"],
            }
        )
    text = yaml.safe_dump_all(documents, allow_unicode=True, sort_keys=False, explicit_start=True)
    return text.encode("utf-8", "replace")
