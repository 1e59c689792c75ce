"""A table of contents in a flat text: which lines belong to it, and where it ends."""

import re

from kanmon.documents.line import read_heading, read_supplementary
from kanmon.provision import Number, Unit

_LEADERS = re.compile(r"(?:[.．…・･‥\s]{3,}|\t)\s*[0-9０-９]+\s*$")
_RANGE = re.compile(r"[（(](第[0-9０-９一二三四五六七八九十百]+条.*)[)）]$")
_MAX_ENTRY = 200


class Contents:
    """目次 being read, line by line."""

    def __init__(self, title: str) -> None:
        self.lines = [title]
        self._first: tuple[Unit, Number] | None = None
        self._paged = False

    def take(self, text: str) -> bool:
        """Return whether the line still belongs to it, and keep it then.

        Entries are headings, 附則, and lines ending in a page or a range of articles. A heading
        met for the second time, or without a page after entries with one, is the body.
        """
        if len(text) > _MAX_ENTRY:
            return False
        heading = read_heading(_RANGE.sub("", _LEADERS.sub("", text)).strip())
        leads = _LEADERS.search(text) is not None
        if heading is not None and heading == self._first and not leads:
            return False
        self._first = self._first or heading
        paged = leads or _RANGE.search(text) is not None
        if not paged and (heading is None or self._paged) and read_supplementary(text) is None:
            return False
        self._paged = self._paged or leads
        self.lines.append(text)
        return True
