"""法令標準XML is read whole, and nothing in it can reach out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from kanmon.documents.continuity import check_continuity
from kanmon.documents.law_xml import read_law_xml
from kanmon.documents.load import load_documents
from kanmon.documents.model import AppdxTable, Article, Document, Item, SupplProvision, walk
from kanmon.documents.passage import passages
from kanmon.documents.text import source_text
from kanmon.inputs import find_inputs

GOLDEN = Path(__file__).parent / "golden"


def _plain(data: bytes) -> str:
    law = next(etree.fromstring(data).iter("Law"))
    return "".join("".join(map(str, law.itertext())).split())


def test_golden_tree(outline: Callable[[Document], str]) -> None:
    """枝番号、ただし書、列、ルビ、表、附則、別表、様式、図が、それぞれの木になる。"""
    document = read_law_xml((GOLDEN / "act.xml").read_bytes(), "act.xml")
    assert outline(document) == (GOLDEN / "act.xml.tree").read_text(encoding="utf-8")


def test_golden_is_lossless() -> None:
    """ルビの読みまで含めて、元の文字が全部戻る。"""
    data = (GOLDEN / "act.xml").read_bytes()
    document = read_law_xml(data, "act.xml")
    assert "".join(source_text(document).split()) == _plain(data)


def test_ruby_does_not_break_the_sentence() -> None:
    """読み仮名は別に持ち、判定する文には混ざらない。"""
    document = read_law_xml((GOLDEN / "act.xml").read_bytes(), "act.xml")
    texts = [p.text for p in passages(document)]
    assert any("禁錮以上の刑" in text for text in texts)


def test_figure_is_reported() -> None:
    """文字でない図は、読めなかったものとして報告される。"""
    document = read_law_xml((GOLDEN / "act.xml").read_bytes(), "act.xml")
    assert [str(skip.where) for skip in document.notices] == ["act.xml:様式第1号"]


def test_api_envelope() -> None:
    """e-Gov API の包みに入ったままの XML も読める。"""
    inner = (GOLDEN / "act.xml").read_text(encoding="utf-8").split("?>", 1)[1]
    data = f"<law_data_response><law_full_text>{inner}</law_full_text></law_data_response>"
    assert read_law_xml(data.encode(), "x.xml").title == "見本法"


@pytest.mark.slow
def test_all_acts_are_lossless(shared: Path) -> None:
    """実在の165法令を読み、1文字も落ちない。"""
    files = sorted((shared / "laws").glob("*.xml"))
    assert len(files) == 165
    lost = []
    for file in files:
        data = file.read_bytes()
        document = read_law_xml(data, file.name)
        if "".join(source_text(document).split()) != _plain(data):
            lost.append(file.name)
    assert lost == []


@pytest.mark.slow
def test_all_acts_have_their_parts(shared: Path) -> None:
    """165法令の条・号・附則・別表の数が、XML の要素の数と一致する。"""
    inputs, _ = find_inputs([shared / "laws"])
    documents, skips = load_documents(inputs)
    nodes = [node for document in documents for node in walk(document)]
    counts = [
        sum(isinstance(node, kind) for node in nodes)
        for kind in (Article, Item, SupplProvision, AppdxTable)
    ]
    xml = [etree.fromstring(path.read_bytes()) for path in (shared / "laws").glob("*.xml")]
    # What stands in a table cell is the cell's text.
    names = (
        "self::Article",
        "self::Item or starts-with(name(), 'Subitem') and number(substring(name(), 8)) > 0",
        "self::SupplProvision",
        "self::AppdxTable",
    )
    paths = [f"count(//*[{name}][not(ancestor::TableColumn)])" for name in names]
    expected = [sum(int(str(law.xpath(path))[:-2]) for law in xml) for path in paths]
    assert counts == expected
    assert counts[0] == 17_863
    assert [skip.reason for skip in skips if "図は" in skip.reason] == ["図は文字として読めません"]


@pytest.mark.slow
def test_acts_have_few_gaps(shared: Path) -> None:
    """165法令で条番号の飛びは、元の法令にあるもの以外は報告されない。"""
    inputs, _ = find_inputs([shared / "laws"])
    documents, skips = load_documents(inputs)
    gaps = [skip for document in documents for skip in check_continuity(document)]
    # 法律第116号 keeps its main text in extract: 第8条 follows 第1条.
    assert [str(skip.where).partition(":")[2] for skip in gaps] == ["第8条"]
    assert set(gaps) <= set(skips)


@pytest.mark.parametrize("num", ['Num=""', 'Num="付"', 'Num="1:x"', ""])
def test_unreadable_numbers_are_counted(num: str) -> None:
    """番号の属性が壊れていても落ちず、並びの順で番号を付ける。"""
    sentence = "<ParagraphSentence><Sentence>甲。</Sentence></ParagraphSentence>"
    two = f"<Paragraph {num}>{sentence}</Paragraph>" * 2
    data = f"<Law><LawBody><MainProvision>{two}</MainProvision></LawBody></Law>"
    document = read_law_xml(data.encode(), "x.xml")
    found = [str(p.provision) for p in passages(document)]
    assert found == (["第1項", "第1項"] if num.startswith('Num="1') else ["第1項", "第2項"])
