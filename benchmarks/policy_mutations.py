"""Print how labelled mutations of the shipped baseline are judged, and how long it takes.

    python benchmarks/policy_mutations.py [seed]

Every duty of rules/policy/baseline.yml goes into a made-up policy, one in three changed in a known
way (softer verb, rarer, later, lower officer, number, narrower, exception, report dropped, old
word), some deleted, some own clauses added; then the policy is shuffled and renumbered. Synthetic,
and made by the author of the comparison: for finding errors, not for claims.
"""

import random
import re
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from policy.compare import compare
from policy.load import duties_of, load_baseline_edition, load_rules, make_reader
from policy.model import Clause, Edition, Role

ROOT = Path(__file__).parents[1]

# (verdict, dimension, pattern, replacement); the first that changes the text is taken.
MUTATIONS = (
    ("weaker", "verb", r"なければならない。$", "るよう努めるものとする。"),
    ("weaker", "frequency", r"毎年度|年に?1回以上?", "適宜"),
    ("weaker", "deadline", r"直ちに", "遅滞なく"),
    ("weaker", "deadline", r"速やかに", ""),
    ("weaker", "approver", r"の許可を得", "に届け出"),
    (
        "weaker",
        "approver",
        r"(?:CISO|統括情報セキュリティ責任者)の(許可|承認)",
        r"情報システム担当者の\1",
    ),
    ("weaker", "actor", r"^(?:CISO|統括情報セキュリティ責任者)は", "情報システム担当者は"),
    ("weaker", "scope", r"全ての", "重要な"),
    ("weaker", "scope", r"自治体機密性2以上", "自治体機密性3以上"),
    ("weaker", "exception", r"。$", "。ただし、業務に支障があるときは、この限りでない。"),
    ("weaker", "record", r"し、[^、。]{2,30}に報告しなければならない。$", "しなければならない。"),
    ("outdated", "term", r"業務委託", "外部委託"),
    ("outdated", "term", r"不正プログラム", "コンピュータウイルス"),
    ("outdated", "term", r"多要素認証", "二要素認証"),
    ("equal", "", r"しなければならない。$", "することとしなければならない。"),
    ("equal", "", r"場合は、", "ときには、"),
)
OWN = (
    "庁舎の来客用の駐車場は、総務課長が割り当てるものとする。",
    "図書室の蔵書は、年に1回、数を確かめるものとする。",
    "町内会から預かった備品は、倉庫に納めなければならない。",
    "議会の傍聴席では、撮影をしてはならない。",
)


def mutate(clauses: tuple[Clause, ...], seed: int) -> tuple[list[Clause], dict[str, str]]:
    """Return the made-up policy and the expected verdict (with dimension) by duty id."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable sample, no secret
    local, expected = [], {}
    for clause in clauses:
        draw = chance.random()
        expected[clause.id] = "equal"
        text = clause.text
        if draw < 0.08:
            expected[clause.id] = "missing"
            continue
        if draw < 0.45:
            order = list(MUTATIONS)
            chance.shuffle(order)
            for verdict, dimension, pattern, words in order:
                changed = re.sub(pattern, words, text)
                if changed != text:
                    text = changed
                    expected[clause.id] = f"{verdict} {dimension}".strip()
                    break
        local.append(replace(clause, text=text, applies=(), recommended=clause.recommended))
    local += [replace(clauses[0], text=text, headings=("雑則",)) for text in OWN]
    chance.shuffle(local)
    return [replace(c, id=f"第{n}条") for n, c in enumerate(local, 1)], expected


def main() -> None:
    """Print the table."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    started = time.process_time()
    rules = load_rules(ROOT / "rules" / "policy")
    edition, _duties = load_baseline_edition(ROOT / "rules" / "policy")
    clauses, expected = mutate(edition.clauses, seed)
    policy = Edition("変異", Role.LOCAL, "", "", tuple(clauses))
    reader = make_reader(rules, (*edition.clauses, *policy.clauses))
    found = compare(duties_of(edition, reader), duties_of(policy, reader), reader)
    spent = time.process_time() - started
    row: Counter[str] = Counter()
    for item in found:
        if item.guideline is None:
            row["own"] += 1
            continue
        want = expected[item.guideline.id]
        verdict, _, dimension = want.partition(" ")
        right = item.verdict.slug == verdict
        row["all"] += 1
        row["right"] += right
        row["false 欠落"] += item.verdict.slug == "missing" != verdict
        if verdict == "weaker":
            row["weaker"] += 1
            row["dimension right"] += right and dimension in {d.slug for d in item.dimensions}
        if not right:
            row[f"{want} → {item.verdict.slug}"] += 1
            if "-v" in sys.argv:
                print(want, item.verdict.slug, item.guideline.text, [c.text for c in item.local])
                print("   ", item.reason)
    print(dict(row))
    print(f"{len(expected)} duties, {len(clauses)} clauses, {spent:.2f} s of CPU time")


if __name__ == "__main__":
    main()
