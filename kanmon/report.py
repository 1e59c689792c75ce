"""One shape for everything that is shown, so that every job gets every format.

A package builds a ``Report`` of words and tables; ``kanmon.render`` turns it into bytes and
knows no word of any domain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kanmon.run import Skip


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text with an optional emphasis.

    Attributes:
        mark: ``""`` plain, ``"hit"`` the words that made the difference, ``"added"`` and
            ``"removed"`` as in 新旧対照表 (underlined), ``"strong"``, ``"alarm"`` (overdue).
    """

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class RichText:
    """A cell or paragraph of several spans."""

    spans: tuple[Span, ...]

    def __str__(self) -> str:
        return "".join(span.text for span in self.spans)


Cell = str | int | float | bool | date | datetime | RichText | None
"""What may stand in a table. An aware ``datetime`` is shown in Japan time (JST)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: Machine name, used by json, jsonl and as the csv header when ``label_ja`` is empty.
        label_ja: Header people read.
        width: Characters (half-width) for xlsx and docx; 0 lets the renderer choose.
        choices: Allowed values: a drop-down in xlsx. Empty: free.
        editable: True for a column the user is meant to fill in (tinted in xlsx).
        hidden: Kept in the file but not shown (ids that come back from Excel).
    """

    key: str
    label_ja: str
    width: int = 0
    choices: tuple[str, ...] = ()
    editable: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns.

    Attributes:
        key: Machine name; the JSON member.
        title: Heading and (cut to 31 characters) Excel sheet name.
        severity_column: Key of a column holding a severity label, to colour rows by; or empty.
        note: A sentence under the heading.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    severity_column: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the largest below the report's title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``kind``: ``""``, ``"note"``, ``"warning"``, ``"quote"`` or ``"code"``."""

    text: str | RichText
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of items, numbered or not; ``checkbox`` puts an empty box before each."""

    items: tuple[str | RichText, ...]
    numbered: bool = False
    checkbox: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs: the head of a runbook, the details of one alert."""

    pairs: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of one or more series over labels; drawn in html and xlsx, a table elsewhere.

    Attributes:
        series: (name, values); each as long as ``labels``.
        stacked: Bars of one label on top of each other instead of side by side.
    """

    key: str
    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    stacked: bool = False


Block = Heading | Text | Listing | Facts | Table | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is shown.

    Attributes:
        summary: Sentences at the top, the most important first.
        judged: "n judged" line in words: ``1,204 件のイベントを判定``; empty for documents that
            judge nothing (a runbook).
        skips: What was not judged; rendered in every format, also when empty and ``judged`` set.
        records: What json and jsonl carry instead of the tables, when the job documents its own
            line format; each a mapping of JSON values.
        made_on: Japan-time date shown as 作成日; ``None`` shows none. Never a time of day: two
            runs of one day give identical bytes.
    """

    title: str
    summary: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    judged: str = ""
    skips: tuple[Skip, ...] = ()
    records: Sequence[dict[str, object]] | None = None
    made_on: date | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables among the blocks, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))
