"""The number of a clause: the document's own, made unique by its part. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kanmon.documents.line import read_mark
from kanmon.documents.model import Article, Paragraph
from kanmon.documents.passage import Passage
from kanmon.provision import Provision, Step, Unit
from policy.model import Clause, ClauseKind

GROUPS = frozenset({Unit.PART, Unit.CHAPTER, Unit.SECTION, Unit.SUBSECTION, Unit.DIVISION})
HEADING_MARKS = frozenset({"paren_digits", "circled", "paren_kana", "kana", "paren_kanji"})
_OWN = re.compile(
    r"([0-9]{1,2}(?:[.\-][0-9]{1,2})*)((?:\([0-9ア-ンa-z]{1,3}\)|[①-⑳])+)[\s:]*(?=\S)"
)
_PIECE = re.compile(r"\([0-9ア-ンa-z]{1,3}\)|[①-⑳]")


@dataclass(slots=True)
class Draft:
    """A clause being put together.

    Attributes:
        part: A part the reader of documents does not know (第2部, 【対策基準】), or empty.
    """

    provision: Provision
    clause: Clause
    part: str = ""


def own_number(text: str) -> tuple[Provision, str] | None:
    """Return the whole number a line begins with (``6.2(1)③``) and the rest, else ``None``."""
    plain = "".join(
        char if char in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" else unicodedata.normalize("NFKC", char)
        for char in text[:24]
    )
    match = _OWN.match(plain)
    if match is None:
        return None
    labels = (match.group(1), *_PIECE.findall(match.group(2)))
    steps = tuple(Step(Unit.LABEL, label=label) for label in labels)
    return Provision(steps), text[match.end() :]


def cited(passage: Passage) -> Provision:
    """Return the address as people cite it: 第6条 for an article of one paragraph."""
    steps = passage.provision.steps
    article = passage.article
    if article is not None and _paragraphs(article) <= 1:
        steps = tuple(step for step in steps if step.unit is not Unit.PARAGRAPH)
    return _with_heading_marks(steps, passage.headings)


def _with_heading_marks(steps: tuple[Step, ...], headings: Sequence[str]) -> Provision:
    """Return the address with the marks of headings that Word keeps as a style: (1) 兼務の禁止."""
    marks = [mark for heading in headings if (mark := read_mark(heading)) is not None]
    known = {step.label for step in steps if step.unit is Unit.LABEL}
    missing = [m.label for m in marks if m.kind in HEADING_MARKS and m.label not in known]
    if not missing or any(step.unit is Unit.ARTICLE for step in steps):
        return Provision(steps)
    place = max(
        (
            index + 1
            for index, step in enumerate(steps)
            if step.unit in GROUPS or step.label[:1].isdecimal()
        ),
        default=0,
    )
    inserted = tuple(Step(Unit.LABEL, label=label) for label in missing)
    return Provision((*steps[:place], *inserted, *steps[place:]))


def _paragraphs(article: Article) -> int:
    return sum(isinstance(child, Paragraph) for child in article.children)


def with_ids(drafts: Sequence[Draft]) -> Iterator[Clause]:
    """Yield the clauses with ids: short ones, the part in front where two would be equal."""
    short = [_short(draft.provision) for draft in drafts]
    places: dict[str, set[tuple[str, Provision]]] = {}
    for name, draft in zip(short, drafts, strict=True):
        if draft.clause.kind is ClauseKind.BODY:
            places.setdefault(name, set()).add((draft.part, draft.provision))
    names = []
    for name, draft in zip(short, drafts, strict=True):
        note = draft.clause.kind is ClauseKind.COMMENTARY
        clash = name in places if note else len(places[name]) > 1
        names.append(_long(draft, note) if clash or not name else name)
    seen: Counter[str] = Counter()
    for name, draft in zip(names, drafts, strict=True):
        seen[name] += 1
        unique = name if seen[name] == 1 and name else f"{name}第{seen[name]}段落"
        yield replace(draft.clause, id=unique)


def _short(provision: Provision) -> str:
    return _written(tuple(step for step in provision.steps if step.unit not in GROUPS))


def _long(draft: Draft, note: bool) -> str:
    """Return the address with its part in front: 第2章 for body text, 第3編 for 解説."""
    groups = [step for step in draft.provision.steps if step.unit in GROUPS]
    rest = tuple(step for step in draft.provision.steps if step.unit not in GROUPS)
    front = groups[:1] if note else groups
    return draft.part + _written((*front, *rest))


def _written(steps: tuple[Step, ...]) -> str:
    """Return an address as people write it: 別表2, where ``Provision`` writes 別表・2."""
    return re.sub(r"^(別表|別記|別図|別紙)・", r"\1", str(Provision(steps)))
