"""多数の一致は、人が一度に見られる少数のアラートになる。"""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csirt.alert import COMMAND, USER, VALUES_SHOWN, detail, group_hits
from csirt.command_line import command_of, decoded_command
from csirt.model import Hit, LogSource, RuleInfo
from kanmon.finding import Confidence, Severity

HOUR = timedelta(hours=1)
MakeHit = Callable[..., Hit]


def test_a_burst_is_one_alert_with_its_count_and_times(hit: MakeHit) -> None:
    """1 時間のうちの同じコマンド 3 回は、最初から最後までの 3 件として 1 件のアラートになる。"""
    (alert,) = group_hits([hit(0, record=1), hit(30, record=2), hit(89, record=3)], HOUR)
    assert (alert.count, alert.first, alert.last) == (3, hit(0).time, hit(89).time)
    assert [kept.record for kept in alert.hits] == [1, 2, 3]


def test_a_long_pause_starts_another_alert_with_an_id_of_its_own(hit: MakeHit) -> None:
    """2 時間後の同じコマンドは別のアラートで、別に判断できる。"""
    first, second = group_hits([hit(0), hit(121)], HOUR)
    assert first.fingerprint != second.fingerprint


def test_hosts_commands_and_rules_are_kept_apart(hit: MakeHit) -> None:
    """別の端末、別のコマンド、別のルールは、別のアラートになる。"""
    other = replace(hit().rule, id="99999999-2222-4333-8444-555555555555")
    hits = [hit(), hit(host="PC-02"), hit(command="other.exe"), hit(rule=other)]
    alerts = group_hits(hits, HOUR)
    assert len({alert.fingerprint for alert in alerts}) == 4


def test_the_queue_is_worst_first_then_oldest(hit: MakeHit) -> None:
    """未明の「重大」は、深夜零時の「低」より上に並ぶ。"""
    low = replace(hit().rule, id="0" * 8, level=Severity.LOW)
    critical = replace(hit().rule, id="1" * 8, level=Severity.CRITICAL)
    hits = [hit(0, rule=low), hit(5), hit(9, host="PC-09"), hit(10, rule=critical)]
    levels = [alert.rule.level for alert in group_hits(hits, HOUR)]
    assert levels == [Severity.CRITICAL, Severity.HIGH, Severity.HIGH, Severity.LOW]


def test_records_without_a_time_are_grouped_and_come_last(hit: MakeHit) -> None:
    """時刻を読めない記録も、アラートとして最後に並ぶ。"""
    alerts = group_hits([hit(0), hit(None, record=2), hit(None, record=3)], HOUR)
    assert [(alert.first is None, alert.count) for alert in alerts] == [(False, 1), (True, 2)]


def test_only_the_first_hits_and_the_last_are_kept(hit: MakeHit) -> None:
    """千回の通信も 1 件のアラートで、件数は千、残す根拠は最初の 20 件と最後の 1 件。"""
    (alert,) = group_hits([hit(number, record=number) for number in range(1000)], HOUR)
    assert alert.count == 1000
    assert [kept.record for kept in alert.hits] == [*range(20), 999]
    assert [kept.record for kept in alert.hits[-2:]] == [19, 999]


def test_values_beyond_the_shown_ones_are_counted(hit: MakeHit) -> None:
    """値が多すぎるときは一部を示し、残りの数を言う。"""
    hits = [replace(hit(0, record=n), matched=(("TargetFilename", f"f{n}"),)) for n in range(12)]
    (alert,) = group_hits(hits, HOUR)
    (matched,) = alert.matched
    assert (len(matched.values), matched.more) == (VALUES_SHOWN, 12 - VALUES_SHOWN)


def test_the_finding_says_what_other_jobs_need(hit: MakeHit) -> None:
    """保存された所見から、ユーザー・コマンド・ホスト・理由を取り出せる。"""
    (alert,) = group_hits([hit()], HOUR)
    finding = alert.finding
    assert finding.check == "sigma/11111111-2222-4333-8444-555555555555"
    assert (finding.subject, finding.confidence) == ("PC-01", Confidence.MEDIUM)
    assert detail(finding, USER) == ("CITY\\yamada",)
    assert detail(finding, COMMAND) == ("evil.exe -x",)
    assert finding.reasons == ("CommandLine が「evil.exe -x」",)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=40), st.integers(0, 10_000))
def test_an_unrelated_alert_changes_no_other_id(minutes: list[int], unrelated: int) -> None:
    """別の端末の記録がログに加わっても、判断の付く先は変わらない。"""
    rule = RuleInfo(id="r", title="t", level=Severity.LOW, logsource=LogSource(), path="p")
    start = datetime(2026, 11, 5, 0, 0, tzinfo=UTC)
    base = Hit(
        rule=rule, time=start, source="s", record=1, host="A", user="u", fields=(), matched=()
    )
    hits = [replace(base, time=start + timedelta(minutes=minute)) for minute in sorted(minutes)]
    extra = replace(base, host="B", time=start + timedelta(minutes=unrelated))
    before = {alert.fingerprint for alert in group_hits(hits, HOUR)}
    both = sorted([*hits, extra], key=lambda one: one.order)
    after = {alert.fingerprint for alert in group_hits(both, HOUR) if alert.host == "A"}
    assert before == after


def test_the_same_command_on_another_day_is_a_new_decision(hit: MakeHit) -> None:
    """月曜のコマンドへの判断は、火曜の同じコマンドを黙らせない。"""
    monday = group_hits([hit(0)], HOUR)[0]
    tuesday = group_hits([hit(24 * 60)], HOUR)[0]
    assert monday.fingerprint != tuesday.fingerprint


def test_the_command_is_found_under_any_logs_name() -> None:
    """Sysmon・ECS などで項目名が違っても、コマンドラインを取り出せる。"""
    assert command_of([("CommandLine", "a b")]) == "a b"
    assert command_of([("process.command_line", "c")]) == "c"
    assert command_of([("winlog.event_data.ScriptBlockText", "s"), ("X.CommandLine", "d")]) == "d"
    assert command_of([("EventID", 4688), ("CommandLine", None)]) == ""


@pytest.mark.parametrize("option", ["-enc", "-e", "/ec", "-EncodedCommand", "\u2013enc", "-ENCOD"])
@pytest.mark.parametrize("script", ["IEX $x", "Get-Date; 'あ'", "whoami /all"])
def test_a_hidden_powershell_command_is_shown_in_clear(option: str, script: str) -> None:
    """Base64 で隠した PowerShell の中身を、復号して見せる。"""
    hidden = base64.b64encode(script.encode("utf-16-le")).decode()
    assert decoded_command(f"powershell.exe -nop -w hidden {option} {hidden} -x") == script


@given(st.text(max_size=80), st.integers(0, 120))
def test_decoding_never_fails(text: str, cut: int) -> None:
    """途中で切れた、あるいはでたらめなコマンドでも、復号は失敗せず分かる所まで見せる。"""
    plain = text.encode("utf-8", "ignore").decode()
    hidden = base64.b64encode(("Write-Output " + plain).encode("utf-16-le")).decode()
    shown = decoded_command(f"powershell -enc {hidden[: 20 + cut]}")
    assert "Write-Output".startswith(shown[:7]) or shown == ""
    decoded_command(text)


def test_an_ordinary_command_hides_nothing() -> None:
    """隠していないコマンドには、復号した内容はない。"""
    assert (
        decoded_command("powershell -ExecutionPolicy Bypass -File C:\\Scripts\\nightly.ps1") == ""
    )
    assert decoded_command("7z.exe a -eSomething123456789012 x") == ""
