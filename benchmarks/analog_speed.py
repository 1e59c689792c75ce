"""How fast the regulation scan is, and that being fast loses nothing.

    python benchmarks/analog_speed.py [--sample 400] [--proof 3]

1. First scan of ../shared/laws with two processes, and a second one with nothing changed.
2. The full GiNZA pipeline over a sample of the same sentences, extrapolated to all of them.
3. Proof on a few Acts: every cue tried on every sentence and every sentence parsed whole, against
   the fast way. The judgements must be equal.

Wall time depends on who else uses the machine; the CPU time of the processes is printed beside it.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAWS = ROOT.parent / "shared" / "laws"
sys.path.insert(0, str(ROOT))

from kanmon.config import Config  # noqa: E402
from kanmon.documents.load import load_document  # noqa: E402
from kanmon.inputs import find_inputs  # noqa: E402
from kanmon.session import shipped_rules  # noqa: E402
from regulation_scan.clauses import clauses_of  # noqa: E402
from regulation_scan.load import load_rules  # noqa: E402
from regulation_scan.nlp import parse_full, parse_texts  # noqa: E402
from regulation_scan.normal import core_text  # noqa: E402
from regulation_scan.results import to_json  # noqa: E402
from regulation_scan.scan import judge_instrument, prepare  # noqa: E402


def command(folder: Path, name: str, jobs: int) -> tuple[float, float, float]:
    """Run one scan; return (wall seconds, CPU seconds, peak memory of the largest process, MB)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    arguments = [sys.executable, "-m", "kanmon", "regulation", "scan", str(LAWS)]
    arguments += ["--jobs", str(jobs), "-f", "jsonl", "-o", name]
    subprocess.run(arguments, cwd=folder, check=True, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def full_pipeline(sentences: list[str], sample: int) -> tuple[float, float]:
    """Return the (wall, CPU) seconds the full pipeline would take over all sentences."""
    step = max(len(sentences) // sample, 1)
    chosen = sentences[::step]
    parse_full(chosen[:5])
    start, cpu = time.perf_counter(), time.process_time()
    parse_full(chosen)
    # Loading the model (twice here) is a second of a run of an hour; it is left in.
    share = sum(map(len, sentences)) / sum(map(len, chosen))
    return (time.perf_counter() - start) * share, (time.process_time() - cpu) * share


def prove(count: int) -> tuple[int, int, bool]:
    """Return (Acts, sentences, whether the slow way gives the same judgements)."""
    rules = load_rules(shipped_rules() / "analog", Config({}))
    inputs = sorted(find_inputs([LAWS])[0], key=lambda item: item.size)
    chosen = inputs[len(inputs) // 3 : len(inputs) // 3 + count]
    total, equal = 0, True
    for item in chosen:
        articles = clauses_of(load_document(item))
        fast = prepare(articles, rules.prefilter)
        slow = prepare(articles, rules.prefilter, exhaustive=True)
        whole = [core_text(s.text) for article in articles for s in article.sentences]
        parses = dict(parse_texts(sorted({*whole, *slow.windows} - {""})))
        few = dict(parse_texts(sorted(fast.windows))) if fast.windows else {}
        one = [to_json(j) for j in judge_instrument(fast, few, rules)]
        two = [to_json(j) for j in judge_instrument(slow, parses, rules)]
        equal = equal and one == two
        total += len(whole)
    return len(chosen), total, equal


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--proof", type=int, default=3)
    options = parser.parse_args()
    if not LAWS.is_dir():
        print(f"{LAWS} is not there; skipped")
        return 0
    documents = [load_document(item) for item in find_inputs([LAWS])[0]]
    sentences = [s.text for d in documents for a in clauses_of(d) for s in a.sentences]
    characters = sum(map(len, sentences))
    print(f"{len(documents)} Acts, {len(sentences):,} sentences, {characters:,} characters\n")
    with tempfile.TemporaryDirectory() as name:
        first = command(Path(name), "first.jsonl", 2)
        second = command(Path(name), "second.jsonl", 2)
        same = Path(name, "first.jsonl").read_bytes() == Path(name, "second.jsonl").read_bytes()
    full = full_pipeline(sentences, options.sample)
    print("| run | wall s | CPU s | peak MB |\n|---|---|---|---|")
    print(f"| first scan, 2 processes | {first[0]:.1f} | {first[1]:.1f} | {first[2]:.0f} |")
    print(f"| second scan, nothing changed | {second[0]:.1f} | {second[1]:.1f} | {second[2]:.0f} |")
    print(f"| full GiNZA over all text (from a sample) | {full[0]:.0f} | {full[1]:.0f} | |")
    print(
        f"\nFaster by: wall {full[0] / first[0]:.0f}, CPU {full[1] / first[1]:.0f}"
        f" (over two cores {2 * full[1] / first[1]:.0f}). Second output identical: {same}"
    )
    acts, total, equal = prove(options.proof)
    print(f"Proof: {acts} Acts, {total:,} sentences all parsed, judgements equal: {equal}")
    return 0 if same and equal else 1


if __name__ == "__main__":
    sys.exit(main())
