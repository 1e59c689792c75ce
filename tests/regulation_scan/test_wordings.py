"""Municipal wordings of the rarer kinds of requirement, with both outcomes.

The sentences were invented before it was known what the scan says to them; the cues were mended
afterwards, so all of them hold now.
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
    with Cache.open(None) as cache:
        judgements = scan_paths([tmp_path], rules, cache, 1).judgements
    found = {
        (Path(item.clause.instrument.file).name, item.category)
        for item in judgements
        if item.status is Status.FINDING
    }
    wrong = [
        (category, text)
        for name, (category, text, wanted) in expected.items()
        if ((name, category) in found) is not wanted
    ]
    assert wrong == []
