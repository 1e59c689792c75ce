"""Hits to make alerts of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from csirt.model import Hit, LogSource, RuleInfo
from kanmon.finding import Severity

NIGHT = datetime(2026, 11, 5, 14, 10, tzinfo=UTC)
RULE = RuleInfo(
    id="11111111-2222-4333-8444-555555555555",
    title="試験用のルール",
    level=Severity.HIGH,
    logsource=LogSource("process_creation", "windows"),
    path="rules/sigma/test.yml",
    status="test",
    description="説明文",
    tags=("attack.execution", "attack.t1059.001"),
    references=("https://attack.mitre.org/techniques/T1059/001/",),
    falsepositives=("管理者の作業",),
    alert=(("meaning", "だから大事"), ("checks", ["親プロセスを見る"])),
)


def make_hit(
    minutes: float | None = 0,
    *,
    rule: RuleInfo = RULE,
    host: str = "PC-01",
    command: str = "evil.exe -x",
    record: int = 1,
) -> Hit:
    """Return a hit so many minutes into the night; None for a record without a time."""
    return Hit(
        rule=rule,
        time=None if minutes is None else NIGHT + timedelta(minutes=minutes),
        source="a.ndjson",
        record=record,
        host=host,
        user="CITY\\yamada",
        fields=(("EventID", 1), ("CommandLine", command)),
        matched=(("CommandLine", command),),
    )


@pytest.fixture
def hit() -> Callable[..., Hit]:
    """Return the function that makes hits."""
    return make_hit
