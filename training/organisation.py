"""The city's sections as a tree in its own order (組織順)."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kanmon.text import squeeze


@dataclass(frozen=True, slots=True)
class Section:
    """A department, section or team; ``parent`` is a code, empty at the top."""

    code: str
    name: str
    parent: str
    position: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """All sections. Build with ``build_organisation``.

    Attributes:
        sections: In organisation order, each parent before its children.
        is_table: True when it came from the city's section table, so that a section missing
            from it is suspicious; False when it was inferred from the staff list.
    """

    sections: tuple[Section, ...]
    by_code: Mapping[str, Section]
    by_name: Mapping[str, Section]
    rank: Mapping[str, int]
    below: Mapping[str, frozenset[str]]
    is_table: bool

    def find(self, text: str) -> Section | None:
        """Return the section with this code or name; ``None`` when there is none."""
        return self.by_code.get(text) or self.by_name.get(squeeze(text))

    def name(self, code: str) -> str:
        """Return a section's name; for an unknown code the code itself, marked."""
        if not code:
            return "（所属なし）"
        section = self.by_code.get(code)
        return section.name if section else f"（組織表にない所属 {code}）"

    def path(self, code: str) -> tuple[Section, ...]:
        """Return the sections from the top down to ``code``; empty for an unknown code."""
        found: list[Section] = []
        section = self.by_code.get(code)
        while section is not None and section not in found:
            found.append(section)
            section = self.by_code.get(section.parent)
        return tuple(reversed(found))

    def department(self, code: str) -> str:
        """Return the code of the top section above ``code``; ``code`` itself when unknown."""
        path = self.path(code)
        return path[0].code if path else code

    def order(self, code: str) -> tuple[int, str]:
        """Return the sorting key of a section: organisation order, unknown ones last."""
        return (self.rank.get(code, len(self.rank) + (0 if code else 1)), code)

    def nearest(self, text: str) -> tuple[str, ...]:
        """Return up to three section names that look like ``text``."""
        names = [section.name for section in self.sections]
        found = difflib.get_close_matches(text, names, n=3, cutoff=0.4)
        found += [s.name for s in self.sections if s.code.startswith(text[:3]) and text.isdigit()]
        return tuple(dict.fromkeys(found))[:3]


def build_organisation(sections: Iterable[Section], *, is_table: bool) -> Organisation:
    """Return the tree; siblings by position, then code."""
    ordered: list[Section] = []
    given = sorted(sections, key=lambda section: (section.position, section.code))
    codes = {section.code for section in given}
    children: dict[str, list[Section]] = {}
    for section in given:
        parent = section.parent if section.parent in codes else ""
        children.setdefault(parent, []).append(section)
    pending = list(reversed(children.get("", [])))
    while pending:
        section = pending.pop()
        ordered.append(section)
        pending += reversed(children.get(section.code, []))
    below: dict[str, set[str]] = {section.code: {section.code} for section in ordered}
    for section in reversed(ordered):
        if section.parent in below:
            below[section.parent] |= below[section.code]
    return Organisation(
        sections=tuple(ordered),
        by_code={section.code: section for section in ordered},
        by_name={squeeze(section.name): section for section in reversed(ordered)},
        rank={section.code: number for number, section in enumerate(ordered)},
        below={code: frozenset(members) for code, members in below.items()},
        is_table=is_table,
    )
