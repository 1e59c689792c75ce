"""The invented ordinances read the same in every format, and their labels fit."""

import json
from pathlib import Path

import pytest

from kanmon.documents.continuity import check_continuity
from kanmon.documents.load import load_documents
from kanmon.documents.model import Document, articles
from kanmon.documents.passage import passages
from kanmon.inputs import find_inputs

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "tests" / "data" / "reiki_labels.jsonl"


@pytest.fixture(scope="module")
def documents() -> tuple[Document, ...]:
    inputs, _ = find_inputs([ROOT / "samples" / "reiki"])
    found, skips = load_documents(inputs)
    assert skips == ()
    return found


def test_every_format_is_there(documents: tuple[Document, ...]) -> None:
    """見本の例規集には、読める形式が全部ある。"""
    formats = {document.format for document in documents}
    assert formats == {"d1-law", "docx", "g-reiki", "law-xml", "pdf", "text"}
    assert {document.type for document in documents} >= {"条例", "規則", "要綱", "要領", "規程"}


def test_no_article_is_missing(documents: tuple[Document, ...]) -> None:
    """どの見本も、条番号が続いている。"""
    assert [skip for document in documents for skip in check_continuity(document)] == []
    assert all(list(articles(d)) for d in documents if d.type != "様式")


def test_labels_point_at_their_words(documents: tuple[Document, ...]) -> None:
    """正解表の条項号を開くと、正解表に書かれた文がそこにある。"""
    texts: dict[tuple[str, str], list[str]] = {}
    for document in documents:
        for passage in passages(document):
            path = Path(passage.where.path).relative_to(ROOT).as_posix()
            texts.setdefault((path, str(passage.provision)), []).append(
                "".join(passage.text.split())
            )
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    missing = [
        row
        for row in rows
        if "".join(row["text"].split()) not in texts.get((row["file"], row["provision"]), [])
    ]
    assert missing == []
    assert len(rows) >= 120
    assert all(bool(row["categories"]) != bool(row["reason"]) for row in rows)
