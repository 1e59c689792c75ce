"""Forms (様式) a page only links to: found among the inputs or beside the page, read into it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kanmon.documents.flat import flat_lines, read_content
from kanmon.documents.model import AppdxStyle, Block, Document, Node, Table, walk
from kanmon.documents.sniff import sniff
from kanmon.errors import ToolError
from kanmon.inputs import InputFile
from kanmon.run import Skip
from kanmon.source import SourceRef

_SEEN_BY_EYE = "様式の現物を目で確かめてください"


def attach_forms(document: Document, siblings: Mapping[str, InputFile]) -> Document:
    """Return the document with the text of its linked forms, each under its own file's name.

    A form that is not found or cannot be read becomes a notice of the document; so does one
    that shows neither text nor a link (a picture).
    """
    if document.format not in ("g-reiki", "d1-law", "html"):
        return document
    notices = list(document.notices)
    children = tuple(_attach(node, document, siblings, notices) for node in document.children)
    return replace(document, children=children, notices=tuple(notices))


def form_paths(document: Document) -> Iterable[str]:
    """Yield the names of the files that were read into the forms of ``document``."""
    return (node.path for node in walk(document) if isinstance(node, AppdxStyle) and node.path)


def _attach(
    node: Node, document: Document, siblings: Mapping[str, InputFile], notices: list[Skip]
) -> Node:
    if not isinstance(node, AppdxStyle) or node.children:
        return node
    where = document.where(node)
    if not node.links:
        notices.append(Skip(where, "様式の中身が文字になっていません", _SEEN_BY_EYE))
        return node
    for link in node.links:
        item = _find(document.path, link, siblings)
        if item is None:
            reason = f"様式のファイルがありません（{link}）"
            notices.append(Skip(where, reason, "ページと同じ場所に様式のファイルも置いてください"))
            continue
        try:
            children, skips = _form_children(node, item)
        except ToolError as error:
            notices.append(Skip(SourceRef(item.name), str(error.args[0]), _SEEN_BY_EYE))
            continue
        notices.extend(skips)
        return replace(node, children=children, path=item.name)
    return node


def _form_children(node: AppdxStyle, item: InputFile) -> tuple[tuple[Node, ...], list[Skip]]:
    data = read_content(item)
    kind = sniff(data, item.name)
    lines, skips = flat_lines(data, item.name, kind)
    children = tuple(
        Table(node.provision, line.rows)
        if line.rows
        else Block(node.provision, line.text.strip(), "field")
        for line in lines
        if line.rows or line.text.strip()
    )
    return children, skips


def _find(page: str, link: str, siblings: Mapping[str, InputFile]) -> InputFile | None:
    """Return the linked file: among the inputs first, then on disk, never outside the folder."""
    relative = PurePosixPath(link.replace("\\", "/").split("?")[0].split("#")[0])
    if relative.is_absolute() or ".." in relative.parts or "://" in link:
        return None
    archive, bang, member = page.rpartition("!")
    if bang:
        return siblings.get(f"{archive}!{PurePosixPath(member).parent / relative}")
    path = Path(page).parent / relative
    if str(path) in siblings:
        return siblings[str(path)]
    if path.is_symlink() or not path.is_file():
        return None
    return InputFile(str(path), path.stat().st_size, lambda: path.open("rb"))
