"""保存された一致から、アラートの前後に何があったかを調べられる。"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from csirt.alert import group_hits
from csirt.hit_store import HITS, hits_around, hits_of, save_hits
from csirt.model import Hit
from kanmon.store.store import Store

MakeHit = Callable[..., Hit]
HOUR = timedelta(hours=1)


def test_what_was_saved_comes_back(hit: MakeHit, tmp_path: Path) -> None:
    """保存した一致の時刻・値・項目は、そのまま読み戻せる。"""
    original = hit(0, record=7)
    alerts = group_hits([original], HOUR)
    with Store.open(tmp_path / "s.db", (HITS,)) as store:
        save_hits(store, "run1", alerts)
        (kept,) = hits_of(store, alerts[0].fingerprint)
    assert (kept.time, kept.record, kept.host) == (original.time, 7, "PC-01")
    assert (kept.fields, kept.matched) == (original.fields, original.matched)
    assert (kept.user, kept.command) == ("CITY\\yamada", "evil.exe -x")


def test_the_same_hunt_twice_keeps_each_hit_once(hit: MakeHit, tmp_path: Path) -> None:
    """同じ検知をもう一度しても、一致は増えない。"""
    alerts = group_hits([hit(0, record=1), hit(1, record=2)], HOUR)
    with Store.open(tmp_path / "s.db", (HITS,)) as store:
        save_hits(store, "run1", alerts)
        save_hits(store, "run2", alerts)
        assert [kept.record for kept in hits_of(store, alerts[0].fingerprint)] == [1, 2]


def test_around_an_alert_means_this_host_or_this_user_in_the_window(
    hit: MakeHit, tmp_path: Path
) -> None:
    """前後 30 分の、同じホストか同じユーザーの一致だけが出る。"""
    hits = [
        hit(0, record=1),
        hit(20, record=2, command="x"),
        hit(31, record=3, command="y"),
        hit(10, record=4, host="PC-02"),
    ]
    alerts = group_hits(sorted(hits, key=lambda one: one.order), HOUR)
    middle = hits[0].time
    assert middle is not None
    span = {"start": middle - timedelta(minutes=30), "end": middle + timedelta(minutes=30)}
    with Store.open(tmp_path / "s.db", (HITS,)) as store:
        save_hits(store, "run1", alerts)
        by_host = hits_around(store, host="PC-01", user="", **span)
        by_user = hits_around(store, host="", user="CITY\\yamada", **span)
        nobody = hits_around(store, host="", user="", **span)
    assert [kept.record for kept in by_host] == [1, 2]
    assert [kept.record for kept in by_user] == [1, 4, 2]
    assert nobody == ()


def test_a_hostile_record_can_be_stored(hit: MakeHit, tmp_path: Path) -> None:
    """壊れた文字や巨大なスクリプトがあっても、検知の結果を保存できる。"""
    alerts = group_hits([hit(host="PC\ud800", command="あ" * 1_000_000)], HOUR)
    with Store.open(tmp_path / "s.db", (HITS,)) as store:
        save_hits(store, "run1", alerts)
        (kept,) = hits_of(store, alerts[0].fingerprint)
    assert kept.host == "PC\\ud800"
    assert len(dict(kept.matched)["CommandLine"]) <= 4000
