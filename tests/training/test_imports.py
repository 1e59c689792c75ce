"""Learning records and drill results from other systems."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training.conftest import Run
from training.completions_file import read_day

Write = Callable[..., Path]
STAFF = [
    "職員番号,氏名,所属,職位,任用区分,メールアドレス",
    "000001,試験 一郎,税務課,主事,正規,one@city.example",
    "000002,試験 二郎,税務課,主事,正規,two@city.example",
    "000003,試験 三郎,市民課,課長,正規,three@city.example",
]


@pytest.fixture
def city(kanmon: Run, write: Write) -> Run:
    kanmon("load-staff", write("staff.csv", STAFF), "--date", "2026-04-01", "--apply")
    kanmon("load-courses", on="2026-04-01")
    return kanmon


def flat(result: object) -> str:
    """Return the output without the line breaks that a terminal's width brings."""
    return "".join(result.output.split())  # type: ignore[attr-defined]


def loaded(result: object) -> dict[str, object]:
    return json.loads(result.stdout)  # type: ignore[attr-defined]


def test_completed_and_passed_are_kept_apart(city: Run, write: Write) -> None:
    """A failed test is a completion without a pass; a blank says nothing about a pass."""
    done = write(
        "done.csv",
        [
            "職員番号,科目,修了日,修了状況,合否",
            "1,security-basic,R8.4.5,修了,合格",
            "000002,情報セキュリティ基礎（全職員）,2026/4/6,修了,不合格",
            "000003,security-basic,４月,修了,",
            "000003,security-basic,,未受講,",
        ],
    )
    output = flat(city("load-completions", done, on="2026-04-10"))
    assert "新しい記録1件" in output  # number 1 has lost its zeros and is nobody
    assert "名簿にない職員番号・メールアドレスです" in output
    assert "受講日が日付として読めません" in output
    assert "二郎" not in output


def test_lost_zeros_are_found_again_when_the_width_is_set(
    city: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the width of numbers set, 1 is 000001 in learning records too."""
    monkeypatch.setenv("KANMON_TRAINING_NUMBER_WIDTH", "6")
    done = write("done.csv", ["職員番号,科目,修了日", "1,security-basic,R8.4.5"])
    assert "新しい記録 1 件" in city("load-completions", done, on="2026-04-10").output


def test_the_same_records_do_not_enter_twice(city: Run, write: Write) -> None:
    """Loading a file again adds nothing; --dry-run adds nothing at all."""
    done = write("done.csv", ["職員番号,科目,修了日", "000001,security-basic,R8.4.5"])
    assert "取り込んでいない" in city("load-completions", done, "--dry-run", on="2026-04-10").output
    assert "新しい記録 1 件" in city("load-completions", done, on="2026-04-10").output
    assert (
        "新しい記録 0 件（取り込んだ）。既にある記録 1 件"
        in city("load-completions", done, on="2026-04-11").output
    )


def test_unknown_courses_and_days_to_come_are_left_out_and_listed(city: Run, write: Write) -> None:
    """What cannot be judged is named with row and remedy."""
    done = write(
        "done.csv",
        [
            "職員番号,科目,修了日",
            "000001,情報セキュリティ基礎,R8.4.5",
            "000001,security-basic,R8.4.30",
        ],
    )
    output = flat(city("load-completions", done, on="2026-04-10"))
    assert "知らない科目です:情報セキュリティ基礎" in output
    assert "もしかして:情報セキュリティ基礎（全職員）" in output
    assert "受講日が未来です" in output


def test_moodle_states_become_completed_and_passed(city: Run, write: Write) -> None:
    """Moodle's three kinds of completion are told apart, in English and Japanese."""
    report = write(
        "moodle.csv",
        [
            "氏名,IDナンバー,メールアドレス,security-basic,",
            '試験 一郎,000001,,Completed (achieved pass grade),"Monday, 6 April 2026, 10:00 AM"',
            "試験 二郎,,two@city.example,"
            "完了 (合格点に達していません),2026年 04月 7日(火曜日) 10:00",
            "試験 三郎,000003,,未完了,",
        ],
        "utf-8-sig",
    )
    city("load-completions", report, on="2026-04-10")
    city("plan", on="2026-04-10")
    items = loaded(city("status", "--course", "security-basic", "-f", "json", on="2026-04-10"))
    row = items["tables"]["courses"][0] if "tables" in items else items["courses"][0]  # type: ignore[index]
    assert (row["assigned"], row["done"], row["failed"]) == (3, 1, 1)


def test_xapi_verbs_are_kept_apart(city: Run, tmp_path: Path) -> None:
    """satisfied is completed, never passed: cmi5 lets a failed learner be satisfied."""
    verbs = {"000001": "passed", "000002": "satisfied", "000003": "failed"}
    statements = [
        {
            "actor": {"account": {"homePage": "https://lms", "name": number}},
            "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
            "object": {"id": "https://lms.example/course/security-basic"},
            "timestamp": "2026-04-05T23:30:00Z",
        }
        for number, verb in verbs.items()
    ]
    statements.append({"verb": {"id": "http://adlnet.gov/expapi/verbs/attempted"}})
    path = tmp_path / "xapi.json"
    path.write_text(json.dumps({"statements": statements}))
    assert "新しい記録 3 件" in city("load-completions", path, on="2026-04-10").output
    city("plan", on="2026-04-10")
    output = city("why", "000001", on="2026-04-10").output
    assert "修了（2026-04-06 情報セキュリティ基礎（全職員））" in output  # the day in Japan
    assert "修了（" not in city("why", "000002", on="2026-04-10").output


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.json", b'{"statements": [', "JSON として読めません"),
        ("a.csv", "職員番号,修了日\n1,R8.4.1\n".encode(), "「科目」の列がありません"),
        ("a.csv", "職員番号,科目\n1,x\n".encode(), "「修了日」の列がありません"),
    ],
)
def test_a_broken_record_file_is_refused(
    city: Run, tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    """Exit code 3 and what to do; nothing is added."""
    path = tmp_path / name
    path.write_bytes(data)
    assert message in city("load-completions", path, on="2026-04-10", code=3).output


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-05", "2026-04-05"),
        ("R8.4.5", "2026-04-05"),
        ("2026/4/5 13:05", "2026-04-05"),
        ("2026-04-05T13:05:00", "2026-04-05"),
        ("2026年4月5日(日) 9:00", "2026-04-05"),
        ("Sunday, 5 April 2026, 1:05 PM", "2026-04-05"),
        ("5 Apr 2026", "2026-04-05"),
    ],
)
def test_days_are_read_as_systems_write_them(text: str, day: str) -> None:
    """With or without a time, in Japanese, ISO or Moodle's English."""
    assert read_day(text).isoformat() == day


GOPHISH = (Path(__file__).parent / "data" / "gophish-results.csv").read_text().splitlines()


def test_gophish_results_become_rates_and_retraining(
    city: Run, write: Write, tmp_path: Path
) -> None:
    """Clicks and reports per delivered mail; strangers and undelivered mails are listed apart."""
    path = write("results.csv", GOPHISH, "utf-8")
    output = flat(city("load-phishing", path, "--campaign", "春", on="2026-04-06"))
    assert "配信3通、クリック2（66.6%）、通報2（66.6%）" in output
    assert "届いていないメールです" in output
    assert "名簿にないメールアドレス" in output
    assert "stranger" not in output
    city("plan", on="2026-04-06")
    for number, is_retrained in (("000001", True), ("000002", True), ("000003", False)):
        text = city("why", number, on="2026-04-06").output
        assert ("標的型メールの見分け方（再受講）（訓練 春）" in text) is is_retrained
    raw = (tmp_path / "kanmon.db").read_bytes()
    assert b"192.0.2" not in raw
    assert b"35.1" not in raw


def test_gophish_json_is_read_like_its_csv(city: Run, tmp_path: Path) -> None:
    """Results exported as JSON give the same figures."""
    results = [
        {
            "status": "Clicked Link",
            "email": "one@city.example",
            "send_date": "2026-04-05T00:00:00Z",
            "reported": False,
            "ip": "192.0.2.1",
        },
        {
            "status": "Email Opened",
            "email": "two@city.example",
            "send_date": "2026-04-05T00:00:00Z",
            "reported": True,
        },
    ]
    path = tmp_path / "campaign.json"
    path.write_text(json.dumps({"id": 3, "results": results, "timeline": []}))
    output = city("load-phishing", path, on="2026-04-06").output
    assert "配信 2 通、クリック 1（50.0%）、通報 1（50.0%）" in output


def test_a_generic_drill_csv_is_enough(city: Run, write: Write) -> None:
    """Any tool: number, whether clicked, whether reported, with the day on the command line."""
    path = write("drill.csv", ["職員番号,開封,クリック,入力,通報", "000001,○,○,,", "000002,○,,,○"])
    output = city(
        "load-phishing", path, "--date", "R8.4.5", "--campaign", "春", on="2026-04-06"
    ).output
    assert "配信 2 通、クリック 1（50.0%）、通報 1（50.0%）" in output
    wrong = write("wrong.csv", ["氏名,点", "甲,1"])
    assert "訓練結果の列がありません" in city("load-phishing", wrong, code=3).output
