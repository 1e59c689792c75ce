"""HTML: one self-contained page, no script, nothing fetched."""

from collections.abc import Iterator, Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from kanmon.render.cell import LEVEL_COLOURS, cell_text, judged_line
from kanmon.report import Cell, Chart, Report, RichText, Span, Table
from kanmon.text import display_width

_TAGS = {"hit": "mark", "strong": "b", "added": "ins", "removed": "del"}
_COLOURS = ("#2f6690", "#d98324", "#4c956c", "#9b5094", "#8d99ae", "#b23a48")
_LEVELS = {"重大": "critical", "高": "high", "中": "medium", "低": "low", "情報": "info"}


def render_html(report: Report) -> bytes:
    """Return one page with its style inside; every value from a log or document is escaped.

    The page's own Content-Security-Policy allows no script and no request at all.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(cell=_cell, chart=_chart)
    environment.tests["level"] = lambda text: text in _LEVELS
    environment.globals.update(
        kind=lambda block: type(block).__name__,
        row_level=_row_level,
        cell_text=cell_text,
        judged_line=judged_line,
        css=Markup(_resource("report.css")),  # noqa: S704 - our own file
    )
    page = environment.from_string(_resource("report.html.jinja")).render(report=report)
    return page.encode("utf-8", "replace")


def _resource(name: str) -> str:
    return resources.files("kanmon.render").joinpath("templates", name).read_text("utf-8")


def _cell(cell: Cell) -> Markup:
    spans = cell.spans if isinstance(cell, RichText) else (Span(cell_text(cell)),)
    return Markup("").join(_span(span) for span in spans)


def _span(span: Span) -> Markup:
    text = escape(cell_text(span.text)).replace("\n", Markup("<br>"))
    if span.mark == "alarm":
        return Markup('<span class="alarm">{}</span>').format(text)
    tag = _TAGS.get(span.mark)
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), text) if tag else text  # noqa: S704


def _row_level(table: Table, row: tuple[Cell, ...]) -> str:
    for column, cell in zip(table.columns, row, strict=True):
        if column.key == table.severity_column:
            return _LEVELS.get(cell_text(cell), "")
    return ""


def _chart(chart: Chart) -> Markup:
    """Return horizontal bars as inline SVG, with the figures written beside them."""
    groups = 1 if chart.stacked else len(chart.series)
    bar, gap, left, width = 18, 10, 190, 520
    step = groups * bar + gap
    totals = [
        sum(values[index] for _, values in chart.series)
        if chart.stacked
        else max((values[index] for _, values in chart.series), default=0)
        for index in range(len(chart.labels))
    ]
    scale = width / (max(totals, default=0) or 1)
    legend = 26 if len(chart.series) > 1 else 4
    height = legend + step * len(chart.labels)
    parts = [
        Markup('<svg class="chart" role="img" aria-label="{}" viewBox="0 0 820 {}">').format(
            cell_text(chart.title), height
        )
    ]
    if len(chart.series) > 1:
        parts += _legend([name for name, _ in chart.series])
    for index, label in enumerate(chart.labels):
        top = legend + index * step
        parts.append(
            Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
                left - 8, top + groups * bar / 2 + 4, cell_text(label)
            )
        )
        start = float(left)
        for number, (name, values) in enumerate(chart.series):
            y = top if chart.stacked else top + number * bar
            length = values[index] * scale
            parts.append(_bar(start, y, length, _colour(number, name)))
            if not chart.stacked:
                parts.append(_figure(start + length, y, values[index]))
            else:
                start += length
        if chart.stacked:
            parts.append(_figure(start, top, totals[index]))
    return Markup("").join([*parts, Markup("</svg>")])


def _colour(number: int, name: str) -> str:
    """Return a level's own colour, so that a chart and the table's rows agree."""
    return LEVEL_COLOURS.get(name, _COLOURS[number % len(_COLOURS)])


def _bar(x: float, y: float, length: float, colour: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="15" fill="{}"/>').format(
        x, y, length, colour
    )


def _figure(x: float, y: float, value: float) -> Markup:
    return Markup('<text x="{:.1f}" y="{}">{}</text>').format(x + 6, y + 12, f"{value:,g}")


def _legend(names: Sequence[str]) -> Iterator[Markup]:
    x = 190
    for number, name in enumerate(names):
        yield Markup('<rect x="{}" y="2" width="12" height="12" fill="{}"/>').format(
            x, _colour(number, name)
        )
        yield Markup('<text x="{}" y="13">{}</text>').format(x + 18, cell_text(name))
        x += 44 + 7 * display_width(cell_text(name))
