"""The plain-text sources: their lines, and the labels at the addresses the lines have."""

import re
from pathlib import Path

from kanmon.documents.assemble import document_from_lines
from kanmon.documents.line import Line, read_article, read_mark
from kanmon.documents.model import Cell, Row
from kanmon.documents.passage import passages
from kanmon.text import squeeze

TAG = re.compile(r"\{\{(.+?)\}\}$")


def read_source(path: Path) -> tuple[list[Line], list[str]]:
    """Return lines and, one for each, its label (mostly empty)."""
    return parse_source(path.read_text(encoding="utf-8"))


def parse_source(text: str) -> tuple[list[Line], list[str]]:
    """Return lines and labels; ``#table`` begins rows of cells, ``#link`` a form's file."""
    lines: list[Line] = []
    tags: list[str] = []
    rows: list[Row] = []
    for raw in [*text.rstrip("\n").split("\n"), ""]:
        if raw == "#table":
            continue
        if "|" in raw and "#link" not in raw:
            rows.append(Row(tuple(Cell(cell.strip()) for cell in raw.split("|"))))
            continue
        if rows:
            lines.append(Line(rows=tuple(rows)))
            tags.append("")
            rows = []
        if raw.startswith("#link "):
            lines[-1] = Line(lines[-1].text, links=(raw[6:],))
        elif raw:
            match = TAG.search(raw)
            lines.append(Line(TAG.sub("", raw)))
            tags.append(match[1] if match else "")
    return lines, tags


def form_sources(path: Path) -> list[tuple[str, str]]:
    """Return name and text of each form."""
    parts = re.split(r"^## (.+)\n", path.read_text(encoding="utf-8"), flags=re.M)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def label_rows(file: str, lines: list[Line], tags: list[str]) -> list[dict[str, object]]:
    """Return one label a tagged line, at the address the line has."""
    found = list(passages(document_from_lines(lines, file, "text")))
    rows: list[dict[str, object]] = []
    position = 0
    for line, tag in zip(lines, tags, strict=True):
        if not tag:
            continue
        words = own_words(line.text)
        position = next(i for i in range(position, len(found)) if squeeze(found[i].text) == squeeze(words))
        negative, body = tag.startswith("-"), tag.lstrip("-")
        left, _, right = body.partition(":")
        rows.append(
            {
                "file": file,
                "provision": str(found[position].provision),
                "categories": [] if negative else left.split(","),
                "reason": left if negative else "",
                "note": right,
                "text": found[position].text,
            }
        )
    return rows


def own_words(text: str) -> str:
    """Return a line without its number."""
    if (article := read_article(text)) is not None:
        return article.rest
    mark = read_mark(text)
    return mark.rest if mark else text
