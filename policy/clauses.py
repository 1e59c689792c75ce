"""A document tree in, clauses out: own numbers as ids, headings, 柱書, 解説, 【推奨事項】. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kanmon.documents.line import read_mark
from kanmon.documents.model import Document
from kanmon.documents.passage import Passage, passages
from kanmon.provision import Provision, Unit
from policy.clause_ids import HEADING_MARKS, Draft, cited, own_number, with_ids
from policy.model import Clause, ClauseKind

_FRAME_BLOCKS = frozenset({"title", "date", "number", "toc", "enact", "field", "remarks", "note"})
_RECOMMENDED = re.compile(r"[【\[［〔<＜](?:推奨(?:事項)?|努力事項)[】\]］〕>＞]\s*")
_COMMENTARY = re.compile(r"解説|逐条説明|趣旨及び説明|コメンタリー")
_COMMENTARY_LINE = re.compile(r"^[（(【〔\[]?(?:解説|趣旨)[）)】〕\]]?$")
_INTRODUCES = re.compile(r"次(?:の|に|のとおり|に掲げる|の各号)|以下(?:の|に|のとおり)|各号|下記")
_NUMBERING = re.compile(
    r"^(?:第[0-9０-９〇一二三四五六七八九十百]+[編章節款目条]"
    r"(?:の[0-9一二三四五六七八九十]+)*[\s　]*"
    r"|[0-9０-９]+(?:[.．-][0-9０-９]+)*[.．]?[\s　]+"
    r"|[0-9０-９]+(?:[.．][0-9０-９]+)+[.．]?(?=[^0-9０-９.．])"
    r"|[（(][0-9０-９]+[）)][\s　]*|[①-⑳][\s　]*)"
)
_PART = re.compile(
    r"(第[0-9０-９〇一二三四五六七八九十]+部)(?:[\s　].{0,40})?"
    r"|[【［〔]([^】］〕]{0,12}(?:基本方針|対策基準|実施手順))[】］〕]"
)
_MAX_TITLE = 40
# A line broken in the middle of a sentence (PDF, copied web page) ends or goes on like this.
_OPEN_END = re.compile(r"(?:[、（(・]|[はがをにでとのもへりしきてばど]|掲げる|における)$")
_CONTINUES = re.compile(r"^[、。）)」』]|^[（(][^（）()]*[）)]。?$")

StatesDuty = Callable[[str], bool]
"""Whether a text has a predicate of its own; a noun alone belongs to its 柱書."""


def clauses_of(document: Document, edition: str, states_duty: StatesDuty) -> tuple[Clause, ...]:
    """Return the clauses of a document, in order, ids unique.

    Items that end in a noun are enumerated in the clause they belong to (``Clause.items``); items
    with a predicate of their own are clauses. 附則 and 様式 are left out: they state no measures.
    """
    builder = _Builder(edition, states_duty)
    for passage in passages(document):
        builder.read(passage)
    return tuple(with_ids(builder.drafts))


class _Builder:
    """Reads passage after passage; remembers where 【推奨事項】 and 解説 began."""

    def __init__(self, edition: str, states_duty: StatesDuty) -> None:
        self._edition = edition
        self._states_duty = states_duty
        self.drafts: list[Draft] = []
        self._part = ""
        self._recommended_next = False
        self._recommended_under: Provision | None = None
        self._commentary_under: Provision | None = None

    def read(self, passage: Passage) -> None:
        if passage.supplementary is not None or passage.style is not None:
            return
        text = passage.text.strip()
        if self._new_part(passage, text):
            return
        if passage.kind == "block" and passage.block_kind in _FRAME_BLOCKS:
            return
        if passage.kind == "cell":
            self._cell(passage, text)
            return
        if self._marker(passage, text):
            return
        titles, chapeau = _split_chapeau(passage)
        if passage.kind != "item":
            chapeau = ()  # text that goes on below an item does not complete its 柱書
        if _is_title(text) and passage.kind == "item" and not chapeau:
            return  # it will come back as the chapeau of what stands below it
        if self._joins_last(passage, text):
            return
        if self._is_enumerated(passage, text, chapeau):
            last = self._owner(passage)
            if last is not None:
                last.clause = replace(last.clause, items=(*last.clause.items, text))
                return
        self._add(passage, text, titles, chapeau)

    def _new_part(self, passage: Passage, text: str) -> bool:
        """Return whether the line opens a part that is no 編 or 章: 第2部, 【対策基準】."""
        found = _PART.fullmatch(text)
        if found is None or passage.kind == "item":
            return False
        self._part = found.group(1) or found.group(2)
        return True

    def _marker(self, passage: Passage, text: str) -> bool:
        """Return whether the line only says what kind of text follows."""
        if _RECOMMENDED.fullmatch(text):
            self._recommended_next = True
            return True
        if _COMMENTARY_LINE.match(text):
            self._commentary_under = _section(passage.provision)
            return True
        return False

    def _add(
        self, passage: Passage, text: str, titles: tuple[str, ...], chapeau: tuple[str, ...]
    ) -> None:
        marked = _RECOMMENDED.match(text)
        if marked:
            text = text[marked.end() :]
        provision = cited(passage)
        whole = own_number(text)
        if whole is not None:
            provision, text = whole
        second = read_mark(text) if passage.kind == "item" else None
        if whole is None and second and second.kind in HEADING_MARKS and second.rest:
            # 「(2)① …」: two marks on one line
            provision, text = provision.child(Unit.LABEL, label=second.label), second.rest
        headings = tuple(
            heading
            for heading in (*map(strip_number, passage.headings), passage.caption, *titles)
            if heading
        )
        clause = Clause(
            id="",
            edition=self._edition,
            headings=headings,
            number=_own_number(passage),
            text=text,
            where=passage.where,
            chapeau=chapeau,
            kind=self._kind(passage),
            recommended=bool(marked) or self._is_recommended(passage.provision),
        )
        self.drafts.append(Draft(provision, clause, self._part))

    def _kind(self, passage: Passage) -> ClauseKind:
        if any(_COMMENTARY.search(heading) for heading in passage.headings):
            return ClauseKind.COMMENTARY
        under = self._commentary_under
        if under is not None and _section(passage.provision) == under:
            return ClauseKind.COMMENTARY
        self._commentary_under = None
        return ClauseKind.BODY

    def _is_recommended(self, provision: Provision) -> bool:
        """Return whether the place or a sibling before it stands behind the marker."""
        if self._recommended_next:
            self._recommended_next = False
            self._recommended_under = Provision(provision.steps[:-1])
        under = self._recommended_under
        if under is not None and provision.steps[: len(under.steps)] == under.steps:
            return True
        self._recommended_under = None
        return False

    def _joins_last(self, passage: Passage, text: str) -> bool:
        """Return whether the text was put behind the last one: one sentence in two lines."""
        numbered = passage.kind == "item" and _own_number(passage)
        if not self.drafts or numbered or own_number(text) is not None:
            return False
        last = self.drafts[-1]
        if last.provision != cited(passage) or last.clause.kind is not self._kind(passage):
            return False
        before = last.clause.text
        open_end = not before.endswith(("。", "」", "』")) and bool(_OPEN_END.search(before))
        if not open_end and not _CONTINUES.match(text):
            return False
        last.clause = replace(last.clause, text=before + text)
        return True

    def _is_enumerated(self, passage: Passage, text: str, chapeau: tuple[str, ...]) -> bool:
        if passage.kind != "item" or not chapeau:
            return False
        return not self._states_duty(text)

    def _owner(self, passage: Passage) -> Draft | None:
        """Return the clause an enumerated item belongs to: the nearest one above it."""
        steps = cited(passage).steps
        for draft in reversed(self.drafts):
            size = len(draft.provision.steps)
            if size < len(steps) and draft.provision.steps == steps[:size]:
                return draft
            if draft.provision.steps[:1] != steps[:1]:
                return None
        return None

    def _cell(self, passage: Passage, text: str) -> None:
        """Read a table row by row: the first cell opens the row, the others are skipped."""
        if passage.row and text != next((cell.strip() for cell in passage.row if cell), ""):
            return
        row = "｜".join(cell.strip().replace("\n", "") for cell in passage.row if cell.strip())
        last = self.drafts[-1] if self.drafts else None
        if last is not None and last.provision == cited(passage) and last.clause.number == "表":
            last.clause = replace(last.clause, items=(*last.clause.items, row))
            return
        self._add(passage, row, (), ())
        self.drafts[-1].clause = replace(self.drafts[-1].clause, number="表")


def strip_number(heading: str) -> str:
    """Return a heading without its number: ``第2章　組織`` → ``組織``."""
    return _NUMBERING.sub("", heading.strip(), count=1).strip() or heading.strip()


def _split_chapeau(passage: Passage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the titles among the texts above (兼務の禁止), and the real 柱書."""
    titles = tuple(text for text in passage.chapeau if _is_title(text))
    return titles, tuple(text for text in passage.chapeau if not _is_title(text))


def _is_title(text: str) -> bool:
    short = len(text) <= _MAX_TITLE and "。" not in text
    return short and not _INTRODUCES.search(text) and not text.endswith("、")


def _own_number(passage: Passage) -> str:
    if passage.kind == "item" or passage.article is not None:
        return str(passage.provision.steps[-1]) if passage.provision.steps else ""
    return ""


def _section(provision: Provision) -> Provision:
    """Return the enclosing heading: everything but the marks below it."""
    steps = provision.steps
    while steps and steps[-1].unit is Unit.LABEL and not steps[-1].label[:1].isdecimal():
        steps = steps[:-1]
    return Provision(steps)


def mark_introductions(clauses: Sequence[Clause], states_duty: StatesDuty) -> tuple[Clause, ...]:
    """Return the clauses with ``introduces`` set where the places below state the duties."""
    leading = {
        chapeau for clause in clauses for chapeau in clause.chapeau[-1:] if states_duty(clause.text)
    }
    return tuple(
        replace(clause, introduces=True)
        if clause.text in leading and _INTRODUCES.search(clause.text)
        else clause
        for clause in clauses
    )
