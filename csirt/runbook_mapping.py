"""Which runbook an alert calls for: the first match of rules/runbooks/mapping.yml, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from csirt.model import LogSource
from csirt.yaml_data import Node, read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One line of the mapping; whatever it names is an alternative.

    Attributes:
        techniques: ATT&CK ids, upper case; an id covers its sub-techniques.
        tactics: ATT&CK tactic slugs, old and new names.
        tags: Beginnings of any Sigma tag (``cve.``).
        logsource: Values by field of Sigma's logsource.
    """

    category: str
    because: str
    techniques: tuple[str, ...]
    tactics: frozenset[str]
    tags: tuple[str, ...]
    logsource: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class CategoryMapping:
    """The whole file, in order."""

    matches: tuple[Match, ...]
    fallback: str
    fallback_because: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The runbook for a rule.

    Attributes:
        on: What matched: ``T1486``, ``戦術 stealth``, ``product:azure``; empty for the fallback.
    """

    category: str
    because: str
    on: str
    is_fallback: bool


def load_mapping(path: Path) -> CategoryMapping:
    """Return the mapping; raises ``InputError`` for a malformed file."""
    root = read_yaml(path)
    root.only("match", "fallback")
    fallback = root.need("fallback")
    return CategoryMapping(
        root.each("match", _match), fallback.text("category"), fallback.text("because")
    )


def choose_runbook(mapping: CategoryMapping, tags: Iterable[str], logsource: LogSource) -> Chosen:
    """Return the first match for a rule's tags and log source, else the stated fallback."""
    seen = tuple(tag.strip().lower() for tag in tags)
    for match in mapping.matches:
        if on := _matches(match, seen, logsource):
            return Chosen(match.category, match.because, on, is_fallback=False)
    return Chosen(mapping.fallback, mapping.fallback_because, "", is_fallback=True)


def _matches(match: Match, tags: tuple[str, ...], logsource: LogSource) -> str:
    """Return what matched, in words; empty when nothing did."""
    for tag in tags:
        space, _, name = tag.partition(".")
        if any(tag.startswith(prefix) for prefix in match.tags):
            return tag
        if space != "attack":
            continue
        technique = name.upper()
        if any(technique == t or technique.startswith(t + ".") for t in match.techniques):
            return technique
        if name.replace("_", "-") in match.tactics:
            return f"戦術 {name}"
    for field, values in match.logsource.items():
        value = getattr(logsource, field)
        if value in values:
            return f"{field}:{value}"
    return ""


def _match(node: Node) -> Match:
    node.only("category", "because", "techniques", "tactics", "tags", "logsource")
    logsource = {}
    if (given := node.get("logsource")) is not None:
        given.only("category", "product", "service")
        logsource = {field: frozenset(given.texts(field)) for field, _ in given.members()}
    return Match(
        category=node.text("category"),
        because=node.text("because"),
        techniques=tuple(t.upper() for t in node.texts("techniques")),
        tactics=frozenset(node.texts("tactics")),
        tags=node.texts("tags"),
        logsource=logsource,
    )
