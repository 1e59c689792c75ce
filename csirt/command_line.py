"""The command an event speaks of, whatever the log calls the field."""

from collections.abc import Iterable

from csirt.model import JSONValue

# Last part of the field's name, lower case, best first: Windows, Sysmon, ECS, auditd, sysmon for
# Linux. A script block is what PowerShell ran, so it stands for the command there.
_NAMES = (
    "commandline",
    "processcommandline",
    "command_line",
    "cmdline",
    "proctitle",
    "scriptblocktext",
    "hostapplication",
    "servicefilename",
    "imagepath",
    "taskcontent",
)
COMMAND_LIMIT = 4000
"""Characters kept of a command; script blocks run to megabytes."""


def command_of(fields: Iterable[tuple[str, JSONValue]]) -> str:
    """Return the command line an event reports, cut to ``COMMAND_LIMIT``; empty when none."""
    best = len(_NAMES)
    found = ""
    for name, value in fields:
        if not isinstance(value, str) or not value:
            continue
        rank = _RANKS.get(name.rpartition(".")[2].lower(), best)
        if rank < best:
            best, found = rank, value
    return found[:COMMAND_LIMIT]


_RANKS = {name: rank for rank, name in enumerate(_NAMES)}
