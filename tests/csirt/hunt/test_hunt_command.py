"""見本の一晩を、実際のコマンドで調べる。"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from csirt.hit_store import HITS, hits_around
from csirt.hunt_job import TOOL
from kanmon.review import Disposition, Review
from kanmon.run import Run
from kanmon.store.records import add_reviews, last_findings, load_runs
from kanmon.store.store import Store

Command = Callable[..., Result]
ROOT = Path(__file__).parents[3]
LOGS = ROOT / "samples" / "logs"


def hits(done: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_sample_night_is_found_in_every_shape_of_log(run: Command) -> None:
    """六つの形のログから、侵入の筋道のすべての段階が見つかる。"""
    whole = json.loads(run(LOGS, "-f", "json").stdout)
    seen = {(alert["host"].partition(".")[0], alert["rule_title"]) for alert in whole["alerts"]}
    for step in (
        ("PC-ZEI-014", "Office・メールソフトからのコマンド実行"),
        ("PC-ZEI-014", "符号化された PowerShell によるダウンロード"),
        ("PC-ZEI-014", "利用者のフォルダーを指すタスクの登録"),
        ("PC-ZEI-014", "庁内端末から外部への珍しいポートの直接通信"),
        ("PC-ZEI-014", "ウイルス対策（Defender）の停止"),
        ("PC-ZEI-014", "LSASS のメモリダンプ（認証情報の窃取）"),
        ("SV-FILE01", "管理共有へのプログラムの書き込み"),
        ("SV-FILE01", "利用者が書き込める場所からのサービス登録"),
        ("SV-FILE01", "共有フォルダーの暗号化圧縮"),
        ("SV-FILE01", "大量転送ツールの実行"),
        ("SV-FILE01", "シャドウコピー・復元手段の削除"),
        ("SV-FILE01", "セキュリティログの消去"),
        ("sv-web01", "root への SSH ログイン成功"),
    ):
        assert step in seen, step
    assert len(whole["alerts"]) == 20
    assert (whole["judged"], whole["skipped"]) == (716, 1)
    assert whole["skips"][0]["path"].endswith("pc-shares.zip!pc-shares.nxlog.json")


def test_the_beacon_is_one_alert(run: Command) -> None:
    """数分おきに 60 回続く通信は、60 件ではなく 1 件のアラートになる。"""
    whole = json.loads(run(LOGS, "-f", "json").stdout)
    counts = [a["count"] for a in whole["alerts"] if "珍しいポート" in a["rule_title"]]
    assert counts == [60]


def test_hits_are_in_order_of_time(run: Command) -> None:
    """jsonl の行は時刻順で、どのファイルから来たかによらない。"""
    times = [str(hit["time"]) for hit in hits(run(LOGS, "-f", "jsonl"))]
    assert times == sorted(times)
    assert times[0] == "2026-11-05T08:43:10.000000Z"


def test_the_number_of_processes_changes_nothing(run: Command) -> None:
    """プロセスを増やしても、出力は一字一句同じである。"""
    one = run(LOGS, "-f", "jsonl", "--no-store").stdout
    two = run(LOGS, "-f", "jsonl", "--no-store", "--jobs", "2").stdout
    assert one == two


@pytest.mark.parametrize("fmt", ["text", "json", "jsonl", "csv", "html", "xlsx"])
def test_every_format_is_the_same_twice(run: Command, tmp_path: Path, fmt: str) -> None:
    """どの形式も、同じログからは同じバイト列ができる。"""
    for name in ("a", "b"):
        assert run(LOGS, "-f", fmt, "-o", name).exit_code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert len((tmp_path / "a").read_bytes()) > 1000


def test_excel_opens_and_counts_right(run: Command, tmp_path: Path) -> None:
    """Excel のアラート一覧は 20 件で、件数の列は数である。"""
    run(LOGS, "-f", "xlsx", "-o", "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["アラート一覧"]
    assert sheet.max_row == 21
    assert sum(row[8].value for row in sheet.iter_rows(min_row=2)) == 84


def test_a_period_limits_what_is_judged(run: Command) -> None:
    """--from と --to で日本時間の期間を区切れる。終わりの時刻ちょうどは含まない。"""
    done = run(LOGS, "-f", "jsonl", "--from", "2026-11-06 02:55", "--to", "2026-11-06T02:57:01")
    titles = [str(hit["rule_title"]) for hit in hits(done)]
    assert titles == ["シャドウコピー・復元手段の削除"] * 3 + [
        "コマンドによるイベントログの消去・停止"
    ]


def test_a_level_limits_the_rules(run: Command) -> None:
    """--level critical では「重大」のルールだけが使われる。"""
    levels = {hit["level"] for hit in hits(run(LOGS, "-f", "jsonl", "--level", "critical"))}
    assert levels == {"critical"}


def test_standard_input_is_a_log_too(run: Command, cleared: str) -> None:
    """- を渡すと標準入力を調べる。"""
    (hit,) = hits(run("-", "-f", "jsonl", given=cleared.encode()))
    assert (hit["source"], hit["record"], hit["host"]) == ("-", 1, "SV-01")


@pytest.mark.parametrize(
    ("name", "source"),
    [("sv-file01.nxlog.json.gz", "-"), ("pc-shares.zip", "-!pc-shares.nxlog.json")],
)
def test_standard_input_may_be_packed(run: Command, name: str, source: str) -> None:
    """標準入力が gzip や zip でも、中身を調べる。"""
    found = hits(run("-", "-f", "jsonl", given=(LOGS / name).read_bytes()))
    assert {hit["source"] for hit in found} == {source}


@pytest.mark.parametrize(("level", "code"), [("critical", 0), ("high", 10), ("low", 10)])
def test_fail_on_tells_a_script(
    run: Command, tmp_path: Path, cleared: str, level: str, code: int
) -> None:
    """--fail-on の重大度以上のアラートがあれば終了コード 10 になる。"""
    (tmp_path / "a.json").write_text(cleared)
    assert run("a.json", "--fail-on", level).exit_code == code


def stored(tmp_path: Path) -> tuple[tuple[Run, ...], list[str]]:
    with Store.open(tmp_path / "kanmon.db", (HITS,)) as store:
        findings = last_findings(store, TOOL)
        return load_runs(store, TOOL), [finding.fingerprint for finding in findings]


def test_hunting_again_adds_no_alert(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """同じログを翌日また調べても、アラートは増えず、番号も変わらない。"""
    run(LOGS)
    runs, first = stored(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1794007800")
    run(LOGS)
    again, second = stored(tmp_path)
    assert (len(runs), len(again)) == (1, 2)
    assert len(first) == len(set(first)) == 20
    assert second == first
    assert all(len(item.sha256) == 64 for item in runs[0].inputs)


def test_a_decision_is_shown_beside_the_alert_until_it_ends(
    run: Command, tmp_path: Path, cleared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """判断したアラートは次の検知でその判断とともに出て、期限が過ぎれば未判断に戻る。"""
    (tmp_path / "a.json").write_text(cleared)
    run("a.json")
    _, (fingerprint,) = stored(tmp_path)
    with Store.open(tmp_path / "kanmon.db") as store:
        review = Review(
            fingerprint=fingerprint,
            disposition=Disposition.FALSE_POSITIVE,
            reviewer="山田",
            at=datetime(2026, 11, 6, tzinfo=UTC),
            expires=date(2026, 11, 7),
        )
        add_reviews(store, [review])
    assert "非該当" in run("a.json").stdout
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1794180600")
    assert "非該当" not in run("a.json").stdout


def test_a_second_log_does_not_rename_the_alerts_of_the_first(run: Command, tmp_path: Path) -> None:
    """一部のログだけを調べたときと全部を調べたときで、同じアラートは同じ番号を持つ。"""
    run(LOGS / "sv-file01.nxlog.json.gz")
    _, part = stored(tmp_path)
    run(LOGS)
    _, whole = stored(tmp_path)
    assert set(part) < set(whole)


def test_the_store_knows_what_else_happened(run: Command, tmp_path: Path) -> None:
    """保存ファイルから、LSASS のダンプの前後 30 分にその端末で起きたことが分かる。"""
    run(LOGS)
    start, end = (
        datetime(2026, 11, 5, 12, 40, tzinfo=UTC),
        datetime(2026, 11, 5, 13, 40, tzinfo=UTC),
    )
    with Store.open(tmp_path / "kanmon.db", (HITS,)) as store:
        host = "PC-ZEI-014.minatono.example.jp"
        near = hits_around(store, host=host, user="", start=start, end=end)
    titles = [hit.title for hit in near]
    assert "ウイルス対策（Defender）の停止" in titles
    assert "LSASS のメモリダンプ（認証情報の窃取）" in titles


def test_without_the_store_nothing_is_kept(run: Command, tmp_path: Path) -> None:
    """--no-store では保存ファイルが作られない。"""
    run(LOGS, "--no-store")
    assert not (tmp_path / "kanmon.db").exists()


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path, cleared: str) -> None:
    """Ctrl-C で止めても、書きかけの出力も保存ファイルの中途半端な記録も残らない。"""
    (tmp_path / "a.json").write_text(cleared * 400_000)
    (tmp_path / "out.jsonl").write_text("前の結果\n")
    command = [sys.executable, "-m", "kanmon", "csirt", "hunt", "a.json", "-f", "jsonl"]
    environ = {
        "PYTHONPATH": str(ROOT),
        "KANMON_STORE": str(tmp_path / "kanmon.db"),
        "KANMON_CSIRT_CACHE": str(tmp_path / "cache"),
    }
    process = subprocess.Popen(
        [*command, "-o", "out.jsonl"], cwd=tmp_path, env=environ, stderr=subprocess.PIPE
    )
    while process.poll() is None and not (tmp_path / "cache").exists():
        time.sleep(0.05)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors.decode()
    assert "中断しました" in errors.decode()
    assert "Traceback" not in errors.decode()
    assert (tmp_path / "out.jsonl").read_text() == "前の結果\n"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".jsonl") == [
        "out.jsonl"
    ]
    assert stored(tmp_path) == ((), [])
