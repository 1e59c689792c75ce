"""What triage needs: stored alerts and decisions, the weights, and what the city's hosts are."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from csirt.alert import RULE, detail
from csirt.incident_settings import CRITICAL_HOSTS, SEGMENTS
from csirt.runbook_mapping import CategoryMapping, Chosen, choose_runbook
from csirt.triage import (
    Assets,
    Ranked,
    RarityStep,
    Segment,
    Weights,
    logsource_of,
    rank,
    rule_of,
    tags_of,
)
from csirt.yaml_data import Node, read_yaml
from kanmon.config import Config
from kanmon.dates import from_utc_text
from kanmon.errors import ConfigError, InputError
from kanmon.finding import Confidence, Finding, Severity
from kanmon.session import Session
from kanmon.source import SourceRef
from kanmon.store.records import last_findings, last_reviews
from kanmon.store.store import Store

TOOL = "csirt hunt"
"""The verb whose findings are alerts, whichever engine judged."""
_SHORTEST_ID = 4


@dataclass(frozen=True, slots=True)
class RuleStory:
    """What our own rules say beside the detection: why it matters, what to check first."""

    meaning: str
    checks: tuple[str, ...]


def load_queue(store: Store, session: Session) -> tuple[Ranked, ...]:
    """Return every stored alert, the most pressing first."""
    findings = tuple(f for f in last_findings(store, TOOL) if f.check.startswith("sigma/"))
    weights = load_weights(session.rules("runbooks", "triage.yml"))
    assets = load_assets(session.config)
    return rank(findings, last_reviews(store), weights, assets, session.today)


def pick(queue: Sequence[Ranked], given: str) -> Ranked:
    """Return the alert whose id begins with ``given``.

    Raises:
        InputError: none, or several, begin so.
    """
    start = given.strip().lower()
    found = [item for item in queue if item.finding.fingerprint.startswith(start)]
    where = SourceRef("アラート", given)
    if len(start) < _SHORTEST_ID or not found:
        hint = "kanmon csirt alerts の ID（4 文字以上）を書いてください"
        raise InputError("その ID のアラートはありません", where=where, hint=hint)
    if len(found) > 1:
        ids = "、".join(item.finding.fingerprint for item in found[:5])
        raise InputError("ID が一つに決まりません", where=where, hint=f"候補: {ids}")
    return found[0]


def first_seen(store: Store, fingerprint: str) -> datetime | None:
    """Return when a hunt first stored the alert, aware, UTC; None when no run holds it."""
    with store.reading() as connection:
        row = connection.execute(
            "SELECT min(r.at) AS at FROM kanmon_finding f JOIN kanmon_run r ON r.id = f.run"
            " WHERE f.fingerprint = ?",
            (fingerprint,),
        ).fetchone()
    return from_utc_text(row["at"]) if row["at"] else None


def runbook_of(mapping: CategoryMapping, finding: Finding) -> Chosen:
    """Return the runbook an alert calls for, and why."""
    return choose_runbook(mapping, tags_of(finding), logsource_of(finding))


def rule_story(finding: Finding, folder: Path) -> RuleStory:
    """Return the rule's ``alert`` block; empty when the file is gone or holds none.

    The rule is looked for where the hunt read it, then by its name in ``folder``.
    """
    named = [Path(path) for path in detail(finding, RULE)]
    places = (*named, *(folder / path.name for path in named))
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        return RuleStory("", ())
    try:
        block = _alert_block(path, rule_of(finding))
    except InputError:  # several documents, or no longer a rule: the alert itself is still shown
        return RuleStory("", ())
    if block is None:
        return RuleStory("", ())
    return RuleStory(block.text("meaning", ""), block.texts("checks"))


def load_weights(path: Path) -> Weights:
    """Return the weights; raises ``InputError`` when a level is missing or no positive number."""
    root = read_yaml(path)
    root.only("severity", "confidence", "critical_host", "default_asset", "rarity")
    severity, confidence = root.need("severity"), root.need("confidence")
    return Weights(
        severity={member.slug: severity.number(member.slug) for member in Severity},
        confidence={member.slug: confidence.number(member.slug) for member in Confidence},
        critical_host=root.number("critical_host"),
        default_asset=root.number("default_asset"),
        rarity=root.each(
            "rarity", lambda n: RarityStep(n.integer("up_to"), n.number("weight"), n.text("label"))
        ),
    )


def load_assets(config: Config) -> Assets:
    """Return segments and critical hosts of kanmon.toml.

    Raises:
        ConfigError: a segment lacks its name, or a network is no address range.
    """
    raw = config.get(SEGMENTS)
    where = SourceRef(str(config.path or "kanmon.toml"), SEGMENTS.key)
    listed = raw if isinstance(raw, list) else [raw]
    segments = tuple(_segment(item, where.at(f"{where.place}[{n}]"))
                     for n, item in enumerate(listed, 1) if item)  # fmt: skip
    return Assets(segments, tuple(config.get(CRITICAL_HOSTS)))


def _segment(item: Any, where: SourceRef) -> Segment:
    hint = SEGMENTS.example
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise ConfigError("区分には name が必要です", where=where, hint=hint)
    unknown = sorted(set(item) - {"name", "layer", "hosts", "networks", "value"})
    if unknown:
        raise ConfigError(f"{unknown[0]} という項目はありません", where=where, hint=hint)
    value = item.get("value", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ConfigError("value は 0 より大きい数です", where=where, hint=hint)
    hosts, networks = item.get("hosts", []), item.get("networks", [])
    if not all(isinstance(part, str) for part in (*hosts, *networks)):
        raise ConfigError("hosts と networks は文字の並びです", where=where, hint=hint)
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ConfigError(f"アドレスの範囲ではありません: {network}", where=where) from error
    return Segment(
        name=item["name"],
        layer=str(item.get("layer", "")),
        hosts=tuple(hosts),
        networks=tuple(networks),
        value=float(value),
    )


def _alert_block(path: Path, rule_id: str) -> Node | None:
    root = read_yaml(path)
    if not isinstance(root.value, dict) or str(root.value.get("id", "")) != rule_id:
        return None
    return root.get("alert")
