"""Print how the two invented city policies come out against the labelled expectations.

python benchmarks/policy_samples.py [aoba|minato]
"""

import json
import sys
from collections import Counter
from pathlib import Path

from kanmon.inputs import find_inputs
from policy.compare import compare
from policy.load import duties_of, load_edition, load_rules, make_reader
from policy.model import Comparison, Role
from policy.profile import profile_of

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples" / "policy"
FILES = {"aoba": "aoba.docx", "minato": "minato.html"}
PROFILE = {"model": "α", "cloud": False, "wireless": False, "my-number": True}


def judge(name: str) -> tuple[Comparison, ...]:
    """Return the comparisons of one sample policy with the later edition of the guideline."""
    rules = load_rules(ROOT / "rules" / "policy")
    editions = []
    for file, role in (("guideline-after.docx", Role.GUIDELINE), (FILES[name], Role.LOCAL)):
        (item,), _skips = find_inputs([SAMPLES / file])
        editions.append(load_edition(item, rules, name=file, role=role)[0])
    reader = make_reader(rules, [c for edition in editions for c in edition.clauses])
    duties = [duties_of(edition, reader) for edition in editions]
    return compare(duties[0], duties[1], reader, profile_of(PROFILE))


def measure(name: str) -> Counter[str]:
    """Return verdict, link and dimension agreement of one sample policy."""
    path = ROOT / "tests" / "data" / "policy" / "samples_expected.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = judge(name)
    by_duty = {item.guideline.id: item for item in found if item.guideline}
    own = {clause.id: item for item in found if not item.guideline for clause in item.local}
    row: Counter[str] = Counter()
    for line in lines:
        if line.get("policy") != name:
            continue
        duty = line["guideline"]
        item = by_duty.get(duty) if duty else own.get(line["local"][0])
        got = item.verdict.slug if item else "none"
        row["all"] += 1
        row["verdict right"] += got == line["verdict"]
        row["false 欠落"] += got == "missing" != line["verdict"]
        row["links right"] += bool(item) and {c.id for c in item.local} == set(line["local"])
        if got != line["verdict"]:
            row[f"{line['verdict']} → {got}"] += 1
        if line["verdict"] == got == "weaker" and item:
            row["weaker"] += 1
            row["dimensions right"] += {d.slug for d in item.dimensions} == set(line["dimensions"])
    return row


def main() -> None:
    """Print the table."""
    for name in sys.argv[1:] or sorted(FILES):
        print(name, dict(measure(name)))


if __name__ == "__main__":
    main()
