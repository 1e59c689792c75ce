"""壊れた入力・敵意のある入力: 何が、どこで、どうすればよいかを言い、止まらず、黙らない。"""

import json
import os
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
RULE = """\
title: {title}
id: {id}
logsource: {{product: windows, service: security}}
detection: {{s: {detection}, condition: s}}
level: high
"""


def write_rule(folder: Path, name: str, number: int, detection: str, title: str = "") -> None:
    folder.mkdir(exist_ok=True)
    identity = f"{number:08d}-1111-4111-8111-111111111111"
    text = RULE.format(title=title or name, id=identity, detection=detection)
    (folder / f"{name}.yml").write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.json", b"", "空のファイルです"),
        ("garbage.json", bytes(range(128, 256)) * 40, "ログとして読めない形式です"),
        ("torn.evtx", b"ElfFile\x00" + b"0" * 9000, "EVTX のチャンクが壊れています"),
        ("cut.json", b'{"Channel":"Security","EventID":', "JSON"),
        ("letter.txt", "前略　ご確認ください。\n".encode(), "ログとして読めない形式です"),
    ],
)
def test_a_file_that_is_no_log_is_named_and_is_no_success(
    run: Run, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """ログでないファイルだけを渡すと、その名前と理由を言い、終了コード 3 で終わる。"""
    (tmp_path / name).write_bytes(content)
    done = run(name)
    assert done.exit_code == 3, done.output
    assert f"エラー: {name}" in done.stderr
    assert "判定できたイベントが 1 件もありません" in done.stderr
    assert message in done.stderr
    assert "アラートはありません" not in done.stdout


def test_a_broken_file_does_not_stop_the_rest(run: Run, tmp_path: Path, cleared: str) -> None:
    """壊れたファイルが混じっていても、ほかは判定され、壊れた所は場所付きで一覧に出る。"""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.json").write_bytes(b"\x80\x81\x82 garbage")
    broken = cleared + '{"Channel": "Security", "EventID": 1102,\n' + cleared
    (tmp_path / "logs" / "b.json").write_text(broken)
    done = run("logs", "-f", "json")
    assert done.exit_code == 0, done.output
    whole = json.loads(done.stdout)
    assert (whole["judged"], whole["hit_count"]) == (2, 2)
    places = [(skip["path"], skip["place"]) for skip in whole["skips"]]
    assert places == [("logs/a.json", ""), ("logs/b.json", f"byte {len(cleared)}")]


def test_a_record_in_the_old_japanese_encoding_is_read(run: Run, tmp_path: Path) -> None:
    """Shift_JIS（CP932）で書かれたログも読め、名前が化けない。"""
    record = {"Channel": "Security", "EventID": 1102, "SourceName": "Microsoft-Windows-Eventlog"}
    line = json.dumps({**record, "SubjectUserName": "山田"}, ensure_ascii=False)
    (tmp_path / "old.json").write_bytes(line.encode("cp932") + b"\n")
    done = run("old.json", "-f", "jsonl")
    assert json.loads(done.stdout)["fields"]["SubjectUserName"] == "山田"


def test_text_that_is_no_encoding_at_all_is_still_judged(run: Run, tmp_path: Path) -> None:
    """どの文字コードでもないバイトが混じる記録も、読める所で判定する。"""
    head = b'{"Channel":"Security","EventID":1102,"SourceName":"Microsoft-Windows-Eventlog",'
    (tmp_path / "odd.json").write_bytes(head + b'"User":"\xff\xfe\x80"}\n')
    done = run("odd.json", "-f", "jsonl")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rule_title"] == "セキュリティログの消去"


def test_a_zip_bomb_is_not_unpacked(run: Run, tmp_path: Path) -> None:
    """展開すると膨れ上がる zip は、開かずにその旨を言う。"""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"0" * (70 * 1024 * 1024))
    done = run("bomb.zip")
    assert done.exit_code == 3
    assert "bomb.zip!a.json" in done.stderr
    assert "zip 爆弾の疑い" in done.stderr


def test_one_line_of_200_megabytes_is_skipped_with_advice(run: Run, tmp_path: Path) -> None:
    """改行のない 200 MB の JSON は、上限を超えた記録として飛ばし、直し方を言う。"""
    with (tmp_path / "huge.json").open("wb") as file:
        file.write(b'{"Channel":"Security","EventID":1,"A":"')
        for _ in range(200):
            file.write(b"x" * 1024 * 1024)
        file.write(b'"}')
    done = run("huge.json")
    assert done.exit_code == 3
    assert "32 MB を超えています" in done.stderr
    assert "NDJSON" in done.stderr


def test_a_hostile_file_name_cannot_touch_the_terminal(run: Run, tmp_path: Path) -> None:
    """改行や端末制御を含むファイル名は、目に見える形で表示される。"""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a\n\x1b[2Jb.json").write_text("garbage")
    done = run("logs")
    assert "\x1b" not in done.output
    assert "a\\n\\x1b[2Jb.json" in done.output


def test_a_pipe_and_a_loop_in_the_folder_do_not_hang(
    run: Run, tmp_path: Path, cleared: str
) -> None:
    """フォルダーに FIFO や自分を指すリンクがあっても止まらず、理由を付けて飛ばす。"""
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.json").write_text(cleared)
    os.mkfifo(logs / "pipe.json")
    (logs / "again").symlink_to(logs)
    done = run("logs", "-f", "json")
    reasons = {skip["path"]: skip["reason"] for skip in json.loads(done.stdout)["skips"]}
    assert set(reasons) == {"logs/again", "logs/pipe.json"}
    assert "FIFO" in reasons["logs/pipe.json"]
    assert "シンボリックリンク" in reasons["logs/again"]


def test_a_missing_folder_is_said_with_what_to_do(run: Run) -> None:
    """ないフォルダーを渡すと、場所と対処を言い、終了コード 3 で終わる。"""
    done = run("nowhere")
    assert done.exit_code == 3
    assert done.stderr.startswith("エラー: nowhere: ファイルもフォルダーもありません\n  対処: ")


def test_a_missing_rule_folder_is_said_with_what_to_do(
    run: Run, tmp_path: Path, cleared: str
) -> None:
    """ないルールのフォルダーを渡すと、場所と対処を言い、終了コード 3 で終わる。"""
    (tmp_path / "a.json").write_text(cleared)
    done = run("a.json", "--rules", "norules")
    assert done.exit_code == 3
    assert "norules" in done.stderr
    assert "対処" in done.stderr


def test_a_folder_without_rules_is_an_error(run: Run, tmp_path: Path, cleared: str) -> None:
    """ルールが 1 本もなければ、「アラートなし」とは言わずに終了コード 3 で終わる。"""
    (tmp_path / "a.json").write_text(cleared)
    (tmp_path / "none").mkdir()
    done = run("a.json", "--rules", "none")
    assert done.exit_code == 3
    assert "使えるルールが 1 本もありません" in done.stderr


def test_a_bad_rule_is_a_skip_and_the_rest_work(run: Run, tmp_path: Path, cleared: str) -> None:
    """YAML の誤りや重複した ID のルールは行番号付きで飛ばし、残りのルールで判定する。"""
    (tmp_path / "a.json").write_text(cleared)
    rules = tmp_path / "rules"
    write_rule(rules, "a", 1, "{EventID: 1102}")
    write_rule(rules, "b", 1, "{EventID: 1102}", title="同じ番号")
    (rules / "c.yml").write_text("title: x\ndetection: [\n")
    (rules / "d.yml").write_text("title: 検知条件がない\n")
    done = run("a.json", "--rules", "rules", "-f", "json")
    whole = json.loads(done.stdout)
    assert whole["hit_count"] == 1
    skips = {(skip["path"], skip["place"]): skip["reason"] for skip in whole["skips"]}
    assert set(skips) == {
        ("rules/b.yml", "line 1"),
        ("rules/c.yml", "line 3"),
        ("rules/d.yml", "line 1"),
    }
    assert "重複" in skips["rules/b.yml", "line 1"]
    assert "YAML" in skips["rules/c.yml", "line 3"]


def test_a_catastrophic_expression_does_not_hang(run: Run, tmp_path: Path) -> None:
    """計算が爆発する正規表現と、そのために作られた記録があっても、止まらずに終わる。"""
    write_rule(tmp_path / "rules", "slow", 7, "{User|re: '^(a+)+$'}")
    hostile = {"Channel": "Security", "EventID": 1, "User": "a" * 5000 + "!"}
    plain = {"Channel": "Security", "EventID": 1, "User": "aaa"}
    (tmp_path / "a.json").write_text(f"{json.dumps(hostile)}\n{json.dumps(plain)}\n")
    done = run("a.json", "--rules", "rules", "-f", "json")
    assert done.exit_code == 0, done.output
    whole = json.loads(done.stdout)
    assert [hit["record"] for hit in whole["hits"]] == [2]


def test_an_output_that_cannot_be_written_is_known_before_the_work(
    run: Run, tmp_path: Path, cleared: str
) -> None:
    """書けない出力先は、調べ始める前に分かり、終了コード 3 で終わる。"""
    (tmp_path / "a.json").write_text(cleared)
    done = run("a.json", "-o", "nofolder/x.html", "-f", "html")
    assert done.exit_code == 3
    assert done.stderr.startswith("エラー: nofolder: 出力先のフォルダーがありません\n  対処: ")
    assert not (tmp_path / "kanmon.db").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full がない")
def test_a_full_disk_is_an_error_not_a_crash(run: Run, tmp_path: Path, cleared: str) -> None:
    """空きのないディスクに書こうとすると、その旨を言って終了コード 3 で終わる。"""
    (tmp_path / "a.json").write_text(cleared)
    done = run("a.json", "-f", "jsonl", "-o", "/dev/full")
    assert done.exit_code == 3
    assert "書き込めません" in done.stderr
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_store_from_a_newer_kanmon_is_left_alone(run: Run, tmp_path: Path, cleared: str) -> None:
    """新しい版が書いた保存ファイルには触れず、終了コード 4 で終わる。"""
    (tmp_path / "a.json").write_text(cleared)
    assert run("a.json").exit_code == 0
    store = sqlite3.connect(tmp_path / "kanmon.db")
    store.execute("UPDATE kanmon_schema SET version = 999")
    store.commit()
    store.close()
    before = (tmp_path / "kanmon.db").read_bytes()
    done = run("a.json", "-o", "out.txt")
    assert done.exit_code == 4
    assert "新しい版の Kanmon" in done.stderr
    assert (tmp_path / "kanmon.db").read_bytes() == before
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--from", "昨日の夜", "日時として読めません"),
        ("--level", "urgent", "重大度はありません"),
        ("--jobs", "0", "0"),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    run: Run, tmp_path: Path, cleared: str, option: str, value: str, message: str
) -> None:
    """読めない日時や重大度は、使い方の誤り（終了コード 2）として例を示す。"""
    (tmp_path / "a.json").write_text(cleared)
    done = run("a.json", option, value)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_cut_event_log_is_judged_as_far_as_it_goes(run: Run, tmp_path: Path) -> None:
    """途中で切れた EVTX は、切れた所までを判定し、切れた場所を言う。"""
    root = Path(__file__).parents[4] / "shared/sigma/regression_data"
    if not root.is_dir():
        pytest.skip("../shared がない")
    whole = min(root.rglob("*.evtx")).read_bytes()
    (tmp_path / "cut.evtx").write_bytes(whole[:40_000])
    done = run("cut.evtx", "-f", "json")
    result = json.loads(done.stdout)
    assert done.exit_code == 0
    assert result["judged"] >= 1
    (skip,) = result["skips"]
    assert skip["path"] == "cut.evtx"
    assert skip["place"].startswith("byte ")
    assert "途中で切れています" in skip["reason"]


@pytest.mark.parametrize("name", ["WINDOW_MINUTES", "HITS_KEPT"])
def test_a_setting_that_makes_no_sense_is_refused(
    run: Run, tmp_path: Path, cleared: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """間隔や件数に 0 や負の数を設定すると、どの設定かを言って終了コード 3 で終わる。"""
    (tmp_path / "a.json").write_text(cleared)
    monkeypatch.setenv(f"KANMON_CSIRT_{name}", "-1")
    done = run("a.json")
    assert done.exit_code == 3
    assert f"csirt.{name.lower()} は 1 以上の整数です" in done.stderr
