"""What else an analyst wants to see of an event besides the values that matched."""

from csirt.model import Hit

# Shown when the rule itself names no fields: who, from where, started by what, doing what to what.
_USUAL = (
    "ParentImage",
    "ParentCommandLine",
    "ParentProcessName",
    "SourceImage",
    "TargetImage",
    "Image",
    "TargetFilename",
    "TargetObject",
    "Details",
    "SubjectUserName",
    "TargetUserName",
    "MemberSid",
    "LogonType",
    "IpAddress",
    "WorkstationName",
    "SourceIp",
    "DestinationIp",
    "DestinationPort",
    "DestinationHostname",
    "QueryName",
    "ServiceName",
    "TaskName",
    "Hashes",
    "source.ip",
    "destination.ip",
    "destination.port",
    "process.parent.command_line",
    "message",
)
_LIMIT = 8


def related_fields(hit: Hit) -> tuple[tuple[str, str], ...]:
    """Return (field, value) of what the rule asks to see (Sigma's ``fields``), then usual ones.

    Without fields that matched, empty ones and ``-``; at most eight.
    """
    shown = {name.lower() for name, _ in hit.matched}
    present = {
        name.rpartition("event_data.")[2].lower(): (name, value) for name, value in hit.fields
    }
    found: list[tuple[str, str]] = []
    for wanted in dict.fromkeys((*hit.rule.fields, *_USUAL)):
        name, value = present.get(wanted.lower(), ("", None))
        text = str(value) if isinstance(value, str | int | float) else ""
        if name.lower() in shown or text.strip() in ("", "-"):
            continue
        shown.add(name.lower())
        found.append((name, text))
        if len(found) == _LIMIT:
            break
    return tuple(found)
