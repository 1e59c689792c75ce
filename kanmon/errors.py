"""The errors a user can act on.

    ToolError
    ├── InputError        3  a file is not what it should be
    ├── ConfigError       3  a setting contradicts itself
    ├── UnsupportedError  3  well-formed, but outside what we handle
    ├── ServiceError      4  Elasticsearch, a model or a disk did not answer
    └── StoreError        4  the database is newer than this tool, or locked

1 is left to Python (a bug) and 2 to click (usage); ``--fail-on`` exits with 10.
"""

from typing import ClassVar

from kanmon.source import SourceRef
from kanmon.text import printable

EXIT_FINDINGS = 10
"""Exit code of a command that found something at ``--fail-on`` or above."""


class ToolError(Exception):
    """Base of every error that is the input's or the surroundings', never ours."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, where: SourceRef | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        message = printable(str(self.args[0]), newlines=True)
        text = f"{self.where}: {message}" if self.where else message
        return f"{text}\n  対処: {printable(self.hint, newlines=True)}" if self.hint else text


class InputError(ToolError):
    """A file is not what it should be: wrong format, encoding, column or value."""


class ConfigError(ToolError):
    """A setting is unknown, malformed, or contradicts another."""


class UnsupportedError(ToolError):
    """Well-formed, but outside what Kanmon handles."""


class ServiceError(ToolError):
    """Something outside this process did not answer: a server, a model, a disk."""

    exit_code = 4


class StoreError(ToolError):
    """The store cannot be used: locked, damaged, or written by a newer Kanmon."""

    exit_code = 4
