"""What was known on a day: later data never change the figures of an earlier one."""

import json

from tests.training.conftest import STAFF, Run, Write


def figures(run: Run, *args: object, on: str) -> dict[str, tuple[int, int, int]]:
    """Return (assigned, excluded, done) by course title."""
    data = json.loads(run("status", "-f", "json", *args, on=on).stdout)
    tables = data.get("tables", data)
    return {
        row["course"]: (row["assigned"], row["excluded"], row["done"]) for row in tables["courses"]
    }


BASIC = "情報セキュリティ基礎（全職員）"


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
