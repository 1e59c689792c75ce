"""Addresses are parsed, written and sorted the same way whatever the source writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanmon.documents.identity import read_related
from kanmon.provision import Provision, Step, Unit, parse_attribute, parse_provision

numbers = st.lists(st.integers(1, 9999), min_size=1, max_size=3).map(tuple)
labels = st.sampled_from(
    ["ア", "イ", "(ア)", "(1)", "①", "a", "(i)", "1.2", "1.2.3", "第1", "1", "第3-1", "その2"]
)
counted = st.builds(
    Step,
    st.sampled_from([u for u in Unit if len(u.value) == 1]),
    numbers,
)
maybe = st.one_of(st.just(()), numbers)
table_names = st.sampled_from(["別表", "別記", "別図"])
appendices = st.one_of(
    st.builds(Step, st.just(Unit.TABLE), maybe, table_names),
    st.builds(Step, st.just(Unit.STYLE), maybe, st.sampled_from(["様式%", "別記様式%"])),
    st.builds(Step, st.just(Unit.STYLE), numbers, st.sampled_from(["%様式", "別記%様式"])),
)
supplementary = st.builds(
    Step, st.just(Unit.SUPPLEMENTARY), st.just(()), st.sampled_from(["", "令和3年3月31日規則第8号"])
)
marks = st.lists(labels.map(lambda text: Step(Unit.LABEL, (), text)), max_size=3)


def _main(steps: tuple[list[Step], list[Step]]) -> Provision:
    return Provision((*steps[0], *steps[1]))


provisions = st.one_of(
    st.tuples(st.lists(counted, max_size=4), marks).map(_main),
    st.tuples(supplementary.map(lambda s: [s]), marks).map(_main),
    st.builds(
        lambda step, tail, related: Provision((step, *tail), related),
        appendices,
        marks,
        st.sampled_from(["", "第7条", "第3条、第5条"]),
    ),
)


@given(provisions)
def test_format_then_parse_is_identity(provision: Provision) -> None:
    """書き出した条項号を読み直すと、同じ条項号になる。"""
    assert parse_provision(provision.full) == provision


@given(st.lists(provisions, min_size=3, max_size=3))
def test_order_is_total(three: list[Provision]) -> None:
    """条項号の並び順は、どの3つを取っても矛盾しない。"""
    a, b, c = three
    assert (a < b) + (b < a) + (a == b) == 1
    if a < b and b < c:
        assert a < c


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("第十二条の二第三項第一号ア", "第12条の2第3項第1号ア"),
        ("第１２条の２第３項第１号（ア）", "第12条の2第3項第1号(ア)"),
        ("第百二十三条", "第123条"),
        ("第16条の3の2", "第16条の3の2"),
        ("附則第二項", "附則第2項"),
        ("附則（令和四年六月一七日法律第六八号）第一条", "附則(令和4年6月17日法律第68号)第1条"),
        ("別表第一（第三条関係）", "別表第1(第3条関係)"),
        ("様式第３号（第７条関係）", "様式第3号(第7条関係)"),
        ("第１号様式", "第1号様式"),
        ("別記様式第1号", "別記様式第1号"),
        ("第1編第2章第3節", "第1編第2章第3節"),
        ("第二条 第一項", "第2条第1項"),
    ],
)
def test_written_forms(written: str, canonical: str) -> None:
    """漢数字・全角・枝番号・別表・様式のどの書き方も、1つの形になる。"""
    assert parse_provision(written).full == canonical


@pytest.mark.parametrize("text", ["第条", "市長は", "第1条あいう", "第a条"])
def test_no_address(text: str) -> None:
    """条項号でない文字列は、黙って読み飛ばさない。"""
    with pytest.raises(ValueError, match="not an address"):
        parse_provision(text)


def test_document_order() -> None:
    """枝番号は親の後、附則・別表・様式は本則の後に並ぶ。"""
    ordered = [
        "前文", "第1条", "第1条第1項", "第1条第1項第1号", "第1条第1項第1号ア", "第1条第1項第1号イ",
        "第1条の2", "第1条の2の2", "第1条の3", "第2条", "第10条", "附則第1項", "別表第1",
        "様式第1号", "様式第2号",
    ]  # fmt: skip
    parsed = [parse_provision(text) for text in ordered]
    backwards = parsed[::-1]
    assert sorted(backwards) == parsed


def test_iroha_and_aiueo_both_sort() -> None:
    """アイウエオ順の細目も、イロハ順の細目も、書かれた順に並ぶ。"""
    for marks_in_order in ("アイウエオカキクケコ", "イロハニホヘトチリヌ"):
        parsed = [parse_provision(f"第1条第1項第1号{mark}") for mark in marks_in_order]
        assert sorted(parsed) == parsed


def test_xml_numbers() -> None:
    """法令標準XML の Num は、枝番号も削除の範囲も読める。"""
    assert parse_attribute("14_2_3") == ((14, 2, 3), (14, 2, 3))
    assert parse_attribute("5:7") == ((5,), (7,))
    assert parse_attribute("付") == ((), ())


def test_related_provisions() -> None:
    """様式の（第3条、第5条関係）から、属する条が分かる。"""
    assert [str(p) for p in read_related("様式第1号（第3条、第5条第2項関係）")] == [
        "第3条",
        "第5条第2項",
    ]
