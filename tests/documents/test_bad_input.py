"""Each way a file can be wrong has its own words, and a folder of them stops nothing."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kanmon.documents.continuity import check_continuity
from kanmon.documents.flat import MAX_BYTES
from kanmon.documents.load import load_document, load_documents
from kanmon.documents.model import Document
from kanmon.documents.passage import passages
from kanmon.errors import ToolError
from kanmon.inputs import InputFile, find_inputs
from kanmon.references import find_references

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
MOJIBAKE = "第1条　市長は、書面により、申請者に対し通知しなければならない。".encode() * 20
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE Law [<!ENTITY a "x"><!ENTITY b "'
    + b"&a;" * 50
    + b'"><!ENTITY c "'
    + b"&b;" * 50
    + b'">]><Law><LawBody><LawTitle>&c;</LawTitle></LawBody></Law>'
)
XXE = b'<?xml version="1.0"?><!DOCTYPE Law [<!ENTITY a SYSTEM "file:///etc/passwd">]><Law>&a;</Law>'

CASES = {
    "empty.html": (b"", "空のファイル"),
    "blank.txt": (b" \n\t\n", "空のファイル"),
    "locked.docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "パスワードで保護された Office"),
    "old.doc": (OLE, "古い形式"),
    "broken.pdf": (b"%PDF-1.7\nbroken", "PDF として読めません"),
    "broken.xml": (b"<?xml version='1.0'?><Law><LawBody>", "XML として読めません"),
    "bomb.xml": (BOMB, "DTD・実体宣言"),
    "xxe.xml": (XXE, "DTD・実体宣言"),
    "other.xml": (b"<?xml version='1.0'?><feed>a</feed>", "法令標準XML ではありません"),
    "frame.html": (b"<html><frameset><frame src='a.html'></frameset></html>", "フレームの枠だけ"),
    "mojibake.txt": (MOJIBAKE.decode("cp932", "replace").encode("utf-8"), "文字化け"),
    "latin.txt": (MOJIBAKE.decode("latin-1").encode("utf-8"), "文字化け"),
    "no-encoding.txt": (b"\x81\xff\xff\x80" * 20, "文字コードが分かりません"),
    "binary.bin": (bytes(range(256)) * 10, "バイナリー"),
    "picture.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "画像（PNG）"),
    "picture.jpg": (b"\xff\xd8\xff\xe0" + b"\0" * 20, "画像（JPEG）"),
    "english.txt": (b"Nothing to see here.", "日本語の文章がありません"),
    "site.css": ("/* 例規の見た目 */ p{}".encode(), "画面の部品"),
    "book.xlsx": (b"", ""),
}


ROOT = Path(__file__).parents[2]
SAMPLES = sorted(
    path
    for folder in (ROOT / "samples" / "reiki", Path(__file__).parent / "golden")
    for path in folder.rglob("*")
    if path.suffix in (".html", ".xml", ".txt", ".rtf")
)
DAMAGE = (
    b"", b"\xff", b"<table>", b"</td>", b'colspan="x"', b'Num="a:b"', b"\\u-1", b"\\bin9999 ", b"{",
    "第〇条　".encode(), "第千条の千　".encode(), "目次\n".encode(), "（関係）".encode(), b"(0)",
)  # fmt: skip


def _excel() -> bytes:
    import openpyxl

    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


CASES["book.xlsx"] = (_excel(), "Excel は読めません")


@pytest.mark.parametrize("name", CASES)
def test_bad_file_says_what_is_wrong(name: str, read: Callable[..., Document]) -> None:
    """読めないファイルは、どこが・なぜ・どうすればよいかを言う。"""
    data, reason = CASES[name]
    with pytest.raises(ToolError) as caught:
        read(data, name)
    assert reason in str(caught.value)
    assert str(caught.value).startswith(name)


def test_folder_of_bad_files_stops_nothing(tmp_path: Path) -> None:
    """悪いファイルだらけのフォルダーでも、良いファイルは読まれ、他は理由付きで並ぶ。"""
    for name, (data, _) in CASES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text("○例規則\n第1条　甲とする。\n", encoding="utf-8")
    inputs, _ = find_inputs([tmp_path])
    documents, skips = load_documents(inputs)
    assert [document.title for document in documents] == ["例規則"]
    assert [Path(skip.where.path).name for skip in skips] == sorted(CASES)
    assert all(skip.reason for skip in skips)


def test_too_large(file_of: Callable[..., InputFile]) -> None:
    """30 MB を超えるファイルは、分けて渡すよう案内する。"""
    with pytest.raises(ToolError, match="大きすぎます（上限 30 MB）"):
        load_document(file_of(b"a" * (MAX_BYTES + 1), "huge.txt"))


def test_just_small_enough(file_of: Callable[..., InputFile]) -> None:
    """30 MB ちょうどのテキストは読める。"""
    line = "第1条　市長は、別に定める。\n".encode()
    blank = b" " * 999 + b"\n"
    data = (line + blank * (MAX_BYTES // 1000))[:MAX_BYTES]
    assert load_document(file_of(data, "large.txt")).title


def test_scanned_pdf(read: Callable[..., Document]) -> None:
    """紙を読み取っただけの PDF は、文字情報がないと言う。"""
    with pytest.raises(ToolError, match="文字情報がありません"):
        read(_pdf(encrypted=False), "scan.pdf")


def test_locked_pdf(read: Callable[..., Document]) -> None:
    """パスワード付きの PDF は、保護を外すよう案内する。"""
    with pytest.raises(ToolError, match=r"パスワードで保護された PDF"):
        read(_pdf(encrypted=True), "locked.pdf")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding: str, read: Callable[..., Document]) -> None:
    """UTF-8・CP932・EUC-JP・UTF-16 のどれで保存されていても、同じ条文になる。"""
    text = "○例規則\r\n令和3年3月31日\r\n（趣旨）\r\n第1条　市長は、書面により通知する。\r\n"
    document = read(text.encode(encoding), "a.txt")
    assert document.title == "例規則"
    assert "市長は、書面により通知する。" in str(document.children)


def test_declared_encoding_of_a_page(read: Callable[..., Document]) -> None:
    """Shift_JIS と宣言されたページが読める。"""
    page = '<html><meta charset="Shift_JIS"><body><h1>例条例</h1><p>第1条　甲。</p></body></html>'
    assert read(page.encode("cp932"), "a.html").title == "例条例"


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_files_never_crash(data: st.DataObject) -> None:
    """壊れた箇所のあるファイルは、読めるか、理由を言って断るかのどちらかになる。"""
    path = data.draw(st.sampled_from(SAMPLES))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content)))
        end = at + data.draw(st.integers(0, 40))
        content[at:end] = data.draw(st.sampled_from(DAMAGE))
    damaged = bytes(content)
    try:
        document = load_document(InputFile(path.name, len(damaged), lambda: io.BytesIO(damaged)))
    except ToolError:
        return
    assert all(str(passage.where) for passage in passages(document))
    check_continuity(document)


def _pdf(*, encrypted: bool) -> bytes:
    extra = (
        "/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <"
        + "41" * 32
        + "> /U <"
        + "42" * 32
        + "> >> "
        "/ID [<00><00>]"
        if encrypted
        else ""
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    body += (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF\n"
    )
    return body.encode("latin-1")


_LONG = 300_000
HOSTILE = {
    "spaces.xml": "<Law><LawBody><LawTitle>a" + " " * _LONG + "b\n</LawTitle></LawBody></Law>",
    "brackets.txt": "○例規則\n第1条　甲\n（" + "旧改正" * _LONG,
    "contents.txt": "○例規則\n目次\n第1章　" + "・ " * _LONG + "終",
    "breaks.html": "<html><body><p>第1条　" + "甲\n" * _LONG + "</p></body></html>",
    "references.txt": "○例規則\n第1条　" + "第1条及び" * (_LONG // 5),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_runs_do_not_stall(name: str, read: Callable[..., Document]) -> None:
    """同じ文字が何十万も続く悪意のファイルでも、読み取りが止まらない。"""
    # A quadratic reader would need minutes here; the suite's own limit is the judge.
    document = read(HOSTILE[name], name)
    assert sum(len(find_references(p.text, p.provision)) for p in passages(document)) >= 0
