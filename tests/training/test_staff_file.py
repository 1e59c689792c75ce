"""Staff lists as HR really has them: what is read, what is doubted, what is refused."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kanmon.errors import InputError, UnsupportedError
from tests.training.conftest import Write
from training.columns import STAFF, STAFF_REQUIRED, map_columns
from training.sheet import read_sheet
from training.staff_file import StaffList, read_staff

HEADER = "職員番号,氏名,カナ,所属コード,所属,職位,職種,任用区分,発令日,採用日,退職日"
ROW = "000123,髙﨑　①郎,ﾀｶｻｷ,0101,人事課,主事,事務,正規,R8.4.1,Ｈ３０．４．１,"


def read(path: Path, width: int = 0) -> StaffList:
    sheet = read_sheet(path)
    return read_staff(sheet, map_columns(sheet, STAFF, STAFF_REQUIRED), width=width)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_every_encoding_an_office_uses_is_read(write: Write, encoding: str) -> None:
    """CP932 with 髙﨑①, UTF-8 with and without BOM, UTF-16: the same person comes out."""
    staff = read(write("staff.csv", [HEADER, ROW], encoding))
    record = staff.records[0]
    assert (record.number, record.name, record.kana) == ("000123", "髙﨑 ①郎", "タカサキ")
    assert str(record.hired) == "2018-04-01"
    assert str(record.postings[0].start) == "2026-04-01"
    assert staff.doubts == ()


def test_a_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    """xlsx: dates are dates, a number that lost its zeros is doubted and filled up."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["職員番号", "氏名", "所属", "発令日"])
    from datetime import datetime

    sheet.append([123, "試験 太郎", "人事課", datetime(2026, 4, 1)])
    sheet.append(["000124", "試験 花子", "人事課", "令和8年4月1日"])
    book.save(tmp_path / "staff.xlsx")
    book.close()
    staff = read(tmp_path / "staff.xlsx", width=6)
    assert [r.number for r in staff.records] == ["000123", "000124"]
    assert {str(r.postings[0].start) for r in staff.records} == {"2026-04-01"}
    assert [d.reason for d in staff.doubts] == ["先頭の 0 が失われた疑い（6 桁に補いました）"]


def test_without_a_set_width_a_shorter_number_is_doubted_but_kept(write: Write) -> None:
    """Nothing is guessed silently: the length that differs is shown."""
    rows = ["000001,甲,人事課", "000002,乙,人事課", "3,丙,人事課"]
    staff = read(write("staff.csv", ["職員番号,氏名,所属", *rows]))
    assert [r.number for r in staff.records] == ["000001", "000002", "3"]
    assert [d.reason for d in staff.doubts] == ["職員番号の桁数が他と違います（1 桁、他は 6 桁）"]


def test_concurrent_postings_come_from_rows_or_columns(write: Write) -> None:
    """兼務 as a second row, or in columns 兼務1 and 兼務2, gives one person with all postings."""
    by_row = read(
        write(
            "a.csv",
            ["職員番号,氏名,所属,職位,本兼区分", "1,甲,情報政策課,,兼務", "1,甲,人事課,係長,本務"],
        )
    )
    by_column = read(
        write(
            "b.csv",
            ["職員番号,氏名,所属,職位,兼務1,兼務2", "1,甲,人事課,係長,情報政策課,税務課:主査"],
        )
    )
    assert [(p.section, p.title) for p in by_row.records[0].postings] == [
        ("人事課", "係長"),
        ("情報政策課", ""),
    ]
    assert [(p.section, p.title, p.concurrent) for p in by_column.records[0].postings] == [
        ("人事課", "係長", False),
        ("情報政策課", "", True),
        ("税務課", "主査", True),
    ]


def test_leave_comes_from_general_or_particular_columns(write: Write) -> None:
    """休業区分 with two dates, or a pair of columns for each kind of leave."""
    general = read(
        write("a.csv", ["職員番号,氏名,休業区分,休業開始日,休業終了日", "1,甲,育休,R8.5.1,"])
    )
    particular = read(
        write(
            "b.csv",
            [
                "職員番号,氏名,育休開始日,育休終了日,派遣自,派遣至",
                "1,甲,R8.5.1,R9.4.30,R9.5.1,R9.9.30",
            ],
        )
    )
    assert [(a.kind, str(a.start), a.end) for a in general.records[0].absences] == [
        ("育休", "2026-05-01", None)
    ]
    assert [(a.kind, str(a.start), str(a.end)) for a in particular.records[0].absences] == [
        ("育休", "2026-05-01", "2027-04-30"),
        ("派遣", "2027-05-01", "2027-09-30"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",氏名なし番号,,,,,,,,,", "職員番号がありません"),
        ("1,,,,,,,,,,", "氏名がありません"),
        ("1,甲,,,,,,,R8.13.1,,", "発令日が日付として読めません: R8.13.1"),
        ("1,甲,,,,,,,,令和8年2月30日,", "採用日が日付として読めません: 令和8年2月30日"),
        ("1,甲,,,,,,,山田太郎,,", "発令日が日付として読めません: （値は示しません）"),
        ("1,甲,,,,,,,,R8.4.1,R7.3.31", "退職日が採用日より前です"),
    ],
)
def test_a_row_that_cannot_be_read_blocks_the_list(write: Write, row: str, reason: str) -> None:
    """One unreadable row would make a colleague vanish, so nothing is applied; no name is told."""
    staff = read(write("staff.csv", [HEADER, row]))
    assert [(d.reason, d.blocking, d.where.place) for d in staff.doubts] == [
        (reason, True, "2 行目")
    ]
    assert staff.records == ()


def test_a_number_in_a_column_of_days_is_explained(write: Write) -> None:
    """46113 is what Excel shows of 2026-04-01 without a date format; it is told, not guessed."""
    (doubt,) = read(write("staff.csv", [HEADER, "1,甲,,,,,,,46113,,"])).doubts
    assert doubt.blocking
    assert "Excel の日付の通し番号なら 2026-04-01 です" in doubt.hint


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path, write: Write) -> None:
    """Lists from 人事課 often begin with a title in a merged cell; the headings come below."""
    rows = [["職員名簿（人事課）"], ["令和8年4月1日現在"], ["職員番号", "氏名"], ["007", "甲"]]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    book.save(tmp_path / "staff.xlsx")
    book.close()
    padded = write("staff.csv", [",".join([*row, ""][:2]) for row in rows])
    for path in (tmp_path / "staff.xlsx", padded):
        assert [record.number for record in read(path).records] == ["007"]


def test_one_column_is_a_table_too(write: Write) -> None:
    """A single heading is a heading, not a title."""
    assert read_sheet(write("one.csv", ["職員番号", "1", "2"])).headers == ("職員番号",)


def test_a_double_number_blocks_the_list(write: Write) -> None:
    """Two different people under one number cannot be told apart."""
    staff = read(write("staff.csv", ["職員番号,氏名,所属", "1,甲,人事課", "1,乙,税務課"]))
    assert [d.reason for d in staff.doubts if d.blocking] == [
        "職員番号が重複しています（2 行目、3 行目）"
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空のファイルです"),
        (b"\r\n \r\n", "空のファイルです"),
        (b"\x81\x20\xff\xfe,a\n", "文字コードが読めません"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "文字コードが読めません"),
        ("名前,部署\n甲,乙\n".encode("cp932"), "「職員番号」の列がありません"),
        ("職員番号,氏名,氏名\n1,甲,乙\n".encode("cp932"), "同じ見出しが 2 つあります: 氏名"),
        ("職員番号,氏名\n1,甲,余り\n".encode("cp932"), "見出し（2 列）より値が多い行です"),
        ('職員番号,氏名\n1,"甲\n'.encode("cp932"), "CSV の形が壊れています"),
        (b"PK\x03\x04broken", "Excel のブックとして読めません"),
    ],
)
def test_a_broken_file_says_where_what_and_what_next(
    tmp_path: Path, data: bytes, message: str
) -> None:
    """One line that an officer can act on, never a traceback."""
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_an_old_or_locked_workbook_is_named_as_such(tmp_path: Path) -> None:
    """.xls and password-protected books are told apart from broken ones."""
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    with pytest.raises(UnsupportedError, match="パスワード付き"):
        read_sheet(path)


@settings(max_examples=30, deadline=None)
@given(
    st.permutations(
        ["1,甲,人事課,本務", "1,甲,情報政策課,兼務", "2,乙,税務課,本務", "3,丙,市民課,本務"]
    )
)
def test_the_order_of_rows_is_irrelevant(rows: list[str]) -> None:
    """A list sorted otherwise is the same list."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.csv"
        path.write_bytes("\n".join(["職員番号,氏名,所属,本兼区分", *rows]).encode("cp932"))
        staff = read(path)
    assert [(r.number, [p.section for p in r.postings]) for r in staff.records] == [
        ("1", ["人事課", "情報政策課"]),
        ("2", ["税務課"]),
        ("3", ["市民課"]),
    ]
