"""What tests of logs and of the engine share."""

import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="session")
def writer() -> Any:
    """Return the benchmarks' module that writes EVTX; it lies beside what it imports."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import evtx_writer
    finally:
        sys.path.pop(0)
    return evtx_writer
