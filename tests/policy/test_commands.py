"""kanmon policy の命令: 取り込み、表示、突き合わせ、版の違い、影響、判断の往復。"""

import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

SAMPLES = Path(__file__).parents[2] / "samples" / "policy"
DATA = Path(__file__).parents[2] / "tests" / "data" / "policy"
BEFORE, AFTER = SAMPLES / "guideline-before.txt", SAMPLES / "guideline-after.docx"
AOBA, MINATO = SAMPLES / "aoba.docx", SAMPLES / "minato.html"

Run = Callable[..., Result]


def lines(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_of_the_comparison_has_exactly_the_promised_keys(run: Run) -> None:
    """jsonl の一行は、決められた九つの項目だけを持つ。"""
    found = lines(run("diff", AFTER, AOBA, "-f", "jsonl"))
    keys = ["guideline", "local", "verdict", "dimensions", "guideline_quote", "local_quote"]
    assert list(found[0]) == [*keys, "reason", "confidence", "runner_up"]
    assert {item["verdict"] for item in found} <= {
        *("一致", "強い", "弱い", "欠落", "旧版準拠", "独自", "適用外", "分割/統合", "要人手")
    }


def test_editions_can_be_named_after_their_import(run: Run) -> None:
    """取り込んだ版の名前でも、ファイル名でも、同じ結果になる。"""
    assert run("import", AFTER, "--as", "guideline", "--edition", "新").exit_code == 0
    assert run("import", AOBA, "--as", "local", "--edition", "市").exit_code == 0
    by_name = run("diff", "新", "市", "-f", "jsonl").stdout
    assert by_name == run("diff", AFTER, AOBA, "-f", "jsonl").stdout
    assert by_name == run("diff", "-f", "jsonl").stdout
    assert by_name == run("diff", "市", "-f", "jsonl").stdout


def test_without_a_guideline_the_shipped_baseline_is_used_and_said(run: Run) -> None:
    """ガイドラインを取り込む前は付属の基準と比べ、原文でないことを断る。"""
    result = run("diff", AOBA)
    assert result.exit_code == 0
    assert "原文" in result.stdout


@pytest.mark.parametrize("fmt", ["text", "json", "csv", "html", "md", "xlsx", "docx"])
def test_every_format_is_written_and_repeatable(run: Run, fmt: str, tmp_path: Path) -> None:
    """どの形式でも書き出せ、二度実行しても同じ内容になる。"""
    first, second = tmp_path / f"a.{fmt}", tmp_path / f"b.{fmt}"
    for target in (first, second):
        assert run("diff", AFTER, MINATO, "-f", fmt, "-o", target).exit_code == 0
    assert first.read_bytes() == second.read_bytes()


def test_show_tells_strength_and_parts_of_every_clause(run: Run) -> None:
    """show は、番号・強さ・読み取った部分を条文ごとに出す。"""
    found = {item["id"]: item for item in lines(run("show", BEFORE, "-f", "jsonl"))}
    assert found["6.1(2)①"]["strength"] == 6
    parts = found["6.1(2)①"]["parts"]
    assert isinstance(parts, list)
    assert {part["dimension"] for part in parts} >= {"threshold", "actor"}
    assert run("show", "baseline", "--duties").exit_code == 0


def test_versions_agree_with_the_second_author(run: Run) -> None:
    """二つの版の違いは、別の著者が付けた正解と全て一致する（本文と解説は別に数える）。"""
    found = lines(run("versions", BEFORE, AFTER, "-f", "jsonl"))
    body = {(item["old"], item["new"]): item["change"] for item in found if item["layer"] == "body"}
    for line in (DATA / "versions_expected.jsonl").read_text(encoding="utf-8").splitlines():
        want = json.loads(line)
        if want["layer"] == "body":
            assert body[want["old"], want["new"]] == want["change"], want
        else:
            place = [i for i in found if i["layer"] == "commentary"]
            changes = [i["change"] for i in place if want["section"] in str(i["new"] or i["old"])]
            assert changes == [want["change"]], want


def test_impact_names_local_clauses_and_a_day(run: Run) -> None:
    """改定の影響は、見直す市の条文と期限を挙げ、変わらない義務は挙げない。"""
    found = lines(run("impact", BEFORE, AFTER, AOBA, "-f", "jsonl", "--by", "令和9年3月1日"))
    assert found
    assert {item["by"] for item in found} == {"2027-03-01"}
    assert all(item["verdict"] not in ("一致", "強い") for item in found)


def test_a_decision_comes_back_from_excel_and_stays(run: Run, tmp_path: Path) -> None:
    """Excel に書いた「許容」は読み戻され、次の突き合わせの表に理由と承認者が載る。"""
    book = tmp_path / "d.xlsx"
    assert run("diff", AFTER, AOBA, "-f", "xlsx", "-o", book).exit_code == 0
    fill(book, {"判断": "許容", "判断の理由": "代わりの対策がある", "承認者": "CISO"})
    result = run("import-review", book)
    assert result.exit_code == 0, result.output
    assert "新しい判断 1 件" in result.output
    again = run("diff", AFTER, AOBA, "-f", "json")
    rows = json.loads(again.stdout)["findings"]
    assert [row["approver"] for row in rows if row["disposition"]] == ["CISO"]
    assert "新しい判断 0 件" in run("import-review", book).output


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"判断": "許容", "判断の理由": "", "承認者": ""}, "承認者"),
        ({"判断": "たぶん"}, "判断「たぶん」はありません"),
        ({"判断": "該当", "期限": "来年"}, "日付"),
    ],
)
def test_a_wrong_decision_is_refused_whole(
    run: Run, tmp_path: Path, cells: dict[str, str], message: str
) -> None:
    """理由のない許容や読めない期限があれば、何も保存せず行番号を示して断る。"""
    book = tmp_path / "d.xlsx"
    run("diff", AFTER, AOBA, "-f", "xlsx", "-o", book)
    fill(book, cells)
    result = run("import-review", book)
    assert result.exit_code == 3
    assert message in result.output
    assert "行" in result.output


def fill(path: Path, cells: dict[str, str]) -> None:
    """Write into the first finding's row."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    sheet = book["見直しの候補"]
    header = next(r for r in sheet.iter_rows() if any(c.value == "判断" for c in r))
    columns = {cell.value: cell.column for cell in header}
    for label, text in cells.items():
        sheet.cell(row=header[0].row + 1, column=columns[label], value=text)
    book.save(path)
    book.close()


def bad_files(folder: Path) -> dict[str, Path]:
    made = {
        "missing": folder / "ない.txt",
        "empty": folder / "空.txt",
        "binary": folder / "b.docx",
        "zip": folder / "z.zip",
        "folder": folder / "f",
    }
    made["empty"].write_bytes(b"")
    made["binary"].write_bytes(b"PK\x03\x04" + b"\x00" * 40)
    made["zip"].write_bytes(b"PK\x05\x06" + b"\x00" * 18)
    made["folder"].mkdir()
    return made


@pytest.mark.parametrize("kind", ["missing", "empty", "binary", "zip", "folder"])
def test_a_file_that_is_no_document_is_refused(run: Run, kind: str, tmp_path: Path) -> None:
    """読めないファイルは、場所と対処を示して終了コード 3 で断る。"""
    path = bad_files(tmp_path)[kind]
    result = run("import", path, "--as", "local", "--edition", "x")
    assert result.exit_code == 3, result.output
    assert str(path) in result.output
    assert "対処" in result.output


def test_an_unknown_name_lists_the_known_ones(run: Run) -> None:
    """知らない版の名前には、取り込んだ版の一覧を示す。"""
    run("import", AOBA, "--as", "local", "--edition", "市2026")
    result = run("diff", AFTER, "市2025")
    assert result.exit_code == 3
    assert "市2026" in result.output


def test_a_model_that_does_not_exist_is_refused(run: Run) -> None:
    """存在しないモデルの設定は、選べる値を示して断る。"""
    result = run("diff", AFTER, AOBA, KANMON_POLICY_MODEL="γ")
    assert result.exit_code == 3
    assert "β'" in result.output


def test_fail_on_ends_with_ten(run: Run) -> None:
    """--fail-on 以上の所見があれば終了コード 10 で終わる。"""
    assert run("diff", AFTER, AOBA, "--fail-on", "high").exit_code == 10
    assert run("diff", AFTER, AOBA, "--fail-on", "critical").exit_code == 0


def test_hostile_text_is_shown_harmlessly(run: Run, tmp_path: Path) -> None:
    """条文に仕込まれた制御文字や数式は、そのまま働く形では出力されない。"""
    path = tmp_path / "悪意.txt"
    path.write_text(
        '規程\n\n1 管理\n(1) =HYPERLINK("x")は、\x1b[31m施錠しなければならない。<script>\n',
        encoding="utf-8",
    )
    result = run("diff", AFTER, path)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    page = run("diff", AFTER, path, "-f", "html").stdout
    assert "<script>" not in page
