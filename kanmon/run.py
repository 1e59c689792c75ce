"""What was judged, with which inputs and rules, and what could not be."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kanmon.source import SourceRef


@dataclass(frozen=True, slots=True, order=True)
class Skip:
    """Something that could not be judged, and why. Counted and listed in every output.

    Attributes:
        where: What was not judged.
        reason: Why, in one Japanese sentence.
        hint: What the user can do about it; empty when nothing.
    """

    where: SourceRef
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" + (f"（{self.hint}）" if self.hint else "")


@dataclass(frozen=True, slots=True, order=True)
class InputDigest:
    """One input file of a run, so that the run can be repeated and proven."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of one verb.

    Attributes:
        tool: Verb as typed: ``csirt hunt``, ``regulation scan``.
        version: Kanmon's version.
        at: When it ran, aware, UTC.
        inputs: In path order.
        rules_digest: SHA-256 over the rules, cues or baseline used.
        judged: How many units (events, sentences, duties) were judged; ``unit`` names them.
    """

    tool: str
    version: str
    at: datetime
    inputs: tuple[InputDigest, ...]
    rules_digest: str
    judged: int
    unit: str
    skips: tuple[Skip, ...]

    @property
    def id(self) -> str:
        """Return 16 hex digits of everything above: two equal runs have one id."""
        parts = [self.tool, self.version, self.at.isoformat(), self.rules_digest, str(self.judged)]
        parts += [f"{item.path}\x1e{item.sha256}" for item in self.inputs]
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        return hashlib.sha256(text).hexdigest()[:16]


def digest_texts(texts: Iterable[bytes]) -> str:
    """Return the SHA-256 hex digest over several byte strings, order and borders included."""
    whole = hashlib.sha256()
    for text in texts:
        whole.update(len(text).to_bytes(8, "big"))
        whole.update(text)
    return whole.hexdigest()
