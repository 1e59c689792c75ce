"""Markdown for wikis and tickets; nothing from a log can become markup."""

import re
from collections.abc import Iterator

from kanmon.render.cell import cell_text, judged_line
from kanmon.report import (
    Block,
    Cell,
    Chart,
    Facts,
    Heading,
    Listing,
    Report,
    RichText,
    Span,
    Table,
    Text,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:=@])|([<>&])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def escape_markdown(text: str) -> str:
    """Return ``text`` so that Markdown (CommonMark, GFM) shows it letter for letter.

    ``:`` and ``@`` are escaped too: a bare address must not become a link or a mention.
    """
    return _SPECIAL.sub(lambda m: "\\" + m[1] if m[1] else _ENTITIES[m[2]], text)


def render_md(report: Report) -> bytes:
    """Return the report as GitHub-flavoured Markdown."""
    lines = [f"# {escape_markdown(cell_text(report.title))}", ""]
    if report.made_on:
        lines += [f"作成日 {report.made_on.isoformat()}", ""]
    for sentence in report.summary:
        lines += [escape_markdown(cell_text(sentence)), ""]
    for block in report.blocks:
        lines += [*_block(block), ""]
    if report.judged or report.skips:
        head = judged_line(report)
        lines += ["## 判定の範囲", "", escape_markdown(head), ""]
        lines += [f"- {escape_markdown(cell_text(str(skip)))}" for skip in report.skips]
    return ("\n".join(lines).rstrip() + "\n").encode("utf-8", "replace")


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield "#" * (block.level + 1) + " " + escape_markdown(cell_text(block.text))
    elif isinstance(block, Text):
        yield from _text(block)
    elif isinstance(block, Listing):
        for number, item in enumerate(block.items, 1):
            mark = f"{number}." if block.numbered else "-"
            box = "[ ] " if block.checkbox else ""
            yield f"{mark} {box}{_inline(item)}"
    elif isinstance(block, Facts):
        yield "| 項目 | 内容 |"
        yield "| --- | --- |"
        for label, cell in block.pairs:
            yield f"| {escape_markdown(cell_text(label))} | {_inline(cell)} |"
    elif isinstance(block, Table):
        yield from _table(block)
    else:
        yield from _chart(block)


def _text(block: Text) -> Iterator[str]:
    if block.kind == "code":
        text = cell_text(str(block.text))
        fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=2) + 1)
        yield from (fence if len(fence) > 2 else "```", text, fence if len(fence) > 2 else "```")
        return
    prefix = {"quote": "> ", "warning": "> **注意** ", "note": "> "}.get(block.kind, "")
    yield prefix + _inline(block.text)


def _table(table: Table) -> Iterator[str]:
    shown = [index for index, column in enumerate(table.columns) if not column.hidden]
    yield f"## {escape_markdown(cell_text(table.title))}"
    yield ""
    if table.note:
        yield escape_markdown(cell_text(table.note))
        yield ""
    heads = [table.columns[index].label_ja or table.columns[index].key for index in shown]
    yield "| " + " | ".join(map(escape_markdown, heads)) + " |"
    yield "|" + " --- |" * len(heads)
    for row in table.rows:
        yield "| " + " | ".join(_inline(row[index]) for index in shown) + " |"


def _chart(chart: Chart) -> Iterator[str]:
    yield f"## {escape_markdown(cell_text(chart.title))}"
    yield ""
    yield "| | " + " | ".join(escape_markdown(cell_text(name)) for name, _ in chart.series) + " |"
    yield "|" + " --- |" * (len(chart.series) + 1)
    for index, label in enumerate(chart.labels):
        cells = " | ".join(f"{values[index]:,g}" for _, values in chart.series)
        yield f"| {escape_markdown(cell_text(label))} | {cells} |"


def _inline(cell: Cell) -> str:
    spans = cell.spans if isinstance(cell, RichText) else (Span(cell_text(cell)),)
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    text = escape_markdown(cell_text(span.text)).replace("\n", "<br>")
    if not text.strip():
        return text
    if span.mark in ("added", "removed"):
        return f"<u>{text}</u>"
    return f"**{text}**" if span.mark else text
