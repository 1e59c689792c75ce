"""Reports and exports: every format, names left out where they must be."""

import json
import re
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from tests.training.conftest import STAFF, Run, Write


def json_or_words(path: Path) -> bool:
    """Return whether the file holds JSON or Japanese words."""
    text = path.read_text("utf-8")
    return bool(json.loads(text)) if path.suffix == ".json" else bool(re.search("[ぁ-ん]", text))


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
