"""The commands as an officer types them."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import load_workbook

from kanmon.cli import cli
from kanmon.finding import Confidence, Finding, Severity
from kanmon.notice import IncidentNotice
from kanmon.run import Run as KanmonRun
from kanmon.source import SourceRef
from kanmon.store.records import add_notice, save_run
from kanmon.store.store import Store
from tests.training.conftest import Run
from training.cli import COMMANDS

Write = Callable[..., Path]
SAMPLES = Path(__file__).parents[2] / "samples" / "training"
STAFF = [
    "職員番号,氏名,所属コード,所属,部局,職位,任用区分,業務",
    *(f"00000{n},試験 {name},0{n % 2 + 1}01,{place},{dept},主事,正規,特定個人情報"
      for n, name, place, dept in (
          (1, "一郎", "税務課", "市民部"), (2, "二郎", "人事課", "総務部"),
          (3, "三郎", "税務課", "市民部"), (4, "四郎", "人事課", "総務部"))),
]  # fmt: skip


@pytest.fixture
def city(kanmon: Run, write: Write) -> Run:
    kanmon("load-staff", write("staff.csv", STAFF), "--date", "2026-04-01", "--apply")
    kanmon("load-courses", on="2026-04-01")
    kanmon("plan", on="2026-04-01")
    return kanmon


def figures(run: Run, *args: object, on: str) -> dict[str, tuple[int, int, int]]:
    """Return (assigned, excluded, done) by course title."""
    data = json.loads(run("status", "-f", "json", *args, on=on).stdout)
    tables = data.get("tables", data)
    return {
        row["course"]: (row["assigned"], row["excluded"], row["done"]) for row in tables["courses"]
    }


def json_or_words(path: Path) -> bool:
    """Return whether the file holds JSON or Japanese words."""
    text = path.read_text("utf-8")
    return bool(json.loads(text)) if path.suffix == ".json" else bool(re.search("[ぁ-ん]", text))


BASIC = "情報セキュリティ基礎（全職員）"


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


def test_status_of_a_day_does_not_change_when_later_data_arrive(city: Run, write: Write) -> None:
    """A completion of April that arrives in June is not in April's figures, unless asked for."""
    city(
        "load-completions",
        write("a.csv", ["職員番号,科目,修了日,合否", "000001,security-basic,R8.4.10,合格"]),
        on="2026-04-20",
    )
    before = city("status", "--as-of", "2026-04-30", "-f", "json", on="2026-05-01").stdout
    late = write(
        "b.csv",
        [
            "職員番号,科目,修了日,合否",
            "000002,security-basic,R8.4.12,合格",
            "000003,security-basic,R8.5.12,合格",
        ],
    )
    city("load-completions", late, on="2026-06-01")
    city(
        "exempt",
        "000004",
        "security-basic",
        "--reason",
        "他団体で受講",
        "--approver",
        "部長",
        "--from",
        "2026-04-15",
        "--until",
        "2027-03-31",
        on="2026-06-01",
    )
    moved = [line.replace("人事課", "税務課").replace(",0101,", ",0201,") for line in STAFF]
    city("load-staff", write("c.csv", moved), "--date", "2026-06-01", "--apply", on="2026-06-01")
    city("plan", on="2026-06-01")
    assert city("status", "--as-of", "2026-04-30", "-f", "json", on="2026-06-02").stdout == before
    assert figures(city, "--as-of", "2026-04-30", on="2026-06-02")[BASIC] == (4, 0, 1)
    known = figures(city, "--as-of", "2026-04-30", "--known-on", "2026-06-01", on="2026-06-02")
    assert known[BASIC] == (4, 1, 2)
    assert figures(city, on="2026-06-02")[BASIC] == (4, 1, 3)


def test_history_loaded_on_the_first_day_counts_for_earlier_days(kanmon: Run, write: Write) -> None:
    """A city that begins in autumn with data since April can ask about May."""
    kanmon("load-staff", write("s.csv", STAFF), "--date", "2026-04-01", "--apply", on="2026-11-01")
    kanmon("load-courses", on="2026-11-01")
    kanmon(
        "load-completions",
        write("a.csv", ["職員番号,科目,修了日,合否", "000001,security-basic,R8.4.10,合格"]),
        on="2026-11-01",
    )
    kanmon("plan", "--as-of", "2026-04-01", on="2026-11-01")
    assert figures(kanmon, "--as-of", "2026-05-01", on="2026-11-02")[BASIC] == (4, 0, 1)


def test_an_exemption_ends_and_can_be_withdrawn(city: Run) -> None:
    """Reason, approver and end are asked for; afterwards the duty is back."""
    result = city("exempt", "000001", "security-basic", on="2026-04-02", code=2)
    assert "--reason、--approver、--until が要ります" in result.output
    grounds = ("--reason", "療養", "--approver", "部長")
    city("exempt", "000001", "security-basic", *grounds, "--until", "2026-06-30", on="2026-04-02")
    city("exempt", "000002", "*", *grounds, "--until", "2026-12-31", on="2026-04-02")
    assert figures(city, on="2026-06-30")[BASIC] == (4, 2, 0)
    assert figures(city, on="2026-07-01")[BASIC] == (4, 1, 0)
    city("exempt", "000002", "*", "--withdraw", "--from", "2026-07-05", on="2026-07-05")
    assert figures(city, on="2026-07-06")[BASIC] == (4, 0, 0)
    unknown = city("exempt", "999999", "*", *grounds, "--until", "2026-12-31", code=3)
    assert "職員番号 999999 の人は名簿にいません" in unknown.output
    assert (
        "科目 x はありません"
        in city("exempt", "000001", "x", *grounds, "--until", "2026-12-31", code=3).output
    )


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


def test_names_are_warned_of_and_can_be_left_out(city: Run, tmp_path: Path) -> None:
    """An export with names says so; --anonymise leaves no name and no number."""
    with_names = city("report", "sections", "-f", "csv", "-o", tmp_path / "a.csv", on="2026-05-01")
    assert "氏名・職員番号が入っています" in with_names.stderr
    people = city("status", "--people", "-f", "csv", "-o", tmp_path / "b.csv", on="2026-05-01")
    assert "氏名・職員番号が入っています" in people.stderr
    assert "一郎" in (tmp_path / "b.csv").read_text("utf-8-sig")
    for kind in ("sections", "my-number", "makeup", "evidence", "skills"):
        result = city(
            "report",
            kind,
            "--anonymise",
            "-f",
            "html",
            "-o",
            tmp_path / f"{kind}.html",
            on="2026-05-01",
        )
        text = (tmp_path / f"{kind}.html").read_text("utf-8")
        assert "一郎" not in text
        assert "000001" not in text
        assert "氏名・職員番号が入っています" not in result.stderr


def test_small_sections_are_masked_in_statistics(city: Run) -> None:
    """Two people in a section: its figures would point at them."""
    output = city("report", "sections", "--anonymise", on="2026-05-01").output
    assert "（少人数）" in output


def test_csv_opens_in_excel_in_either_encoding(city: Run, tmp_path: Path) -> None:
    """UTF-8 with a BOM, or CP932; what CP932 lacks is shown as 〓 and counted."""
    city("status", "--people", "-f", "csv", "-o", tmp_path / "u.csv", on="2026-05-01")
    assert (tmp_path / "u.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    city(
        "status",
        "--people",
        "-f",
        "csv",
        "--encoding",
        "cp932",
        "-o",
        tmp_path / "c.csv",
        on="2026-05-01",
    )
    assert "未受講" in (tmp_path / "c.csv").read_bytes().decode("cp932")
    from training.export import to_cp932

    assert to_cp932("髙﨑①𠮷") == ("髙﨑①〓".encode("cp932"), 1)


@pytest.mark.parametrize(
    "kind",
    [
        *("sections", "executive", "committee", "my-number", "makeup"),
        *("drill", "exercise", "skills", "evidence"),
    ],
)
def test_every_report_comes_in_every_format(city: Run, tmp_path: Path, kind: str) -> None:
    """Nine reports, eight formats, the same bytes twice."""
    for fmt in ("text", "json", "jsonl", "csv", "xlsx", "html", "docx", "md"):
        first = tmp_path / f"a.{fmt}"
        city("report", kind, "-f", fmt, "-o", first, on="2026-05-01")
        if fmt == "xlsx":
            load_workbook(first).close()
        elif fmt == "docx":
            assert Document(str(first)).paragraphs
        elif fmt not in ("csv", "jsonl"):
            assert json_or_words(first)
    for fmt in ("html", "xlsx"):
        city("report", kind, "-f", fmt, "-o", tmp_path / "b", on="2026-05-01")
        assert (tmp_path / "b").read_bytes() == (tmp_path / f"a.{fmt}").read_bytes()


def test_a_plan_as_csv_holds_every_change(kanmon: Run, write: Write) -> None:
    """One row for each addition and closing, with the action before it."""
    kanmon("load-staff", write("staff.csv", STAFF), "--date", "2026-04-01", "--apply")
    kanmon("load-courses", on="2026-04-01")
    text = kanmon("plan", "-f", "csv", on="2026-04-01").stdout
    assert text.splitlines()[0].lstrip("\ufeff").startswith("内容,職員番号,氏名,")
    assert sum(1 for line in text.splitlines() if line.startswith("割当,")) >= 8


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
