"""Reminders climb from the person to the city, and are files only."""

import csv
import email
import io
from collections.abc import Callable
from email import policy
from pathlib import Path

import pytest

from tests.training.conftest import Run
from training.letters import usable_address

Write = Callable[..., Path]
HOSTILE = '"試験 甲\nBcc: victim@example.com"'
STAFF = [
    "職員番号,氏名,所属,部局,職位,任用区分,メールアドレス",
    f"000001,{HOSTILE},税務課,市民部,主事,正規,one@city.example",
    "000002,=cmd|' /C calc'!A0,税務課,市民部,主事,正規,bad@x\u3000y",
    "000003,試験 課長,税務課,市民部,課長,正規,head@city.example",
    "000004,試験 部長,市民部,,部長,正規,chief@city.example",
]


@pytest.fixture
def city(kanmon: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("KANMON_TRAINING_MAIL_FROM", "人事課 <kenshu@city.example>")
    kanmon("load-staff", write("staff.csv", STAFF), "--date", "2026-04-01", "--apply")
    kanmon("load-courses", on="2026-04-01")
    kanmon("plan", on="2026-04-01")
    return kanmon


def letters(folder: Path) -> dict[str, email.message.EmailMessage]:
    return {
        path.name: email.message_from_bytes(path.read_bytes(), policy=policy.default)  # type: ignore[misc]
        for path in sorted(folder.glob("*.eml"))
    }


@pytest.mark.parametrize(
    ("when", "rungs"),
    [
        ("2026-12-13", set()),
        ("2026-12-14", {"person"}),
        ("2027-01-11", {"person", "section"}),
        ("2027-01-27", {"person", "section", "department"}),
        ("2027-02-26", {"person", "section", "department", "city"}),
    ],
)
def test_the_ladder_climbs_with_the_days(
    city: Run, write: Write, tmp_path: Path, when: str, rungs: set[str]
) -> None:
    """Fourteen days before: the person; then the section, the department, the city."""
    people = [f"00000{n}" for n in range(1, 5)]
    courses = ("manager-duty", "chief-duty", "security-basic", "my-number", "my-number-manager")
    rows = [f"{p},{c},R8.4.2,合格" for p in people for c in (*courses, "outsourcing")]
    rows = [row for row in rows if "security-basic" not in row or row.startswith("000003")]
    city(
        "load-completions", write("done.csv", ["職員番号,科目,修了日,合否", *rows]), on="2026-04-03"
    )
    city("remind", "--as-of", when, "-o", tmp_path / "out", on=when)
    found = {
        name.split("-")[1]
        for name, mail in letters(tmp_path / "out").items()
        if "基礎" in mail.get_content() or name.split("-")[1] != "person"
    }
    assert found == rungs


def test_a_name_cannot_add_a_header_or_a_formula(city: Run, tmp_path: Path) -> None:
    """Line breaks in a name are shown, not obeyed; = at the start of a cell is text."""
    city("remind", "--as-of", "2027-02-28", "-o", tmp_path / "out", on="2027-02-28")
    mails = letters(tmp_path / "out")
    assert mails
    for mail in mails.values():
        assert mail["Bcc"] is None
        assert set(mail.keys()) <= {
            *("Subject", "From", "To", "X-Unsent", "X-Kanmon-As-Of"),
            *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
        }
        assert mail["From"] == "人事課 <kenshu@city.example>"
    text = (tmp_path / "out" / "mailmerge.csv").read_bytes().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]


def test_letters_up_the_line_reach_the_right_person(city: Run, tmp_path: Path) -> None:
    """The section's head gets names of the section; the department's head gets figures only."""
    city("remind", "--as-of", "2027-01-28", "-o", tmp_path / "out", on="2027-01-28")
    mails = letters(tmp_path / "out")
    section = [m for name, m in mails.items() if "-section-000003" in name]
    department = [m for name, m in mails.items() if "-department-000004" in name]
    assert [m["To"] for m in section] == ["試験 課長 <head@city.example>"]
    assert "000001" in section[0].get_content()
    assert [m["To"] for m in department] == ["試験 部長 <chief@city.example>"]
    assert "000001" not in department[0].get_content()
    assert "税務課" in department[0].get_content()


def test_a_folder_with_old_letters_is_not_mixed(city: Run, tmp_path: Path) -> None:
    """Letters of two days in one folder would be sent twice."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old.eml").write_text("x")
    result = city("remind", "--as-of", "2027-01-28", "-o", tmp_path / "out", code=3)
    assert "フォルダーが空ではありません" in result.output


def test_a_template_of_the_city_is_used_and_checked(city: Run, tmp_path: Path) -> None:
    """The city's own words; a template that names what there is not ends with a clear error."""
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "person.txt.j2").write_text("{{ name }} さま 期限です {{ contact }}")
    city(
        "remind",
        "--as-of",
        "2026-12-20",
        "--templates",
        templates,
        "-o",
        tmp_path / "a",
        on="2026-12-20",
    )
    own = [m for name, m in letters(tmp_path / "a").items() if "-person-" in name]
    assert own
    assert all("さま 期限です" in m.get_content() for m in own)
    (templates / "person.txt.j2").write_text("{{ salary }}")
    result = city(
        "remind",
        "--as-of",
        "2026-12-20",
        "--templates",
        templates,
        "-o",
        tmp_path / "b",
        code=3,
        on="2026-12-20",
    )
    assert "文面のひな型を使えません" in result.output
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("a@city.example", True),
        ("a@city.example\nBcc: b@example.com", False),
        ("a@city.example, b@example.com", False),
        ("a b@city.example", False),
        ("<a@city.example>", False),
        ("", False),
    ],
)
def test_only_a_plain_address_stands_in_a_header(text: str, usable: bool) -> None:
    """Anything else leaves the line empty; the letter is printed and handed over."""
    assert bool(usable_address(text)) is usable
