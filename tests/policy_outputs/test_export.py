"""Exports keep the structure their readers publish, and every reference in them resolves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kanmon.errors import UnsupportedError
from kanmon.session import Session
from policy.export_ids import make_uuid, node_names, slug, tokens
from policy.export_job import exchange_bytes
from policy.judged import Judged
from policy.model import Verdict

SCHEMAS = Path(__file__).parent / "schemas"
Judge = Callable[[str], Judged]


@pytest.fixture(params=["aoba", "minato"])
def pair(request: pytest.FixtureRequest, judged: Judge) -> Judged:
    """A close copy and an own-style policy beside the guideline."""
    return judged(request.param)


def check(value: object, name: str) -> None:
    """Assert that a value has the structure written down in a schema of ours."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    errors = [error.message for error in Draft202012Validator(schema).iter_errors(value)]
    assert errors == []


def controls(group: dict[str, Any]) -> Iterator[str]:
    """Yield the ids of all controls below a group."""
    yield from (control["id"] for control in group.get("controls", ()))
    for below in group.get("groups", ()):
        yield from controls(below)


def load(session: Session, pair: Judged, fmt: str, side: str = "guideline") -> Any:
    """Return what an exchange file says."""
    data = exchange_bytes(session, pair, fmt, side)
    return json.loads(data) if fmt.startswith("oscal") else yaml.safe_load(data)


def test_the_catalog_has_a_control_per_clause(session: Session, pair: Judged) -> None:
    """Nothing of the text is lost, labels are the document's own numbers, ids are unique."""
    for side, edition in (("guideline", pair.guideline), ("local", pair.local)):
        found = load(session, pair, "oscal-catalog", side)
        check(found, "oscal-catalog")
        ids = list(controls(found["catalog"]))
        body = [clause for clause in edition.clauses if clause.kind.slug == "body"]
        assert len(ids) == len(set(ids)) == len(body)


def test_controls_beside_subgroups_get_a_group_of_their_own(
    session: Session, judged: Judge
) -> None:
    """OSCAL allows a group to hold controls or groups, not both; nothing is lost by that."""
    from dataclasses import replace

    found = judged("aoba")
    first, second = found.guideline.clauses[:2]
    edition = replace(
        found.guideline,
        clauses=(
            replace(first, headings=()),
            replace(second, headings=("章",)),
            replace(second, id="x", headings=("章", "節")),
        ),
    )
    catalog = load(session, replace(found, guideline=edition), "oscal-catalog")
    check(catalog, "oscal-catalog")
    assert len(list(controls(catalog["catalog"]))) == 3


def test_the_mapping_points_into_both_catalogs(session: Session, pair: Judged) -> None:
    """Every map and every gap names a control that exists."""
    found = load(session, pair, "oscal-mapping")
    check(found, "oscal-mapping")
    source, target = (
        set(controls(load(session, pair, "oscal-catalog", side)["catalog"]))
        for side in ("guideline", "local")
    )
    mapping = found["mapping-collection"]["mappings"][0]
    for entry in mapping["maps"]:
        assert {item["id-ref"] for item in entry["sources"]} <= source
        assert {item["id-ref"] for item in entry["targets"]} <= target
    gaps = set(mapping["source-gap-summary"]["unmapped-controls"][0]["with-ids"])
    missing = [c for c in pair.comparisons if c.verdict is Verdict.MISSING]
    assert gaps <= source
    assert len(gaps) == len(missing)


def test_a_machine_verdict_is_never_called_more_than_syntactic(
    session: Session, judged: Judge
) -> None:
    """Only a person's review makes a mapping semantic."""
    found = load(session, judged("minato"), "oscal-mapping")["mapping-collection"]
    assert found["provenance"]["status"] == "draft"
    assert {m["matching-rationale"] for m in found["mappings"][0]["maps"]} == {"syntactic"}


def test_the_ciso_library_is_a_tree(session: Session, pair: Judged) -> None:
    """Every node's parent comes before it, every URN is unique."""
    found = load(session, pair, "ciso-library")
    check(found, "ciso-library")
    seen: set[str] = set()
    for node in found["objects"]["framework"]["requirement_nodes"]:
        assert node["urn"] not in seen
        assert "parent_urn" not in node or node["parent_urn"] in seen
        seen.add(node["urn"])


def test_the_ciso_mapping_goes_both_ways(session: Session, pair: Judged) -> None:
    """The way back says superset where the way there says subset, over existing nodes."""
    found = load(session, pair, "ciso-mapping")
    check(found, "ciso-mapping".replace("mapping", "library"))
    there, back = (s["requirement_mappings"] for s in found["objects"]["requirement_mapping_sets"])
    turned = {"subset": "superset", "superset": "subset"}
    assert [turned.get(line["relationship"], line["relationship"]) for line in there] == [
        line["relationship"] for line in back
    ]
    for side, end in (("guideline", "source"), ("local", "target")):
        library = load(session, pair, "ciso-library", side)
        nodes = {node["urn"] for node in library["objects"]["framework"]["requirement_nodes"]}
        assert {line[f"{end}_requirement_urn"] for line in there} <= nodes


def test_exports_are_the_same_bytes_twice(
    run: Callable[..., Result], samples: dict[str, str]
) -> None:
    """Same texts, same day, same bytes: a file in version control does not change by itself."""
    for fmt in ("oscal-catalog", "oscal-mapping", "ciso-library", "ciso-mapping", "json", "xlsx"):
        for name in ("one", "two"):
            result = run("export", samples["guideline"], samples["aoba"], "-f", fmt, "-o", name)
            assert result.exit_code == 0, result.output
        assert Path("one").read_bytes() == Path("two").read_bytes(), fmt


def test_two_texts_without_any_pair_have_no_mapping(session: Session, judged: Judge) -> None:
    """The model asks for one map at least; without any the user is told what to look at."""
    from dataclasses import replace

    empty = replace(judged("aoba"), comparisons=())
    with pytest.raises(UnsupportedError, match="対応する条文が一つもない"):
        exchange_bytes(session, empty, "oscal-mapping", "guideline")


def test_ids_of_other_tools_stay_readable() -> None:
    """6.2(1)③ and 第50条第2項第1号 can be recognised in URNs and tokens."""
    assert tokens(["6.2(1)③"])["6.2(1)③"] == "c-6.2-1-3"
    assert node_names(["第50条第2項第1号"])["第50条第2項第1号"] == "50.2.1"
    assert node_names(["別表2", "6.1(ア)"]) == {"別表2": "table2", "6.1(ア)": "6.1.1"}
    assert slug("あおば市 2026") == slug("あおば市 2026") != slug("みなと町 2026")


@given(st.lists(st.text(max_size=12), max_size=20))
def test_two_ids_never_share_a_name(ids: list[str]) -> None:
    """Whatever numbers a document uses, every clause keeps an identity of its own."""
    for make in (tokens, node_names):
        named = make(ids)
        assert len(set(named.values())) == len(named) == len(set(ids))


@given(st.text(), st.text())
def test_uuids_depend_on_every_part(one: str, two: str) -> None:
    """Names that could run into one another get different UUIDs."""
    assert make_uuid(one, two) == make_uuid(one, two)
    if one != two:
        assert make_uuid("x", one) != make_uuid("x", two)
