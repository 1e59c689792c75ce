"""The word lists that parts of a clause are read by, compiled. Pure values; see ``load_rules``."""

import re
import unicodedata
from dataclasses import dataclass

from kanmon.dates import parse_number

NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|[〇一二三四五六七八九十百千]+)"
MONTHS = "(?:[か箇ヶヵカケ]月|月(?=間))"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A pattern and the rank its words have."""

    pattern: re.Pattern[str]
    rank: float


@dataclass(frozen=True, slots=True)
class RoleWord:
    """A word for a role; only roles of one ``group`` have an order between them."""

    word: str
    group: str
    rank: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """A pattern with its key and the Japanese word people read."""

    key: str
    pattern: re.Pattern[str]
    label: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A measure that numbers are compared by.

    Attributes:
        near: Must be found in the sentence.
        sign: +1 when the larger number binds more, -1 when the smaller.
    """

    key: str
    near: re.Pattern[str]
    units: frozenset[str]
    sign: int
    label: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A scale of words, weakest step first."""

    key: str
    near: re.Pattern[str]
    steps: tuple[re.Pattern[str], ...]
    label: str


@dataclass(frozen=True, slots=True)
class PartRules:
    """Everything in rules/policy/parts.yml, each list longest word first."""

    frequency: tuple[Ranked, ...]
    urgency: tuple[Ranked, ...]
    roles: tuple[RoleWord, ...]
    staff: tuple[Ranked, ...]
    acts: tuple[Labelled, ...]
    act_ranks: tuple[tuple[str, float], ...]
    records: tuple[Labelled, ...]
    quantifiers: tuple[Ranked, ...]
    classes: tuple[Labelled, ...]
    thresholds: tuple[Threshold, ...]
    grades: tuple[Grade, ...]
    exceptions: tuple[re.Pattern[str], ...]
    gates: re.Pattern[str]

    def rank_of_act(self, key: str) -> float:
        """Return the rank of an act such as ``permit``; 0 for an unknown one."""
        return dict(self.act_ranks).get(key, 0.0)


def narrow(text: str) -> str:
    """Return ``text`` with full-width letters and digits made half-width, length unchanged."""
    out = []
    for char in text:
        folded = unicodedata.normalize("NFKC", char)
        out.append(folded if len(folded) == 1 and folded.isascii() else char)
    return "".join(out)


def number(text: str) -> float:
    """Return the value of an Arabic or kanji number; 半 is not one."""
    try:
        return float(text)
    except ValueError:
        return float(parse_number(text))
