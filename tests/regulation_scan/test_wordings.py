"""Wordings of every kind of requirement, with both outcomes.

The sentences were invented before it was known what the scan says to them; the cues were mended
afterwards, so all of them hold now. What the independent batches gave when they were first tried
is in docs/benchmarks.md.
"""

from pathlib import Path

import pytest
import yaml

from regulation_scan.cache import Cache
from regulation_scan.load import scan_paths
from regulation_scan.model import Status
from regulation_scan.scan import Rules

FOLDER = Path(__file__).parent / "data" / "wordings"
BLIND = sorted(FOLDER.glob("independent*.yml"))
FILES = sorted(set(FOLDER.glob("*.yml")) - set(BLIND))


def flagged(folder: Path, rules: Rules) -> set[tuple[str, str]]:
    """Return (file name, category) of every finding."""
    with Cache.open(None) as cache:
        judgements = scan_paths([folder], rules, cache, 1).judgements
    return {
        (Path(item.clause.instrument.file).name, item.category)
        for item in judgements
        if item.status is Status.FINDING
    }


@pytest.mark.slow
def test_municipal_wordings(tmp_path: Path, rules: Rules) -> None:
    """A clause that asks for the old way is found, one that only mentions it is not."""
    expected: dict[str, tuple[str, str, bool]] = {}
    for file in FILES:
        raw = yaml.safe_load(file.read_text("utf-8"))
        for wanted, texts in ((True, raw["asks"]), (False, raw["asks_not"])):
            for text in texts:
                name = f"{len(expected):04}.txt"
                (tmp_path / name).write_text(f"第１条　{text}\n", "utf-8")
                expected[name] = (raw["category"], text, wanted)
    assert len(expected) > 550
    found = flagged(tmp_path, rules)
    wrong = [
        (category, text)
        for name, (category, text, wanted) in expected.items()
        if ((name, category) in found) is not wanted
    ]
    assert wrong == []


@pytest.mark.slow
def test_clauses_of_an_independent_author(tmp_path: Path, rules: Rules) -> None:
    """Clauses written by someone who did not know the cues get the labels a lawyer gave them."""
    expected: dict[tuple[str, str], tuple[str, bool]] = {}
    for file in BLIND:
        for part, clauses in yaml.safe_load(file.read_text("utf-8")).items():
            for number, clause in enumerate(clauses):
                name = f"{file.stem}-{part}-{number:03}.txt"
                ((labels, text),) = clause.items()
                (tmp_path / name).write_text(f"第１条　{text}\n", "utf-8")
                asked, _, not_asked = f" {labels} ".partition(" 非 ")
                for names, wanted in ((asked, True), (not_asked, False)):
                    expected |= {(name, label): (text, wanted) for label in names.split()}
    assert len(expected) > 450
    found = flagged(tmp_path, rules)
    wrong = [
        (label, text)
        for (name, label), (text, wanted) in expected.items()
        if ((name, label) in found) is not wanted
    ]
    assert wrong == []
