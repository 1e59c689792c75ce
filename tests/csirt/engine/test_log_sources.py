"""Which records a rule is tried on, under which field names, and what is said of it beforehand."""

from typing import Any

import pytest

from csirt.hunt import check_rules
from csirt.model import LogSource, Seen, Verdict
from csirt.pipeline import load_pipelines

SYSMON = "Microsoft-Windows-Sysmon/Operational"
POWERSHELL = "Microsoft-Windows-PowerShell/Operational"


def rule(
    source: dict[str, str], selection: Any, condition: str = "s", **more: Any
) -> dict[str, Any]:
    """Return a rule of one selection ``s``."""
    return {
        "title": "t",
        "id": "6f3e2d51-0000-4000-8000-000000000001",
        "logsource": source,
        "detection": {"s": selection, **more, "condition": condition},
    }


WINDOWS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # name: rule's category and selection, a record it hits, a record it misses
    "process_creation": (
        {"Image|endswith": "\\a.exe", "ParentImage|endswith": "\\b.exe", "IntegrityLevel": "High"},
        {
            "Channel": "Security",
            "EventID": 4688,
            "NewProcessName": "C:\\a.exe",
            "ParentProcessName": "C:\\b.exe",
            "MandatoryLabel": "S-1-16-12288",
        },
        {"Channel": "Security", "EventID": 4689, "NewProcessName": "C:\\a.exe"},
    ),
    "network_connection": (
        {"Image|endswith": "\\a.exe", "DestinationPort": 445, "Initiated": "true"},
        {
            "Channel": "security",
            "EventID": "5156",
            "Application": "\\device\\harddiskvolume1\\a.exe",
            "DestPort": "445",
            "Direction": "%%14593",
        },
        {
            "Channel": "Security",
            "EventID": 5156,
            "Application": "\\device\\harddiskvolume1\\a.exe",
            "DestPort": "445",
            "Direction": "%%14592",
        },
    ),
    "registry_set": (
        {"TargetObject|endswith": "\\Run\\evil", "Details|contains": "x.exe"},
        {
            "Channel": "Security",
            "EventID": 4657,
            "ObjectName": "\\REGISTRY\\MACHINE\\Run",
            "ObjectValueName": "evil",
            "NewValue": "c:\\x.exe",
        },
        {"Channel": SYSMON, "EventID": 12, "TargetObject": "HKLM\\Run\\evil", "Details": "x.exe"},
    ),
    "registry_delete": (
        {"TargetObject|contains": "AMSI"},
        {"Channel": SYSMON, "EventID": 12, "EventType": "DeleteKey", "TargetObject": "HKLM\\AMSI"},
        {"Channel": SYSMON, "EventID": 12, "EventType": "CreateKey", "TargetObject": "HKLM\\AMSI"},
    ),
    "file_event": (
        {"TargetFilename|endswith": ".ps1"},
        {"Channel": SYSMON, "EventID": 11, "TargetFilename": "a.ps1"},
        {"Channel": SYSMON, "EventID": 23, "TargetFilename": "a.ps1"},
    ),
    "file_access": (
        {"FileName|contains": "Login Data"},
        {"Channel": "Security", "EventID": 4663, "ObjectType": "File", "ObjectName": "Login Data"},
        {"Channel": "Security", "EventID": 4663, "ObjectType": "Key", "ObjectName": "Login Data"},
    ),
    "ps_script": (
        {"ScriptBlockText|contains": "iex"},
        {"Channel": "PowerShellCore/Operational", "EventID": 4104, "ScriptBlockText": "IEX x"},
        {"Channel": POWERSHELL, "EventID": 4103, "ScriptBlockText": "IEX x"},
    ),
    "ps_module": (
        {"Payload|contains": "iex"},
        {"Channel": POWERSHELL, "EventID": 4103, "Payload": "IEX x"},
        {"Channel": POWERSHELL, "EventID": 4104, "Payload": "IEX x"},
    ),
    "ps_classic_start": (
        {"Data|contains": "EngineVersion=2."},
        {
            "Channel": "Windows PowerShell",
            "EventID": 400,
            "Data": ["Available", "EngineVersion=2.0"],
        },
        {"Channel": "Windows PowerShell", "EventID": 600, "Data": ["EngineVersion=2.0"]},
    ),
    "ps_classic_provider_start": (
        {"Data|contains": "WSMan"},
        {"Channel": "Windows PowerShell", "EventID": 600, "Message": "Provider WSMan started"},
        {"Channel": "Windows PowerShell", "EventID": 400, "Message": "Provider WSMan started"},
    ),
    "dns_query": (
        {"QueryName|endswith": ".onion"},
        {
            "Channel": "Microsoft-Windows-DNS Client Events/Operational",
            "EventID": 3008,
            "QueryName": "a.onion",
        },
        {
            "Channel": "Microsoft-Windows-DNS Client Events/Operational",
            "EventID": 3006,
            "QueryName": "a.onion",
        },
    ),
    "driver_load": (
        {"ImageLoaded|endswith": ".sys"},
        {"Channel": SYSMON, "EventID": 6, "ImageLoaded": "a.sys"},
        {"Channel": SYSMON, "EventID": 7, "ImageLoaded": "a.sys"},
    ),
    "wmi_event": (
        {"Destination|contains": "vbs"},
        {"Channel": SYSMON, "EventID": 20, "Destination": "x.vbs"},
        {"Channel": SYSMON, "EventID": 22, "Destination": "x.vbs"},
    ),
    "antivirus": (
        {"Signature|contains": "Mimikatz"},
        {
            "Channel": "Microsoft-Windows-Windows Defender/Operational",
            "EventID": 1116,
            "ThreatName": "HackTool:Mimikatz",
        },
        {
            "Channel": "Microsoft-Windows-Windows Defender/Operational",
            "EventID": 5001,
            "ThreatName": "Mimikatz",
        },
    ),
}


@pytest.mark.parametrize("category", WINDOWS)
def test_a_category_is_found_in_sysmon_and_in_windows_own_records(
    category: str, load: Any, judge: Any
) -> None:
    """Sysmon がなくても Windows 自身の記録で当たり、ほかの種類の記録には当たらない。"""
    selection, hit, miss = WINDOWS[category]
    source = (
        {"category": category}
        if category == "antivirus"
        else {"category": category, "product": "windows"}
    )
    ruleset, _ = load(rule(source, selection))
    assert [h.record for h in judge(ruleset, [hit, miss]).hits] == [1]


def test_a_rule_that_excludes_by_a_missing_field_is_not_applied(load: Any, judge: Any) -> None:
    """除外条件に使う項目がもともとない記録では、除外できずに誤報になるので判定しない。"""
    source = {"category": "network_connection", "product": "windows"}
    names = {"DestinationHostname|endswith": ".example.jp"}
    ruleset, _ = load(rule(source, {"Image|endswith": "\\a.exe"}, "s and not f", f=names))
    events = [
        {"Channel": "Security", "EventID": 5156, "Application": "\\a.exe"},
        {"Channel": SYSMON, "EventID": 3, "Image": "C:\\a.exe"},
    ]
    assert [h.record for h in judge(ruleset, events).hits] == [2]


def test_matched_values_are_told_under_the_names_of_the_log(load: Any, judge: Any) -> None:
    """当たった理由は、そのログでの項目名と値で示す。除外条件や無関係な項目は含めない。"""
    source = {"category": "process_creation", "product": "windows"}
    selection = {"Image|endswith": ["\\a.exe", "\\b.exe"], "CommandLine|contains|all": ["-x", "-y"]}
    ruleset, _ = load(rule(source, selection, "s and not f", f={"User": "root"}))
    event = {
        "Channel": "Security",
        "EventID": 4688,
        "NewProcessName": "C:\\a.exe",
        "CommandLine": "a -x -y",
    }
    (hit,) = judge(ruleset, [event]).hits
    assert hit.matched == (("NewProcessName", "C:\\a.exe"), ("CommandLine", "a -x -y"))
    assert hit.fields == tuple(event.items())


def test_only_the_values_that_fit_are_told(load: Any, judge: Any) -> None:
    """値が複数ある項目やキーワードでは、当たった値だけを理由として示す。"""
    ruleset, _ = load(
        rule({"product": "windows"}, {"Data|contains": "evil"}, "s and k", k=["needle"])
    )
    event = {"Channel": "Security", "EventID": 1, "Data": ["fine", "evil x"], "Note": "a needle"}
    (hit,) = judge(ruleset, [event]).hits
    assert hit.matched == (("Data", "evil x"), ("", "a needle"))


def test_events_in_memory_can_be_matched_directly(load: Any) -> None:
    """ファイルを介さずに、手元のイベントへルールを当てられる（他の検索エンジンの再判定に使う）。"""
    ruleset, _ = load(rule({"product": "windows", "service": "security"}, {"LogonType": 3}))
    events = [{"Channel": "Security", "EventID": 4624, "LogonType": n} for n in (2, 3)]
    assert ruleset.match(events) == ((ruleset.rules[0], 1),)
    assert ruleset.fields(0) == ("LogonType",)


def test_one_rule_hits_an_event_once(load: Any, judge: Any) -> None:
    """1 件の記録に同じルールが 2 度当たることはない。"""
    ruleset, _ = load(rule({"product": "windows"}, ["needle"]))
    assert len(judge(ruleset, [{"Channel": "Security", "EventID": 4688, "x": "needle"}]).hits) == 1


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (LogSource("process_creation", "windows"), True),
        (LogSource("process_creation"), True),
        (LogSource(product="windows"), True),
        (LogSource(product="windows", service="security"), True),
        (LogSource("application", "kubernetes", "audit"), True),
        (LogSource(product="windows", service="no-such-log"), False),
        (LogSource("no_such_category", "windows"), False),
        (LogSource(product="no-such-product"), False),
        (LogSource(), False),
    ],
)
def test_only_a_log_source_that_is_mapped_has_records(
    source: LogSource, found: bool, pipelines: Any
) -> None:
    """対応表にないログ種別を、似た別のログで判定したりしない。"""
    assert bool(load_pipelines(pipelines).records_of(source)) is found


def test_a_rule_without_a_mapped_log_source_says_so(load: Any) -> None:
    """対応表にないログ種別のルールは「判定できない」と分かる。"""
    ruleset, _ = load(rule({"product": "windows", "service": "no-such-log"}, {"a": "b"}))
    (verdict,) = check_rules(ruleset)
    assert verdict.verdict is Verdict.NEVER
    assert verdict.reason.startswith("no log source mapping")


@pytest.mark.parametrize(
    ("selection", "condition", "reason"),
    [
        ({"EventID": 4624, "LogonType": 3}, "s", ""),
        ({"EventID": 4625}, "s", "イベント ID"),
        ({"EventID": 4624, "NoSuchField": "x"}, "s", "NoSuchField"),
        ({"EventID": 4624, "NoSuchField": None}, "s", ""),
        ({"NoSuchField": "x"}, "not s", ""),
        (["word"], "s", ""),
    ],
)
def test_rules_are_checked_against_the_logs_at_hand(
    selection: Any, condition: str, reason: str, load: Any, judge: Any
) -> None:
    """手元のログでは決して当たらないルールを、その理由とともに挙げる。"""
    ruleset, _ = load(rule({"product": "windows", "service": "security"}, selection, condition))
    seen = judge(ruleset, [{"Channel": "Security", "EventID": 4624, "LogonType": 3}]).seen
    (verdict,) = check_rules(ruleset, seen)
    assert reason in verdict.reason
    assert verdict.verdict is (Verdict.NEVER if reason else Verdict.EXACT)
    (absent,) = check_rules(ruleset, Seen())
    assert absent.verdict is Verdict.NEVER
    assert "記録がありません" in absent.reason
