"""The city's knowledge: cue files, their own examples, and what is refused."""

from pathlib import Path

import pytest
import yaml

from kanmon.errors import ConfigError
from regulation_scan.cache import Cache
from regulation_scan.cues import load_cues, read_cue_file
from regulation_scan.load import scan_paths
from regulation_scan.model import CATEGORIES, Status
from regulation_scan.scan import Rules

FOLDER = Path(__file__).parents[2] / "rules" / "analog"
CASES = yaml.safe_load((Path(__file__).parent / "data" / "bad_cues.yml").read_text("utf-8"))


def test_every_category_has_a_cue() -> None:
    """Each kind of analog requirement in the review table can be found at all."""
    assert {cue.category for cue in load_cues(FOLDER)} == set(CATEGORIES)


@pytest.mark.slow
def test_cues_agree_with_their_own_examples(tmp_path: Path, rules: Rules) -> None:
    """A cue flags each sentence under `matches` and none under `not_matches`."""
    expected: dict[str, tuple[str, str, str, bool]] = {}
    for cue in load_cues(FOLDER):
        for kind, texts in (("matches", cue.matches), ("not_matches", cue.not_matches)):
            for text in texts:
                name = f"{len(expected):04}.txt"
                listed = "listed" in cue.id and kind == "matches"
                body = f"第１条　申請書に次に掲げる書類を添付しなければならない。\n　一　{text}\n"
                (tmp_path / name).write_text(body if listed else f"第１条　{text}\n", "utf-8")
                expected[name] = (cue.id, cue.category, text, kind == "matches")
    with Cache.open(None) as cache:
        judgements = scan_paths([tmp_path], rules, cache, 1).judgements
    flagged = {
        (Path(item.clause.instrument.file).name, item.category)
        for item in judgements
        if item.status is Status.FINDING
    }
    wrong = [
        (cue_id, text)
        for name, (cue_id, category, text, wanted) in expected.items()
        if ((name, category) in flagged) is not wanted
    ]
    assert wrong == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_malformed_cue_is_refused(tmp_path: Path, case: dict[str, str]) -> None:
    """A mistake in a cue file stops the scan with the file, the cue and what to do."""
    path = tmp_path / "cues.yml"
    path.write_text(case["file"], encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_cue_file(path)
    assert str(caught.value.args[0]).startswith(case["message"])
    assert str(caught.value.where).endswith(case["place"])
    assert caught.value.hint or case.get("no_hint")


def test_two_cues_of_one_id_are_refused(tmp_path: Path) -> None:
    """A decision must say which cue it was about, so ids are unique over all files."""
    text = (FOLDER / "written-posting.yml").read_text("utf-8")
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="同じ id"):
        load_cues(tmp_path)


def test_cue_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A cue file saved by a spreadsheet in another encoding is named, not guessed at."""
    path = tmp_path / "cues.yml"
    path.write_bytes("category: 目視".encode("cp932"))
    with pytest.raises(ConfigError, match="UTF-8 ではありません"):
        read_cue_file(path)
