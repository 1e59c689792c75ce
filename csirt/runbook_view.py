"""A runbook and what it is filled with."""

from dataclasses import dataclass

from csirt.letters import LetterFacts
from csirt.runbook import Library, Runbook
from csirt.triage import Ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookView:
    """A runbook and what it is filled with.

    Attributes:
        alerts: The incident's alerts, the most pressing first; empty without an incident.
        facts: For clocks and letters; its incident is None for a general runbook.
        model: Slug of the network model whose containment is shown; empty shows all.
        letters: (name, text) of the filled letters to append.
    """

    runbook: Runbook
    alerts: tuple[Ranked, ...]
    facts: LetterFacts
    model: str
    letters: tuple[tuple[str, str], ...]

    @property
    def library(self) -> Library:
        """Return the library the runbook is from."""
        return self.facts.library
