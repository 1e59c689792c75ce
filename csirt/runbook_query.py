"""The exact searches of a runbook, filled with the host and time of the alert at hand."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from csirt.runbook import Query
from csirt.triage import times_of
from kanmon.dates import JST, utc_text
from kanmon.finding import Finding
from kanmon.text import printable

_BEFORE = timedelta(hours=2)
_AFTER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when to look.

    Attributes:
        hosts: As the logs name them; empty when nothing is known.
        start, end: Aware; None when the alerts bear no time.
        logs: Paths of the logs the alerts came from, as the hunt named them.
    """

    hosts: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    logs: tuple[str, ...]


def scope_of(findings: Sequence[Finding]) -> Scope:
    """Return the scope around alerts: their hosts, two hours before to two hours after."""
    spans = [times_of(finding) for finding in findings]
    firsts = [first for first, _ in spans if first is not None]
    lasts = [last for _, last in spans if last is not None]
    return Scope(
        hosts=tuple(sorted({finding.subject for finding in findings if finding.subject})),
        start=min(firsts) - _BEFORE if firsts else None,
        end=max(lasts) + _AFTER if lasts else None,
        logs=tuple(sorted({_file(finding) for finding in findings})),
    )


def search_lines(query: Query, scope: Scope) -> str:
    """Return the three ways to ask: log files, Kanmon's index, any ECS index through Kibana."""
    return "\n".join(
        (
            "# ログのファイルで",
            hunt_line(query, scope),
            "# Elasticsearch に取り込んだログで",
            elastic_line(query, scope),
            "# Kibana（KQL、ECS の項目名の索引）で",
            kibana_line(query, scope),
        )
    )


def hunt_line(query: Query, scope: Scope) -> str:
    """Return the shell command that answers a question from log files.

    Everything that came from a log is quoted for the shell, its control characters written out.
    """
    logs = [printable(path) for path in scope.logs if path not in ("", "-")]
    return _command((logs or ["ログの置き場所"]), query, scope)


def elastic_line(query: Query, scope: Scope) -> str:
    """Return the shell command that answers a question from Elasticsearch."""
    return _command(["--engine", "elasticsearch"], query, scope)


def kibana_line(query: Query, scope: Scope) -> str:
    """Return the same as KQL over ECS names, narrowed to the hosts and the time."""
    parts = [f"({query.kibana})"]
    if scope.hosts:
        hosts = " or ".join(f'"{_kql(host)}"' for host in scope.hosts)
        parts.append(f"host.name:({hosts})")
    if scope.start is not None and scope.end is not None:
        start, end = utc_text(scope.start)[:19], utc_text(scope.end)[:19]
        parts.append(f'@timestamp >= "{start}Z" and @timestamp < "{end}Z"')
    return " and ".join(parts)


def _command(where: list[str], query: Query, scope: Scope) -> str:
    words = ["kanmon", "csirt", "hunt", *where, "--rules", query.path]
    if scope.start is not None and scope.end is not None:
        words += ["--from", _minute(scope.start), "--to", _minute(scope.end)]
    return " ".join(shlex.quote(word) for word in [*words, "--no-store"])


def _file(finding: Finding) -> str:
    """Return the file as the hunt was given it: an archive's members are found again inside."""
    return finding.where.path.partition("!")[0]


def _kql(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _minute(moment: datetime) -> str:
    return moment.astimezone(JST).strftime("%Y-%m-%dT%H:%M")
