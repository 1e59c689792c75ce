"""Hits become few alerts, each a thing one person looks at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from csirt.alert import COMMAND, USER, VALUES_SHOWN, AlertGrouper, detail, group_hits
from csirt.command_line import command_of
from csirt.model import Hit, LogSource, RuleInfo
from kanmon.finding import Confidence, Severity

HOUR = timedelta(hours=1)
MakeHit = Callable[..., Hit]


def test_a_burst_is_one_alert_with_its_count_and_times(hit: MakeHit) -> None:
    """Three equal commands within the hour are one alert: 3 件, from the first to the last."""
    (alert,) = group_hits([hit(0, record=1), hit(30, record=2), hit(89, record=3)], HOUR)
    assert (alert.count, alert.first, alert.last) == (3, hit(0).time, hit(89).time)
    assert [kept.record for kept in alert.hits] == [1, 2, 3]


def test_a_long_pause_starts_another_alert_with_an_id_of_its_own(hit: MakeHit) -> None:
    """The same command two hours later is a second alert, and can be decided separately."""
    first, second = group_hits([hit(0), hit(121)], HOUR)
    assert first.fingerprint != second.fingerprint


def test_hosts_commands_and_rules_are_kept_apart(hit: MakeHit) -> None:
    """Another PC, another command or another rule is another alert."""
    other = replace(hit().rule, id="99999999-2222-4333-8444-555555555555")
    hits = [hit(), hit(host="PC-02"), hit(command="other.exe"), hit(rule=other)]
    alerts = group_hits(hits, HOUR)
    assert len({alert.fingerprint for alert in alerts}) == 4


def test_the_queue_is_worst_first_then_oldest(hit: MakeHit) -> None:
    """A critical alert of 3 a.m. stands above a low one of midnight."""
    low = replace(hit().rule, id="0" * 8, level=Severity.LOW)
    critical = replace(hit().rule, id="1" * 8, level=Severity.CRITICAL)
    hits = [hit(0, rule=low), hit(5), hit(9, host="PC-09"), hit(10, rule=critical)]
    levels = [alert.rule.level for alert in group_hits(hits, HOUR)]
    assert levels == [Severity.CRITICAL, Severity.HIGH, Severity.HIGH, Severity.LOW]


def test_records_without_a_time_are_grouped_and_come_last(hit: MakeHit) -> None:
    """A record whose time cannot be read still makes an alert."""
    alerts = group_hits([hit(0), hit(None, record=2), hit(None, record=3)], HOUR)
    assert [(alert.first is None, alert.count) for alert in alerts] == [(False, 1), (True, 2)]


def test_only_the_first_hits_and_the_last_are_kept(hit: MakeHit) -> None:
    """A beacon with a thousand hits keeps twenty and the last, and counts them all."""
    grouper = AlertGrouper(HOUR, kept=20)
    for number in range(1000):
        grouper.add(hit(number, record=number))
    (alert,) = grouper.alerts()
    assert alert.count == 1000
    assert [kept.record for kept in alert.hits] == [*range(20), 999]


def test_values_beyond_the_shown_ones_are_counted(hit: MakeHit) -> None:
    """When one rule matched on many different files, some are shown and the rest counted."""
    hits = [replace(hit(0, record=n), matched=(("TargetFilename", f"f{n}"),)) for n in range(12)]
    (alert,) = group_hits(hits, HOUR)
    (matched,) = alert.matched
    assert (len(matched.values), matched.more) == (VALUES_SHOWN, 12 - VALUES_SHOWN)


def test_the_finding_says_what_other_jobs_need(hit: MakeHit) -> None:
    """User, command, host and reason can be read from the stored finding."""
    (alert,) = group_hits([hit()], HOUR)
    finding = alert.finding
    assert finding.check == "sigma/11111111-2222-4333-8444-555555555555"
    assert (finding.subject, finding.confidence) == ("PC-01", Confidence.MEDIUM)
    assert detail(finding, USER) == ("CITY\\yamada",)
    assert detail(finding, COMMAND) == ("evil.exe -x",)
    assert finding.reasons == ("CommandLine が「evil.exe -x」",)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=40), st.integers(0, 10_000))
def test_an_unrelated_alert_changes_no_other_id(minutes: list[int], unrelated: int) -> None:
    """Adding another PC's events to the log leaves every decision where it was."""
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
    """What was decided about Monday's command does not silence Tuesday's."""
    monday = group_hits([hit(0)], HOUR)[0]
    tuesday = group_hits([hit(24 * 60)], HOUR)[0]
    assert monday.fingerprint != tuesday.fingerprint


def test_the_command_is_found_under_any_logs_name() -> None:
    """Sysmon, ECS and auditd call the command line differently; all are understood."""
    assert command_of([("CommandLine", "a b")]) == "a b"
    assert command_of([("process.command_line", "c")]) == "c"
    assert command_of([("winlog.event_data.ScriptBlockText", "s"), ("X.CommandLine", "d")]) == "d"
    assert command_of([("EventID", 4688), ("CommandLine", None)]) == ""
