"""Every setting of every job, found by module name: the host may not import the jobs."""

import importlib
import importlib.util

from kanmon.config import Setting

MODULES = (
    "kanmon.settings",
    "csirt.settings",
    "policy.settings",
    "regulation_scan.settings",
    "training.settings",
)


def all_settings() -> tuple[Setting, ...]:
    """Return every declared setting, the shared ones first; a missing package has none."""
    found: list[Setting] = []
    for name in MODULES:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:
            found += importlib.import_module(name).SETTINGS
    return tuple(found)
