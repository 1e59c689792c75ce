"""Text for a terminal or a mail: tables where they fit, cards where they do not."""

from collections.abc import Iterator

from kanmon.render.cell import cell_text, judged_line
from kanmon.render.wrap import wrap
from kanmon.report import Block, Chart, Facts, Heading, Listing, Report, Table, Text
from kanmon.text import display_width, printable

WIDTH = 100
"""Columns, wherever the reader's window is not known: two runs give the same bytes."""
_MAX_SKIPS = 20
_LEAST_ROOM = 30


def render_text(report: Report, width: int = WIDTH) -> bytes:
    """Return the report for reading on a terminal of ``width`` columns, without colour codes.

    Code, paths and URLs are never cut, so a line may be longer.
    """
    title = printable(report.title)
    lines = [*wrap(title, width), "=" * min(display_width(title), width)]
    if report.made_on:
        lines.append(f"作成日 {report.made_on.isoformat()}")
    for sentence in report.summary:
        lines += wrap(printable(sentence), width)
    for block in report.blocks:
        lines += ["", *_block(block, width)]
    lines += ["", *_judged(report, width)] if report.judged or report.skips else []
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8", "replace")


def _judged(report: Report, width: int) -> Iterator[str]:
    yield from wrap(printable(judged_line(report)), width)
    for skip in report.skips[:_MAX_SKIPS]:
        yield from wrap(printable(str(skip)), width, "  - ", "    ")
    if len(report.skips) > _MAX_SKIPS:
        yield f"  … ほか {len(report.skips) - _MAX_SKIPS:,} 件（json・xlsx・html には全件）"


def _block(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, Heading):
        mark = "■" if block.level == 1 else "●"
        yield from wrap(printable(block.text), width, f"{mark} ", "   ")
    elif isinstance(block, Text):
        prefix = {"warning": "！ ", "quote": "  > ", "code": "    "}.get(block.kind, "")
        for line in printable(str(block.text), newlines=True).splitlines():
            code = block.kind == "code"
            yield from [prefix + line] if code else wrap(line, width, prefix, prefix)
    elif isinstance(block, Listing):
        for number, item in enumerate(block.items, 1):
            mark = "□ " if block.checkbox else f"{number}. " if block.numbered else "・"
            indent = " " * (2 + display_width(mark))
            yield from wrap(cell_text(str(item)), width, f"  {mark}", indent)
    elif isinstance(block, Facts):
        labels = [printable(label) for label, _ in block.pairs]
        for label, (_, cell) in zip(_padded(labels, width), block.pairs, strict=True):
            yield from _labelled(label, cell_text(cell), width)
    elif isinstance(block, Table):
        yield from _table(block, width)
    else:
        yield from _chart(block, width)


def _table(table: Table, width: int) -> Iterator[str]:
    yield from wrap(f"{printable(table.title)}（{len(table.rows):,} 件）", width, "■ ", "   ")
    if table.note:
        yield from wrap(printable(table.note), width, "  ", "  ")
    shown = [index for index, column in enumerate(table.columns) if not column.hidden]
    heads = [cell_text(table.columns[i].label_ja or table.columns[i].key) for i in shown]
    rows = [[cell_text(row[index]) for index in shown] for row in table.rows]
    widths = [
        max(display_width(text) for text in column) for column in zip(heads, *rows, strict=True)
    ]
    if sum(widths) + 2 * len(widths) <= width and not any("\n" in c for row in rows for c in row):
        for row in (heads, ["-" * columns for columns in widths], *rows):
            yield "  ".join(_pad(text, columns) for text, columns in zip(row, widths, strict=True))
        return
    labels = _padded(heads, width)
    for number, row in enumerate(rows, 1):
        yield f"[{number}]"
        for label, text in zip(labels, row, strict=True):
            if text:
                yield from _labelled(label, text, width)


def _chart(chart: Chart, width: int) -> Iterator[str]:
    yield from wrap(printable(chart.title), width, "■ ", "   ")
    top = max((value for _, values in chart.series for value in values), default=0) or 1
    for index, label in enumerate(_padded([printable(text) for text in chart.labels], width)):
        for name, values in chart.series:
            bar = "█" * round(30 * values[index] / top)
            yield f"  {label}  {printable(name)} {values[index]:,g} {bar}"


def _padded(labels: list[str], width: int) -> list[str]:
    """Return the labels equally wide, the longest aside that would leave too little room."""
    widest = max((w for w in map(display_width, labels) if w + _LEAST_ROOM <= width), default=0)
    return [_pad(label, widest) for label in labels]


def _labelled(label: str, text: str, width: int) -> Iterator[str]:
    head = f"  {label}  "
    if display_width(head) + _LEAST_ROOM > width:
        yield from wrap(label, width, "  ", "  ")
        head = "    "
    indent = " " * display_width(head)
    for line in text.splitlines() or [""]:
        yield from wrap(line, width, head, indent)
        head = indent


def _pad(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))
