"""Decisions made in Excel: out, in, and still attached after the ordinance was amended."""

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

Kanmon = Callable[..., Result]
BEFORE = (
    "汐見市公園条例\n平成10年3月20日条例第5号\n\n"
    "（許可）\n第5条　公園を使う者は、申請書に記名押印し、市長に提出しなければならない。\n\n"
    "（点検）\n第6条　指定管理者は、遊具を毎月一回目視により点検しなければならない。\n\n"
    "様式第1号（第5条関係）\n使用申請書\n氏名　　　　　　　　㊞\n"
)
AFTER = (
    "汐見市公園条例\n平成10年3月20日条例第5号\n\n"
    "（休園日）\n第5条　休園日は、市長が定める。\n\n"
    "（許可）\n第6条　公園を使う者は、申請書に記名押印し、市長に提出しなければならない。\n\n"
    "（点検）\n第7条　指定管理者は、遊具を毎年一回目視により点検しなければならない。\n\n"
    "様式第1号（第6条関係）\n使用申請書\n氏名　　　　　　　　㊞\n"
)


def _sheets(path: Path) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(path)
    rows = []
    for sheet in book.worksheets:
        head = [cell.value for cell in sheet[1]]
        if "照合キー" in head:
            lines = sheet.iter_rows(min_row=2, values_only=True)
            rows += [dict(zip(head, line, strict=True)) for line in lines]
    book.close()
    return rows


def _fill(path: Path, **values: str) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        head = [cell.value for cell in sheet[1]]
        if "照合キー" in head:
            for row in sheet.iter_rows(min_row=2):
                for label, value in values.items():
                    row[head.index(label)].value = value
    book.save(path)
    book.close()


@pytest.fixture
def decided(kanmon: Kanmon, tmp_path: Path) -> Path:
    """An ordinance scanned, every clause decided in Excel, the decisions imported."""
    path = tmp_path / "公園条例.txt"
    path.write_text(BEFORE, encoding="utf-8")
    kanmon("scan", str(path), "-f", "jsonl", "-o", "out.jsonl")
    kanmon("table", "-o", "table.xlsx")
    _fill(
        tmp_path / "table.xlsx",
        判断="該当",
        判断者="法務係 佐藤",
        判断日="2026-11-20",
        備考="次期改正",
    )
    kanmon("import-review", "table.xlsx")
    return path


def test_decisions_survive_a_move_and_a_change_comes_back(
    kanmon: Kanmon, tmp_path: Path, decided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """第5条 moved to 第6条 keeps its decision; a reworded clause asks to be decided again."""
    decided.write_text(AFTER, encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    kanmon("scan", str(decided), "-f", "jsonl", "-o", "out.jsonl")
    kanmon("table", "-o", "after.xlsx")
    rows = {(row["条項号"], row["区分"]): row for row in _sheets(tmp_path / "after.xlsx")}
    kept = rows["第6条第1項", "押印・署名"]
    assert (kept["判断"], kept["判断者"], kept["判断日"], kept["備考"]) == (
        "該当",
        "法務係 佐藤",
        "2026-11-20",
        "次期改正",
    )
    assert rows["様式第1号", "押印・署名"]["判断"] == "該当"
    changed = rows["第7条第1項", "目視"]
    assert changed["判断"] == "未判断"
    assert changed["前回との関係"] == "判断後に変更（前回: 該当）"
    shown = kanmon("diff", "--since", "last").output
    assert "判断後に変更 2 件" in shown
    assert "新規 0 件、消滅 0 件" in shown


def test_a_file_not_read_again_is_not_gone_and_one_read_first_is_new(
    kanmon: Kanmon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the whole 例規集, a scan of one file makes nothing else 消滅; a new file is 新規."""
    folder = tmp_path / "例規"
    folder.mkdir()
    park, port = folder / "公園条例.txt", folder / "港湾条例.txt"
    park.write_text(BEFORE, encoding="utf-8")
    port.write_text(BEFORE.replace("公園", "港湾").replace("第5号", "第6号"), encoding="utf-8")
    kanmon("scan", "例規", "-f", "jsonl", "-o", "out.jsonl")
    park.write_text(BEFORE.replace("毎月一回目視により", "毎月一回"), encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    kanmon("scan", str(park), "-f", "jsonl", "-o", "out.jsonl")
    shown = json.loads(kanmon("diff", "-f", "json").output)
    counted, _, not_read = shown["summary"]
    assert "判断後に変更 2 件、新規 0 件、消滅 0 件" in counted
    assert "前回の点検だけが読んだファイル 1 件（例規/港湾条例.txt）の結果 5 件" in not_read
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795492000")
    since = kanmon("scan", "例規", "--since", "last", "-f", "json", "-o", "out.json").output
    assert "今回の点検で初めて読んだファイル 1 件（例規/港湾条例.txt）の結果 5 件" in since
    assert "新規に数えています" in since
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795592000")
    assert "新規 5 件、消滅 0 件" in kanmon("diff", "-f", "json").output


def test_a_new_edition_in_another_folder_is_compared(
    kanmon: Kanmon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same ordinances under other file names are the same files for the comparison."""
    for folder, text, epoch in (
        ("令和7年", BEFORE, "1795392000"),
        ("令和8年", AFTER, "1795492000"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}公園.txt").write_text(text, encoding="utf-8")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        kanmon("scan", folder, "-f", "jsonl", "-o", "out.jsonl")
    output = kanmon("diff").output
    assert "判断後に変更 2 件、新規 0 件、消滅 0 件" in output
    assert "だけが読んだ" not in output


def test_importing_twice_changes_nothing(kanmon: Kanmon, decided: Path) -> None:
    """The same workbook again adds no second decision."""
    assert decided.exists()
    assert "0 件の判断を取り込みました" in kanmon("import-review", "table.xlsx").output


@pytest.mark.parametrize("day", ["2026/11/5", "令和8年11月5日", "R8.11.5", "２０２６年１１月５日"])
def test_day_of_a_decision_as_people_write_it(
    kanmon: Kanmon, tmp_path: Path, decided: Path, day: str
) -> None:
    """判断日 is read in the Japanese calendar, with slashes and in full-width digits."""
    assert decided.exists()
    kanmon("table", "-o", "again.xlsx")
    _fill(tmp_path / "again.xlsx", 判断="許容", 判断日=day)
    kanmon("import-review", "again.xlsx")
    kanmon("table", "-o", "after.xlsx")
    assert {row["判断日"] for row in _sheets(tmp_path / "after.xlsx")} == {"2026-11-05"}


def test_decisions_before_nine_in_the_morning_bear_the_day_in_japan(
    kanmon: Kanmon, tmp_path: Path, decided: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 3 a.m. in Japan it is still yesterday in UTC; staff read the day in Japan."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795370400")
    kanmon("scan", str(decided), "-f", "jsonl", "-o", "out.jsonl")
    kanmon("table", "-o", "night.xlsx")
    _fill(tmp_path / "night.xlsx", 判断="許容", 判断日="")
    kanmon("import-review", "night.xlsx")
    kanmon("table", "-o", "after.xlsx")
    assert {row["判断日"] for row in _sheets(tmp_path / "after.xlsx")} == {"2026-11-23"}
    assert "（2026-11-23）" in kanmon("diff").output


def test_decision_made_elsewhere_is_a_conflict(
    kanmon: Kanmon, tmp_path: Path, decided: Path
) -> None:
    """Two people filled in the same sheet: the second import is refused and names both."""
    assert decided.exists()
    kanmon("table", "-o", "a.xlsx")
    kanmon("table", "-o", "b.xlsx")
    _fill(tmp_path / "a.xlsx", 判断="対応済", 判断者="甲", 判断日="2026-11-21")
    _fill(tmp_path / "b.xlsx", 判断="許容", 判断者="乙", 判断日="2026-11-21")
    kanmon("import-review", "a.xlsx")
    refused = kanmon("import-review", "b.xlsx", code=3).output
    assert "保存済み 対応済（甲）／表 許容（乙）" in refused
    assert "何も取り込みませんでした" in refused
    kanmon("table", "-o", "c.xlsx")
    assert {row["判断"] for row in _sheets(tmp_path / "c.xlsx")} == {"対応済"}
    kanmon("import-review", "b.xlsx", "--force")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("判断", "たぶん該当", "判断 'たぶん該当' は選べません"),
        ("判断日", "先週", "判断日 '先週' を読めません"),
        ("判断日", "2099-01-01", "判断日 2099-01-01 は先の日付です"),
        ("照合キー", "0000000000000000", "照合キーに当たる条項がありません"),
    ],
)
def test_unreadable_row_imports_nothing(
    kanmon: Kanmon, tmp_path: Path, decided: Path, column: str, value: str, message: str
) -> None:
    """One wrong cell stops the whole file, with sheet and row."""
    assert decided.exists()
    kanmon("table", "-o", "wrong.xlsx")
    _fill(tmp_path / "wrong.xlsx", **{"判断": "許容", column: value})
    output = kanmon("import-review", "wrong.xlsx", code=3).output
    assert message in output
    assert "wrong.xlsx:所管課未設定!2" in output
    kanmon("table", "-o", "after.xlsx")
    assert {row["判断"] for row in _sheets(tmp_path / "after.xlsx")} == {"該当"}


def test_other_files_are_no_review_workbook(kanmon: Kanmon, tmp_path: Path) -> None:
    """A text, an encrypted workbook and a workbook of something else are told apart."""
    (tmp_path / "a.xlsx").write_text("x", encoding="utf-8")
    assert "Excel の点検表として読めません" in kanmon("import-review", "a.xlsx", code=3).output
    (tmp_path / "b.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "パスワード付き" in kanmon("import-review", "b.xlsx", code=3).output
    book = openpyxl.Workbook()
    book.save(tmp_path / "c.xlsx")
    book.close()
    assert "点検表のシートがありません" in kanmon("import-review", "c.xlsx", code=3).output


def test_progress_counts_decisions(kanmon: Kanmon, decided: Path) -> None:
    """The council sees how many candidates are decided, by category, department and PHASE."""
    assert decided.exists()
    output = kanmon("progress").output
    assert "該当候補 5 件のうち判断済み 5 件（100.0 %）" in output
    assert "現在PHASE別" in output


def test_columns_follow_the_official_form(kanmon: Kanmon, tmp_path: Path, decided: Path) -> None:
    """Columns and headings are the city's; the decisions still come back."""
    assert decided.exists()
    (tmp_path / "kanmon.toml").write_text(
        '[regulation]\ncolumns = ["連番", "条項号", "区分", "判断", "判断者", "判断日", "備考"]\n'
        '[regulation.column_names]\n"判断" = "該非"\n',
        encoding="utf-8",
    )
    kanmon("table", "-o", "form.xlsx")
    rows = _sheets(tmp_path / "form.xlsx")
    assert list(rows[0])[:4] == ["連番", "条項号", "区分", "該非"]
    _fill(tmp_path / "form.xlsx", 該非="対応済", 判断日="2026-11-22")
    assert "5 件の判断を取り込みました" in kanmon("import-review", "form.xlsx").output
