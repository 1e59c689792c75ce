"""Compiled regular expressions of cues and exclusions, each compiled once."""

import re
from functools import lru_cache

from regulation_scan.model import Cue, Exclusion


@lru_cache(maxsize=4096)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def compiled(cue: Cue) -> re.Pattern[str]:
    """Return the cue's pattern; without one, any of its words."""
    return _compile(cue.pattern or "|".join(re.escape(word) for word in cue.words))


def compiled_exclusion(exclusion: Exclusion) -> re.Pattern[str]:
    """Return the exclusion's pattern."""
    return _compile(exclusion.pattern)
