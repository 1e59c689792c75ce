"""The commands as an officer types them."""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from kanmon.cli import cli
from kanmon.finding import Confidence, Finding, Severity
from kanmon.notice import IncidentNotice
from kanmon.run import Run as KanmonRun
from kanmon.source import SourceRef
from kanmon.store.records import add_notice, save_run
from kanmon.store.store import Store
from tests.training.conftest import STAFF, Run, Write
from training.cli import COMMANDS

SAMPLES = Path(__file__).parents[2] / "samples" / "training"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_japanese(name: str) -> None:
    """--help works without a store, a list or a programme."""
    result = CliRunner().invoke(cli, ["training", name, "--help"])
    assert result.exit_code == 0
    assert re.search("[ぁ-ん]", result.output)


def test_help_of_the_group_imports_nothing_heavy() -> None:
    """`kanmon training --help` answers at once."""
    code = (
        "import sys; from click.testing import CliRunner; from kanmon.cli import cli;"
        "r = CliRunner().invoke(cli, ['training', '--help']); assert r.exit_code == 0;"
        "print([m for m in ('yaml', 'jinja2', 'openpyxl', 'sqlite3', 'training.plan')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_planning_again_adds_nothing(city: Run) -> None:
    """The same day again: nothing to add, nothing to close."""
    output = city("plan", on="2026-04-01").output
    assert "割当 0 件（うち修了扱い 0 件）、取消 0 件、期限等の変更 0 件" in output


def test_a_dry_run_changes_nothing(kanmon: Run, write: Write) -> None:
    """--dry-run shows the diff and leaves the store as it is."""
    kanmon("load-staff", write("staff.csv", STAFF), "--date", "2026-04-01", "--apply")
    kanmon("load-courses", on="2026-04-01")
    first = kanmon("plan", "--dry-run", on="2026-04-01").stdout
    assert kanmon("plan", "--dry-run", on="2026-04-01").stdout == first
    assert "まだ適用していない" in first


def test_a_plan_cannot_go_back_in_time(city: Run) -> None:
    """After the plan of a day, an earlier one may only be looked at."""
    city("plan", "--as-of", "2027-04-01", on="2027-04-01")
    assert (
        "既に適用されています"
        in city("plan", "--as-of", "2026-05-01", on="2027-04-01", code=3).output
    )
    city("plan", "--as-of", "2026-05-01", "--dry-run", on="2027-04-01")


def test_a_confirmed_incident_and_a_policy_finding_lead_to_training(
    city: Run, tmp_path: Path
) -> None:
    """Through the store only: an incident's section is retrained, no name in any summary."""
    gap = Finding(
        check="guideline/5-2-1", subject="policy.docx", where=SourceRef("policy.docx"),
        title="研修計画がない", evidence="第5条", severity=Severity.HIGH,
        confidence=Confidence.HIGH,
    )  # fmt: skip
    run = KanmonRun(
        tool="policy diff", version="1", at=datetime(2026, 4, 3, tzinfo=UTC), inputs=(),
        rules_digest="", judged=1, unit="条", skips=(),
    )  # fmt: skip
    with Store.open(tmp_path / "kanmon.db") as store:
        add_notice(
            store,
            IncidentNotice(
                incident="INC-7", category="mis-sending", sections=("税務課",), staff=("000002",),
                occurred=date(2026, 4, 2), confirmed=date(2026, 4, 3),
            ),
        )  # fmt: skip
        save_run(store, run, (gap,))
    data = json.loads(city("plan", "--dry-run", "-f", "json", on="2026-04-05").stdout)
    rows = data.get("tables", data)["additions"]
    assert {(row["number"], row["course"], row["cycle"]) for row in rows} == {
        ("000001", "送る前・持ち出す前の確認（再受講）", "事案 INC-7"),
        ("000003", "送る前・持ち出す前の確認（再受講）", "事案 INC-7"),
        ("000002", "送る前・持ち出す前の確認（再受講）", "事案 INC-7"),
    }
    executive = city("report", "executive", on="2026-04-05").output
    assert "試験" not in executive


def test_messages_about_what_is_missing_say_what_to_do(kanmon: Run, city: Run) -> None:
    """Before the first list, on a day without one, about an unknown section or person."""
    assert "最初の名簿は 2026-04-01 現在" in city("status", "--as-of", "2026-03-31", code=3).output
    unknown = city("status", "--section", "税務化", code=3).output
    assert "近い名前: 税務課" in unknown
    assert "職員番号 9 の人は名簿にいません" in city("why", "9", code=3).output
    assert "科目 my-number に席はありません" in city("seats", "my-number", code=3).output


def test_a_city_lays_its_differences_over_the_shipped_programme(city: Run, write: Write) -> None:
    """One small file changes one course; everything else stays as shipped; places come in turn."""
    own = write(
        "00.yml",
        ["courses: [{id: telework, title: 市の科目, kind: classroom, minutes: 9}]"],
        "utf-8",
    )
    output = city("load-courses", own, "--on-shipped", on="2026-04-02").output
    assert "科目 25 件、規則 28 件" in output
    assert "市の科目" in output
    assert "ファイルがありません" in city("load-staff", "none.csv", code=3).output


def test_an_empty_store_says_what_comes_first(kanmon: Run) -> None:
    """Nothing loaded yet: the next command is named."""
    assert "kanmon training load-staff" in kanmon("plan", code=3).output
    assert "kanmon training load-staff" in kanmon("status", code=3).output


def test_why_cites_rule_posting_and_clause(city: Run) -> None:
    """Each duty with the rule, the posting that fits and the clause; and what does not apply."""
    output = city("why", "000001", on="2026-04-02").output
    assert "規則 all-staff-yearly「全職員の年次研修（幹部を含む）」" in output
    assert "税務課 主事（業務: 特定個人情報）" in output
    assert "根拠: 番号法 第29条の2" in output
    assert "割当のない規則" in output


def test_the_sample_city_runs_from_list_to_report(
    kanmon: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,200 staff, 9 departments, 70 sections, three lists around 1 April."""
    monkeypatch.setenv("KANMON_TRAINING_NUMBER_WIDTH", "6")
    sections = SAMPLES / "sections.csv"
    assert len(sections.read_bytes().decode("cp932").split()) - 1 == 9 + 70
    first = kanmon(
        "load-staff", SAMPLES / "staff-2026-03-16.csv", "--sections", sections,
        "--date", "2026-03-16", "--apply", on="2026-03-16",
    )  # fmt: skip
    assert "新規 1200 人" in first.output
    kanmon(
        "load-courses",
        Path(__file__).parents[2] / "rules" / "training",
        SAMPLES / "programme",
        on="2026-03-16",
    )
    kanmon("load-completions", SAMPLES / "completions-2025.csv", on="2026-03-16")
    kanmon("plan", on="2026-03-16")
    kanmon(
        "load-staff",
        SAMPLES / "staff-2026-04-01.csv",
        "--date",
        "R8.4.1",
        "--apply",
        on="2026-04-01",
    )
    diff = json.loads(kanmon("plan", "--dry-run", "-f", "json", on="2026-04-01").stdout)
    closings = diff.get("tables", diff)["closings"]
    assert {row["why"].partition("（")[0] for row in closings} >= {"異動", "退職・転出"}
    kanmon("plan", on="2026-04-01")
    kanmon(
        "load-staff",
        SAMPLES / "staff-2026-05-01.csv",
        "--date",
        "R8.5.1",
        "--apply",
        on="2026-05-01",
    )
    kanmon("plan", on="2026-05-01")
    kanmon("verify", on="2026-05-01")
