"""Staff lists taken over: the diff first, then the store; what is doubted or refused."""

from tests.training.conftest import Run, Write

SHORT = "職員番号,氏名,カナ,所属,職位,発令日,採用日"


def test_a_list_of_nobody_is_refused(kanmon: Run, write: Write) -> None:
    """Headings without a row: the export went wrong."""
    result = kanmon("load-staff", write("none.csv", [SHORT]), "--apply", code=3)
    assert "職員が 1 人もいません" in result.output


def test_the_diff_shows_new_left_moved_and_changed(kanmon: Run, write: Write) -> None:
    """Who came, went, moved and changed, before anything is applied."""
    first = write(
        "a.csv",
        [
            SHORT,
            "1,甲,コウ,人事課,主事,R5.4.1,H30.4.1",
            "2,乙,オツ,税務課,主事,R5.4.1,H30.4.1",
            "3,丙,ヘイ,税務課,主事,R5.4.1,H30.4.1",
        ],
    )
    second = write(
        "b.csv",
        [
            SHORT,
            "1,甲,コウ,税務課,係長,R8.4.1,H30.4.1",
            "2,乙山,オツ,税務課,主事,R5.4.1,H30.4.1",
            "4,丁,テイ,人事課,主事,R8.4.1,R8.4.1",
        ],
    )
    kanmon("load-staff", first, "--date", "2026-03-01", "--apply", on="2026-03-01")
    shown = kanmon("load-staff", second, "--date", "R8.4.1", on="2026-04-01").output
    assert "新規 1 人、再登場 0 人、異動 1 人、変更 1 人、名簿から消滅 1 人" in shown
    assert "人事課 主事 → 税務課 係長" in shown
    assert "退職日のないまま名簿から消えた" in shown
    assert "まだ適用していません" in shown
    again = kanmon("load-staff", second, "--date", "R8.4.1", on="2026-04-01").output
    assert "異動 1 人" in again  # nothing was applied by looking
    kanmon("load-staff", second, "--date", "R8.4.1", "--apply", on="2026-04-01")
    same = kanmon("load-staff", second, "--date", "R8.4.1", on="2026-04-01").output
    assert "新規 0 人、再登場 0 人、異動 0 人、変更 0 人、名簿から消滅 0 人" in same


def test_a_blocked_list_applies_nothing(kanmon: Run, write: Write) -> None:
    """With one bad row, --apply ends with code 3 and the store is as before."""
    bad = write(
        "bad.csv", [SHORT, "1,甲,コウ,人事課,主事,R8.4.1,", "2,乙,オツ,人事課,主事,R8.99.1,"]
    )
    result = kanmon("load-staff", bad, "--apply", code=3)
    assert "何も適用していません" in result.output
    good = write("good.csv", [SHORT, "1,甲,コウ,人事課,主事,R8.4.1,"])
    assert "新規 1 人" in kanmon("load-staff", good).output


def test_a_partial_list_is_refused_until_accepted(kanmon: Run, write: Write) -> None:
    """A list of one section only would retire everybody else."""
    rows = [f"{n:03d},職員{n},,人事課,主事,R5.4.1,H30.4.1" for n in range(40)]
    kanmon("load-staff", write("a.csv", [SHORT, *rows]), "--apply", on="2026-04-01")
    part = write("b.csv", [SHORT, *rows[:20]])
    result = kanmon("load-staff", part, "--date", "2026-05-01", "--apply", code=3)
    assert "一部だけの名簿の疑い" in result.output
    kanmon("load-staff", part, "--date", "2026-05-01", "--apply", "--accept-departures")


def test_an_older_list_is_refused(kanmon: Run, write: Write) -> None:
    """Lists are loaded in the order of their days."""
    one = write("a.csv", [SHORT, "1,甲,コウ,人事課,主事,R8.4.1,"])
    kanmon("load-staff", one, "--date", "2026-04-01", "--apply")
    result = kanmon("load-staff", one, "--date", "2026-03-01", code=3)
    assert "より新しい名簿（2026-04-01 現在）が既にあります" in result.output


def test_a_list_from_march_moves_people_on_1_april(kanmon: Run, write: Write) -> None:
    """発令 4月1日 announced in March: the old post until 31 March, the new one from then."""
    first = write("a.csv", [SHORT, "1,甲,コウ,人事課,主事,R5.4.1,H30.4.1"])
    second = write("b.csv", [SHORT, "1,甲,コウ,税務課,主事,R8.4.1,H30.4.1"])
    kanmon("load-staff", first, "--date", "2026-03-01", "--apply", on="2026-03-01")
    kanmon("load-courses", on="2026-03-01")
    kanmon("load-staff", second, "--date", "2026-03-25", "--apply", on="2026-03-25")
    assert "人事課 主事" in kanmon("why", "1", "--as-of", "2026-03-31", on="2026-04-01").output
    assert "税務課 主事" in kanmon("why", "1", "--as-of", "2026-04-01", on="2026-04-01").output


def test_a_reused_number_is_another_person(kanmon: Run, write: Write) -> None:
    """A number that comes back with another name and hire date does not inherit completions."""
    first = write(
        "a.csv",
        [SHORT, "1,甲,コウ,人事課,主事,R5.4.1,H30.4.1", "2,乙,オツ,人事課,主事,R5.4.1,H30.4.1"],
    )
    done = write("done.csv", ["職員番号,科目,修了日,合否", "1,security-basic,R8.4.2,合格"])
    second = write(
        "b.csv",
        [SHORT, "1,戊,ボ,人事課,主事,R8.5.1,R8.5.1", "2,乙,オツ,人事課,主事,R5.4.1,H30.4.1"],
    )
    kanmon("load-staff", first, "--date", "2026-04-01", "--apply", on="2026-04-01")
    kanmon("load-completions", done, on="2026-04-03")
    shown = kanmon("load-staff", second, "--date", "2026-05-01", "--apply", on="2026-05-01").output
    assert "番号の使い回しの疑い" in shown
    kanmon("plan", on="2026-05-01")
    output = kanmon("why", "1", on="2026-05-02").output
    assert "戊" in output
    assert "2026-04-02" not in output


def test_a_linked_number_brings_its_completions_along(kanmon: Run, write: Write) -> None:
    """再度の任用 under a new number: suggested, linked by a person, credited."""
    first = write(
        "a.csv",
        [SHORT, "1,甲,コウ,人事課,主事,R5.4.1,R5.4.1", "2,乙,オツ,人事課,主事,R5.4.1,R5.4.1"],
    )
    done = write("done.csv", ["職員番号,科目,修了日", "1,newcomer,R7.4.10"])
    second = write(
        "b.csv",
        [SHORT, "9,甲,コウ,人事課,主事,R8.4.1,R8.4.1", "2,乙,オツ,人事課,主事,R5.4.1,R5.4.1"],
    )
    kanmon("load-staff", first, "--date", "2026-03-01", "--apply", on="2026-03-01")
    kanmon("load-completions", done, on="2026-03-02")
    shown = kanmon("load-staff", second, "--date", "2026-04-01", "--apply", on="2026-04-01").output
    assert "kanmon training link 9 1" in "".join(shown.split("\n"))
    kanmon("link", "2", "9", code=3)
    kanmon("link", "9", "1", on="2026-04-01")
    kanmon("plan", on="2026-04-01")
    output = kanmon("why", "9", on="2026-04-01").output
    assert "修了（2025-04-10 着任時の情報セキュリティ）" in output
