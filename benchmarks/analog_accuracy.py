"""Precision, recall and F1 of the regulation scan on labelled clauses.

    python benchmarks/analog_accuracy.py [--show]

Reads ../shared/analog/labelled_clauses.jsonl (lines marked debatable score neither for nor
against) and tests/data/reiki_labels.jsonl (our own invented municipal clauses). Each clause is
written to a text file of its own and goes the way a user's file goes: reader, prefilter, parse,
judgement. A third of the instruments, chosen by a hash of the name, is held out and reported
apart; its sentences were not looked at while cues were written.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LABELLED = ROOT.parent / "shared" / "analog" / "labelled_clauses.jsonl"
OWN = ROOT / "tests" / "data" / "reiki_labels.jsonl"
sys.path.insert(0, str(ROOT))

from kanmon.config import Config  # noqa: E402
from kanmon.session import shipped_rules  # noqa: E402
from regulation_scan.cache import Cache  # noqa: E402
from regulation_scan.load import load_rules, scan_paths  # noqa: E402
from regulation_scan.model import Judgement, Status  # noqa: E402

# Fine names of the labelled file -> categories of the review table.
NAMES = {
    "対面": ("対面・出頭",),
    "目視・実地監査": ("目視", "実地監査"),
    "書面(原本・謄本・部数)": ("書面", "原本・部数"),
    "経由提出": ("経由",),
    "公告媒体(官報・新聞)": ("公告媒体",),
}


@dataclass
class Score:
    """Hits and misses of one category."""

    tp: int = 0
    fn: int = 0
    fp: int = 0
    tn: int = 0

    def add(self, positive: bool, found: bool) -> None:
        """Count one clause."""
        name = ("tp" if found else "fn") if positive else ("fp" if found else "tn")
        setattr(self, name, getattr(self, name) + 1)

    def line(self, name: str) -> str:
        """Return one row of the table."""
        precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else 1.0
        recall = self.tp / (self.tp + self.fn) if self.tp + self.fn else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        counts = f"{self.tp} | {self.fn} | {self.fp} | {self.tn}"
        return f"| {name} | {counts} | {precision:.3f} | {recall:.3f} | {f1:.3f} |"


def is_held_out(row: dict[str, object]) -> bool:
    """Return whether the instrument belongs to the third that is kept aside."""
    return hashlib.sha256(str(row["instrument"]).encode()).digest()[0] % 3 == 0


def judge(texts: Sequence[str]) -> list[list[Judgement]]:
    """Return the judgements of each text, scanned as a file of its own."""
    rules = load_rules(shipped_rules() / "analog", Config({}))
    with tempfile.TemporaryDirectory() as folder, Cache.open(None) as cache:
        for number, text in enumerate(texts):
            body = f"第一条　{text}\n" if text.strip() else "　\n"
            (Path(folder) / f"{number:05}.txt").write_text(body, encoding="utf-8")
        scanned = scan_paths([Path(folder)], rules, cache, 2)
    found: list[list[Judgement]] = [[] for _ in texts]
    for item in scanned.judgements:
        found[int(Path(item.clause.instrument.file).stem)].append(item)
    return found


def hits(judgements: Iterable[Judgement], labels: Sequence[str]) -> list[Judgement]:
    """Return the findings of any of the categories."""
    return [i for i in judgements if i.status is Status.FINDING and i.category in labels]


def report(title: str, rows: Sequence[tuple[dict[str, object], list[Judgement]]]) -> None:
    """Print the table of one part."""
    scores: dict[str, Score] = {}
    total = Score()
    for row, judgements in rows:
        if row.get("debatable"):
            continue
        name = str(row["category"])
        found = bool(hits(judgements, NAMES.get(name, (name,))))
        positive = row["label"] == "positive"
        scores.setdefault(name, Score()).add(positive, found)
        total.add(positive, found)
    print(f"\n### {title}\n")
    print("| category | tp | fn | fp | tn | precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|---|")
    for name in sorted(scores):
        print(scores[name].line(name))
    print(total.line("**all**"))


def report_pairs(rows: Sequence[dict[str, object]], judged: Sequence[list[Judgement]]) -> None:
    """Print how many amended clauses are clear: no finding, or a digital means beside."""
    clear, left = 0, []
    for row, judgements in zip(rows, judged, strict=True):
        name = str(row["category"])
        bad = [i for i in hits(judgements, NAMES.get(name, (name,))) if not i.digital_ok]
        if bad:
            left.append(f"{row['instrument']} {row.get('article', '')} ({name})")
        else:
            clear += 1
    print(f"\nPairs: after the amendment clear in {clear} of {len(rows)}. Still flagged: {left}")


def main() -> int:
    """Score both files that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="list wrong clauses of the open part")
    show = parser.parse_args().show
    for path, name in ((LABELLED, "labelled_clauses"), (OWN, "own municipal clauses")):
        if not path.exists():
            print(f"{path} is not there; skipped")
            continue
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        rows = [row for row in rows if "text" in row and "label" in row]
        if not rows:
            print(f"{path}: no single clauses in it; skipped")
            continue
        judged = judge([str(row["text"]) for row in rows])
        pairs = list(zip(rows, judged, strict=True))
        report(f"{name}: all", pairs)
        if path == LABELLED:
            open_part = [pair for pair in pairs if not is_held_out(pair[0])]
            report("development part", open_part)
            report("held-out third", [pair for pair in pairs if is_held_out(pair[0])])
            after = [r for r in rows if r.get("after_text") and r["label"] == "positive"]
            after = [r for r in after if not r["debatable"]]
            report_pairs(after, judge([str(row["after_text"]) for row in after]))
            pairs = open_part
        if show:
            _show_errors(pairs)
    return 0


def _show_errors(pairs: Sequence[tuple[dict[str, object], list[Judgement]]]) -> None:
    for row, judgements in pairs:
        name = str(row["category"])
        found = hits(judgements, NAMES.get(name, (name,)))
        if not row.get("debatable") and bool(found) != (row["label"] == "positive"):
            cues = [item.cue for item in found] or [
                f"{item.reason_code} {item.cue}"
                for item in judgements
                if item.category in NAMES.get(name, (name,))
            ]
            print(row["label"], name, row["instrument"], row.get("article", ""), cues)


if __name__ == "__main__":
    sys.exit(main())
