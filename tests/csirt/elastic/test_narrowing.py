"""Whatever the matcher finds is among the candidates: on a small stand-in for the server."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csirt.compile.expression import KEYWORDS, MANY, ONE, PRESENT, And, Expression, Is, Not, Or
from csirt.compile.expression import Test as FieldTest
from csirt.elastic import possible, requests
from csirt.elastic.narrowing import MAX_PATTERN
from csirt.elastic.possible import FieldValues, part_of_joined, widened
from csirt.elastic.query import IndexField, IndexFields, is_plain
from csirt.elastic.requests import Kind, narrowed
from csirt.elastic.valued import Values
from csirt.engine.fields import FieldNames
from csirt.engine.known import Budget
from csirt.engine.plan import Plan
from csirt.engine.single import passes

Event = Mapping[str, object]

FIELDS = ("Image", "CommandLine", "User", "Domain", "Port")
NAMES = FieldNames(
    renamed={"Account": "Domain\\User"},
    aliases={"Image": ("CommandLine",), "Data": ("Missing", "Image")},
)
TOO_LONG = 7
"""Characters of a value that the stand-in does not index."""


def own(kind: str = "keyword") -> IndexFields:
    """Return an index of our own make: keywords in lower case."""
    fields = {name: (IndexField(f"log.{name}", "keyword", True, True),) for name in FIELDS}
    fields["Port"] = (IndexField("log.Port", kind, True, kind == "keyword"),)
    return IndexFields(fields, prefix="log.")


def foreign(kind: str = "keyword") -> IndexFields:
    """Return an index of somebody else: keywords as they came."""
    fields = {name: (IndexField(name, "keyword", listed=True),) for name in FIELDS}
    fields["Port"] = (IndexField("Port", kind, listed=kind == "keyword"),)
    return IndexFields(fields)


INDICES = (own(), foreign(), own("text"), foreign("text"), foreign("nested"))

texts = st.text(st.sampled_from("aAbBkKIi\u212aİß\\*?Éé漢ＡａſΣς 0"), max_size=8)
some = texts.filter(bool)
patterns = st.sampled_from(
    ["[A-Z]b", "[^a-z]", "a{2}", "(a|B)k", "(?!a)B", r"\w\\", "i", r"[^\\]k", "A.b", r"^\S+$", "K"]
)
tests = st.one_of(
    st.builds(
        FieldTest,
        st.sampled_from(["equals", "starts", "ends", "contains"]),
        some,
        st.sampled_from(["", "cased"]),
    ),
    st.builds(
        lambda parts, cased: FieldTest("glob", option=cased, parts=tuple(parts)),
        st.lists(st.one_of(some, st.sampled_from([MANY, ONE])), min_size=1, max_size=4),
        st.sampled_from(["", "cased"]),
    ),
    st.builds(lambda text, flags: FieldTest("regex", text, flags), patterns, st.sampled_from("i ")),
    st.builds(lambda text: FieldTest("regex", re.escape(text)), texts),
    st.just(PRESENT),
    st.just(FieldTest("cidr", "10.0.0.0/8")),
    st.just(FieldTest("compare", option="gt", number=0)),
    st.just(FieldTest("field", "User", "equals")),
).map(lambda test: replace(test, option=test.option.strip()))
KEYWORD_TESTS = ("equals", "contains", "glob")
leaves = st.builds(Is, st.sampled_from((*FIELDS, "Account", "Data", "Missing", KEYWORDS)), tests)
leaves = leaves.filter(lambda one: one.field != KEYWORDS or one.test.kind in KEYWORD_TESTS)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=6,
)
values = st.one_of(texts, st.lists(texts, max_size=2), st.none(), st.sampled_from([7, 1.5, 2.0]))
events = st.dictionaries(st.sampled_from((*FIELDS, "Missing")), values)


def java_lower(text: str) -> str:
    """Lower as the server's Java does: unlike ours, it knows one letter for ``İ``."""
    return "".join("i" if char == "İ" else char.lower()[0] for char in text)


class StandIn:
    """Documents as an index of the given fields holds them."""

    def __init__(self, documents: Sequence[Event], index: IndexFields) -> None:
        self.documents = [self._indexed(event, index) for event in documents]

    def _indexed(self, event: Event, index: IndexFields) -> dict[str, list[str]]:
        held: dict[str, list[str]] = {"_ignored": []}
        for name, value in event.items():
            many = value if isinstance(value, list) else [value]
            given = [str(one) for one in many if one is not None]
            if name not in index.known:
                held["_ignored"] += [index.prefix + name] if given else []
                continue
            (field,) = index.known[name]
            if field.kind == "nested":
                continue
            fitting = [one for one in given if len(one) <= TOO_LONG]
            held["_ignored"] += [field.name] if fitting != given else []
            if fitting:
                held[field.name] = [java_lower(v) if field.lowered else v for v in fitting]
        return held

    def distinct(self, path: str) -> list[tuple[str, int]]:
        """Return the values of a field and how many documents hold each."""
        counted = Counter(one for held in self.documents for one in set(held.get(path, ())))
        return sorted(counted.items())

    def found(self, query: Mapping[str, object]) -> set[int]:
        """Return the numbers of the documents that a query brings."""
        return {n for n, held in enumerate(self.documents) if matches(query, held)}


def matches(query: Mapping[str, object], held: Mapping[str, list[str]]) -> bool:
    """Answer a query as Elasticsearch documents it, for the kinds that a hunt sends."""
    ((kind, body),) = query.items()
    assert isinstance(body, dict)
    if kind == "bool":
        assert set(body) <= {"filter", "should", "minimum_should_match"}
        return all(matches(part, held) for part in body.get("filter", ())) and (
            "should" not in body or any(matches(part, held) for part in body["should"])
        )
    if kind == "match_all":
        return True
    if kind == "exists":
        return bool(held.get(body["field"]))
    ((path, asked),) = body.items()
    if kind == "terms":
        return not set(asked).isdisjoint(held.get(path, ()))
    assert kind == "regexp"
    assert len(asked["value"]) <= 1000
    lower = str.maketrans({chr(n): chr(n + 32) for n in range(65, 91)})
    shown = [v.translate(lower) if "case_insensitive" in asked else v for v in held.get(path, ())]
    return any(re.fullmatch(asked["value"], value, re.S) for value in shown)


def candidates(
    rules: Sequence[Expression],
    documents: Sequence[Event],
    index: IndexFields,
    unlisted: frozenset[str] = frozenset(),
) -> set[int]:
    """Return the numbers of the documents that a hunt would fetch."""
    server = StandIn(documents, index)
    asked = Values(rules, index, NAMES)
    for field in asked.fields:
        if field.listed and field.field.name in unlisted:
            field.give_up()
        elif field.listed:
            field.take(server.distinct(field.field.name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests, "WORTH_IT", 0)  # narrow down even where it is not worth it
        made = narrowed(Kind({"match_all": {}}, tuple(rules), None), 1000, asked)
    return {n for request in made for n in server.found(request.query)}


def hits(rule: Expression, documents: Sequence[Event]) -> set[int]:
    plan = Plan([(0, rule)], NAMES, Budget())
    return {n for n, event in enumerate(documents) if plan.judge(plan.signature(event)).hits}


@given(
    st.lists(expressions, min_size=1, max_size=3),
    st.lists(events, min_size=1, max_size=5),
    st.sampled_from(INDICES),
    st.frozensets(st.sampled_from([*FIELDS, *(f"log.{name}" for name in FIELDS)])),
)
@example(
    [Is("Account", FieldTest("present"))], [{"User": [], "Domain": []}], INDICES[0], frozenset()
)
def test_no_hit_is_missing_among_the_candidates(
    rules: list[Expression], documents: list[Event], index: IndexFields, unlisted: frozenset[str]
) -> None:
    """どんなルールとイベントでも、内蔵エンジンが一致とするものは必ず候補に入る。"""
    found = candidates(rules, documents, index, unlisted)
    for rule in rules:
        assert hits(rule, documents) <= found


@pytest.mark.parametrize(
    ("value", "test"),
    [
        ("C:\\W\u0130N", FieldTest("contains", "\u0130n")),
        ("\u212aerberos", FieldTest("starts", "ker")),
        ("Stra\u00dfe", FieldTest("equals", "STRA\u00dfE")),
        ("\u039f\u03a3", FieldTest("ends", "\u03c3")),
        ("\uff23\uff2d\uff24", FieldTest("equals", "\uff43\uff4d\uff44")),
        ("CMD", FieldTest("equals", "CMD", "cased")),
        ("aBBc", FieldTest("regex", "[A-Z]{2}")),
        ("ABC", FieldTest("regex", "[^a-z]B")),
        ("\u212a", FieldTest("regex", r"(?a)^\W$")),
        ("\u212a", FieldTest("regex", r"^[\u2100-\u2200]$")),
        ("2026-11-05T10:00:00Z", FieldTest("compare", option="eq", number=10, unit="hour")),
    ],
)
def test_what_the_index_lowers_is_asked_more_widely(value: str, test: FieldTest) -> None:
    """小文字にして索引された値でも、元の値が満たす条件は満たされる（İ・K・ß・Σ・全角・正規表現）。"""
    field = IndexField("log.Image", "keyword", lowered=True, listed=True)
    assert passes(test, value)
    assert passes(widened(test, field), java_lower(value))


def test_a_listed_field_without_a_fitting_value_kills_the_rule() -> None:
    """どの値も条件を満たさないルールについては、何も取りに行かない。"""
    rule = And((Is("Image", FieldTest("ends", "x.exe")), Is("User", FieldTest("contains", "a"))))
    documents = [{"Image": "a.exe", "User": "a"}, {"Image": "b.exe"}]
    assert candidates([rule], documents, own()) == set()


def test_the_candidates_hold_the_values_of_every_condition() -> None:
    """条件がすべて値で絞れるなら、候補はそれらを同時に満たす記録だけである。"""
    rule = And((Is("Image", FieldTest("ends", ".exe")), Is("User", FieldTest("contains", "a"))))
    documents = [{"Image": "1.exe", "User": "A"}, {"Image": "1.exe"}, {"User": "a"}]
    assert candidates([rule], documents, own()) == {0}


def test_a_negation_narrows_nothing_down() -> None:
    """「〜でない」だけのルールでは候補を絞らない（取りこぼさないため）。"""
    rule = Not(Is("Image", FieldTest("contains", "x")))
    assert candidates([rule], [{"Image": "x"}, {}], own()) == {0, 1}


def test_values_the_index_does_not_hold_stay_candidates() -> None:
    """長すぎて索引されない値をもつ記録も候補に入る。"""
    rule = Is("Image", FieldTest("contains", "needle"))
    documents = [{"Image": "needle" * 9}, {"Image": "other"}, {"Unread": "x" * 99}]
    assert candidates([rule], documents, own()) == {0}
    assert candidates([Is(KEYWORDS, rule.test)], documents, own()) == {0, 2}


def test_a_number_in_a_foreign_keyword_is_compared_as_the_event_shows_it() -> None:
    """他の索引では、JSON の数値 2.0 も、照合で使う「2」として候補に入る。"""
    assert candidates([Is("User", FieldTest("equals", "2"))], [{"User": 2.0}], foreign()) == {0}


def test_joined_fields_are_asked_for_a_part_of_the_text() -> None:
    """二つのフィールドをつないだ名前の条件は、どちらかに必ず含まれる部分で絞る。"""
    test = FieldTest("contains", "CORP\\Administrator")
    assert part_of_joined(test) == FieldTest("contains", "administrator")
    documents = [{"Domain": "corp", "User": "administrator"}, {"Domain": "corp", "User": "guest"}]
    documents = [{k: v[:TOO_LONG] for k, v in one.items()} for one in documents]
    rule = Is("Account", FieldTest("ends", "p\\admin"))
    assert candidates([rule], documents, own()) == {0}


def test_a_test_that_many_values_pass_is_asked_by_its_literal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """条件を満たす値が多すぎるときは、値ではなく必須の文字列を問い合わせる。"""
    monkeypatch.setattr(possible, "MAX_VALUES", 2)
    rule = Is("Image", FieldTest("starts", "abc"))
    documents = [{"Image": f"ABC{n}"} for n in range(4)]
    assert candidates([rule], [*documents, {"Image": "x"}], own()) == {0, 1, 2, 3}


def test_many_literals_are_shared_among_patterns_the_server_accepts() -> None:
    """多数の文字列は、サーバーが受け取れる長さの正規表現に分けて問い合わせる。"""
    rules = [Is("Image", FieldTest("contains", f"({n})" * 10)) for n in range(100)]
    unlisted = Values(rules, own(), NAMES)
    for field in unlisted.fields:
        field.give_up()
    made = narrowed(Kind({"match_all": {}}, tuple(rules), None), 10**6, unlisted)
    asked = [query for one in made if one.dear for query in one.query["bool"]["should"]]  # type: ignore[index]
    assert len(asked) > 1
    values = [body["value"] for one in asked for body in one["regexp"].values()]
    assert max(map(len, values)) <= MAX_PATTERN + len(".*().*")


def test_fields_without_values_of_their_own_are_asked_for_presence() -> None:
    """値を一覧できない型（text など）のフィールドには、値の有無だけを問い合わせる。"""
    field = FieldValues(IndexField("process.name", "text"), [FieldTest("ends", "cmd.exe")])
    assert field.asked(FieldTest("ends", "cmd.exe")) == possible.Has("process.name")


@pytest.mark.parametrize("char", ["\U00010d50", "\ua7dc", "\ud800", "É", "ß", "Σ", "Ａ"])
def test_characters_whose_case_may_be_seen_differently_are_known(char: str) -> None:
    """大文字・小文字の扱いが版によって違いうる文字を含む語は、そのまま問い合わせない。"""
    assert not is_plain(char)
