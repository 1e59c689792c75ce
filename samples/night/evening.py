"""What the rest of the city logged that evening: mostly ordinary work, with traces of the incident."""

from datetime import timedelta

from night.events import DEFENDER, OFFICE, SECURITY, START, SYSTEM32, at, connected, event, started
from night.shapes import iso


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
