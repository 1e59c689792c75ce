"""The invented city's clock, machines and kinds of event, free of any log format."""

from datetime import UTC, datetime, timedelta

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


def process_audit(moment, host, user, image, command):
    """Return a process start as the Security log writes it, without Sysmon."""
    return event(
        moment, host, SECURITY, 4688, SubjectUserName=user, SubjectDomainName="MINATONO",
        NewProcessName=image, CommandLine=command, ParentProcessName=SYSTEM32 + "cmd.exe",
    )
