"""The one door to detection: logs and rules in, hits, counts and skips out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from csirt.engine.hits import Hits
from csirt.engine.judge import Judged, Window
from csirt.engine.workers import judge_blocks
from csirt.logs.block import Block, Unread
from csirt.logs.blocks import blocks_until_damage
from csirt.model import HuntResult, Seen
from csirt.rule_check import check_rules
from csirt.ruleset import RuleSet
from kanmon.inputs import InputFile
from kanmon.run import Skip
from kanmon.source import SourceRef

__all__ = ["check_rules", "hunt"]

Advance = Callable[[int], None]
EVER = Window()
"""No limit in time."""

SMALL_BYTES = 1024**2
"""A file on disk up to this size is looked into by whoever judges it."""

MAX_SKIPS_PER_FILE = 100
"""Broken records named one by one; the rest of a file's are counted in one further skip."""


def hunt(
    inputs: Sequence[InputFile],
    rules: RuleSet,
    *,
    jobs: int = 1,
    window: Window = EVER,
    advance: Advance = lambda count: None,
) -> HuntResult:
    """Return every hit of every rule in every input, whatever the number of jobs.

    Args:
        window: Events outside are not judged; those without a readable time always are.
        advance: Called with the number of events judged since the last call.

    Raises:
        ServiceError: a worker process died.
    """
    hits = Hits(rules.rules)
    totals = _Totals(rules)
    work, size = _work(inputs, totals.skips), sum(item.size for item in inputs)
    for item, judged in judge_blocks(work, rules, window, jobs, size):
        hits.add(item.name, judged.hits)
        totals.add(item, judged)
        advance(judged.events)
    hits.sort()
    return totals.result(hits)


def _work(
    inputs: Sequence[InputFile], skips: list[Skip]
) -> Iterator[tuple[InputFile, Block | Unread]]:
    for item in inputs:
        if item.path is not None and item.size <= SMALL_BYTES:
            yield item, Unread(item.name, str(item.path), item.size)
        else:
            for block in blocks_until_damage(item, skips):
                yield item, block


class _Totals:
    """What the blocks of all files add up to."""

    def __init__(self, rules: RuleSet) -> None:
        self.skips: list[Skip] = []
        self._rules = rules
        self._judged = 0
        self._outside = 0
        self._broken: Counter[str] = Counter()
        self._undecided: Counter[tuple[int, str]] = Counter()
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._fields: dict[tuple[str, str], set[str]] = {}

    def add(self, item: InputFile, judged: Judged) -> None:
        self.skips += judged.skips
        self._judged += judged.events
        self._outside += judged.outside
        for (channel, event_id), count, names in judged.seen:
            self._kinds[(channel, event_id)] += count
            self._fields.setdefault((channel, event_id), set()).update(names)
        for rule, count in judged.undecided.items():
            self._undecided[(rule, item.name)] += count
        for place, reason in judged.broken:
            self._broken[item.name] += 1
            if self._broken[item.name] <= MAX_SKIPS_PER_FILE:
                self.skips.append(Skip(item.ref.at(place), reason))

    def result(self, hits: Hits) -> HuntResult:
        for name, count in self._broken.items():
            if count > MAX_SKIPS_PER_FILE:
                rest = count - MAX_SKIPS_PER_FILE
                self.skips.append(Skip(SourceRef(name), f"ほかに {rest} 件のレコードを読めません"))
        for (rule, name), count in self._undecided.items():
            info = self._rules.rules[rule]
            reason = f"ルール {info.id} の正規表現が時間内に終わらず、{count} 件を判定していません"
            hint = f"{info.path} の正規表現を、繰り返しが重ならない形に直してください"
            self.skips.append(Skip(SourceRef(name), reason, hint))
        kinds = sorted(self._kinds.items(), key=lambda pair: (-pair[1], pair[0]))
        return HuntResult(
            hits=hits,
            judged=self._judged,
            outside=self._outside,
            skips=tuple(sorted(set(self.skips))),
            seen=Seen(
                kinds=tuple((channel, event_id, count) for (channel, event_id), count in kinds),
                fields=frozenset(
                    (*kind, name) for kind, names in self._fields.items() for name in names
                ),
            ),
        )
