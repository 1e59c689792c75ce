"""Settings of this job; see kanmon.config."""

from kanmon.config import Setting

SETTINGS: tuple[Setting, ...] = ()
