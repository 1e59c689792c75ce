"""Deadlines as a calendar file (RFC 5545). The same incidents give the same bytes."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from csirt.clock import Due, Urgency
from csirt.clock_report import last_text
from csirt.duty import Truth
from csirt.incident import Incident
from kanmon.dates import utc_text
from kanmon.text import printable

_OCTETS = 75
"""Longest content line, line break excluded. Source: RFC 5545, 3.1."""


def render_ics(incidents: Iterable[tuple[Incident, Sequence[Due]]], today: date) -> bytes:
    """Return one all-day event for each duty that is still to be done and has a day.

    Events are in order of day, incident, duty. DTSTAMP is the moment of the incident's last
    change, so that an unchanged incident gives an unchanged event.
    """
    events = []
    for incident, dues in incidents:
        for due in dues:
            if due.last is None or due.urgency(today) in (Urgency.DONE, Urgency.NOT_DUE):
                continue
            events.append((due.last, incident.id, due.duty.id, _event(incident, due, due.last)))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kanmon//csirt incident clocks//JA"]
    lines += ["CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for *_, event in sorted(events, key=lambda item: item[:3]):
        lines += event
    lines.append("END:VCALENDAR")
    return "".join(fold(line) for line in lines).encode()


def fold(line: str) -> str:
    """Return a content line folded at 75 octets, never inside a character, ended with CRLF."""
    pieces: list[str] = []
    piece, used = "", 0
    for char in line:
        width = len(char.encode("utf-8", "replace"))
        if used + width > _OCTETS:
            pieces.append(piece)
            piece, used = " ", 1
        piece += char
        used += width
    return "\r\n".join([*pieces, piece]) + "\r\n"


def escape(text: str) -> str:
    """Return TEXT: backslash, semicolon, comma and line breaks escaped, controls written out.

    Source: RFC 5545, 3.3.11.
    """
    shown = printable(text, newlines=True).replace("\t", " ")
    shown = shown.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return shown.replace("\n", "\\n")


def _event(incident: Incident, due: Due, last: date) -> list[str]:
    duty = due.duty
    maybe = "" if due.truth is Truth.YES else "（要否が未確定）"
    stamp = utc_text(incident.timeline[-1].recorded)
    about = f"{incident.id} {duty.title}{maybe}"
    description = "\n".join(
        (
            f"期限・目安: {last_text(due)}",
            f"相手: {duty.to}",
            f"する人: {duty.who}",
            f"方法: {duty.how}",
            f"根拠: {duty.basis}" + ("（原文で要確認）" if duty.verify else ""),
        )
    )
    return [
        "BEGIN:VEVENT",
        f"UID:{incident.id}-{duty.id}@kanmon.invalid",
        f"DTSTAMP:{stamp[:19].replace('-', '').replace(':', '')}Z",
        f"SEQUENCE:{incident.revision}",
        f"DTSTART;VALUE=DATE:{last:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escape(about)}",
        f"DESCRIPTION:{escape(description)}",
        f"CATEGORIES:{escape(duty.group)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        f"DESCRIPTION:{escape(f'明日が期限: {about}')}",
        "END:VALARM",
        "END:VEVENT",
    ]
