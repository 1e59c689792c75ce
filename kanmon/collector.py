"""Python's cyclic garbage collector, kept out of the way of large tables that stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_spared: list[bool] = []
"""One entry for every ``collector_spared`` that has not ended."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Hold back the collector while many objects that stay are made, none of them in cycles.

    It would walk over all of them again and again as they grow: half the time of building the
    plans of the SigmaHQ rules, a fifth of a large training plan (docs/benchmarks.md).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if _spared:
            gc.freeze()  # what was made is there to stay, too
        if was_on:
            gc.enable()


@contextmanager
def collector_spared() -> Iterator[None]:
    """Keep the collector away from what is there already, such as rules: it stays anyway.

    One walk over all SigmaHQ rules takes 0.4 seconds.
    """
    _spared.append(True)
    gc.freeze()
    try:
        yield
    finally:
        _spared.pop()
        if not _spared:
            gc.unfreeze()
