"""Print how often verdict, dimensions, strength level and 欠落 agree with the labelled sets.

    python benchmarks/policy_pairs.py [dev|holdout]

Pairs are judged as an officer would meet them: the guideline clauses of a line against its local
clauses, with alignment. Aggregate figures only; sentences are never printed.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kanmon.source import SourceRef
from policy.compare import compare
from policy.load import Rules, load_rules, make_reader, strength_of
from policy.model import Clause, Comparison, Duty, Verdict
from policy.parts import read_duty
from policy.profile import Profile, profile_of
from policy.sides import Reader

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data" / "policy"


def read_lines(name: str, part: str = "") -> list[dict[str, object]]:
    """Return the labelled lines of a part, all for an empty one."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    return [entry for entry in entries if not part or entry.get("part") == part]


def duties(entries: object, side: str, reader: Reader) -> tuple[Duty, ...]:
    """Return the labelled clauses as duties; one that states none is left out."""
    found = []
    assert isinstance(entries, list)
    for place, entry in enumerate(entries):
        clause = Clause(
            id=f"{side}{place}",
            edition=side,
            headings=tuple(entry.get("headings") or [entry.get("heading", "")]),
            number="",
            text=entry["text"],
            chapeau=tuple(entry.get("chapeau") or ()),
            items=tuple(entry.get("items") or ()),
            recommended=bool(entry.get("recommended")),
            applies=tuple(entry.get("applies") or ()),
            where=SourceRef(side),
        )
        duty = read_duty(clause, reader.modality, reader.parts)
        if duty is not None:
            found.append(duty)
    return tuple(found)


def judge(entry: dict[str, object], reader: Reader) -> Comparison | None:
    """Return the comparison the label is about."""
    wanted = duties(entry["guideline"], "g", reader)
    others = duties(entry.get("guideline_other") or [], "o", reader)
    local = duties(entry["local"], "l", reader)
    raw = entry.get("profile") or {}
    profile = make_profile(raw)
    found = compare((*wanted, *others), local, reader, profile)
    if entry["verdict"] == Verdict.OWN.slug:
        return next((item for item in found if item.guideline is None), found[0] if found else None)
    return found[0] if found else None


def make_profile(raw: object) -> Profile:
    """Return the profile written in a label: conditions that hold, ``!`` before one that fails."""
    assert isinstance(raw, dict)
    return profile_of(raw)


def measure_pairs(part: str, rules: Rules) -> dict[str, Counter[str]]:
    """Return counters: per style, verdict and dimension, ``right`` and ``all``."""
    reader = make_reader(rules)
    table: dict[str, Counter[str]] = {}
    for entry in read_lines("pairs.jsonl", part):
        found = judge(entry, reader)
        verdict = found.verdict.slug if found else "none"
        want = str(entry["verdict"])
        keys = [f"style {entry['style']}", f"verdict {want}", "all"]
        for key in keys:
            row = table.setdefault(key, Counter())
            row["all"] += 1
            row["right"] += verdict == want
            row["false 欠落"] += verdict == "missing" != want
            row[f"→ {verdict}"] += key.startswith("verdict") and verdict != want
        labelled = entry.get("dimensions") or []
        assert isinstance(labelled, list)
        if want == "weaker":
            _count_dimensions(table, labelled, found)
    return table


def _count_dimensions(
    table: dict[str, Counter[str]], labelled: Iterable[str], found: Comparison | None
) -> None:
    names = {d.slug for d in found.dimensions} if found else set()
    for name in labelled:
        row = table.setdefault(f"dimension {name}", Counter())
        row["all"] += 1
        row["right"] += name in names
    for name in names - set(labelled):
        table.setdefault(f"dimension {name}", Counter())["extra"] += 1


def measure_strength(part: str, rules: Rules) -> Counter[str]:
    """Return how many sentences got the labelled level exactly, per trap."""
    row: Counter[str] = Counter()
    for entry in read_lines("strength.jsonl", part):
        chapeau = entry.get("chapeau") or ()
        above = (chapeau,) if isinstance(chapeau, str) else tuple(chapeau)  # type: ignore[arg-type]
        right = strength_of(str(entry["text"]), rules, above) == entry["level"]
        row["all"] += 1
        row["right"] += right
        if not right:
            row[f"trap {entry.get('trap')} level {entry['level']}"] += 1
    return row


def measure_near(part: str, rules: Rules) -> Counter[str]:
    """Return how the hard pairs about neighbouring topics come out: label → verdict."""
    reader = make_reader(rules)
    row: Counter[str] = Counter()
    for entry in read_lines("near_topics.jsonl", part):
        found = judge(entry, reader)
        row[f"{entry['verdict']} → {found.verdict.slug if found else 'none'}"] += 1
    return row


def main() -> None:
    """Print the tables."""
    part = sys.argv[1] if len(sys.argv) > 1 else ""
    rules = load_rules(ROOT / "rules" / "policy")
    print("strength:", dict(measure_strength(part, rules)))
    print("near topics:", dict(sorted(measure_near(part, rules).items())))
    for key, row in sorted(measure_pairs(part, rules).items()):
        rest = {name: n for name, n in row.items() if name not in ("right", "all") and n}
        print(f"{key}: {row['right']}/{row['all']} {rest or ''}")


if __name__ == "__main__":
    main()
