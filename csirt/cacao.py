"""A runbook as a CACAO 2.0 playbook, for orchestrators and for other cities.

Source: OASIS CACAO Security Playbooks Version 2.0, Committee Specification 01, 2023-11-27.
"""

import base64
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from csirt.runbook import Check, Library, Query, Runbook
from csirt.runbook_query import Scope, kibana_line
from kanmon.text import printable

_NAMESPACE = uuid.UUID("4e6e1c0a-77a4-5f0e-9c57-2f6f6b6c9a41")
_TLP = {"CLEAR": "TLP:CLEAR", "GREEN": "TLP:GREEN", "AMBER": "TLP:AMBER", "RED": "TLP:RED"}
_TYPES = ("detection", "investigation", "mitigation", "notification", "remediation")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Who made a playbook, about what, and when.

    Attributes:
        about: Incident id, or empty for the general runbook; part of every id.
        created, modified: Aware; the runbook's revision, or the incident's first and last entry.
        severity, priority: 0 to 100, 0 for unspecified.
        notices: One line for each duty, for the notification step.
    """

    city: str
    about: str
    title: str
    created: datetime
    modified: datetime
    severity: int
    priority: int
    scope: Scope
    notices: tuple[str, ...]


def playbook(runbook: Runbook, library: Library, made: Made) -> Json:
    """Return the playbook as JSON values; equal input gives equal ids and order."""
    flow = _Flow(runbook, library, made)
    flow.build()
    identity = _id("identity", made.city or "kanmon")
    marking = _id("marking-tlp", identity, runbook.tlp)
    return {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": flow.id("playbook"),
        "name": printable(f"{made.title}{runbook.title}"),
        "description": f"{runbook.summary} {runbook.why_it_matters}",
        "playbook_types": list(_TYPES),
        "playbook_activities": sorted(flow.activities),
        "created_by": identity,
        "created": _time(made.created),
        "modified": _time(made.modified),
        "priority": made.priority,
        "severity": made.severity,
        "industry_sectors": ["local-government"],
        "labels": [runbook.id, *runbook.attack],
        "markings": [marking],
        "playbook_variables": flow.variables,
        "workflow_start": flow.first,
        "workflow": flow.steps,
        "agent_definitions": flow.agents,
        "data_marking_definitions": {
            marking: {
                "type": "marking-tlp",
                "id": marking,
                "created_by": identity,
                "created": _time(_day(runbook.revised)),
                "tlpv2_level": _TLP.get(runbook.tlp, "TLP:AMBER"),
            }
        },
    }


def playbook_bytes(document: Json) -> bytes:
    """Return the playbook as a file."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(slots=True)
class _Flow:
    """The steps as they are strung together, each pointing at the next."""

    runbook: Runbook
    library: Library
    made: Made
    steps: dict[str, Json] = field(default_factory=dict)
    variables: dict[str, Json] = field(default_factory=dict)
    agents: dict[str, Json] = field(default_factory=dict)
    activities: set[str] = field(default_factory=set)
    first: str = ""
    last: str = ""

    def id(self, kind: str, *parts: str) -> str:
        """Return a deterministic identifier of this playbook's."""
        return _id(kind, self.made.city, self.made.about, self.runbook.id, *parts)

    def build(self) -> None:
        """String the whole playbook together, in the runbook's order."""
        runbook = self.runbook
        self.first = self.last = self._step("start", "start", {})
        self._act("今すぐすること", "\n".join(runbook.do_first), "analyst", "identify-steps")
        for check in runbook.questions:
            self._ask(check)
        for item in runbook.evidence:
            text = f"{item.how}\n残し方: {item.keep}"
            self._act(f"証拠: {item.what}", text, "analyst", "analyze-collected-data")
        for cut in runbook.containment:
            who = self.library.words.authorities[cut.order]
            steps = "\n".join(cut.steps)
            text = (
                f"命じる人: {who}\n先に残す: {cut.before}\n{steps}\n"
                f"影響: {cut.side_effect}\n戻し方: {cut.rollback}"
            )
            self._act(f"封じ込め: {cut.title}", text, cut.execute, "restrict-access")
        for decision in runbook.decisions:
            options = "\n".join(f"{option.choice}: {option.means}" for option in decision.options)
            self._act(f"決定: {decision.ask}", options, decision.who, "identify-steps")
        self._act("報告・通知", "\n".join(self.made.notices), "csirt", "deliver-content")
        for check_item in runbook.eradication:
            self._act(f"根絶: {check_item.check}", check_item.how, "analyst", "eliminate-risk")
        for check_item in runbook.recovery:
            self._act(f"復旧: {check_item.check}", check_item.how, "owner", "restore-capabilities")
        end = self._step("end", "end", {})
        self.steps[self.last]["on_completion"] = end

    def _ask(self, check: Check) -> None:
        variable = f"__{check.id.replace('-', '_')}__"
        self.variables[variable] = {
            "type": "string",
            "description": f"{check.ask}（yes / no）",
            "value": None,
        }
        queries = [self.library.queries[name] for name in check.look]
        name = f"問い: {check.ask}"
        asking = self._action(name, check.how, "analyst", "analyze-collected-data")
        asking["commands"] += self._searches(queries)
        self._chain_action(name, {**asking, "out_args": [variable]})
        arms = {
            arm: self._arm(check, arm, branch.do)
            for arm, branch in (("yes", check.yes), ("no", check.no))
        }
        body = {
            "name": printable(check.ask),
            "condition": f"{variable}:value = 'yes'",
            "on_true": arms["yes"],
            "on_false": arms["no"],
        }
        self._chain(self._step("if-condition", check.id, body))

    def _arm(self, check: Check, arm: str, text: str) -> str:
        """Return the first step of a branch; the branch ends with an end step of its own."""
        end = self._step("end", f"{check.id}-{arm}", {})
        body = self._action(f"{check.ask} … {arm}", text, "analyst", "identify-steps")
        return self._step("action", f"{check.id}-{arm}", {**body, "on_completion": end})

    def _searches(self, queries: Sequence[Query]) -> list[Json]:
        commands: list[Json] = []
        for query in queries:
            rule = base64.b64encode(Path(query.path).read_bytes()).decode()
            kibana = kibana_line(query, self.made.scope)
            commands.append({"type": "sigma", "description": query.title, "command_b64": rule,
                             "playbook_activity": "match-indicator"})  # fmt: skip
            commands.append({"type": "elastic", "description": query.title, "command": kibana,
                             "playbook_activity": "match-indicator"})  # fmt: skip
        if commands:
            self.activities.add("match-indicator")
        return commands

    def _act(self, name: str, text: str, who: str, activity: str) -> None:
        self._chain_action(name, self._action(name, text, who, activity))

    def _chain_action(self, name: str, body: Json) -> None:
        self._chain(self._step("action", f"{len(self.steps)} {name}", body))

    def _action(self, name: str, text: str, who: str, activity: str) -> Json:
        self.activities.add(activity)
        shown = printable(text, newlines=True) or printable(name)
        return {
            "name": printable(name),
            "commands": [{"type": "manual", "command": shown, "playbook_activity": activity}],
            "agent": self._agent(who),
        }

    def _agent(self, who: str) -> str:
        key = self.id("group", who)
        label = self.library.words.authorities.get(who, who)
        self.agents[key] = {"type": "group", "name": label}
        return key

    def _step(self, kind: str, name: str, body: Mapping[str, Any]) -> str:
        key = self.id(kind, name)
        self.steps[key] = {"type": kind, **body}
        return key

    def _chain(self, key: str) -> None:
        self.steps[self.last]["on_completion"] = key
        self.last = key


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{uuid.uuid5(_NAMESPACE, chr(31).join((kind, *parts)))}"


def _time(moment: datetime) -> str:
    """Return a timestamp with exactly three decimals, as CACAO asks."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + (
        f"{moment.microsecond // 1000:03d}Z"
    )


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
