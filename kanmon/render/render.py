"""Choose the format."""

import importlib
from collections.abc import Callable

from kanmon.report import Report

_MODULES = {
    "text": "kanmon.render.plain",
    "json": "kanmon.render.data",
    "jsonl": "kanmon.render.data",
    "csv": "kanmon.render.data",
    "xlsx": "kanmon.render.xlsx",
    "html": "kanmon.render.html",
    "docx": "kanmon.render.docx",
    "md": "kanmon.render.markdown",
}


def render(report: Report, fmt: str) -> bytes:
    """Return the report in a format of ``kanmon.options.FORMATS``; equal reports, equal bytes."""
    module = importlib.import_module(_MODULES[fmt])
    function: Callable[[Report], bytes] = getattr(module, f"render_{fmt}")
    return function(report)
