"""The log is evidence: whatever is changed behind its back is found."""

import sqlite3
from pathlib import Path

import pytest

from tests.training.conftest import Run

HEADER = "職員番号,氏名,所属,職位,任用区分"
TABLES = ("training_log", "training_staff", "training_completion", "training_assignment")


@pytest.fixture
def store(kanmon: Run, write: object, tmp_path: Path) -> Path:
    staff = write(
        "staff.csv",
        [HEADER, "000001,試験 一郎,税務課,主事,正規", "000002,試験 花子,市民課,課長,正規"],
    )
    done = write(
        "done.csv",
        [
            "職員番号,科目,修了日,合否",
            "000001,security-basic,R8.4.2,合格",
            "000002,security-basic,R8.4.3,合格",
        ],
    )
    kanmon("load-staff", staff, "--apply", on="2026-04-01")
    kanmon("load-courses", on="2026-04-01")
    kanmon("load-completions", done, on="2026-04-05")
    kanmon("plan", on="2026-04-05")
    return tmp_path / "kanmon.db"


def tamper(store: Path, *statements: str) -> None:
    """Change rows as somebody with the file and sqlite3 would: the guards dropped first."""
    connection = sqlite3.connect(store)
    with connection:
        for table in (*TABLES, "training_exemption"):
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {table}_keep_{verb}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_an_untouched_store_verifies(kanmon: Run, store: Path) -> None:
    """Nothing changed: nothing found, exit code 0."""
    assert "改ざんは見つかりませんでした" in kanmon("verify", on="2026-04-06").output


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE training_completion SET passed = 0 WHERE id = 1", "明細が書き換えられて"),
        ("UPDATE training_completion SET day = '2026-04-09' WHERE id = 2", "明細が書き換えられて"),
        ("DELETE FROM training_completion WHERE id = 2", "明細の件数が違います"),
        ("UPDATE training_assignment SET due = '2027-03-31' WHERE id = 1", "明細が書き換えられて"),
        ("UPDATE training_staff SET effective = '2026-03-31' WHERE id = 1", "明細が書き換えられて"),
        (
            "INSERT INTO training_completion SELECT NULL, batch, person, course, '2026-04-01',"
            " completed, passed, score, source, note FROM training_completion WHERE id = 1",
            "明細の件数が違います",
        ),
        (
            "INSERT INTO training_completion SELECT NULL, 99, person, course, day,"
            " completed, passed, score, source, note FROM training_completion WHERE id = 1",
            "記録のない明細があります",
        ),
        ("UPDATE training_log SET actor = '別人' WHERE seq = 2", "記録そのものが書き換えられて"),
        (
            "UPDATE training_log SET at = '2026-03-01T03:00:00.000000Z' WHERE seq = 1",
            "書き換えられて",
        ),
        ("DELETE FROM training_log WHERE seq = 2", "番の記録がありません（削除）"),
        ("DELETE FROM training_log WHERE seq = 4", "末尾の記録が削除されています"),
    ],
)
def test_a_changed_deleted_or_added_row_is_found(
    kanmon: Run, store: Path, statement: str, reason: str
) -> None:
    """Every way of touching one row ends with exit code 10 and says which entry."""
    tamper(store, statement)
    assert reason in kanmon("verify", on="2026-04-06", code=10).output


def test_reordered_entries_are_found(kanmon: Run, store: Path) -> None:
    """Two entries that change places no longer fit their predecessors."""
    tamper(
        store,
        "UPDATE training_log SET seq = 90 WHERE seq = 2",
        "UPDATE training_log SET seq = 2 WHERE seq = 3",
        "UPDATE training_log SET seq = 3 WHERE seq = 90",
    )
    assert "前の記録とつながりません" in kanmon("verify", on="2026-04-06", code=10).output


def test_two_rows_of_one_batch_that_change_places_are_found(kanmon: Run, store: Path) -> None:
    """The order of the rows below one entry is covered too."""
    tamper(
        store,
        "UPDATE training_completion SET id = 90 WHERE id = 1",
        "UPDATE training_completion SET id = 1 WHERE id = 2",
        "UPDATE training_completion SET id = 2 WHERE id = 90",
    )
    kanmon("verify", on="2026-04-06", code=10)


def test_a_store_rebuilt_from_scratch_is_found_by_a_noted_hash(kanmon: Run, store: Path) -> None:
    """Only a hash kept elsewhere can tell that everything was written anew."""
    output = kanmon("verify", on="2026-04-06").output
    head = next(word for word in output.split() if len(word) == 64)
    kanmon("verify", "--head", head, on="2026-04-06")
    result = kanmon("verify", "--head", "0" * 64, on="2026-04-06", code=10)
    assert "控えておいたハッシュが記録の中にありません" in result.output


def test_records_cannot_be_changed_by_accident(store: Path) -> None:
    """The tables themselves refuse updates and deletions."""
    connection = sqlite3.connect(store)
    for table in TABLES:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    connection.close()


def test_the_store_is_readable_by_its_owner_only(store: Path) -> None:
    """Rosters are personal data: the file is 0600."""
    assert oct(store.stat().st_mode & 0o777) == "0o600"


def test_the_log_holds_no_name(store: Path) -> None:
    """Counts and digests only: the log may be shown to anybody."""
    connection = sqlite3.connect(store)
    bodies = " ".join(row[0] for row in connection.execute("SELECT body FROM training_log"))
    connection.close()
    assert "試験" not in bodies
    assert "花子" not in bodies
