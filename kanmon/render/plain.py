"""Text for a terminal or a mail: tables where they fit, cards where they do not."""

import textwrap
from collections.abc import Iterator

from kanmon.render.cell import cell_text, judged_line
from kanmon.report import Block, Chart, Facts, Heading, Listing, Report, Table, Text
from kanmon.run import Skip
from kanmon.text import display_width, printable

WIDTH = 100
"""Columns. Fixed, so that two runs give the same bytes in any window."""
_MAX_SKIPS = 20


def render_text(report: Report) -> bytes:
    """Return the report for reading on a terminal, 100 columns wide, without colour codes."""
    lines = [printable(report.title), "=" * min(display_width(report.title), WIDTH)]
    if report.made_on:
        lines.append(f"作成日 {report.made_on.isoformat()}")
    lines += [*map(printable, report.summary)]
    for block in report.blocks:
        lines += ["", *_block(block)]
    lines += ["", *_judged(report)] if report.judged or report.skips else []
    return ("\n".join(line.rstrip() for line in lines) + "\n").encode("utf-8", "replace")


def _judged(report: Report) -> Iterator[str]:
    yield judged_line(report)
    for skip in report.skips[:_MAX_SKIPS]:
        yield from _wrap(_skip_line(skip), "  - ", "    ")
    if len(report.skips) > _MAX_SKIPS:
        yield f"  … ほか {len(report.skips) - _MAX_SKIPS:,} 件（json・xlsx・html には全件）"


def _skip_line(skip: Skip) -> str:
    return printable(str(skip))


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        mark = "■" if block.level == 1 else "●"
        yield f"{mark} {printable(block.text)}"
    elif isinstance(block, Text):
        prefix = {"warning": "！ ", "quote": "  > ", "code": "    "}.get(block.kind, "")
        for line in printable(str(block.text), newlines=True).splitlines():
            yield from [prefix + line] if block.kind == "code" else _wrap(line, prefix, prefix)
    elif isinstance(block, Listing):
        for number, item in enumerate(block.items, 1):
            mark = "□ " if block.checkbox else f"{number}. " if block.numbered else "・"
            yield from _wrap(cell_text(str(item)), f"  {mark}", " " * (2 + display_width(mark)))
    elif isinstance(block, Facts):
        width = max((display_width(label) for label, _ in block.pairs), default=0)
        for label, cell in block.pairs:
            yield from _labelled(label, cell_text(cell), width)
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield from _chart(block)


def _table(table: Table) -> Iterator[str]:
    yield f"■ {printable(table.title)}（{len(table.rows):,} 件）"
    if table.note:
        yield from _wrap(printable(table.note), "  ", "  ")
    shown = [index for index, column in enumerate(table.columns) if not column.hidden]
    heads = [table.columns[index].label_ja or table.columns[index].key for index in shown]
    rows = [[cell_text(row[index]) for index in shown] for row in table.rows]
    widths = [
        max(display_width(text) for text in column) for column in zip(heads, *rows, strict=True)
    ]
    if sum(widths) + 2 * len(widths) <= WIDTH and not any("\n" in c for row in rows for c in row):
        yield "  ".join(_pad(head, width) for head, width in zip(heads, widths, strict=True))
        yield "  ".join("-" * width for width in widths)
        for row in rows:
            yield "  ".join(_pad(text, width) for text, width in zip(row, widths, strict=True))
        return
    label_width = max(map(display_width, heads), default=0)
    for number, row in enumerate(rows, 1):
        yield f"[{number}]"
        for head, text in zip(heads, row, strict=True):
            if text:
                yield from _labelled(head, text, label_width)


def _chart(chart: Chart) -> Iterator[str]:
    yield f"■ {printable(chart.title)}"
    top = max((value for _, values in chart.series for value in values), default=0) or 1
    width = max((display_width(printable(label)) for label in chart.labels), default=0)
    for index, label in enumerate(chart.labels):
        for name, values in chart.series:
            bar = "█" * round(30 * values[index] / top)
            yield f"  {_pad(printable(label), width)}  {printable(name)} {values[index]:,g} {bar}"


def _labelled(label: str, text: str, width: int) -> Iterator[str]:
    head = f"  {_pad(printable(label), width)}  "
    for line in text.splitlines() or [""]:
        yield from _wrap(line, head, " " * display_width(head))
        head = " " * display_width(head)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))


def _wrap(text: str, first: str, rest: str) -> Iterator[str]:
    """Yield ``text`` in lines of at most WIDTH columns, counting wide characters as two."""
    if text.isascii():
        yield from textwrap.wrap(
            text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
        ) or [first]
        return
    line, used = first, display_width(first)
    for char in text:
        width = display_width(char)
        if used + width > WIDTH and char not in "、。）」』":
            yield line
            line, used = rest, display_width(rest)
        line, used = line + char, used + width
    yield line
