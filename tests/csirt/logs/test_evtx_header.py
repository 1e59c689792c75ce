"""What an EVTX file tells about itself: chunks that are not there, chunks that were changed."""

import gzip
import zlib
from typing import Any

import pytest


def with_count(header: bytes, chunks: int) -> bytes:
    """Return an EVTX header that counts so many chunks."""
    fields = header[:42] + chunks.to_bytes(2, "little") + header[44:120]
    return fields + header[120:124] + zlib.crc32(fields).to_bytes(4, "little") + header[128:]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["on disk", "packed"])
@pytest.mark.parametrize("there", [0, 1, 2, 18])
def test_an_evtx_cut_between_two_chunks_is_told(
    there: int, pack: Any, evtx_bytes: bytes, hunt_bytes: Any
) -> None:
    """チャンクの境目でちょうど切れた EVTX も、足りないことを知らせる。"""
    header, chunk = evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536]
    result = hunt_bytes(pack(with_count(header, 20) + chunk * there))
    (skip,) = result.skips
    assert f"20 個のうち {there} 個しかありません" in skip.reason
    assert skip.where.place == f"byte {4096 + 65536 * there}"
    assert (result.judged > 0) == (there > 0)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["on disk", "packed"])
@pytest.mark.parametrize("chunks", [b"", b"\0" * 65536], ids=["none", "never written"])
def test_an_evtx_without_chunks_is_empty(
    chunks: bytes, pack: Any, evtx_bytes: bytes, hunt_bytes: Any
) -> None:
    """記録が 1 件も書かれていない EVTX は、空だと知らせる。"""
    result = hunt_bytes(pack(with_count(evtx_bytes[:4096], 0) + chunks))
    assert [skip.reason for skip in result.skips] == ["空の EVTX です（チャンクがありません）"]


def test_the_header_of_a_log_in_use_may_be_old(evtx_bytes: bytes, hunt_bytes: Any) -> None:
    """使用中のログの写しは、ヘッダーが古くてもふつうに判定する。壊れたヘッダーの数も信じない。"""
    header, chunk = evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536]
    damaged = header[:42] + b"\xff\xff" + header[44:]
    for head in (with_count(header, 1), damaged):
        result = hunt_bytes(head + chunk * 3)
        assert result.judged > 0
        assert result.skips == ()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["on disk", "packed"])
@pytest.mark.parametrize("before", [0, 1, 20])
def test_a_record_changed_afterwards_is_judged_and_told(
    before: int, pack: Any, evtx_bytes: bytes, hunt_bytes: Any
) -> None:
    """1 文字だけ書き換えられた EVTX は、記録を判定したうえで、検査値が合わない所を示す。"""
    header, chunk = evtx_bytes[:4096], evtx_bytes[4096 : 4096 + 65536]
    used = int.from_bytes(chunk[0x30:0x34], "little")
    at = chunk.rindex("exe".encode("utf-16-le"), 0, used)
    changed = chunk[:at] + b"E" + chunk[at + 1 :]
    never, overwritten = b"\0" * 65536, b"x" * 65536
    sound = hunt_bytes(header + chunk)
    result = hunt_bytes(pack(header + chunk * before + never + changed + chunk + overwritten))
    assert result.judged == sound.judged * (before + 2)
    places = {(skip.where.place, skip.reason[:17]) for skip in result.skips}
    assert places == {
        (f"byte {4096 + 65536 * (before + 1)}", "EVTX のチャンクの検査値が合い"),
        (f"byte {4096 + 65536 * (before + 3)}", "EVTX のチャンクが壊れています"),
    }
