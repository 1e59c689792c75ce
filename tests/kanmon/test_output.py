"""What is written to a file appears whole or not at all, also when it is added to one."""

import subprocess
import sys
from pathlib import Path

import pytest

from kanmon.errors import InputError
from kanmon.output import append_output

ROOT = Path(__file__).parents[2]


def test_what_is_added_comes_after_what_is_there(tmp_path: Path) -> None:
    """追記では、前の内容の後に続けて書く。ファイルがなければ作る。"""
    target = tmp_path / "a.jsonl"
    append_output(b"1\n", str(target))
    append_output(b"2\n", str(target))
    assert target.read_bytes() == b"1\n2\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full がない")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """空きのないディスクへの追記は、その旨を言う。"""
    with pytest.raises(InputError, match="書き込めません"):
        append_output(b"1\n", "/dev/full")


def test_what_could_not_be_added_whole_is_taken_back(tmp_path: Path) -> None:
    """追記の途中で書けなくなったら、書きかけの行を残さない。"""
    target = tmp_path / "a.jsonl"
    target.write_bytes(b"1\n")
    # The limit on a file's size stands for a disk that fills up half-way.
    script = (
        "import resource, signal, sys\n"
        "from kanmon.output import append_output\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "append_output(b'2' * 10000, sys.argv[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)], cwd=ROOT, capture_output=True, check=False
    )
    assert b"InputError" in done.stderr
    assert target.read_bytes() == b"1\n"
