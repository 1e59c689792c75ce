"""Log files good and bad: what is readable is judged, everything else is named with its place."""

import gzip
import io
import json
import os
import random
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from csirt.logs import evtx_blocks

RECORD = {
    "Channel": "Security",
    "EventID": 4688,
    "NewProcessName": "C:\\a.exe",
    "TimeCreated": "2026-04-01T00:00:00Z",
    "Computer": "PC1",
}
LINE = json.dumps(RECORD).encode()
JAPANESE = {**RECORD, "User": "表ソ能力\\管理者"}

GOOD: dict[str, tuple[bytes, int]] = {
    "NDJSON": (LINE + b"\n" + LINE, 2),
    "NDJSON with CRLF, blank lines and a BOM": (
        b"\xef\xbb\xbf" + LINE + b"\r\n\r\n" + LINE + b"\r\n",
        2,
    ),
    "an array on one line": (json.dumps([RECORD] * 3).encode(), 3),
    "a pretty-printed array": (json.dumps([RECORD] * 3, indent=2).encode(), 3),
    "pretty-printed objects": (json.dumps(RECORD, indent=2).encode() * 2, 2),
    "evtx_dump with record lines": (
        b"".join(f"Record {n}\n{json.dumps(RECORD, indent=2)}\n".encode() for n in (1, 2)),
        2,
    ),
    "a search response": (
        json.dumps(
            {"took": 1, "hits": {"total": {"value": 2}, "hits": [{"_source": RECORD}] * 2}}
        ).encode(),
        2,
    ),
    "CP932 lines": (json.dumps(JAPANESE, ensure_ascii=False).encode("cp932") + b"\n" + LINE, 2),
    "CP932 array": (json.dumps([JAPANESE] * 2, ensure_ascii=False).encode("cp932"), 2),
    "UTF-16": (json.dumps([JAPANESE] * 2, ensure_ascii=False).encode("utf-16"), 2),
    "NaN and lone surrogates": (LINE[:-1] + b', "x": NaN, "y": "\\ud800"}\n' + LINE, 2),
    "objects joined without line breaks": (LINE * 300, 300),
    "joined objects, the first longer than the first read": (
        LINE[:-1] + b', "x": "' + b"x" * 9_000 + b'"}' + LINE + b"\n" + LINE,
        3,
    ),
    "integers beyond 64 bits": (LINE[:-1] + b', "x": 123456789012345678901234567890}', 1),
    "gzip": (gzip.compress(LINE + b"\n" + LINE), 2),
}


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_of_log_is_read_whole(kind: str, hunt_bytes: Any) -> None:
    """人が実際に持っているどの書き方のログでも、全件を判定する。"""
    data, count = GOOD[kind]
    result = hunt_bytes(data)
    assert (result.judged, len(result.hits), result.skips) == (count, count, ())


def test_japanese_text_of_an_old_system_is_read_as_written(hunt_bytes: Any) -> None:
    """CP932 のログの日本語が化けない。"""
    result = hunt_bytes(GOOD["CP932 lines"][0])
    assert dict(result.hits[0].fields)["User"] == "表ソ能力\\管理者"


NOISE = random.Random(3).randbytes(50_000)  # noqa: S311

BAD: dict[str, tuple[bytes, int, str, str]] = {
    # name: content, hits all the same, place, reason
    "empty": (b"", 0, "", "空のファイルです"),
    "only blank lines": (b"\n \r\n", 0, "", "空のファイルです"),
    "binary garbage": (b"\x00\x01" + NOISE, 0, "", "ログとして読めない形式です"),
    "garbage that begins like an object": (b"{" + NOISE, 0, "record 1", "JSON が壊れています"),
    "garbage that begins like an array": (b"[" + NOISE, 0, "record 1", "JSON が壊れています"),
    "a 7z": (b"7z\xbc\xaf\x27\x1c" + NOISE, 0, "", "7z の書庫です"),
    "a tar": (b"log.json".ljust(257, b"\0") + b"ustar\0" + NOISE, 0, "", "tar の書庫です"),
    "plain text": (b"Apr  1 00:00:00 host sshd: failed\n", 0, "", "ログとして読めない形式です"),
    "brackets without end": (b"[" * 50_000, 0, "", "レコードが 1 件もありません"),
    "objects without end": (b'{"a":' * 50_000, 0, "byte 0", "JSON として読めない"),
    "a broken line": (
        LINE + b"\n{broken\n" + LINE,
        2,
        f"byte {len(LINE) + 1}",
        "JSON として読めない",
    ),
    "a line cut off": (LINE + b"\n" + LINE[:40], 1, f"byte {len(LINE) + 1}", "JSON として読めない"),
    "a line that is no object": (
        LINE + b"\n[1, 2]",
        1,
        f"byte {len(LINE) + 1}",
        "オブジェクトではありません",
    ),
    "a line that is null": (
        LINE + b"\nnull",
        1,
        f"byte {len(LINE) + 1}",
        "オブジェクトではありません",
    ),
    "an array cut off": (
        json.dumps([RECORD] * 3).encode()[:-30],
        2,
        "record 3",
        "JSON が壊れています",
    ),
    "an EVTX of nothing": (
        b"ElfFile\0" + b"\0" * 100,
        0,
        "",
        "EVTX のヘッダーが途中で切れています",
    ),
    "an EVTX of noise": (b"ElfFile\0" + NOISE, 0, "byte 4096", "EVTX のチャンクが壊れています"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_read_is_named_and_the_rest_is_judged(kind: str, hunt_bytes: Any) -> None:
    """壊れた所は場所と理由を示し、読める記録はすべて判定する。"""
    data, hits, place, reason = BAD[kind]
    result = hunt_bytes(data)
    assert len(result.hits) == hits
    assert len(result.skips) == 1
    assert (result.skips[0].where.place, reason in result.skips[0].reason) == (place, True)
    assert result.skips[0].where.path.endswith("log.json")


def test_a_hundred_broken_lines_are_named_and_the_rest_counted(hunt_bytes: Any) -> None:
    """壊れた行が大量にあっても、スキップの一覧が際限なく長くならない。"""
    result = hunt_bytes(LINE + b"\n" + b"{x\n" * 250)
    assert len(result.skips) == 101
    assert "ほかに 150 件" in result.skips[0].reason


@pytest.mark.parametrize("shape", ["object", "array of one"])
def test_a_record_of_200_megabytes_is_skipped_in_little_memory(
    shape: str, tmp_path: Path, hunt_bytes: Any
) -> None:
    """200 MB の 1 行は、メモリーに読み込まずに飛ばす。次の行はふつうに判定する。"""
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.write(b'{"a":"' if shape == "object" else b'[{"a":"')
        for _ in range(200):
            stream.write(b"x" * 1024**2)
        stream.write(b'"}\n' if shape == "object" else b'"}]\n')
        stream.write(LINE + b"\n")
    result = hunt_bytes(path)
    path.unlink()
    assert len(result.hits) == (1 if shape == "object" else 0)
    assert len(result.skips) == 1
    assert "1 件のレコードが" in result.skips[0].reason
    assert result.skips[0].hint


def test_a_zip_bomb_is_refused_and_its_neighbours_are_judged(
    tmp_path: Path, hunt_bytes: Any
) -> None:
    """zip 爆弾は展開をやめ、同じ zip のほかのログは判定する。"""
    path = tmp_path / "logs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.json", LINE)
    bomb = tmp_path / "bomb.gz"
    with gzip.open(bomb, "wb") as stream:
        stream.write(b"{")
        for _ in range(120):
            stream.write(b" " * 1024**2)
    assert len(hunt_bytes(path).hits) == 1
    result = hunt_bytes(bomb)
    assert any("zip 爆弾の疑い" in skip.reason for skip in result.skips)


def test_a_file_name_full_of_tricks_is_shown_harmlessly(hunt_bytes: Any) -> None:
    """改行や端末制御文字を含むファイル名でも、画面を乱さない。"""
    result = hunt_bytes(b"{x\n", name="a\nb\x1b[31m.json")
    assert "\n" not in str(result.skips[0])
    assert "\x1b" not in str(result.skips[0])


def test_evtx_is_recognised_by_content_and_numbered_by_its_own_records(
    evtx_bytes: bytes, hunt_bytes: Any
) -> None:
    """EVTX は拡張子でなく中身で見分け、番号はイベントビューアーと同じもの。"""
    result = hunt_bytes(evtx_bytes, name="renamed.txt")
    assert result.judged == len(result.hits) > 1
    assert result.skips == ()
    for hit in result.hits:
        assert hit.record == dict(hit.fields)["EventRecordID"]
        assert hit.host
        assert hit.user
        assert hit.time is not None


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes UTF-8 names only")
def test_an_evtx_with_a_name_that_is_no_text_is_read(evtx_bytes: bytes, hunt_bytes: Any) -> None:
    """ファイル名が文字として読めなくても、EVTX は判定する。"""
    result = hunt_bytes(evtx_bytes, name=os.fsdecode(b"pc\xff.evtx"))
    assert result.judged == len(result.hits) > 1
    assert result.skips == ()


def test_an_evtx_cut_off_is_judged_as_far_as_it_goes(evtx_bytes: bytes, hunt_bytes: Any) -> None:
    """途中で切れた EVTX は、切れた所までを判定して、どこで切れたかを示す。"""
    whole = hunt_bytes(evtx_bytes)
    header, chunk = evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536]
    used = int.from_bytes(chunk[0x30:0x34], "little")
    result = hunt_bytes(header + chunk + chunk[: used - 200])
    assert len(result.hits) >= len(whole.hits)
    assert any("EVTX が途中で切れています" in skip.reason for skip in result.skips)
    assert {skip.where.place for skip in result.skips} == {f"byte {4096 + 65536}"}


def test_a_broken_chunk_does_not_stop_the_others(
    evtx_bytes: bytes, hunt_bytes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EVTX の一部が壊れていても、ほかの部分はすべて判定する。"""
    monkeypatch.setattr(evtx_blocks, "CHUNKS_PER_BLOCK", 1)
    whole = hunt_bytes(evtx_bytes)
    header, chunk = evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536]
    broken = chunk[:600] + random.Random(1).randbytes(1_000) + chunk[1_600:]  # noqa: S311
    result = hunt_bytes(header + chunk + broken + b"\0" * 65536 + b"x" * 65536 + chunk)
    assert len(result.hits) >= 2 * len(whole.hits)
    places = {skip.where.place for skip in result.skips}
    assert places == {f"byte {4096 + 65536}", f"byte {4096 + 3 * 65536}"}


DAMAGED = {
    "sound": lambda header, chunk: header + chunk * 3,
    "longer than a block": lambda header, chunk: header + chunk * 20,
    "header only": lambda header, chunk: header,
    "header cut": lambda header, chunk: header[:100],
    "tail cut": lambda header, chunk: header + chunk * 2 + chunk[:9_000],
    "tail cut in the second block": lambda header, chunk: header + chunk * 17 + chunk[:9_000],
    "a chunk never written": lambda header, chunk: header + chunk + b"\0" * 65536 + chunk,
    "a chunk overwritten": lambda header, chunk: header + chunk + b"x" * 65536 + chunk,
    "an overwritten chunk in the second block": (
        lambda header, chunk: header + chunk * 18 + b"x" * 65536 + chunk
    ),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_evtx_on_disk_and_packed_are_read_alike(
    damage: str, evtx_bytes: bytes, hunt_bytes: Any
) -> None:
    """EVTX は、そのまま置いても gzip でも zip でも、同じ記録が読め、同じ所がスキップになる。"""
    data = DAMAGED[damage](evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.evtx", data)
    results = [
        hunt_bytes(one, name=name, jobs=jobs)
        for one, name, jobs in (
            (data, "log.evtx", 1),
            (data, "log.evtx", 2),
            (gzip.compress(data), "log.evtx", 1),
            (packed.getvalue(), "log.zip", 1),
        )
    ]
    seen = [
        (
            result.judged,
            [(hit.time, hit.record, hit.fields) for hit in result.hits],
            [(skip.where.place, skip.reason) for skip in result.skips],
        )
        for result in results
    ]
    assert seen == seen[:1] * len(seen)
    assert seen[0][0] > 0 or damage.startswith("header")
    assert bool(seen[0][2]) == any(word in damage for word in ("cut", "overwritten", "only"))


def test_several_processes_read_the_same(evtx_bytes: bytes, hunt_bytes: Any) -> None:
    """2 プロセスで読んでも、結果もスキップも同じ。"""
    header, chunk = evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536]
    data = header + chunk * 40 + b"x" * 65536
    one, two = hunt_bytes(data, jobs=1), hunt_bytes(data, jobs=2)
    assert list(one.hits) == list(two.hits)
    assert (one.judged, one.skips, one.seen) == (two.judged, two.skips, two.seen)
