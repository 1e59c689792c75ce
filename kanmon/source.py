"""Where something was read, precisely enough to go and look."""

from dataclasses import dataclass

from kanmon.text import printable


@dataclass(frozen=True, slots=True, order=True)
class SourceRef:
    """A place in an input.

    Attributes:
        path: The file as the user named it; ``-`` is standard input; a member of an archive
            is ``archive.zip!inner/file.json``.
        place: Inside the file, in the reader's terms: ``record 12``, ``byte 4096``,
            ``Sheet1!A1``, ``line 3``, ``第5条第2項``. Empty for the file as a whole.
    """

    path: str
    place: str = ""

    def __str__(self) -> str:
        text = f"{self.path}:{self.place}" if self.place else self.path
        return printable(text)

    def at(self, place: str) -> "SourceRef":
        """Return the same file at another place."""
        return SourceRef(self.path, place)
