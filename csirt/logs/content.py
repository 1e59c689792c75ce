"""The bytes of a log, read to their end or to the first damage."""

import io

from kanmon.errors import InputError
from kanmon.inputs import InputFile
from kanmon.unpacking import unpacking

_PIECE_BYTES = 1 << 16


class Content:
    """A stream that ends where its file is damaged, so that what comes before can be judged.

    Attributes:
        damage: Why it ended early; None when it did not.
    """

    def __init__(self, item: InputFile, stream: io.BufferedIOBase) -> None:
        self.damage: InputError | None = None
        self._where = item.ref
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes; fewer only at the end."""
        parts = []
        while size > 0 and (part := self._part(min(size, _PIECE_BYTES))):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _part(self, size: int) -> bytes:
        if self.damage is not None:
            return b""
        try:
            with unpacking(self._where):
                return self._stream.read1(size)  # read would drop what it has when it fails
        except InputError as error:
            self.damage = error
            return b""
