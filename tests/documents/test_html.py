"""Pages of 例規 systems: the body is read whole, menus and frames are named as such."""

from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest

from kanmon.documents.load import load_document, load_documents
from kanmon.documents.model import AppdxStyle, Document, Table, walk
from kanmon.documents.passage import passages
from kanmon.documents.text import source_text
from kanmon.errors import ToolError
from kanmon.inputs import InputFile, find_inputs

SAMPLES = Path(__file__).parents[2] / "samples" / "reiki"


def _body(page: bytes, element: str) -> str:
    root = lxml.html.fromstring(page.decode("utf-8"))
    return "".join("".join(map(str, root.get_element_by_id(element).itertext())).split())


@pytest.mark.parametrize("name", ["k518RG00000012.html", "k518RG00000055.html"])
def test_real_pages_are_lossless(name: str, shared: Path) -> None:
    """実在の例規ページ2件の本文が、1文字も落ちずに戻る。"""
    data = (shared / "reiki" / name).read_bytes()
    inputs, _ = find_inputs([shared / "reiki" / name])
    document = load_document(inputs[0])
    assert document.format == "g-reiki"
    assert "".join(source_text(document).split()) == _body(data, "primaryInner2")


def test_real_page_is_structured(shared: Path) -> None:
    """実在の表彰規程: 題名・番号・13の号・附則2項・別記様式・体系が分かる。"""
    inputs, _ = find_inputs([shared / "reiki" / "k518RG00000012.html"])
    documents, skips = load_documents(inputs)
    document = documents[0]
    addresses = [str(p.provision) for p in passages(document)]
    assert document.number == "昭和43年規程第9号"
    assert document.classification == "第1編 総規/第3章 表彰"
    assert "第2条第1項第13号" in addresses
    assert "附則第2項" in addresses
    form = next(node for node in walk(document) if isinstance(node, AppdxStyle))
    assert ([str(p) for p in form.related], form.links) == (["第7条"], ("word/k518FG00000004.rtf",))
    assert [skip.reason for skip in skips] == [
        "様式のファイルがありません（word/k518FG00000004.rtf）"
    ]


def test_address_map_numbers_unnumbered_paragraphs(read: Callable[..., Document]) -> None:
    """番号の書かれていない第2項も、隠し表（num-ids）で第2項と分かる。"""
    page = """<div id="primaryInner2"><div class="eline"><div class="head">
    <p class="title-irregular">○例規則</p></div></div>
    <div class="eline"><div class="article"><p class="num"><span class="num">第1条</span>　<span
     class="clause"><span id="e1" class="p">甲とする。</span></span></p></div></div>
    <div class="eline"><div class="clause"><p class="p"><span id="e2"
     class="p">乙とする。</span></p></div></div></div>
    <div id="num-ids"><div id="j1_k1">e1</div><div id="j1_k2">e2</div></div>"""
    found = [str(p.provision) for p in passages(read(page, "p.html")) if p.kind == "paragraph"]
    assert found == ["第1条第1項", "第1条第2項"]


def test_layout_table_is_no_table(read: Callable[..., Document]) -> None:
    """条文を並べるためだけの表は条文として、金額の表は表として読む。"""
    page = """<html><body><h1>例条例</h1><table><tr><td>第1条　甲とする。</td></tr>
    <tr><td>第2条　乙とする。</td></tr></table>
    <p>別表（第2条関係）</p><table><tr><th>区分</th><th>額</th></tr><tr><td>甲</td>
    <td rowspan="2">5<br>円</td></tr></table></body></html>"""
    document = read(page, "p.html")
    tables = [node for node in walk(document) if isinstance(node, Table)]
    assert [str(p.provision) for p in passages(document) if p.kind == "paragraph"] == [
        "第1条第1項",
        "第2条第1項",
    ]
    assert len(tables) == 1
    assert tables[0].rows[1].cells[1].text == "5\n円"
    assert tables[0].rows[1].cells[1].rowspan == 2
    assert str(tables[0].provision) == "別表"


def test_hidden_scripts_are_not_text(read: Callable[..., Document]) -> None:
    """画面の部品（スクリプト・メニュー）は本文に混ざらない。"""
    page = "<html><body><script>var 押印=1;</script><nav>押印</nav><p>第1条　甲。</p></body></html>"
    assert "押印" not in source_text(read(page, "p.html"))


def test_preformatted_text_keeps_its_lines(read: Callable[..., Document]) -> None:
    """pre の中の条文は、改行を改行として、テキストファイルと同じ木に読む。"""
    text = (
        "例規則\n平成3年4月1日規則第2号\n\n（点検）\n第１条　市長は、<b>遊具</b>を点検する。"
        "<script>x</script>\n２　記録は、残す。<br>(1)　甲\n(2)　乙\n"
    )
    document = read(
        f"<html><body><pre>{text}</pre><p>第２条　丙とする。</p></body></html>", "p.html"
    )
    assert (document.title, document.number) == ("例規則", "平成3年規則第2号")
    assert [str(p.provision) for p in passages(document) if p.kind in ("paragraph", "item")] == [
        "第1条第1項",
        "第1条第2項",
        "第1条第2項第1号",
        "第1条第2項第2号",
        "第2条第1項",
    ]
    assert "市長は、遊具を点検する。" in source_text(document)


def test_linked_forms_are_read() -> None:
    """ページからリンクされた様式（RTF）の中身も読み、様式のファイル名で示す。"""
    inputs, _ = find_inputs([SAMPLES])
    documents, skips = load_documents(inputs)
    page = next(d for d in documents if d.path.endswith("k101RG00000102.html"))
    seals = [p for p in passages(page) if p.style is not None and p.text.endswith(("印", "㊞"))]
    assert [(str(p.provision), Path(p.where.path).name) for p in seals] == [
        ("様式第1号", "k101FG00000201.rtf"),
        ("様式第2号", "k101FG00000202.rtf"),
        ("様式第4号", "k101FG00000204.rtf"),
    ]
    assert seals[0].style is not None
    assert [str(p) for p in seals[0].style.related] == ["第2条"]
    assert not any("word" in document.path for document in documents)
    assert skips == ()


def test_forms_in_a_zip(tmp_path: Path) -> None:
    """zip のまま渡しても、ページと様式の組が読める。"""
    import zipfile

    archive = tmp_path / "reiki.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for name in ("k101RG00000102.html", "word/k101FG00000201.rtf"):
            target.write(SAMPLES / name, f"honbun/{name}")
    inputs, _ = find_inputs([archive])
    documents, skips = load_documents(inputs)
    assert [document.path.rpartition("!")[2] for document in documents] == [
        "honbun/k101RG00000102.html"
    ]
    assert len(skips) == 3
    read_forms = [n.path for n in walk(documents[0]) if isinstance(n, AppdxStyle) and n.path]
    assert read_forms == [f"{archive}!honbun/word/k101FG00000201.rtf"]


def test_form_outside_the_folder_is_not_opened(tmp_path: Path) -> None:
    """様式へのリンクが外のフォルダーを指していても、開かない。"""
    (tmp_path / "secret.rtf").write_bytes(b"{\\rtf1 secret}")
    (tmp_path / "in").mkdir()
    page = tmp_path / "in" / "p.html"
    page.write_text(
        "<div id='primaryInner2'><p>第1条　甲。</p><p>様式第1号（第1条関係）"
        "<a href='../secret.rtf'>様式</a></p></div>",
        encoding="utf-8",
    )
    inputs, _ = find_inputs([page])
    documents, skips = load_documents(inputs)
    assert not any(isinstance(n, AppdxStyle) and n.path for n in walk(documents[0]))
    assert [skip.reason for skip in skips] == ["様式のファイルがありません（../secret.rtf）"]


def test_frameset_names_its_pages(read: Callable[..., Document]) -> None:
    """フレームの枠だけのページは、中身のページを渡すよう案内する。"""
    page = "<html><frameset cols='20%,*'><frame src='mokuji.html'></frameset></html>"
    with pytest.raises(ToolError) as caught:
        read(page, "reiki.html")
    assert "フレームの枠だけ" in str(caught.value)
    assert "mokuji.html" in caught.value.hint


def test_menu_is_no_ordinance(read: Callable[..., Document]) -> None:
    """目次・メニューのページは、例規として読まない。"""
    page = "<html><body><ul>" + "<li><a href='a.html'>○例条例</a></li>" * 5 + "</ul></body></html>"
    with pytest.raises(ToolError, match="メニューのページ"):
        read(page, "menu.html")


def test_deep_nesting_is_bounded(file_of: Callable[..., InputFile]) -> None:
    """何万段も入れ子にされたページで、止まったり落ちたりしない。"""
    page = b"<html><body>" + b"<div>" * 50_000 + "第1条　甲。".encode() + b"</body></html>"
    with pytest.raises(ToolError, match=r"HTML|文字"):
        load_document(file_of(page, "deep.html"))
