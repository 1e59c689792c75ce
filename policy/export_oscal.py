"""Editions and verdicts in OSCAL JSON: a catalog per edition, a mapping collection between two.

Source: OSCAL 1.2.0, catalog and control mapping models (NIST, pages.nist.gov/OSCAL-Reference).
Written by hand: what these models ask is small, and the output is the same on every run.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kanmon.text import shorten, squeeze
from policy.export_ids import make_uuid, tokens
from policy.model import Clause, ClauseKind, Comparison, Duty, Edition, Verdict

OSCAL_VERSION = "1.2.0"
_NS = "urn:kanmon:policy"
_JST_MIDNIGHT = "T00:00:00+09:00"
_RELATIONSHIPS = {
    Verdict.EQUAL: "equivalent-to",
    Verdict.OUTDATED: "equivalent-to",
    Verdict.SPLIT: "equivalent-to",
    Verdict.STRONGER: "subset-of",
    Verdict.WEAKER: "superset-of",
    Verdict.UNDECIDED: "intersects-with",
}


def catalog(edition: Edition, duties: Sequence[Duty], made_on: date) -> dict[str, object]:
    """Return an edition as an OSCAL catalog: a group per heading, a control per clause.

    解説 becomes the guidance of the group it explains; the level of a duty is a property.
    """
    levels = {duty.clause.id: duty.strength.level for duty in duties}
    names = tokens(clause.id for clause in edition.clauses)
    root = _Group("", "")
    for clause in edition.clauses:
        group = root.below(clause.headings)
        if clause.kind is ClauseKind.COMMENTARY:
            group.guidance.append(_guidance(clause, names[clause.id]))
        else:
            group.controls.append(_control(clause, names[clause.id], levels.get(clause.id)))
    body: dict[str, object] = {
        "uuid": make_uuid("catalog", edition.name, edition.digest),
        "metadata": _metadata(edition.name, made_on),
    }
    body.update(root.members())
    return {"catalog": body}


def mapping_collection(
    comparisons: Sequence[Comparison],
    editions: tuple[Edition, Edition],
    made_on: date,
    reviewed: frozenset[str] = frozenset(),
) -> dict[str, object]:
    """Return the verdicts as an OSCAL mapping collection, guideline to local policy.

    欠落 and 独自 are the gap summaries. A machine verdict is a ``syntactic`` match with a
    confidence; only one whose guideline id is in ``reviewed`` is called ``semantic``.

    Raises:
        ValueError: no duty is answered at all; the model asks for one map at least.
    """
    guideline, local = editions
    sides = (
        tokens(clause.id for clause in guideline.clauses),
        tokens(clause.id for clause in local.clauses),
    )
    key = f"{guideline.digest}:{local.digest}"
    maps = [_map(c, sides, key, reviewed) for c in comparisons if c.guideline and c.local]
    if not maps:
        raise ValueError("no duty is answered")
    mapping: dict[str, object] = {
        "uuid": make_uuid("mapping", key),
        "source-resource": _resource(guideline),
        "target-resource": _resource(local),
        "maps": maps,
        **_unmapped(comparisons, sides, key),
    }
    return {
        "mapping-collection": {
            "uuid": make_uuid("mapping-collection", key),
            "metadata": _metadata(f"{guideline.name} / {local.name}", made_on),
            "provenance": {
                "method": "automation",
                "matching-rationale": "syntactic",
                "status": "draft",
                "mapping-description": "kanmon policy による機械の判定の案。人の確認を要する。",
            },
            "mappings": [mapping],
        }
    }


def _unmapped(
    comparisons: Sequence[Comparison],
    sides: tuple[Mapping[str, str], Mapping[str, str]],
    key: str,
) -> dict[str, object]:
    """Return what has no map: 欠落 and 独自 as gap summaries, 適用外 by name."""
    found: dict[str, object] = {}
    missing = [c.guideline for c in comparisons if c.guideline and c.verdict is Verdict.MISSING]
    own = [c.local[0] for c in comparisons if c.guideline is None and c.local]
    if missing:
        found["source-gap-summary"] = _gaps("source", key, missing, sides[0])
    if own:
        found["target-gap-summary"] = _gaps("target", key, own, sides[1])
    outside = [
        c.guideline.id for c in comparisons if c.guideline and c.verdict is Verdict.NOT_APPLICABLE
    ]
    if outside:
        found["remarks"] = "適用外: " + "、".join(outside)
    return found


class _Group:
    """A heading with what stands below it, in document order."""

    def __init__(self, path: str, title: str) -> None:
        self._path = path
        self._title = title
        self._below: dict[str, _Group] = {}
        self.controls: list[dict[str, object]] = []
        self.guidance: list[dict[str, object]] = []

    def below(self, headings: Iterable[str]) -> "_Group":
        """Return the group of a headings path, made when new."""
        group = self
        for heading in headings:
            number = len(group._below) + 1
            path = f"{group._path}.{number}" if group._path else str(number)
            group = group._below.setdefault(heading, _Group(path, heading))
        return group

    def members(self) -> dict[str, object]:
        """Return the members of this group as OSCAL names them; empty ones left out."""
        found: dict[str, object] = {}
        if self._path:
            found["id"] = f"g-{self._path}"
            found["title"] = self._title
        if self.guidance:
            found["parts"] = self.guidance
        groups = [group.members() for group in self._below.values()]
        if groups and self.controls:
            groups.insert(0, self._own_controls())
        if groups:
            found["groups"] = groups
        elif self.controls:
            found["controls"] = self.controls
        return found

    def _own_controls(self) -> dict[str, object]:
        """Return a group for the controls beside subgroups: OSCAL allows only one of the two."""
        path, title = f"{self._path}.0".lstrip("."), self._title or "見出しのない条文"
        return {"id": f"g-{path}", "title": title, "controls": self.controls}


def _control(clause: Clause, name: str, level: int | None) -> dict[str, object]:
    props = [{"name": "label", "value": clause.id}]
    if level is not None:
        props.append({"name": "strength", "ns": _NS, "value": str(level)})
    if clause.recommended:
        props.append({"name": "recommended", "ns": _NS, "value": "yes"})
    props += [{"name": "applies", "ns": _NS, "value": value} for value in clause.applies]
    statement: dict[str, object] = {"id": f"{name}_smt", "name": "statement", "prose": clause.text}
    if clause.items:
        statement["parts"] = [
            {"id": f"{name}_smt.{place}", "name": "item", "prose": item}
            for place, item in enumerate(clause.items, 1)
        ]
    title = clause.headings[-1] if clause.headings else shorten(clause.text, 30)
    return {"id": name, "title": title, "props": props, "parts": [statement]}


def _guidance(clause: Clause, name: str) -> dict[str, object]:
    props = [{"name": "label", "value": clause.id}]
    return {"id": f"{name}_gdn", "name": "guidance", "props": props, "prose": clause.quote}


def _map(
    comparison: Comparison,
    sides: tuple[Mapping[str, str], Mapping[str, str]],
    key: str,
    reviewed: frozenset[str],
) -> dict[str, object]:
    source = comparison.guideline
    assert source is not None
    rationale = "semantic" if source.id in reviewed else "syntactic"
    entry: dict[str, object] = {
        "uuid": make_uuid("map", key, source.id),
        "matching-rationale": rationale,
        "relationship": _relationship(comparison, source),
        "sources": [{"type": "control", "id-ref": sides[0][source.id]}],
        "targets": [{"type": "control", "id-ref": sides[1][c.id]} for c in comparison.local],
        "confidence-score": {"category": comparison.confidence.slug},
        "props": [{"name": "verdict", "ns": _NS, "value": comparison.verdict.slug}],
        "remarks": comparison.reason,
    }
    if comparison.differences:
        entry["qualifiers"] = [
            {
                "subject": "target",
                "predicate": "has-requirement",
                "category": "addressable",
                "description": difference.reason,
            }
            for difference in comparison.differences
        ]
    return entry


def _relationship(comparison: Comparison, source: Clause) -> str:
    if comparison.verdict is Verdict.SPLIT and len(comparison.local) == 1:
        return "subset-of"  # one clause of the city answers this duty among others
    same = len(comparison.local) == 1 and squeeze(source.quote) == squeeze(
        comparison.local[0].quote
    )
    return "equal-to" if same else _RELATIONSHIPS.get(comparison.verdict, "intersects-with")


def _gaps(
    side: str, key: str, clauses: Sequence[Clause], names: Mapping[str, str]
) -> dict[str, object]:
    ids = [names[clause.id] for clause in clauses]
    return {"uuid": make_uuid("gap", side, key), "unmapped-controls": [{"with-ids": ids}]}


def _resource(edition: Edition) -> dict[str, object]:
    return {
        "type": "catalog",
        "href": "urn:uuid:" + make_uuid("catalog", edition.name, edition.digest),
        "remarks": edition.name,
    }


def _metadata(title: str, made_on: date) -> dict[str, object]:
    return {
        "title": title,
        "last-modified": f"{made_on.isoformat()}{_JST_MIDNIGHT}",
        "version": made_on.isoformat(),
        "oscal-version": OSCAL_VERSION,
    }
