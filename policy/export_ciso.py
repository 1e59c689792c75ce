"""Editions and verdicts as CISO Assistant libraries: a framework each, a mapping both ways.

Source: the library format as CISO Assistant documents it (intuitem, docs: libraries,
frameworks, mappings). No library, mapping or code of theirs is used.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kanmon.text import shorten, squeeze
from policy.export_ids import node_names, slug
from policy.model import Clause, ClauseKind, Comparison, Edition, Verdict

PACKAGER = "kanmon"
_REVERSE = {"subset": "superset", "superset": "subset"}
_RELATIONSHIPS = {
    Verdict.EQUAL: "equal",
    Verdict.OUTDATED: "equal",
    Verdict.SPLIT: "equal",
    Verdict.STRONGER: "subset",
    Verdict.WEAKER: "superset",
    Verdict.UNDECIDED: "intersect",
}


def framework_library(edition: Edition, made_on: date) -> dict[str, object]:
    """Return an edition as a library holding one framework: headings, then their clauses."""
    ref = slug(edition.name)
    framework = {
        "urn": _urn("framework", ref),
        "ref_id": ref,
        "name": edition.name,
        "description": f"{edition.role.label_ja}: {edition.name}",
        "requirement_nodes": list(_nodes(edition, ref)),
    }
    return {**_head(ref, edition.name, made_on), "objects": {"framework": framework}}


def mapping_library(
    comparisons: Sequence[Comparison],
    editions: tuple[Edition, Edition],
    made_on: date,
    reviewed: frozenset[str] = frozenset(),
) -> dict[str, object]:
    """Return the verdicts as a library of two mapping sets, guideline to local and back.

    欠落, 独自 and 適用外 have no pair and are left out. A split duty has several lines, each
    of them a superset of the clause it names.
    """
    source, target = editions
    refs = (slug(source.name), slug(target.name))
    ref = f"map-{refs[0]}-{refs[1]}"
    lines = list(_lines(comparisons, editions, refs, reviewed))
    name = f"{source.name} ↔ {target.name}"
    head = _head(ref, name, made_on)
    head["dependencies"] = [_urn("library", refs[0]), _urn("library", refs[1])]
    sets = [
        _mapping_set(f"{ref}-forward", f"{source.name} → {target.name}", refs, lines),
        _mapping_set(
            f"{ref}-reverse",
            f"{target.name} → {source.name}",
            (refs[1], refs[0]),
            [_reversed(line) for line in lines],
        ),
    ]
    return {**head, "objects": {"requirement_mapping_sets": sets}}


def _head(ref: str, name: str, made_on: date) -> dict[str, object]:
    return {
        "urn": _urn("library", ref),
        "locale": "ja",
        "ref_id": ref,
        "name": name,
        "description": "kanmon policy export による。機械の判定は案であり、人の確認を要する。",
        "copyright": "本文の権利は各文書の作成者にある。",
        "version": 1,
        "publication_date": made_on,
        "provider": PACKAGER,
        "packager": PACKAGER,
    }


def _nodes(edition: Edition, ref: str) -> Iterable[dict[str, object]]:
    """Yield heading and clause nodes in document order, parents before children."""
    body = [clause for clause in edition.clauses if clause.kind is ClauseKind.BODY]
    names = node_names(clause.id for clause in body)
    made: dict[tuple[str, ...], str] = {}
    for clause in body:
        parent = ""
        for depth in range(1, len(clause.headings) + 1):
            path = clause.headings[:depth]
            if path not in made:
                made[path] = _node_urn(ref, f"h{len(made) + 1}")
                node: dict[str, object] = {"urn": made[path], "assessable": False, "depth": depth}
                if parent:
                    node["parent_urn"] = parent
                node["name"] = path[-1]
                yield node
            parent = made[path]
        yield _clause_node(clause, _node_urn(ref, names[clause.id]), parent)


def _clause_node(clause: Clause, urn: str, parent: str) -> dict[str, object]:
    node: dict[str, object] = {
        "urn": urn,
        "assessable": True,
        "depth": len(clause.headings) + 1,
        "ref_id": clause.id,
        "name": shorten(clause.text, 40),
        "description": "\n".join((clause.text, *clause.items)),
    }
    if parent:
        node["parent_urn"] = parent
    if clause.recommended:
        node["annotation"] = "推奨事項"
    return node


def _lines(
    comparisons: Iterable[Comparison],
    editions: tuple[Edition, Edition],
    refs: tuple[str, str],
    reviewed: frozenset[str],
) -> Iterable[dict[str, object]]:
    names = tuple(_clause_names(edition) for edition in editions)
    for comparison in comparisons:
        source = comparison.guideline
        if source is None or comparison.verdict is Verdict.NOT_APPLICABLE:
            continue
        for local in comparison.local:
            yield {
                "source_requirement_urn": _node_urn(refs[0], names[0][source.id]),
                "target_requirement_urn": _node_urn(refs[1], names[1][local.id]),
                "relationship": _relationship(comparison, source, local),
                "rationale": "semantic" if source.id in reviewed else "syntactic",
                "strength_of_relationship": max(1, min(10, round(comparison.score * 10))),
            }


def _clause_names(edition: Edition) -> Mapping[str, str]:
    return node_names(c.id for c in edition.clauses if c.kind is ClauseKind.BODY)


def _relationship(comparison: Comparison, source: Clause, local: Clause) -> str:
    if len(comparison.local) > 1:
        return "superset" if comparison.verdict is not Verdict.UNDECIDED else "intersect"
    if comparison.verdict is Verdict.SPLIT:
        return "subset"  # one clause of the city answers this duty among others
    if squeeze(source.quote) == squeeze(local.quote):
        return "equal"
    return _RELATIONSHIPS.get(comparison.verdict, "intersect")


def _mapping_set(
    ref: str, name: str, refs: tuple[str, str], lines: Sequence[dict[str, object]]
) -> dict[str, object]:
    return {
        "urn": _urn("req_mapping_set", ref),
        "ref_id": ref,
        "name": name,
        "description": name,
        "source_framework_urn": _urn("framework", refs[0]),
        "target_framework_urn": _urn("framework", refs[1]),
        "requirement_mappings": list(lines),
    }


def _reversed(line: Mapping[str, object]) -> dict[str, object]:
    relationship = str(line["relationship"])
    return {
        **line,
        "source_requirement_urn": line["target_requirement_urn"],
        "target_requirement_urn": line["source_requirement_urn"],
        "relationship": _REVERSE.get(relationship, relationship),
    }


def _urn(kind: str, ref: str) -> str:
    return f"urn:{PACKAGER}:risk:{kind}:{ref}"


def _node_urn(ref: str, name: str) -> str:
    return f"urn:{PACKAGER}:risk:req_node:{ref}:{name}"
