"""PDF: printed lines become clauses again."""

from pathlib import Path

import pytest

from kanmon.documents.load import load_document
from kanmon.documents.passage import passages
from kanmon.documents.pdf import _joined, _Printed, _without_running_heads
from kanmon.documents.text import source_text
from kanmon.inputs import find_inputs
from kanmon.text import squeeze

ROOT = Path(__file__).parents[2]


def test_sample_pdf_reads_like_its_source() -> None:
    """見本の PDF を読むと、元の原稿と同じ条文が戻る。"""
    inputs, _ = find_inputs([ROOT / "samples" / "reiki" / "cemetery.pdf"])
    document = load_document(inputs[0])
    source = (ROOT / "samples" / "reiki_source" / "cemetery.txt").read_text(encoding="utf-8")
    words = squeeze("".join(line.split("{{")[0] for line in source.splitlines()))
    assert squeeze(source_text(document)) == words
    assert document.number == "平成24年条例第9号"


def test_lines_are_joined_at_the_margin() -> None:
    """右端まで印字された行は次の行に続き、短い行や新しい番号は続かない。"""
    printed = [
        _Printed("第1条　この条例は、情報セキュリ", 0, 400, 10),
        _Printed("ティについて定める。", 0, 200, 10),
        _Printed("2　前項の規定は、前条の規定により市長", 0, 400, 10),
        _Printed("(1)　甲", 0, 60, 10),
    ]
    assert [line.text for line in _joined(printed)] == [
        "第1条　この条例は、情報セキュリティについて定める。",
        "2　前項の規定は、前条の規定により市長",
        "(1)　甲",
    ]


def test_page_numbers_and_running_heads_go() -> None:
    """ページ番号と、どのページにもある柱は、条文に混ざらない。"""
    pages = [
        [
            _Printed("例規集", 0, 50, 10),
            _Printed(f"本文{n}", 0, 50, 10),
            _Printed(f"- {n} -", 0, 9, 9),
        ]
        for n in range(1, 5)
    ]
    kept = [line.text for line in _without_running_heads(pages)]
    assert kept == ["本文1", "本文2", "本文3", "本文4"]


@pytest.mark.parametrize("text", ["第１条の規定", "2026年の規定"])
def test_text_that_only_looks_like_a_page_number_stays(text: str) -> None:
    """数字で始まる本文は、ページの端にあっても残る。"""
    assert [line.text for line in _without_running_heads([[_Printed(text, 0, 9, 9)]])] == [text]


def test_vertical_text_is_rejoined(tmp_path: Path) -> None:
    """縦書きで1文字ずつになった PDF も、右の行から順に文に戻る。"""
    path = tmp_path / "vertical.pdf"
    path.write_bytes(_vertical_pdf(["ABCDEFGHIJ", "KLMNOPQRST"]))
    from kanmon.documents.pdf import pdf_lines

    lines, skips = pdf_lines(path.read_bytes(), str(path))
    assert [line.text for line in lines] == ["ABCDEFGHIJ KLMNOPQRST"]
    assert skips == []


def _vertical_pdf(columns: list[str]) -> bytes:
    """Return a PDF of one page with each character placed by itself, columns from the right."""
    shown = []
    for index, column in enumerate(columns):
        for row, char in enumerate(column):
            shown.append(f"1 0 0 1 {500 - 40 * index} {700 - 20 * row} Tm ({char}) Tj")
    return make_pdf("BT /F1 12 Tf " + " ".join(shown) + " ET")


def make_pdf(content: str) -> bytes:
    """Return a PDF of one page that draws ``content``."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    body += "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    body += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return body.encode("latin-1")


def test_passages_of_the_sample_have_places() -> None:
    """PDF の指摘も、ファイル名と条項号で場所を示す。"""
    inputs, _ = find_inputs([ROOT / "samples" / "reiki" / "cemetery.pdf"])
    found = {str(p.provision): p for p in passages(load_document(inputs[0]))}
    assert str(found["第7条第2項"].where).endswith("cemetery.pdf:第7条第2項")
