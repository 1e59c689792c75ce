"""Print how well headings of real policies find their section: top-1 and top-3 per policy.

    python benchmarks/policy_headings.py [headings.yaml]

The file is ../shared/policy/headings.yaml unless another of the same shape is given.
"""

import sys
import unicodedata
from collections import Counter
from pathlib import Path

import yaml

from policy.headings import align_headings, strip_numbering
from policy.load_rules import load_sections, load_terms
from policy.words import Lexicon

ROOT = Path(__file__).parents[1]


def measure(path: Path, *, plain: bool = False) -> list[tuple[str, int, int, int]]:
    """Return (policy, top-1 hits, top-3 hits, labelled headings) in file order."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    sections = load_sections(ROOT / "rules" / "policy" / "sections.yml")
    lexicon = Lexicon(load_terms(ROOT / "rules" / "policy"))
    rows = []
    for policy in raw["policies"]:
        headings = [entry["h"] for entry in policy["headings"]]
        gold = [_gold(entry["gl"]) for entry in policy["headings"]]
        if plain:
            found = [_bigrams(h, raw["guideline_sections"]) for h in headings]
        else:
            matches = align_headings(headings, sections, lexicon.canonical, lexicon.words)
            found = [[m.section, *(s for s in m.ranked if s != m.section)] for m in matches]
        labelled = [(g, f) for g, f in zip(gold, found, strict=True) if g]
        if labelled:
            first = sum(f[0] in g for g, f in labelled)
            third = sum(bool(g & set(f[:3])) for g, f in labelled)
            rows.append((policy["name"], first, third, len(labelled)))
    return rows


def _gold(label: object) -> frozenset[str]:
    if label is None:
        return frozenset()
    return frozenset(map(str, label)) if isinstance(label, list) else frozenset({str(label)})


def _bigrams(heading: str, sections: dict[str, str]) -> list[str]:
    def grams(text: str) -> Counter[str]:
        text = unicodedata.normalize("NFKC", text)
        return Counter(text[i : i + 2] for i in range(len(text) - 1))

    one = grams(strip_numbering(heading))
    score = {}
    for key, title in sections.items():
        two = grams(title)
        score[key] = 2 * (one & two).total() / max(one.total() + two.total(), 1)
    return sorted(score, key=lambda key: (-score[key], key))


def main() -> None:
    """Print the table."""
    default = ROOT / ".." / "shared" / "policy" / "headings.yaml"
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    for title, plain in (("Kanmon", False), ("character bigrams only", True)):
        rows = measure(path, plain=plain)
        print(f"{title}: top-1  top-3  of")
        for name, first, third, total in rows:
            print(f"  {name}: {first} {third} {total}")
        first, third, total = (sum(row[i] for row in rows) for i in (1, 2, 3))
        print(f"  total: {first / total:.3f} {third / total:.3f} {total}")


if __name__ == "__main__":
    main()
