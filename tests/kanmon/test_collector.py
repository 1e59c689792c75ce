"""The cyclic garbage collector is always given back as it was."""

import gc

from kanmon.collector import collector_paused, collector_spared


def test_the_collector_runs_again_afterwards() -> None:
    """大きな表を作る間だけごみ集めを止め、終われば元どおりにする（エラーの時も）。"""
    assert gc.isenabled()
    try:
        with collector_paused():
            assert not gc.isenabled()
            raise KeyError
    except KeyError:
        assert gc.isenabled()
    gc.disable()
    with collector_paused():
        pass
    assert not gc.isenabled()
    gc.enable()


def test_what_was_spared_is_looked_at_again_afterwards() -> None:
    """ごみ集めの対象から外したものは、入れ子になっていても、最後には全部戻る。"""
    before = gc.get_freeze_count()
    with collector_spared():
        with collector_spared(), collector_paused():
            kept = [[n] for n in range(1000)]
        assert gc.get_freeze_count() > before
    assert gc.get_freeze_count() == 0
    assert len(kept) == 1000
