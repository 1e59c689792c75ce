"""A clause alone in a file, the way people try a tool out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result

CASES = yaml.safe_load((Path(__file__).parent / "data" / "lone_clauses.yml").read_text("utf-8"))
LAW = (
    '<?xml version="1.0" encoding="UTF-8"?><Law><LawBody><LawTitle>試験法</LawTitle>'
    '<MainProvision><Article Num="5"><ArticleTitle>第五条</ArticleTitle><Paragraph Num="1">'
    "<ParagraphNum/><ParagraphSentence><Sentence>文書には、職印を押さなければならない。</Sentence>"
    "</ParagraphSentence></Paragraph></Article></MainProvision></LawBody></Law>"
)


def found(result: Result) -> list[tuple[str, list[str]]]:
    """Return (provision, categories) of each finding in JSON lines."""
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return [(x["provision"], x["categories"]) for x in lines if x["status"] == "finding"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_lone_clause_is_judged(
    kanmon: Callable[..., Result], tmp_path: Path, case: dict[str, object], encoding: str
) -> None:
    """One clause, without title or heading, is text to be judged and never mistaken for a title."""
    (tmp_path / "clause.txt").write_bytes(str(case["text"]).encode(encoding))
    result = kanmon("scan", "clause.txt", "-f", "jsonl")
    assert found(result) == ([(case["place"], case["categories"])] if case["categories"] else [])
    assert f"該当候補 {1 if case['categories'] else 0} 件" in result.stderr


def test_title_alone_is_no_clause(kanmon: Callable[..., Result], tmp_path: Path) -> None:
    """A file with nothing but a title holds no sentence to judge, and the scan says so."""
    (tmp_path / "clause.txt").write_text("汐見市公園条例", encoding="utf-8")
    result = kanmon("scan", "clause.txt", "-f", "jsonl", code=3)
    assert "判定できた文が一つもありません" in result.stderr


@pytest.mark.parametrize("law", [LAW, LAW.replace("<Sentence>", "").replace("</Sentence>", "")])
def test_smallest_law_file_is_judged(
    kanmon: Callable[..., Result], tmp_path: Path, law: str
) -> None:
    """A law file with nothing but one article is judged, even without its Sentence element."""
    (tmp_path / "law.xml").write_text(law, encoding="utf-8")
    result = kanmon("scan", "law.xml", "-f", "jsonl")
    assert found(result) == [("第5条第1項", ["押印・署名"])]
