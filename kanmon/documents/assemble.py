"""A document out of the lines of a flat format: its tree, and what it is called."""

import datetime
from collections.abc import Sequence
from pathlib import PurePosixPath

from kanmon.documents.identity import Identity, identify, read_date
from kanmon.documents.line import Line
from kanmon.documents.model import AppdxStyle, Block, Document, Node
from kanmon.documents.structure import build
from kanmon.provision import arabic_dates
from kanmon.run import Skip


def document_from_lines(
    lines: Sequence[Line], path: str, format: str, notices: Sequence[Skip] = ()
) -> Document:
    """Return the document that ``lines`` are; title, number and date are read from its head."""
    children = build(lines)
    identity = _identity(children, path)
    return Document(
        path=path,
        format=format,
        title=identity.title,
        number=identity.number,
        date=identity.date,
        type=identity.type,
        children=children,
        notices=tuple(notices),
    )


def _identity(children: tuple[Node, ...], path: str) -> Identity:
    heads = [node for node in children if isinstance(node, Block)]
    title = next((node.text for node in heads if node.kind == "title"), "")
    number = next((node.text for node in heads if node.kind == "number"), "")
    day = next((node.text for node in heads if node.kind == "date"), "")
    if not title:
        form = next((node for node in children if isinstance(node, AppdxStyle)), None)
        if form is not None and form is children[0]:
            return Identity(form.title, "", None, "様式")
        title = PurePosixPath(path.replace("!", "/")).stem
    found = identify(title, number, day)
    return Identity(found.title, found.number, found.date or _date(day), found.type)


def _date(text: str) -> datetime.date | None:
    return read_date(arabic_dates(text)) if text else None
