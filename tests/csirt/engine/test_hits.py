"""Hits kept in memory while they are few, on disk when they are many."""

import errno
import tempfile
from typing import Any

import pytest

from csirt.engine import hits as hits_module
from csirt.engine.hits import Hits
from csirt.ruleset import RuleSet
from kanmon.errors import ServiceError

RULE = {
    "title": "any",
    "id": "6f3e2d51-0000-4000-8000-000000000001",
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {"s": {"Image": "*"}, "condition": "s"},
}
COUNT = 200


@pytest.fixture
def ruleset(load: Any) -> RuleSet:
    """Return one rule."""
    return load(RULE)[0]  # type: ignore[no-any-return]


def filled(ruleset: RuleSet) -> Hits:
    """Return hits of several blocks, the later ones earlier in time."""
    hits = Hits(ruleset.rules)
    for number in range(COUNT):
        body = b'["PC","bob",{"Image":"%d"},[["Image","%d"]]]' % (number, number)
        hits.add(f"file {number % 3}", [(1_000_000 * (COUNT - number), number, 0, body)])
    hits.sort()
    return hits


@pytest.mark.parametrize("limit", [0, 1, 300, 5_000])
def test_hits_come_back_from_memory_and_disk_alike(
    ruleset: RuleSet, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """一致は、メモリーにあっても、ディスクに移されていても、同じ内容で読み戻せる。"""
    in_memory = filled(ruleset)
    assert in_memory._file is None
    monkeypatch.setattr(hits_module, "_KEPT_IN_MEMORY", limit)
    on_disk = filled(ruleset)
    assert on_disk._file is not None
    assert [*on_disk] == [*in_memory]
    assert [hit.record for hit in on_disk] == [*reversed(range(COUNT))]
    assert {hit.matched[0][1] for hit in on_disk[:5]} == {str(COUNT - 1 - n) for n in range(5)}


def test_a_full_disk_is_told(ruleset: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """一時ファイルの置き場所がいっぱいなら、場所と次の手を示して止まる。"""

    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(hits_module, "_KEPT_IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(ServiceError, match="一時ファイルに書けません") as raised:
        filled(ruleset)
    assert "TMPDIR" in raised.value.hint
