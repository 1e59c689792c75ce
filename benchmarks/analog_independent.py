"""Precision and recall of the regulation scan on the clauses of an independent author.

    python benchmarks/analog_independent.py [--show]

Reads tests/regulation_scan/data/wordings/independent*.yml: our own sentences, in the styles of
national Acts and of municipal rules, labelled before the scan was run on them. The figures of
that first run are in docs/benchmarks.md; run again, this shows the state after mending.
"""

import argparse
import sys
from pathlib import Path

import yaml
from analog_accuracy import hits, judge, report

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "regulation_scan" / "data" / "wordings"
NOT = "非"


def rows_of(file: Path) -> list[dict[str, object]]:
    """Return a row for each clause and labelled category, in the order of the file."""
    rows: list[dict[str, object]] = []
    for style, clauses in yaml.safe_load(file.read_text("utf-8")).items():
        for clause in clauses:
            ((labels, text),) = clause.items()
            asked, _, not_asked = f" {labels} ".partition(f" {NOT} ")
            for label, names in (("positive", asked.split()), ("negative", not_asked.split())):
                for name in names:
                    row = {"style": style, "text": text, "category": name, "label": label}
                    rows.append(dict(row))
    return rows


def main() -> int:
    """Score every batch that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list wrong clauses")
    show = parser.parse_args().show
    for file in sorted(FOLDER.glob("independent*.yml")):
        rows = rows_of(file)
        pairs = list(zip(rows, judge([str(row["text"]) for row in rows]), strict=True))
        report(f"{file.stem}: all", pairs)
        for style in ("acts", "municipal"):
            report(f"{file.stem}: {style}", [pair for pair in pairs if pair[0]["style"] == style])
        for row, judgements in pairs if show else ():
            if bool(hits(judgements, (str(row["category"]),))) != (row["label"] == "positive"):
                print(row["label"], row["category"], row["text"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
