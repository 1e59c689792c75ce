"""A runbook: what a tired analyst does, in order, with the reason for each step."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """What to do on one answer, and where to go on.

    Attributes:
        go: ``next``, ``contain``, ``evidence``, ``decide``, ``false-positive``, ``my-number``,
            ``contractor``, or the id of another question.
    """

    do: str
    go: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search that answers a question: a Sigma rule for hunt, and the same for Kibana.

    Attributes:
        path: The Sigma rule's file.
        kibana: KQL over ECS field names.
    """

    id: str
    title: str
    description: str
    path: str
    kibana: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A yes/no question of the first minutes.

    Attributes:
        look: Ids of the queries that answer it; empty when no log does.
    """

    id: str
    ask: str
    how: str
    look: tuple[str, ...]
    yes: Branch
    no: Branch


@dataclass(frozen=True, slots=True, kw_only=True)
class FalsePositive:
    """What fires the same rules harmlessly, how to tell, and what to filter."""

    case: str
    check: str
    filter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preserve:
    """Something to keep before touching anything; ``order`` 1 vanishes first (RFC 3227)."""

    id: str
    order: int
    what: str
    how: str
    keep: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Containment:
    """One cut, from the smallest to a whole layer.

    Attributes:
        cut: ``host``, ``account``, ``flow``, ``segment``, ``layer``, ``service`` or ``media``.
        layers: Network layers it applies to (authority.yml), ``any`` for all.
        models: α, α′, β, β′ slugs it applies to, ``any`` for all.
        order: Who may order it: a name of authority.yml.
        execute: Who carries it out: a name of authority.yml.
        before: What to keep first.
    """

    id: str
    title: str
    cut: str
    layers: tuple[str, ...]
    models: tuple[str, ...]
    order: str
    execute: str
    before: str
    steps: tuple[str, ...]
    side_effect: str
    rollback: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide."""

    choice: str
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A point where somebody with authority decides; ``who`` is a name of authority.yml."""

    id: str
    ask: str
    who: str
    by: str
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Something to verify before going on, and how."""

    id: str
    check: str
    how: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question of the review meeting."""

    id: str
    ask: str


@dataclass(frozen=True, slots=True)
class SuggestedAnswer:
    """What the trigger questions will probably be answered with, and why; a person decides."""

    question: str
    answer: str
    because: str


@dataclass(frozen=True, slots=True)
class ExtraNotice:
    """Somebody to tell beside the duties of duties.yml."""

    to: str
    when: str
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """One category's runbook, its shared blocks filled in; every list in the file's order.

    Attributes:
        revised: Day of the last revision, ISO.
        branch: True for a runbook opened beside another one (contractor, My Number).
        letters: Names of the templates in rules/runbooks/letters.
        training: (topic, audience) that training should react with.
    """

    id: str
    title: str
    version: str
    revised: str
    owner: str
    tlp: str
    branch: bool
    attack: tuple[str, ...]
    summary: str
    why_it_matters: str
    do_first: tuple[str, ...]
    never: tuple[str, ...]
    questions: tuple[Check, ...]
    false_positives: tuple[FalsePositive, ...]
    evidence: tuple[Preserve, ...]
    containment: tuple[Containment, ...]
    decisions: tuple[Decision, ...]
    answers: tuple[SuggestedAnswer, ...]
    notices: tuple[ExtraNotice, ...]
    eradication: tuple[Verification, ...]
    recovery: tuple[Verification, ...]
    letters: tuple[str, ...]
    lessons: tuple[Lesson, ...]
    closeout: tuple[Verification, ...]
    training: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityLevel:
    """One step of the city's own scale.

    Attributes:
        respond_minutes: From noticing to the first action.
        alert: Severity slug of alerts that suggest it.
    """

    id: str
    label: str
    meaning: str
    examples: str
    respond_minutes: int
    call: str
    alert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Labels of authority.yml: who, which layer, which model, which cut."""

    authorities: Mapping[str, str]
    layers: Mapping[str, str]
    models: Mapping[str, str]
    cuts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything of rules/runbooks but duties and mapping."""

    runbooks: Mapping[str, Runbook]
    queries: Mapping[str, Query]
    severities: tuple[SeverityLevel, ...]
    words: Words

    def severity(self, level_id: str) -> SeverityLevel | None:
        """Return the level with this id, or None."""
        return next((level for level in self.severities if level.id == level_id), None)
