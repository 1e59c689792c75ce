"""json, jsonl and csv: for machines and for Excel."""

import csv
import io
import json
from collections.abc import Mapping

from kanmon.render.cell import cell_json, cell_text, safe_formula
from kanmon.report import Chart, Facts, Report, Table


def render_json(report: Report) -> bytes:
    """Return one object: title, summary, judged, skips, then facts, charts and each table."""
    whole: dict[str, object] = {
        "title": report.title,
        "summary": list(report.summary),
        "judged": report.judged,
        "skips": [
            {"path": s.where.path, "place": s.where.place, "reason": s.reason, "hint": s.hint}
            for s in report.skips
        ],
    }
    if report.records is not None:
        whole["records"] = list(report.records)
    facts = [pair for block in report.blocks if isinstance(block, Facts) for pair in block.pairs]
    if facts:
        whole["facts"] = {label: cell_json(cell) for label, cell in facts}
    for block in report.blocks:
        if isinstance(block, Table):
            whole[block.key] = _rows(block)
        elif isinstance(block, Chart):
            whole[block.key] = {"labels": list(block.labels), **dict(block.series)}
    return (json.dumps(_clean(whole), ensure_ascii=False, indent=2) + "\n").encode()


def render_jsonl(report: Report) -> bytes:
    """Return one object a line: the report's own records, else the rows of its first table."""
    rows = report.records
    if rows is None:
        rows = _rows(report.tables[0]) if report.tables else []
    return "".join(json_line(row) for row in rows).encode()


def json_line(row: Mapping[str, object]) -> str:
    """Return one line of jsonl, line feed included."""
    return json.dumps(_clean(row), ensure_ascii=False, separators=(",", ":")) + "\n"


def render_csv(report: Report) -> bytes:
    """Return the first table as UTF-8 with BOM and CRLF, as Excel in Japan opens it.

    No cell can become a formula.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    if report.tables:
        table = report.tables[0]
        writer.writerow([column.label_ja or column.key for column in table.columns])
        for row in table.rows:
            writer.writerow([_csv_cell(cell) for cell in row])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _csv_cell(cell: object) -> object:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    return safe_formula(cell_text(cell))  # type: ignore[arg-type]


def _rows(table: Table) -> list[dict[str, object]]:
    keys = [column.key for column in table.columns]
    return [
        {key: cell_json(cell) for key, cell in zip(keys, row, strict=True)} for row in table.rows
    ]


def _clean(value: object) -> object:
    """Replace lone surrogates, which a hostile log can carry and UTF-8 cannot."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    if isinstance(value, Mapping):
        return {str(_clean(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
