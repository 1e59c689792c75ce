"""An incident as an alert for TheHive 5 or DFIR-IRIS; what each field means is theirs to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from csirt.incident import Incident
from csirt.triage import Ranked, tags_of, times_of, user_of
from csirt.yaml_data import Node, read_yaml
from kanmon.finding import Severity
from kanmon.render.markdown import escape_markdown
from kanmon.text import printable

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """rules/runbooks/handover.yml: the other system's numbers."""

    iris_customer: int
    iris_status: int
    iris_severity: Mapping[str, int]
    iris_asset_type: int
    hive_severity: Mapping[str, int]
    hive_tlp: Mapping[str, int]
    hive_pap: int


def load_handover(path: Path) -> Handover:
    """Return the other systems' numbers; raises ``InputError`` for a malformed file."""
    root = read_yaml(path)
    root.only("iris", "thehive")
    iris, hive = root.need("iris"), root.need("thehive")
    return Handover(
        iris_customer=iris.integer("customer_id"),
        iris_status=iris.integer("status_id"),
        iris_severity=_numbers(iris.need("severity")),
        iris_asset_type=iris.integer("asset_type_id"),
        hive_severity=_numbers(hive.need("severity")),
        hive_tlp=_numbers(hive.need("tlp")),
        hive_pap=hive.integer("pap"),
    )


def thehive_alert(
    incident: Incident, alerts: Sequence[Ranked], tlp: str, numbers: Handover
) -> Json:
    """Return an alert for TheHive 5 (POST /api/v1/alert).

    The description is Markdown there: everything from a log is escaped and controls written out.
    """
    worst = _worst(alerts)
    return {
        "type": "kanmon",
        "source": "kanmon",
        "sourceRef": incident.id,
        "title": printable(f"{incident.id} {incident.title}"),
        "description": _markdown(incident, alerts),
        "severity": numbers.hive_severity[worst.slug],
        "date": int(_happened(incident).timestamp() * 1000),
        "tags": _tags(incident, alerts),
        "tlp": numbers.hive_tlp.get(tlp, 2),
        "pap": numbers.hive_pap,
        "observables": [
            {"dataType": "hostname", "data": printable(host), "message": "アラートの端末"}
            for host in _hosts(alerts)
        ],
    }


def iris_alert(incident: Incident, alerts: Sequence[Ranked], numbers: Handover) -> Json:
    """Return an alert for DFIR-IRIS (POST /alerts/add)."""
    worst = _worst(alerts)
    return {
        "alert_title": printable(f"{incident.id} {incident.title}"),
        "alert_description": _markdown(incident, alerts),
        "alert_source": "kanmon",
        "alert_source_ref": incident.id,
        "alert_source_event_time": _iris_time(_happened(incident)),
        "alert_severity_id": numbers.iris_severity[worst.slug],
        "alert_status_id": numbers.iris_status,
        "alert_customer_id": numbers.iris_customer,
        "alert_tags": ",".join(_tags(incident, alerts)),
        "alert_note": "",
        "alert_iocs": [],
        "alert_assets": [
            {
                "asset_name": printable(host),
                "asset_type_id": numbers.iris_asset_type,
                "asset_description": "アラートの端末",
            }
            for host in _hosts(alerts)
        ],
        "alert_source_content": {
            "incident": incident.id,
            "state": incident.state.slug,
            "alerts": [
                {
                    "id": item.finding.fingerprint,
                    "rule": item.finding.check,
                    "title": printable(item.finding.title),
                    "host": printable(item.finding.subject),
                    "user": printable(user_of(item.finding)),
                    "evidence": printable(item.finding.evidence, newlines=True),
                }
                for item in alerts
            ],
        },
    }


def _markdown(incident: Incident, alerts: Sequence[Ranked]) -> str:
    lines = [_safe(incident.facts.get("summary", "") or incident.title), ""]
    for item in alerts:
        finding = item.finding
        first, _ = times_of(finding)
        when = first.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if first else "?"
        head = _safe(f"{finding.title} / {finding.subject} / {user_of(finding)}")
        lines.append(f"- {head} ({when})")
        lines += [f"    - {_safe(line)}" for line in finding.evidence.split("\n")]
    return "\n".join(lines).rstrip() + "\n"


def _safe(text: str) -> str:
    """Return one line of Markdown that shows ``text`` and does nothing."""
    return escape_markdown(printable(text))


def _worst(alerts: Sequence[Ranked]) -> Severity:
    return max((item.finding.severity for item in alerts), default=Severity.MEDIUM)


def _tags(incident: Incident, alerts: Sequence[Ranked]) -> list[str]:
    tags = {tag for item in alerts for tag in tags_of(item.finding)}
    return [f"category:{incident.category}", *sorted(printable(tag) for tag in tags)]


def _hosts(alerts: Sequence[Ranked]) -> list[str]:
    return sorted({item.finding.subject for item in alerts if item.finding.subject})


def _happened(incident: Incident) -> datetime:
    times = incident.times
    return times.get("occurred") or times.get("detected") or incident.timeline[0].recorded


def _iris_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def _numbers(node: Node) -> dict[str, int]:
    return {name: node.integer(name) for name, _ in node.members()}
