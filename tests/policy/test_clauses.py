"""文書から条文へ: 番号・見出し・柱書・解説・推奨事項。"""

from collections.abc import Callable
from pathlib import Path

import pytest

from kanmon.errors import InputError
from kanmon.inputs import find_inputs
from policy.load import Rules, duties_of, load_edition, make_reader
from policy.model import Clause, ClauseKind, Edition, Role

Read = Callable[..., Edition]


@pytest.fixture
def read(tmp_path: Path, rules: Rules) -> Read:
    def make(text: str, role: Role = Role.GUIDELINE) -> Edition:
        path = tmp_path / "文書.txt"
        path.write_text(text, encoding="utf-8")
        (item,), _skips = find_inputs([path])
        return load_edition(item, rules, name="版", role=role)[0]

    return make


def by_id(edition: Edition) -> dict[str, Clause]:
    return {clause.id: clause for clause in edition.clauses}


OUTLINE = """架空の指針

第2編 例文

6 技術的セキュリティ

6.2 アクセス制御

(1) 利用者の管理
　① 管理者は、利用者を登録しなければならない。
　② 管理者は、契約に次の事項を定めなければならない。
　　(ア) 再委託の制限
　　(イ) 情報の返還
　③ 職員等は、次の事項を守らなければならない。
　　(ア) 端末を施錠すること。
　　(イ) 端末を貸さないこと。
【推奨事項】
　④ 生体認証を用いることが望ましい。

第3編 解説

6 技術的セキュリティ

6.2 アクセス制御
(1) 登録は、異動の都度見直すことが有効である。
"""


def test_ids_are_the_documents_own_numbers(read: Read) -> None:
    """条文の番号は文書の番号そのもので、見出しの番号もつながる。"""
    found = by_id(read(OUTLINE))
    assert "6.2(1)①" in found
    assert found["6.2(1)①"].headings[-2:] == ("アクセス制御", "利用者の管理")
    assert found["6.2(1)④"].recommended
    assert not found["6.2(1)③"].recommended


def test_enumerated_nouns_belong_to_their_clause(read: Read, rules: Rules) -> None:
    """名詞だけの号は元の条文の列挙となり、「すること」の号はそれぞれの義務となる。"""
    edition = read(OUTLINE)
    found = by_id(edition)
    assert found["6.2(1)②"].items == ("再委託の制限", "情報の返還")
    duties = {d.clause.id: d.strength.level for d in duties_of(edition, make_reader(rules))}
    assert duties["6.2(1)③(ア)"] == 6
    assert duties["6.2(1)③(イ)"] == 7
    assert "6.2(1)③" not in duties, "柱書だけの文は、それ自体は義務として比べない"


def test_commentary_is_kept_apart_with_its_part_in_front(read: Read) -> None:
    """番号が解説で繰り返されるときは、解説の側に編の番号が付く。"""
    notes = [c for c in read(OUTLINE).clauses if c.kind is ClauseKind.COMMENTARY]
    assert [clause.id for clause in notes] == ["第3編6.2(1)"] or [c.id for c in notes] == ["6.2(1)"]


ARTICLES = """○架空市情報安全規程

第1章　総則
（目的）
第1条　この規程は、情報を守ることを目的とする。
（管理）
第2条　課長は、端末を管理しなければならない。
2　課長は、次に掲げる措置を講じなければならない。
(1) 端末の施錠
(2) 台帳への記載
　　附　則
この規程は、令和8年4月1日から施行する。
"""


def test_an_article_of_one_paragraph_is_cited_without_it(read: Read) -> None:
    """一項だけの条は「第1条」、二項以上の条は「第2条第1項」と引く。附則は含めない。"""
    found = by_id(read(ARTICLES, Role.LOCAL))
    assert list(found) == ["第1条", "第2条第1項", "第2条第2項"]
    assert found["第2条第2項"].items == ("端末の施錠", "台帳への記載")
    assert found["第2条第1項"].headings == ("総則", "管理")


def test_numbers_that_start_again_get_their_chapter_in_front(read: Read) -> None:
    """章ごとに番号が振り直される文書では、同じ番号の条文に章が付き、番号は重ならない。"""
    first = "第1章 方針\n1 目的\n(1) 市は、情報を守る。\n"
    text = f"指針\n\n{first}\n第2章 基準\n1 組織\n(1) 市は、責任者を置く。\n"
    ids = [clause.id for clause in read(text).clauses]
    assert ids == ["第1章1(1)", "第2章1(1)"]


def test_a_sentence_broken_over_lines_is_put_together(read: Read) -> None:
    """行の途中で改行された文は、一つの文に戻る。"""
    edition = read(
        "指針\n\n1 利用\n市は、本人の同意を得た場合を除き、\n個人番号を利用してはならない。\n"
    )
    assert any("除き、個人番号を" in clause.text for clause in edition.clauses)


def test_conditions_are_read_from_the_guideline_only(read: Read) -> None:
    """βモデルや無線LANの義務には適用の条件が付く。市のポリシーには付かない。"""
    text = (
        "指針\n\n1 強靭性\n(1) βモデルを選ぶ市は、監視しなければならない。\n"
        "(2) 無線LANを暗号化しなければならない。\n"
    )
    found = by_id(read(text))
    assert found["1(1)"].applies == ("model=β",)
    assert found["1(2)"].applies == ("wireless",)
    assert all(not clause.applies for clause in read(text, Role.LOCAL).clauses)


def test_a_document_without_text_is_refused(read: Read) -> None:
    """条文が一つもない文書は、理由と対処を示して断る。"""
    with pytest.raises(InputError, match="空のファイルです"):
        read("\n\n")
