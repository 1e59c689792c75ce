"""Damaged or nested archives: what was unpacked is judged, and what was not is said."""

import gzip
import io
import json
import random
import zipfile
import zlib
from typing import Any

import pytest

RECORD = {"Channel": "Security", "EventID": 4688, "NewProcessName": "C:\\a.exe"}
DICE = random.Random(5)  # noqa: S311
RECORDS = [{**RECORD, "Salt": DICE.randbytes(40).hex()} for _ in range(3_000)]
NDJSON = b"".join(json.dumps(record).encode() + b"\n" for record in RECORDS)
ARRAY = json.dumps(RECORDS).encode()
DAMAGED = "圧縮データが途中で壊れています"


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED, name: str = "log.json") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


@pytest.mark.parametrize("shape", [NDJSON, ARRAY], ids=["lines", "array"])
def test_a_gzip_cut_off_is_judged_up_to_the_cut(shape: bytes, hunt_bytes: Any) -> None:
    """途中で切れた gzip は、切れる前の記録をすべて判定し、切れたことを示す。"""
    result = hunt_bytes(gzip.compress(shape)[:-20])
    assert 2_990 <= result.judged < 3_000
    assert len(result.hits) == result.judged
    assert any(DAMAGED in skip.reason for skip in result.skips)


def test_a_gzip_with_a_wrong_checksum_is_judged_whole(hunt_bytes: Any) -> None:
    """検査値だけが合わない gzip は、全件を判定し、合わないことを示す。"""
    result = hunt_bytes(flipped(gzip.compress(NDJSON), -7))
    assert result.judged == 3_000
    assert [DAMAGED in skip.reason for skip in result.skips] == [True]


def broken_deflate() -> bytes:
    """Return 100 records, sound, and then a block of a type that does not exist."""
    packer = zlib.compressobj(wbits=-15)
    sound = packer.compress(b"".join(NDJSON.splitlines(keepends=True)[:100]))
    return sound + packer.flush(zlib.Z_FULL_FLUSH) + b"\x07" * 100


def broken_zip() -> bytes:
    """Return a zip of ``broken_deflate``."""
    data = bytearray(zipped(broken_deflate(), zipfile.ZIP_STORED))
    central = data.rindex(b"PK\x01\x02")
    data[8] = data[central + 10] = zipfile.ZIP_DEFLATED
    data[central + 24 : central + 28] = len(NDJSON).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("kind", ["gzip", "zip"])
def test_all_that_lies_before_an_impossible_code_is_judged(kind: str, hunt_bytes: Any) -> None:
    """圧縮の途中が読めなくなっていても、その手前の記録はすべて判定する。"""
    header = gzip.compress(b"")[:10]
    result = hunt_bytes(header + broken_deflate() if kind == "gzip" else broken_zip())
    assert result.judged == 100
    assert [DAMAGED in skip.reason for skip in result.skips] == [True]


def test_a_zip_member_with_a_changed_byte_is_judged_and_told(hunt_bytes: Any) -> None:
    """zip の中身が変わっていれば、読める記録を判定したうえで知らせる。"""
    data = zipped(NDJSON, zipfile.ZIP_STORED)
    result = hunt_bytes(flipped(data, data.index(b"Salt") + 20), name="log.zip")
    assert result.judged >= 2_999
    assert any("CRC-32 が合いません" in skip.reason for skip in result.skips)


def test_a_packed_evtx_cut_off_is_judged_up_to_the_cut(evtx_bytes: bytes, hunt_bytes: Any) -> None:
    """途中で切れた EVTX の gzip も、切れる前の記録を判定する。"""
    header, chunk = evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536]
    whole = hunt_bytes(header + chunk)
    # Noise, so that the cut leaves the first chunks whole.
    packed = gzip.compress(header + chunk * 2 + DICE.randbytes(65536))[:-30_000]
    result = hunt_bytes(packed)
    assert result.judged == 2 * whole.judged > 0
    assert any(DAMAGED in skip.reason for skip in result.skips)


@pytest.mark.parametrize("inner", [gzip.compress(NDJSON), zipped(NDJSON)], ids=["gzip", "zip"])
def test_an_archive_in_an_archive_is_named_with_advice(inner: bytes, hunt_bytes: Any) -> None:
    """書庫の中の書庫は開かないこと、先に展開すればよいことを伝える。"""
    result = hunt_bytes(zipped(inner, name="inner.dat"), name="outer.zip")
    assert result.judged == 0
    (skip,) = result.skips
    assert skip.where.path.endswith("outer.zip!inner.dat")
    assert "その中の書庫は開きません" in skip.reason
    assert "展開してから" in skip.hint
