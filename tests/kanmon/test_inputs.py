"""Finding the files a user named, without hanging or exploding."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from kanmon.errors import InputError
from kanmon.inputs import digest_input, find_inputs


def names(paths: list[Path]) -> list[str]:
    files, _ = find_inputs(paths)
    return [Path(item.name).name for item in files]


def test_files_are_found_once_and_in_order(tmp_path: Path) -> None:
    """同じファイルを二度渡しても一度だけ、名前の順に読む。"""
    for name in ("b.json", "a.json", "sub/c.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    assert names([tmp_path, tmp_path / "b.json"]) == ["a.json", "b.json", "c.json"]


def test_archives_are_opened_by_content(tmp_path: Path) -> None:
    """zip と gzip は拡張子ではなく中身で見分けて展開する。"""
    with zipfile.ZipFile(tmp_path / "x.bin", "w") as archive:
        archive.writestr("in/log.json", "one")
    (tmp_path / "y.log").write_bytes(gzip.compress(b"two"))
    files, skips = find_inputs([tmp_path])
    contents = []
    for item in files:
        with item.open() as stream:
            contents.append(stream.read())
    assert contents == [b"one", b"two"]
    assert files[0].name.endswith("x.bin!in/log.json")
    assert skips == ()
    assert digest_input(files[0]) == digest_input(files[0])


def test_fifos_and_link_loops_are_skipped_not_waited_for(tmp_path: Path) -> None:
    """名前付きパイプや循環リンクで止まらず、理由を添えて飛ばす。"""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "ok.json").write_text("{}")
    files, skips = find_inputs([tmp_path])
    assert [Path(item.name).name for item in files] == ["ok.json"]
    assert [Path(skip.where.path).name for skip in skips] == ["loop", "pipe", "self"]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    """展開すると巨大になる圧縮ファイルは展開しない。"""
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(80 * 1024**2))
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(80 * 1024**2)))
    files, skips = find_inputs([tmp_path])
    assert [Path(skip.where.path).name for skip in skips] == ["bomb.zip!zeros"]
    with files[0].open() as stream, pytest.raises(InputError, match="zip 爆弾"):
        stream.read()


def test_a_lying_zip_is_stopped_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """大きさを偽った圧縮ファイルも、読みながら止める。"""
    monkeypatch.setattr("kanmon.unpacking.RATIO_FREE_BYTES", 1024)
    monkeypatch.setattr("kanmon.unpacking.MAX_RATIO", 10)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1024**2))
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(1024**2)))
    files, skips = find_inputs([tmp_path])
    assert len(skips) == 1
    assert "zip 爆弾" in skips[0].reason
    with files[0].open() as stream, pytest.raises(InputError, match="zip 爆弾"):
        stream.read()


def test_a_torn_archive_is_named(tmp_path: Path) -> None:
    """途中で切れた圧縮ファイルは、そう告げる。"""
    (tmp_path / "torn.gz").write_bytes(gzip.compress(os.urandom(5000))[:2000])
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04garbage")
    files, skips = find_inputs([tmp_path])
    assert "壊れた zip" in skips[0].reason
    with files[0].open() as stream, pytest.raises(InputError, match="壊れて"):
        stream.read()


def test_a_locked_zip_is_skipped_with_advice(tmp_path: Path) -> None:
    """パスワード付き zip は、展開してから渡すよう案内する。"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "x")
    data = bytearray(buffer.getvalue())
    data[6] |= 1
    central = data.find(b"PK\x01\x02")
    data[central + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(data))
    files, skips = find_inputs([tmp_path])
    assert files == ()
    assert "パスワード" in skips[0].reason


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    """存在しないパスを渡したら、黙って 0 件にせずエラーにする。"""
    with pytest.raises(InputError, match="ありません") as caught:
        find_inputs([tmp_path / "nai\x1b[2J\n"])
    assert "\x1b" not in str(caught.value)


def test_a_zip_packed_in_an_unknown_way_is_skipped_with_advice(tmp_path: Path) -> None:
    """Deflate64 など開けない圧縮方式の zip は、止まらずに展開を案内する。"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "x")
    data = bytearray(buffer.getvalue())
    data[8] = data[data.find(b"PK\x01\x02") + 10] = 9
    (tmp_path / "windows.zip").write_bytes(bytes(data))
    files, skips = find_inputs([tmp_path])
    assert files == ()
    assert "圧縮方式" in skips[0].reason
    assert "展開してから" in skips[0].hint


def test_names_that_are_no_text_become_text_and_stay_apart(tmp_path: Path) -> None:
    """UTF-8 でないファイル名も、どの出力でも同じ、互いに違う名前になる。"""
    for name in (b"\xff.json", b"\xfe.json", b"\\xff.json"):
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    files, _ = find_inputs([tmp_path, tmp_path])
    assert [Path(item.name).name for item in files] == ["\\xfe.json", "\\xff.json", "\\xff.json~"]
    for item in files:
        item.name.encode("utf-8")
    with files[2].open() as stream:
        assert stream.read() == b"\xff.json"


def test_members_of_one_name_are_all_read(tmp_path: Path) -> None:
    """zip に同じ名前のファイルが 2 つあっても、どちらも読む。"""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("log.json", "one")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("log.json", "two")
    files, _ = find_inputs([tmp_path])
    contents = []
    for item in files:
        with item.open() as stream:
            contents.append(stream.read())
    assert contents == [b"one", b"two"]
    assert [Path(item.name).name for item in files] == ["x.zip!log.json", "x.zip!log.json~"]
