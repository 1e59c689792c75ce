"""Write samples/logs: one invented night at an invented city, in the shapes logs really come in.

Run from the repository root: ``python samples/make_logs.py``. The output is committed; running
this again gives the same bytes. Every name and address is made up (RFC 5737, RFC 1918,
example.jp). An EVTX file cannot be written without Windows, so there is none.

The story, Japan time: 17:42 on 5 November 2026 a tax clerk opens a mail attachment; the macro
fetches a program that calls home every few minutes. At 22:05 somebody at the other end switches
off protection and dumps LSASS, at 23:31 moves to the file server with an administrator's password,
packs the residents' share, sends it away, and at 02:55 tries to delete the shadow copies. Around
it the ordinary evening: software distribution, a helpdesk job, a USB stick, a night batch.
"""

import gzip
from pathlib import Path

from night.evening import distribution, domain, other_pcs, protection, web_server
from night.incident import clerk_pc, file_server
from night.shapes import exported, flat, lines, nested, packed, winlogbeat

HERE = Path(__file__).parent / "logs"


def main():
    """Write every file."""
    HERE.mkdir(exist_ok=True)
    cut = lines(distribution(), flat)[:-60]  # the transfer broke off inside the last record
    files = {
        "pc-sysmon.evtx_dump.ndjson": lines([*clerk_pc(), *other_pcs()], nested),
        "sv-file01.nxlog.json.gz": gzip.compress(lines(file_server(), flat), mtime=0),
        "domain-security.winlogbeat.ndjson": lines(domain(), winlogbeat),
        "defender.elastic-export.ndjson": lines(protection(), exported),
        "pc-shares.zip": packed("pc-shares.nxlog.json", cut),
        "sv-web01.sshd.ndjson": lines(web_server()),
    }
    for name, data in files.items():
        (HERE / name).write_bytes(data)


if __name__ == "__main__":
    main()
