"""Two runs beside each other. Pure.

A clause is not gone because today's run did not read its file. One in a file that only today's
run read is new, as in an ordinance just enacted, and the report says that the file is.
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
        items: As ``compare_findings`` gives them, without what was in files not read again.
        only_before: Files that only the earlier run read, sorted, with the number of findings.
        only_now: Likewise those that only the later run read; their findings are new.
    """

    items: tuple[Continued, ...]
    only_before: tuple[tuple[str, int], ...]
    only_now: tuple[tuple[str, int], ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return a sentence for files that only the one or only the other run read."""
        found = []
        if self.only_before:
            found.append(
                f"前回の点検だけが読んだファイル {_told(self.only_before)} は比べていません"
                "（消滅ではありません）。"
            )
        if self.only_now:
            found.append(
                f"今回の点検で初めて読んだファイル {_told(self.only_now)} は新規に数えています。"
            )
        return tuple(found)

    def table(self) -> Table:
        """Return the files that only one of the runs read."""
        rows = [("前回だけ", path, count) for path, count in self.only_before]
        rows += [("今回だけ", path, count) for path, count in self.only_now]
        columns = (
            Column("run", "読んだ点検", 12),
            Column("file", "ファイル", 60),
            Column("count", "結果", 8),
        )
        return Table("only-one", "片方の点検だけが読んだファイル", columns, tuple(rows))


def compare_read(before: Read, now: Read) -> Compared:
    """Return the findings of both runs once; none is gone whose file was not read again."""
    only_before, only_now = _only(before, now), _only(now, before)
    items = tuple(
        item
        for item in compare_findings(before.findings, now.findings)
        if not (item.continuity is Continuity.GONE and _path(item.before) in only_before)
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


def _told(files: Sequence[tuple[str, int]]) -> str:
    listed = [path for path, _ in files]
    more = f"、ほか {len(listed) - _NAMED:,} 件" if len(listed) > _NAMED else ""
    names = "、".join(listed[:_NAMED]) + more
    return f"{len(files):,} 件（{names}）の結果 {sum(count for _, count in files):,} 件"
