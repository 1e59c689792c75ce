"""The command an event speaks of, whatever the log calls the field, and what it hides."""

import base64
import binascii
import re
from collections.abc import Iterable
from functools import lru_cache

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


# -EncodedCommand in any abbreviation PowerShell takes, with any of its dashes, and its argument.
_ENCODED = re.compile(
    r"[-/\u2013\u2014\u2015]e(?:c|nc?o?d?e?d?c?o?m?m?a?n?d?)?[ :]+[\"']?([A-Za-z0-9+/]{16,}={0,2})",
    re.IGNORECASE,
)


def decoded_command(command: str) -> str:
    """Return what PowerShell's ``-EncodedCommand`` holds (Base64 of UTF-16); empty when none."""
    found = _ENCODED.search(command)
    if found is None:
        return ""
    # A command cut short is decoded as far as whole UTF-16 units go.
    text = found[1].rstrip("=")
    try:
        data = base64.b64decode(text[: len(text) // 4 * 4] + _rest(text), validate=True)
        return data[: len(data) // 2 * 2].decode("utf-16-le").strip("\0 \r\n")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _rest(text: str) -> str:
    """Return the last, unfilled group of four, filled up; a single left-over letter is nothing."""
    rest = text[len(text) // 4 * 4 :]
    return rest + "=" * (4 - len(rest)) if len(rest) > 1 else ""


def command_of(fields: Iterable[tuple[str, JSONValue]]) -> str:
    """Return the command line an event reports, cut to ``COMMAND_LIMIT``; empty when none."""
    best = len(_NAMES)
    found = ""
    for name, value in fields:
        if not isinstance(value, str) or not value:
            continue
        rank = _rank(name)
        if rank < best:
            best, found = rank, value
    return found[:COMMAND_LIMIT]


_RANKS = {name: rank for rank, name in enumerate(_NAMES)}


@lru_cache(maxsize=10_000)
def _rank(name: str) -> int:
    """Return a field's place among those that hold commands; behind all when it is none."""
    return _RANKS.get(name.rpartition(".")[2].lower(), len(_NAMES))
