"""A folder of thousands of small logs: looked into by whoever judges them, and judged together."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from csirt import hunt as hunt_module
from csirt.engine import judge as judge_module
from csirt.engine import matcher as matcher_module
from csirt.engine import workers as workers_module
from csirt.hunt import hunt
from csirt.model import HuntResult
from csirt.ruleset import RuleSet
from kanmon.inputs import InputFile, find_inputs

CREATION = {"product": "windows", "category": "process_creation"}
RULES = [
    {
        "title": title,
        "id": f"6f3e2d51-0000-4000-8000-{number:012d}",
        "level": "high",
        "logsource": CREATION,
        "detection": {"s": condition, "condition": "s"},
    }
    for number, (title, condition) in enumerate(
        {
            "tool": {"Image|endswith": "\\tool.exe"},
            "name": {"CommandLine|contains": "file"},
            "own parent": {"Image|fieldref": "ParentImage"},
        }.items()
    )
]
FILES = 60


def event(number: int, **data: object) -> dict[str, object]:
    """Return a recording of a new process, different in every file."""
    return {
        "SourceName": "Microsoft-Windows-Sysmon",
        "ProviderGuid": "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
        "Hostname": f"pc{number % 7}.city.example",
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "EventID": 1,
        "TimeCreated": f"2026-11-22T01:02:{number % 60:02}.000Z",
        "RecordNumber": number,
        "Image": f"C:\\{number}\\{'tool' if number % 2 else 'x'}.exe",
        "ParentImage": "C:\\1\\tool.exe",
        "CommandLine": f"of file {number}",
        **data,
    }


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty.evtx": lambda whole: b"",
    "header only.evtx": lambda whole: whole[:4096],
    "cut header.evtx": lambda whole: whole[:100],
    "cut.evtx": lambda whole: whole[:-30_000],
    "garbage.json": lambda whole: bytes(range(256)),
    "half.json": lambda whole: b'{"Channel": "Security"}\n{"EventID',
    "cut.gz": lambda whole: b"\x1f\x8b\x08" + whole[:50],
}


@pytest.fixture
def ruleset(load: Any) -> RuleSet:
    """Return the rules above."""
    rules, skips = load(*RULES)
    assert not skips
    return rules  # type: ignore[no-any-return]


@pytest.fixture
def folder(writer: Any, tmp_path: Path) -> tuple[InputFile, ...]:
    """Return a folder of EVTX, JSON and broken files."""
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(FILES):
        one = [event(number * 10 + record) for record in range(number % 3 + 1)]
        if number % 4:
            writer.write_evtx(one, logs / f"{number}.evtx")
        else:
            (logs / f"{number}.json").write_bytes(b"\n".join(map(orjson.dumps, one)))
    whole = (logs / "1.evtx").read_bytes()
    for name, damaged in BROKEN.items():
        (logs / name).write_bytes(damaged(whole))
    files, skips = find_inputs([logs])
    assert (len(files), skips) == (FILES + len(BROKEN), ())
    return files


def told(result: HuntResult) -> tuple[object, ...]:
    """Return all that a hunt says."""
    return [*result.hits], result.judged, result.skips, result.seen, result.outside


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        (hunt_module, "SMALL_BYTES", -1),
        (judge_module, "GROUP", 1),
        (judge_module, "GROUP", 3),
        (judge_module, "_GROUP_BYTES", 1),
        (matcher_module, "_MAX_REMEMBERED", 2),
        (workers_module, "_BATCH_BYTES", 1),
    ],
)
def test_how_files_are_put_together_changes_nothing(
    folder: tuple[InputFile, ...],
    ruleset: RuleSet,
    module: Any,
    name: str,
    value: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """小さいファイルを何個まとめて判定しても、一致も根拠もスキップも同じになる。"""
    usual = told(hunt(folder, ruleset))
    monkeypatch.setattr(module, name, value)
    assert told(hunt(folder, ruleset)) == usual


def test_every_hit_is_explained_by_its_own_record(
    folder: tuple[InputFile, ...], ruleset: RuleSet
) -> None:
    """まとめて判定しても、一致の根拠・番号・時刻は、そのレコード自身のものになる。"""
    hits = hunt(folder, ruleset).hits
    whole = [hit for hit in hits if hit.rule.title == "name" and "cut" not in hit.source]
    assert len(whole) == sum(number % 3 + 1 for number in range(FILES))
    for hit in whole:
        number = int(dict(hit.fields)["RecordNumber" if "json" in hit.source else "EventRecordID"])  # type: ignore[arg-type]
        assert int(Path(hit.source).stem) == number // 10
        assert hit.matched == (("CommandLine", f"of file {number}"),)
        assert hit.time == datetime(2026, 11, 22, 1, 2, number % 60, tzinfo=UTC)
        assert hit.host == f"pc{number % 7}.city.example"


def test_what_is_wrong_with_small_files_is_told_one_by_one(
    folder: tuple[InputFile, ...], ruleset: RuleSet
) -> None:
    """壊れた小さいファイルは一つずつ名前と理由が示され、ほかのファイルの判定は続く。"""
    skips = hunt(folder, ruleset).skips
    assert {Path(skip.where.path).name for skip in skips} == set(BROKEN)


@pytest.mark.slow
def test_small_files_are_judged_alike_in_other_processes(
    folder: tuple[InputFile, ...], ruleset: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ほかのプロセスが開いて判定しても、結果は順番まで同じ。消えたファイルもスキップになる。"""
    folder[3].path.unlink()  # type: ignore[union-attr]
    many = tuple(
        InputFile(f"{n}/{one.name}", one.size, one.open, one.path)
        for n in range(40)
        for one in folder
    )
    usual = told(hunt(many, ruleset))
    monkeypatch.setattr(workers_module, "_ALONE_SECONDS", 0)
    monkeypatch.setattr(workers_module, "_BATCH_BYTES", 1)
    given: list[int] = []
    original = workers_module.Worker.give

    def counted(self: Any, work: Any) -> Any:
        given.append(len(work))
        return original(self, work)

    monkeypatch.setattr(workers_module.Worker, "give", counted)
    monkeypatch.setattr(workers_module._Workers, "give", waiting_for_one)
    assert told(hunt(many, ruleset, jobs=3)) == usual
    assert given
    assert any("読めません" in skip.reason for skip in usual[2])  # type: ignore[attr-defined]


def waiting_for_one(self: Any, work: Any, give: Any = workers_module._Workers.give) -> Any:
    """Give work as usual, but not before a worker is ready."""
    while not any(worker.is_ready for worker in self._workers):
        self.take(wait=True)
    return give(self, work)


def test_a_file_that_has_grown_is_read_to_its_end(
    folder: tuple[InputFile, ...], ruleset: RuleSet, tmp_path: Path
) -> None:
    """見つけた後に伸びたファイル（使用中のログ）は、伸びた所まで判定する。"""
    item = next(one for one in folder if one.name.endswith("/4.json"))
    assert item.path is not None
    before = hunt([item], ruleset).judged
    shutil.copyfile(item.path, tmp_path / "copy")
    with item.path.open("ab") as log:
        log.write((b"\n" + (tmp_path / "copy").read_bytes()) * 10_000)
    assert item.path.stat().st_size > hunt_module.SMALL_BYTES
    assert hunt([item], ruleset).judged == before * 10_001
