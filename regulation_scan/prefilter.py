"""Which sentences can hold a cue at all: one automaton over all cue words.

The promise: a sentence that any cue would match is never left out. A cue can only match where
one of its words occurs in the normalised text, and the automaton reports every occurrence of
every word in that same text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ahocorasick_rs

from regulation_scan.model import Cue


@dataclass(frozen=True, slots=True)
class Prefilter:
    """The automaton and, for each word, the cues that look for it."""

    automaton: ahocorasick_rs.AhoCorasick
    cues: tuple[Cue, ...]
    owners: tuple[tuple[int, ...], ...]

    def candidates(self, core: str) -> tuple[Cue, ...]:
        """Return the cues one of whose words occurs in a normalised sentence, in cue order."""
        found = self.automaton.find_matches_as_indexes(core, overlapping=True)
        if not found:
            return ()
        indexes = {owner for match in found for owner in self.owners[match[0]]}
        return tuple(self.cues[index] for index in sorted(indexes))


def build_prefilter(cues: Sequence[Cue]) -> Prefilter:
    """Return the prefilter over the cues."""
    owners: dict[str, list[int]] = {}
    for index, cue in enumerate(cues):
        for word in cue.words:
            owners.setdefault(word, []).append(index)
    words = sorted(owners)
    automaton = ahocorasick_rs.AhoCorasick(words, matchkind=ahocorasick_rs.MATCHKIND_STANDARD)
    return Prefilter(automaton, tuple(cues), tuple(tuple(owners[word]) for word in words))
