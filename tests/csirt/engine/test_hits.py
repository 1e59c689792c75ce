"""Hits kept in memory while they are few, on disk when they are many."""

import tempfile

import pytest

from csirt.engine import hits as hits_module
from csirt.engine.hits import Hits
from csirt.ruleset import RuleSet
from kanmon.errors import ServiceError
from tests.csirt.engine.worker_blocks import no_room

COUNT = 200


def filled(rules: RuleSet) -> Hits:
    """Return hits of several blocks, the later ones earlier in time."""
    hits = Hits(rules.rules)
    for number in range(COUNT):
        body = b'["PC","bob",{"Image":"%d"},[["Image","%d"]]]' % (number, number)
        hits.add(f"file {number % 3}", [(1_000_000 * (COUNT - number), number, 0, body)])
    hits.sort()
    return hits


@pytest.mark.parametrize("limit", [0, 1, 300, 5_000])
def test_hits_come_back_from_memory_and_disk_alike(
    any_process: RuleSet, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """一致は、メモリーにあっても、ディスクに移されていても、同じ内容で読み戻せる。"""
    in_memory = filled(any_process)
    assert in_memory._file is None
    monkeypatch.setattr(hits_module, "_KEPT_IN_MEMORY", limit)
    on_disk = filled(any_process)
    assert on_disk._file is not None
    assert [*on_disk] == [*in_memory]
    assert [hit.record for hit in on_disk] == [*reversed(range(COUNT))]
    assert {hit.matched[0][1] for hit in on_disk[:5]} == {str(COUNT - 1 - n) for n in range(5)}


def test_a_full_disk_is_told(any_process: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """一時ファイルの置き場所がいっぱいなら、場所と次の手を示して止まる。"""
    monkeypatch.setattr(hits_module, "_KEPT_IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", no_room)
    with pytest.raises(ServiceError, match="一時ファイルに書けません") as raised:
        filled(any_process)
    assert "TMPDIR" in raised.value.hint
