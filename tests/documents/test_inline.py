"""Copies of a clause whose line breaks are not where its units begin."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.documents.inline import split_inline
from kanmon.documents.law_xml import read_law_xml
from kanmon.documents.model import Document
from kanmon.documents.passage import passages
from kanmon.documents.text import source_text


def addressed(document: Document) -> list[tuple[str, str]]:
    """Return (address, text) of everything that is judged."""
    return [(str(p.provision), p.text) for p in passages(document)]


def test_paragraphs_on_one_line(read: Callable[..., Document]) -> None:
    """１行に続けて書かれた項は、それぞれの項として読まれる。"""
    text = "第３条　町長は、書面で通知する。２　前項の通知は、窓口で行う。３期間は、別に定める。"
    assert addressed(read(text)) == [
        ("第3条第1項", "町長は、書面で通知する。"),
        ("第3条第2項", "前項の通知は、窓口で行う。"),
        ("第3条第3項", "期間は、別に定める。"),
    ]


@pytest.mark.parametrize(("first", "second"), [("（１）", "（２）"), ("一　", "二　")])
def test_items_on_one_line(read: Callable[..., Document], first: str, second: str) -> None:
    """１行に続けて書かれた号は、柱書と号に分かれる。"""
    text = f"第５条　次の書類を添える。　{first}住民票　{second}納税証明書"
    assert [address for address, _ in addressed(read(text))] == [
        "第5条第1項",
        "第5条第1項第1号",
        "第5条第1項第2号",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "第６条　期間は、３年とする。２年を超えてはならない。",
        "第６条　次の（１）及び（２）に該当する者とする。",
        "第６条　人数は、次のとおりとする。３人以上であること。",
        "使用料は、別に定める。２　減免は、別に定める。",
    ],
)
def test_amounts_and_references_begin_nothing(line: str) -> None:
    """「２年」や「（１）及び（２）」は、項や号の始まりではない。"""
    assert split_inline(line) == [line]


@given(st.text("第条１２３(1)（２）一二。　 は、甲乙年", max_size=60))
def test_splitting_loses_no_word(line: str) -> None:
    """分けた行をつなぐと、空白を除いて元の行に戻る。"""
    assert "".join("".join(split_inline(line)).split()) == "".join(line.split())


def test_sentence_broken_over_lines_is_whole(read: Callable[..., Document]) -> None:
    """文の途中で改行された短い条文でも、文は切れない。"""
    text = (
        "第７条　町長は、次の各号に掲げる者に対し、その旨を書面によ\n"
        "り通知しなければならない。\n２　前項の書面は、別に定める。\n"
    )
    assert addressed(read(text)) == [
        (
            "第7条第1項",
            "町長は、次の各号に掲げる者に対し、その旨を書面により通知しなければならない。",
        ),
        ("第7条第2項", "前項の書面は、別に定める。"),
    ]


def test_lines_of_a_table_stay_apart(read: Callable[..., Document]) -> None:
    """別表の短い行は、つながらない。"""
    text = "第１条　使用料は、次のとおりとする。\n別表第１（第１条関係）\n区分　金額\n一般　百円\n"
    assert "区分　金額\n一般　百円" in source_text(read(text))


@pytest.mark.parametrize("declared", ["", '<?xml version="1.0" encoding="UTF-8"?>'])
def test_one_article_cut_out_of_a_law(read: Callable[..., Document], declared: str) -> None:
    """法令XMLから切り出した１条だけのファイルも読める。"""
    cut = (
        '<Article Num="7_2"><ArticleTitle>第七条の二</ArticleTitle><Paragraph Num="1">'
        "<ParagraphNum/><ParagraphSentence><Sentence>文書で届け出る。</Sentence>"
        "</ParagraphSentence></Paragraph></Article>"
    )
    document = read(declared + cut, "cut.xml")
    assert addressed(document) == [("第7条の2第1項", "文書で届け出る。")]


def test_parts_in_an_envelope_are_all_read() -> None:
    """包みの中に並んだ条は、全部読まれる。"""
    article = (
        '<Article Num="{0}"><ArticleTitle>第{0}条</ArticleTitle><Paragraph Num="1"><ParagraphNum/>'
        "<ParagraphSentence><Sentence>甲とする。</Sentence></ParagraphSentence></Paragraph></Article>"
    )
    inner = article.format(1) + article.format(2)
    document = read_law_xml(f"<law_full_text>{inner}</law_full_text>".encode(), "x.xml")
    assert [address for address, _ in addressed(document)] == ["第1条第1項", "第2条第1項"]
