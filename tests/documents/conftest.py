"""Files out of bytes, and a document as an outline people can read."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kanmon.documents.load import load_document
from kanmon.documents.model import AppdxStyle, Article, Block, Document, Node, Table, children_of
from kanmon.documents.text import sentence_text
from kanmon.inputs import InputFile

ROOT = Path(__file__).parents[2]
SHARED = ROOT / ".." / "shared"


def _file_of(data: bytes, name: str = "reiki.txt") -> InputFile:
    """Return a file that holds ``data``."""
    return InputFile(name, len(data), lambda: io.BytesIO(data))


def _read(text: str | bytes, name: str = "reiki.txt") -> Document:
    """Return the document in ``text``."""
    return load_document(_file_of(text.encode() if isinstance(text, str) else text, name))


def _outline(document: Document) -> str:
    """Return one line a node: indentation, class, address, number, caption, words."""
    lines: list[str] = []

    def add(node: Node, depth: int) -> None:
        words = [type(node).__name__, str(node.provision)]
        if isinstance(node, Block):
            words += [node.kind, node.text.replace("\n", " / ")]
        elif isinstance(node, Table):
            words += [" ; ".join("|".join(c.text for c in row.cells) for row in node.rows)]
        else:
            words += [node.title]
            words += [node.caption] if isinstance(node, Article) else []
            words += [getattr(node, "caption", "")] if not isinstance(node, Article) else []
            words += [sentence_text(getattr(node, "sentences", ()))]
            words += [node.path] if isinstance(node, AppdxStyle) else []
        lines.append("  " * depth + " ".join(word for word in words if word))
        for child in children_of(node):
            add(child, depth + 1)

    for child in document.children:
        add(child, 0)
    return "\n".join(lines) + "\n"


@pytest.fixture
def shared() -> Path:
    """Return the folder of shared data; the test is skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture
def file_of() -> Callable[..., InputFile]:
    """Return a function that makes a file out of bytes."""
    return _file_of


@pytest.fixture
def read() -> Callable[..., Document]:
    """Return a function that reads text or bytes as a document."""
    return _read


@pytest.fixture
def outline() -> Callable[[Document], str]:
    """Return a function that shows a document as indented lines."""
    return _outline
