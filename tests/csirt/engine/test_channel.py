"""Values on their way between processes: whole, in order, and never waited for by who sends."""

import os
from multiprocessing import Pipe
from pathlib import Path

import pytest

from csirt.engine.channel import SLOTS, Receiver, Sender
from tests.csirt.engine.worker_blocks import no_room


@pytest.fixture
def ends(tmp_path: Path) -> tuple[Sender, Receiver]:
    """Return both ends of a channel."""
    here, there = Pipe(duplex=False)
    return Sender(tmp_path / "channel", there), Receiver(tmp_path / "channel", here)


def test_values_arrive_whole_and_in_order(ends: tuple[Sender, Receiver]) -> None:
    """大きさの違う値を続けて送っても、どれも欠けず、順番どおりに届く。"""
    sender, receiver = ends
    sizes = [0, 10_000_000, 1, 5_000, 70_000, 3, 9_999]
    values = [bytes([number]) * size for number, size in enumerate(sizes)]
    got = []
    for number in range(0, len(values), SLOTS):
        for value in values[number : number + SLOTS]:
            sender.send(value)  # nobody reads yet: a pipe of its own would block
        got += [receiver.receive() for _ in values[number : number + SLOTS]]
    assert got == values


def test_the_end_of_the_other_is_noticed(tmp_path: Path) -> None:
    """相手のプロセスがいなくなれば、送る側も受ける側も気づく（待ち続けない）。"""
    here, there = Pipe(duplex=False)
    sender, receiver = Sender(tmp_path / "channel", there), Receiver(tmp_path / "channel", here)
    there.close()
    with pytest.raises(EOFError):
        receiver.receive()
    here, there = Pipe(duplex=False)
    sender = Sender(tmp_path / "channel", there)
    here.close()
    with pytest.raises(BrokenPipeError):
        sender.send("nobody hears it")


def test_a_full_disk_loses_nothing(
    ends: tuple[Sender, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """一時ファイルが書けなければ何も送らず、空きができれば、続きが正しく届く。"""
    sender, receiver = ends
    sender.send("first")
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", no_room)
        with pytest.raises(OSError, match="No space"):
            sender.send("lost")
    sender.send("second")
    assert [receiver.receive(), receiver.receive()] == ["first", "second"]


def test_nobody_else_can_read_what_is_sent(tmp_path: Path) -> None:
    """ログの中身が通る一時ファイルは、ほかの利用者には読めない。"""
    _, there = Pipe(duplex=False)
    Sender(tmp_path / "channel", there)
    modes = [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()]
    assert modes == [0o600] * SLOTS
