"""The query never misses: whatever the matcher would find is among the candidates."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csirt.compile.expression import KEYWORDS, MANY, ONE, And, Expression, Is, Not, Or
from csirt.compile.expression import Test as FieldTest
from csirt.elastic.exact import exact_query
from csirt.elastic.query import (
    MAX_TERM,
    IndexField,
    IndexFields,
    any_condition,
)
from csirt.engine.fields import FieldNames
from csirt.engine.known import Budget
from csirt.engine.plan import Plan

FIELDS = ("Image", "CommandLine", "User")
OWN = IndexFields(
    {name: (IndexField(f"log.{name}", "keyword", lowered=True),) for name in FIELDS}, prefix="log."
)
BEAT = IndexFields({name: (IndexField(name, "keyword"),) for name in FIELDS})

texts = st.text(st.sampled_from("aAbB\\*?Éé漢ＡａİſΣ 0"), max_size=6)
some = texts.filter(bool)
wildcards = st.lists(st.one_of(some, st.sampled_from([MANY, ONE])), min_size=1, max_size=4)
tests = st.one_of(
    st.builds(
        lambda kind, text, cased: FieldTest(kind, text, cased),
        st.sampled_from(["equals", "starts", "ends", "contains"]),
        some,
        st.sampled_from(["", "cased"]),
    ),
    st.builds(
        lambda parts, cased: FieldTest("glob", option=cased, parts=tuple(parts)),
        wildcards,
        st.sampled_from(["", "cased"]),
    ),
    st.builds(
        lambda text, flags: FieldTest("regex", re.escape(text), flags),
        texts,
        st.sampled_from(["", "i"]),
    ),
    st.just(FieldTest("present")),
    st.just(FieldTest("cidr", "10.0.0.0/8")),
    st.just(FieldTest("compare", option="gt", number=0)),
)
leaves = st.builds(Is, st.sampled_from((*FIELDS, "Absent", KEYWORDS)), tests).filter(
    lambda leaf: leaf.field != KEYWORDS or leaf.test.kind in ("equals", "contains", "glob")
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)
events = st.dictionaries(
    st.sampled_from(FIELDS), st.one_of(texts, st.lists(texts, max_size=2), st.none(), st.just(7))
)


def lowered(text: str) -> str:
    """Lower case as the server's Java does: unlike ours, it knows one letter for ``İ``."""
    return "".join("i" if char == "İ" else char.lower()[0] for char in text)


def values(event: dict[str, object], name: str) -> list[str]:
    value = event.get(name.removeprefix("log."))
    many = value if isinstance(value, list) else [value]
    return [lowered(str(one)) for one in many if one is not None]


def server_matches(query: object, event: dict[str, object]) -> bool:
    """Answer a query as Elasticsearch documents it, for the few kinds that Kanmon sends."""
    assert isinstance(query, dict)
    ((kind, body),) = query.items()
    if kind == "bool":
        must = body.get("filter", [])
        should = body.get("should", [])
        if any(server_matches(part, event) for part in body.get("must_not", [])):
            return False
        return all(server_matches(part, event) for part in must) and (
            not should or any(server_matches(part, event) for part in should)
        )
    if kind == "match_none":
        return False
    if kind == "terms":
        return False  # nothing in these events is ignored by the index
    if kind == "exists":
        return bool(values(event, body["field"]))
    ((name, asked),) = body.items()
    if kind == "term":
        return lowered(asked["value"]) in values(event, name)
    assert kind == "wildcard"
    pattern = ""
    parts = iter(asked["value"])
    for char in parts:
        if char == "\\":
            pattern += re.escape(lowered(next(parts)))
        else:
            pattern += {"*": ".*", "?": "."}.get(char, re.escape(lowered(char)))
    return any(re.fullmatch(pattern, value, re.S) for value in values(event, name))


@given(leaves, events, st.sampled_from([OWN, BEAT]))
def test_a_condition_never_misses_what_the_matcher_finds(
    leaf: Is, event: dict[str, object], index: IndexFields
) -> None:
    """条件を満たすイベントは、必ずその問い合わせの候補に入る。"""
    plan = Plan([(0, leaf)], FieldNames(), Budget())
    if plan.judge(plan.signature(event)).hits:
        found = any_condition([leaf], index, FieldNames())
        assert found.query is None or server_matches(found.query, event), found


@given(leaves, events)
def test_an_exact_condition_needs_no_second_look(leaf: Is, event: dict[str, object]) -> None:
    """「正確」とした問い合わせは、候補がそのまま一致である。"""
    found = any_condition([leaf], OWN, FieldNames())
    plain = all(str(value).isascii() for value in event.values())
    if found.exact and found.query is not None and plain:
        plan = Plan([(0, leaf)], FieldNames(), Budget())
        assert server_matches(found.query, event) == bool(plan.judge(plan.signature(event)).hits)


@given(expressions, events)
def test_an_exported_query_is_the_rule(expression: Expression, event: dict[str, object]) -> None:
    """書き出した問い合わせは、どのイベントについても内蔵エンジンと同じ答えになる。"""
    names = FieldNames(aliases={"Image": ("User",)})
    found = exact_query(expression, OWN, names)
    plain = all(str(value).isascii() and value != [] for value in event.values())
    assert (found.query is None) == bool(found.refusals)
    if found.query is not None and plain:
        plan = Plan([(0, expression)], names, Budget())
        assert server_matches(found.query, event) == bool(plan.judge(plan.signature(event)).hits)


def test_a_field_the_index_lacks_cannot_match() -> None:
    """索引にないフィールドを求めるルールの候補は、索引されなかった記録だけである。"""
    found = any_condition([Is("Absent", FieldTest("present"))], OWN, FieldNames())
    ignored = {"terms": {"_ignored": ["log.Absent"]}}
    assert found.query == {"bool": {"should": [ignored], "minimum_should_match": 1}}


def test_absence_proves_nothing_where_the_mapping_is_not_dynamic() -> None:
    """索引されないフィールドがありうる索引では、見当たらなくても候補から外さない。"""
    partial = IndexFields({}, complete=False)
    assert any_condition([Is("Image", FieldTest("present"))], partial, FieldNames()).query is None


def test_values_too_long_for_the_index_stay_candidates() -> None:
    """長すぎて索引されない値をもつ記録も候補に入る。"""
    found = any_condition([Is("Image", FieldTest("contains", "abc"))], OWN, FieldNames())
    assert found.query is not None
    assert {"terms": {"_ignored": ["log.Image"]}} in found.query["bool"]["should"]  # type: ignore[index]
    long = Is("Image", FieldTest("equals", "x" * (MAX_TERM + 1)))
    assert any_condition([long], OWN, FieldNames()).query is not None


@pytest.mark.parametrize("kind", ["text", "long", "ip", "date", "flattened"])
def test_other_types_are_asked_for_presence_only(kind: str) -> None:
    """キーワードでない型の索引には、値の有無だけを問い合わせる。"""
    fields = IndexFields({"Image": (IndexField("process.executable", kind),)})
    found = any_condition([Is("Image", FieldTest("ends", "\\cmd.exe"))], fields, FieldNames())
    assert {"exists": {"field": "process.executable"}} in found.query["bool"]["should"]  # type: ignore[index]
    assert not found.exact
    assert kind in found.why[0]
