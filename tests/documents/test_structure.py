"""Lines become a tree by their numbers, and no line is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.documents.assemble import document_from_lines
from kanmon.documents.line import Line
from kanmon.documents.model import Document, articles, find
from kanmon.documents.passage import passages
from kanmon.documents.sentence import split_sentences
from kanmon.documents.text import source_text
from kanmon.provision import parse_provision

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_golden_tree(
    name: str, read: Callable[..., Document], outline: Callable[[Document], str]
) -> None:
    """条例・法律・セキュリティ対策基準の書き方が、それぞれ golden/*.tree の木になる。"""
    document = read((GOLDEN / f"{name}.txt").read_bytes(), f"{name}.txt")
    assert outline(document) == (GOLDEN / f"{name}.tree").read_text(encoding="utf-8")


def test_head_is_read(read: Callable[..., Document]) -> None:
    """題名・番号・公布日・種別が、本文の頭から分かる。"""
    document = read((GOLDEN / "ordinance.txt").read_bytes())
    assert (document.title, document.number, document.type) == (
        "青空市文書規則",
        "平成16年規則第12号",
        "規則",
    )
    assert str(document.date) == "2004-03-31"


def test_chapeau_reaches_items(read: Callable[..., Document]) -> None:
    """号を読む人には、その号が完成させる柱書も渡る。"""
    document = read((GOLDEN / "ordinance.txt").read_bytes())
    found = {str(p.provision): p for p in passages(document)}
    item = found["第2条第1項第2号イ(ア)"]
    assert item.chapeau[0].startswith("この規則において")
    assert item.chapeau[1:] == ("簿冊　次に掲げるものをいう。", "帳簿")
    assert item.caption == "定義"
    assert item.headings == ("第1章　総則",)


def test_article_is_found_as_people_cite_it(read: Callable[..., Document]) -> None:
    """1項だけの条は「第2条第2号」と書いても「第2条第1項第2号」が見つかる。"""
    document = read((GOLDEN / "ordinance.txt").read_bytes())
    node = find(document, parse_provision("第２条第二号"))
    assert node is not None
    assert str(node.provision) == "第2条第1項第2号"


@pytest.mark.parametrize(
    "text",
    [
        "第3条の規定により、申請する。",
        "様式第1号により申請する。",
        "別表第1に掲げる額とする。",
        "第1章に定めるもののほか、別に定める。",
        "附則第2項の規定は、適用しない。",
    ],
)
def test_reference_is_no_beginning(text: str, read: Callable[..., Document]) -> None:
    """「第3条の規定により」で始まる文は、第3条の始まりではない。"""
    document = read(f"○例規則\n（趣旨）\n第1条　前文である。\n2　次である。\n{text}\n")
    assert [str(article.provision) for article in articles(document)] == ["第1条"]
    assert text in source_text(document)


def test_articles_that_restart_in_each_chapter(read: Callable[..., Document]) -> None:
    """章ごとに第1条から始まる要領では、章を付けて区別する。"""
    text = "○例要領\n第1章　総則\n第1条　甲。\n第2章　細則\n第1条　乙。\n"
    found = [str(article.provision) for article in articles(read(text))]
    assert found == ["第1条", "第2章第1条"]


def test_wrapped_text_is_unwrapped(read: Callable[..., Document]) -> None:
    """40字で折り返した文書でも、文は切れない。"""
    sentence = (
        "市長は、次の場合において、書面により、申請者に対し、その旨を通知しなければならない。"
    )
    lines = ["○例規則"]
    for number in range(1, 13):
        whole = f"第{number}条　{sentence * 2}"
        lines += [whole[at : at + 40] for at in range(0, len(whole), 40)]
    document = read("\n".join(lines))
    texts = [p.text for p in passages(document) if p.kind == "paragraph"]
    assert texts == [sentence * 2] * 12


def test_proviso_is_marked() -> None:
    """ただし書は独立した文として印が付き、括弧の中の句点では切らない。"""
    found = split_sentences("甲（乙をいう。以下同じ。）とする。ただし、丙を除く。")
    assert [(s.text, s.function) for s in found] == [
        ("甲（乙をいう。以下同じ。）とする。", "main"),
        ("ただし、丙を除く。", "proviso"),
    ]


_BEGINNINGS = (
    "（趣旨）|第1条　甲|2　乙|(1)　丙|ア　丁|附　則|様式第1号（第1条関係）|別表第1|目次|①　戊"
    "|第1章　総則|1.1　目的|第2条　削除|第1　総則|(2)の2　己|第3条及び第4条　削除"
)
_CHARACTERS = "第一二12１条項号章附則別表様式（）()「」。、ア①　 .市長はただし目次"
_LINES = st.lists(
    st.one_of(
        st.text(st.sampled_from(_CHARACTERS), max_size=20),
        st.sampled_from(_BEGINNINGS.split("|")),
    ),
    max_size=15,
)


@given(_LINES)
def test_no_line_is_lost(lines: list[str]) -> None:
    """どんな行が並んでも、全部の文字が元の順で木の中にある。"""
    document = document_from_lines([Line(line) for line in lines], "x.txt", "text")
    assert "".join(source_text(document).split()) == "".join("".join(lines).split())


@given(_LINES)
def test_every_word_is_a_passage_or_a_title(lines: list[str]) -> None:
    """判定に回る文は、木にある本文と同じ数だけあり、二度は回らない。"""
    document = document_from_lines([Line(line) for line in lines], "x.txt", "text")
    whole = "".join(source_text(document).split())
    for passage in passages(document):
        assert "".join(passage.text.split()) in whole


@pytest.mark.parametrize(
    "line", ["令和２年告示第55号", "令和2年7月1日告示第55号", "令和2年　告示第55号"]
)
def test_number_with_a_year_and_no_day(read: Callable[..., Document], line: str) -> None:
    """番号の行に年だけが書かれていても、番号は「令和2年告示第55号」と読む。"""
    document = read(f"空家バンク実施要綱\n{line}\n第１条　台帳を置く。\n".encode())
    assert (document.number, document.type) == ("令和2年告示第55号", "要綱")
