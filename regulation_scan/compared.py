"""Two runs beside each other, within the files that both of them read. Pure.

A clause is not gone because today's run looked elsewhere, nor new because last year's did.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kanmon.finding import Finding
from kanmon.report import Column, Table
from kanmon.review import Continued, Continuity, compare_findings
from kanmon.run import InputDigest

_NAMED = 3
"""So many files are named in a sentence; the table has them all."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a run read, and what it found there."""

    inputs: Sequence[InputDigest]
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings of two runs beside each other.

    Attributes:
        items: As ``compare_findings`` gives them, without what only one run could see.
        only_before, only_now: Files that only one of the runs read, sorted, each with the number
            of findings in it.
    """

    items: tuple[Continued, ...]
    only_before: tuple[tuple[str, int], ...]
    only_now: tuple[tuple[str, int], ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """Return the sentence about files that were not compared; none when all were."""
        parts = [
            f"{label}の点検だけが読んだファイル {len(files):,} 件（{_some(files)}）の"
            f"結果 {sum(count for _, count in files):,} 件"
            for label, files in (("前回", self.only_before), ("今回", self.only_now))
            if files
        ]
        return (f"{'、'.join(parts)}は比べていません。",) if parts else ()

    def table(self) -> Table:
        """Return the files that only one of the runs read."""
        rows = [("前回だけ", path, count) for path, count in self.only_before]
        rows += [("今回だけ", path, count) for path, count in self.only_now]
        columns = (
            Column("run", "読んだ点検", 12),
            Column("file", "ファイル", 60),
            Column("count", "結果", 8),
        )
        return Table("only-one", "比べていないファイル", columns, tuple(rows))


def compare_read(before: Read, now: Read) -> Compared:
    """Return the findings of both runs once, compared within the files that both read."""
    only_before, only_now = _only(before, now), _only(now, before)
    items = tuple(
        item
        for item in compare_findings(before.findings, now.findings)
        if not (item.continuity is Continuity.NEW and _path(item.now) in only_now)
        and not (item.continuity is Continuity.GONE and _path(item.before) in only_before)
    )
    return Compared(items, _counted(only_before, before), _counted(only_now, now))


def _counted(files: Iterable[str], read: Read) -> tuple[tuple[str, int], ...]:
    counts = Counter(finding.where.path for finding in read.findings)
    return tuple((path, counts[path]) for path in sorted(files))


def _only(one: Read, other: Read) -> frozenset[str]:
    """Return the files of ``one`` that ``other`` did not read: by name, content or ordinance.

    A new edition lies in another folder, under other names, and is the same ordinance.
    """
    digests: dict[str, set[str]] = {item.path: {item.sha256} for item in one.inputs}
    subjects: dict[str, set[str]] = {path: set() for path in digests}
    for finding in one.findings:
        digests.setdefault(finding.where.path, set())
        subjects.setdefault(finding.where.path, set()).add(finding.subject)
    own = {item.path for item in other.inputs} | {f.where.path for f in other.findings}
    known = {item.sha256 for item in other.inputs}
    about = {finding.subject for finding in other.findings}
    return frozenset(
        path
        for path in digests
        if path not in own and not digests[path] & known and not subjects[path] & about
    )


def _path(finding: Finding | None) -> str:
    return finding.where.path if finding else ""


def _some(files: Iterable[tuple[str, int]]) -> str:
    listed = [path for path, _ in files]
    more = f"、ほか {len(listed) - _NAMED:,} 件" if len(listed) > _NAMED else ""
    return "、".join(listed[:_NAMED]) + more
